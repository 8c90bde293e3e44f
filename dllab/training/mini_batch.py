"""A mini-batch that a caller brings along."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.errors import SessionError
from dllab.network.model import Network

Array = npt.NDArray[Any]


def check_mini_batch(network: Network, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """X (m, n_x) in the network's type, and classes (m,) or targets (m, n_y), as its loss wants.

    Raises
    ------
    SessionError
        If shapes or labels do not fit the network.
    """
    try:
        X, y = np.asarray(X, network.dtype), np.asarray(y)
    except (ValueError, TypeError):
        raise SessionError("A mini-batch needs numbers in rows of one length.") from None
    n_x, n_out = network.layer_sizes[0], network.layer_sizes[-1]
    if network.loss.numbers:
        if y.ndim == 1 and n_out == 1:
            y = y[:, np.newaxis]
        shape: tuple[int, ...] = (len(X), n_out) if X.ndim else ()
        wanted = f"(m, {n_out})"
    else:
        shape, wanted = (len(X),) if X.ndim else (), "(m,)"
    if X.ndim != 2 or X.shape[1] != n_x or y.shape != shape or not len(X):
        raise SessionError(
            f"A mini-batch needs X of shape (m, {n_x}) and y of shape {wanted}; "
            f"got {X.shape} and {y.shape}."
        )
    if network.loss.numbers:
        if y.dtype.kind not in "iuf":
            raise SessionError("The targets of a mini-batch must be numbers.")
        return X, np.asarray(y, network.dtype)
    classes = max(2, n_out)
    if y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= classes:
        raise SessionError(f"The labels of a mini-batch must be integers 0 to {classes - 1}.")
    return X, y
