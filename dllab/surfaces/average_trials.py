"""What there is to try with moving averages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AverageTrial:
    """A series, a β, other β to compare with, and what is to be seen.

    ``plain`` shows v without its correction too; ``first`` shows the start only.
    """

    name: str
    see: str
    series: str
    beta: float
    compared: tuple[float, ...] = ()
    plain: bool = False
    first: bool = False


EVERYWHERE = (
    "This one average is everywhere: momentum's v, the v and s of Adam, the running μ and σ² of "
    "batch norm, and the smoothing of the training curves."
)
"""What the average is good for."""

COMPARED = (0.5, 0.9, 0.98)
"""The β that can be laid beside the one on the slider."""

AVERAGE_TRIALS: tuple[AverageTrial, ...] = (
    AverageTrial(
        "β = 0.9",
        "Every day v keeps nine tenths of itself and takes a tenth of the new value. So it "
        "averages over about 1/(1 − β) = 10 days: the plot of weights below shows how much each "
        "day counts.",
        "temperatures",
        0.9,
    ),
    AverageTrial(
        "Three β",
        "β = 0.98 averages over about 50 days: smoother, and later, for it still remembers the "
        "month before. β = 0.5 averages over about 2 days and follows every change of weather.",
        "temperatures",
        0.98,
        (0.5, 0.9),
    ),
    AverageTrial(
        "The start-up bias",
        "v starts at 0, so with β = 0.98 the first average is only 0.02 of the first value, and "
        "weeks go by before it is right. Divided by 1 − βᵗ the first average is the first value, "
        "and the two curves meet when βᵗ has died away. Adam has this correction; momentum goes "
        "without, as ten steps or so are soon over.",
        "temperatures",
        0.98,
        plain=True,
        first=True,
    ),
    AverageTrial(
        "How late?",
        "After the jump an average has made up about two thirds of it in 1/(1 − β) steps. The "
        "smoother the curve, the later it follows: with a large β momentum answers late to a "
        "gradient that has turned.",
        "jump",
        0.95,
        (0.5, 0.98),
    ),
    AverageTrial(
        "A noisy gradient",
        "Single mini-batches point anywhere; their average tells how the gradient dies away along "
        "the valley. Momentum steps by this curve and not by the noise.",
        "noisy_gradient",
        0.95,
    ),
)
