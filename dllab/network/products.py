"""Matrix products of arrays that stay where they are, by the fastest way at hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network import mkl

Array = npt.NDArray[Any]


def product(a: Array, b: Array, out: Array) -> Callable[[], object]:
    """A call that sets ``out`` (n, m) to a (n, k) · b (k, m); it can be repeated at little cost."""
    # dot is quicker to call; parts of arrays need matmul.
    whole = a.flags.forc and b.flags.forc and out.flags.c_contiguous
    return mkl.product(a, b, out) or partial(np.dot if whole else np.matmul, a, b, out)
