"""The table of docks besides nudge, checkpoints and journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dllab_ui.docks.augmentation import AugmentationPanel
from dllab_ui.docks.boundary import BoundaryPanel
from dllab_ui.docks.diagnosis import DiagnosisPanel
from dllab_ui.docks.gradient_check import GradientCheckPanel
from dllab_ui.docks.layers import LayersPanel
from dllab_ui.docks.panel import Panel
from dllab_ui.docks.range_test import RangeTestPanel
from dllab_ui.docks.search import SearchPanel
from dllab_ui.docks.timeline import TimelinePanel

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

Area = Literal["left", "right", "bottom"]


@dataclass(frozen=True)
class PanelRecord:
    """One dock. Docks of one area lie behind each other as tabs; ``shown`` at the first start."""

    id: str
    title: str
    tooltip: str
    area: Area
    make: Callable[[Lab], Panel]
    shown: bool = True


PANELS: tuple[PanelRecord, ...] = (
    PanelRecord(
        "diagnosis", "Diagnosis",
        "Bias and variance with their intervals, and what to try against them.",
        "right", DiagnosisPanel,
    ),
    PanelRecord(
        "layers", "Layers",
        "Activations, gradients and updates of each layer, and alarms that name the layer.",
        "right", LayersPanel,
    ),
    PanelRecord(
        "boundary", "Boundary",
        "How the network cuts the plane of two inputs, or its curve over one, while it learns.",
        "right", BoundaryPanel,
    ),
    PanelRecord(
        "augmentation", "Augmentation",
        "Training images as the next mini-batches may show them, with the strengths in force.",
        "right", AugmentationPanel, shown=False,
    ),
    PanelRecord(
        "gradient_check", "Gradient check",
        "Backpropagation against slopes of the cost, block by block, on a copy of the run.",
        "right", GradientCheckPanel,
    ),
    PanelRecord(
        "range_test", "α range test",
        "The cost of a copy of the run while the learning rate grows: where it works, and where "
        "not.",
        "right", RangeTestPanel,
    ),
    PanelRecord(
        "search", "Search",
        "Random search over hyperparameters, coarse to fine: many trials, the best dev error wins.",
        "right", SearchPanel,
    ),
    PanelRecord(
        "timeline", "Timeline",
        "The tree of checkpoints and branches along the axis of the curves; right-click for what "
        "can be done with them.",
        "bottom", TimelinePanel,
    ),
)  # fmt: skip
