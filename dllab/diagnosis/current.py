"""The diagnosis of a run as a snapshot shows it."""

from __future__ import annotations

import math

from dllab.diagnosis.bias_variance import TOLERANCE, Diagnosis, diagnose
from dllab.diagnosis.tails import tail
from dllab.training.snapshot import Snapshot


def evaluated_step(snapshot: Snapshot) -> int | None:
    """The step of the latest evaluation along this branch, or None before the first."""
    steps, _ = tail(snapshot.history, "dev_error", 1)
    return int(steps[-1]) if len(steps) else None


def diagnosis_of(snapshot: Snapshot, tolerance: float = TOLERANCE) -> Diagnosis | None:
    """Bias and variance at the latest evaluation; None before the first, or if it is not finite.

    The train error is that of the training probe, every unit kept.
    """
    errors = [tail(snapshot.history, name, 1)[1] for name in ("probe_error", "dev_error")]
    if not all(len(error) and math.isfinite(error[-1]) for error in errors):
        return None
    values = snapshot.hyperparameters
    spreads = None
    if snapshot.evaluated is not None:
        probe, dev = snapshot.evaluated
        if probe.deviation is not None and dev.deviation is not None:
            spreads = probe.deviation / math.sqrt(probe.m), dev.deviation / math.sqrt(dev.m)
    return diagnose(
        float(errors[0][-1]),
        min(values["probe_examples"], snapshot.train_examples),
        float(errors[1][-1]),
        snapshot.dev_examples,
        values["human_error"],
        values,
        image_shape=snapshot.image_shape,
        train_examples=snapshot.train_examples,
        regression=snapshot.output == "linear",
        standard_errors=spreads,
        tolerance=tolerance,
    )
