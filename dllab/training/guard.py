"""What stops an update before it is committed, told in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.training.update import GradientPass


class GuardError(Exception):
    """A cost or gradient that must not reach θ. The model still stands as before the update.

    ``layer`` is the 1-based layer where it shows first, or None; ``kind`` is ``cost``, ``gradient``
    or ``explosion``.
    """

    def __init__(self, message: str, kind: str, layer: int | None) -> None:
        super().__init__(message)
        self.kind, self.layer = kind, layer


def diagnose(
    work: GradientPass,
    gradient: npt.NDArray[Any],
    cost: float,
    limit: float,
    step: int,
    batch: str,
) -> GuardError:
    """Say what is wrong with an update: which layer, which mini-batch, how large the cost.

    Runs the forward pass once more, because the loss has overwritten the logits.
    """
    network, buffers = work.network, work.buffers
    where = f"at update {step:,}, on {batch}"
    if math.isfinite(cost) and cost > limit:
        return GuardError(
            f"The cost exploded to {_plain(cost)} (limit {_plain(limit)}) {where}.",
            "explosion",
            None,
        )
    bad = np.flatnonzero(~np.isfinite(network.theta))
    if len(bad):
        block = network.layout.block_at(int(bad[0]))
        return GuardError(f"Parameter {block.name} is not finite {where}.", "cost", block.layer)
    if not np.isfinite(buffers.x).all():
        return GuardError(f"The inputs are not finite {where}.", "cost", None)
    bad = np.flatnonzero(~np.isfinite(gradient))
    work.run_forward()
    for layer, a in enumerate(buffers.a, start=1):
        if not np.isfinite(a).all():
            what = "logits" if layer == network.depth else "activations"
            return GuardError(f"The {what} of layer {layer} are not finite {where}.", "cost", layer)
    if len(bad):
        block = network.layout.block_at(int(bad[0]))
        return GuardError(
            f"The gradient of {block.name} (layer {block.layer}) is not finite {where}.",
            "gradient",
            block.layer,
        )
    if not math.isfinite(cost):
        return GuardError(f"The cost is {cost} {where}.", "cost", network.depth)
    return GuardError(f"The gradient is too large to square {where}.", "gradient", None)


def _plain(cost: float) -> str:
    """A cost in three digits, as the window writes numbers, while it is of ordinary size."""
    rounded = float(f"{cost:.3g}")
    return f"{rounded:,.0f}" if 1000 <= rounded < 1e9 else f"{rounded:g}".replace("e+", "e")
