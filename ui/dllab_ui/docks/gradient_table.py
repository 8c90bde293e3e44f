"""The outcome of a gradient check as a table: one row per parameter block."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dllab.diagnosis.gradient_report import BlockReport, Entry, GradientReport, Verdict, ratio_words
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets.headed_table import LEFT, HeadedTable, Heading, Index

HEADINGS = (
    Heading(
        "block",
        "Parameter block: weights W, biases b, or batch norm's scale and shift, of a layer.",
        LEFT,
    ),
    Heading("shape", "Units × inputs.", LEFT),
    Heading(
        "ratio",
        "‖approx − grad‖ / (‖approx‖ + ‖grad‖): about 1e-7 is great, 1e-5 look again, 1e-3 wrong.",
        LEFT,
    ),
    Heading("verdict", "In words, by the ratio.", LEFT),
    Heading(
        "worst entry",
        "The entry whose two slopes lie furthest apart; unit and input are counted from 0.",
        LEFT,
    ),
)
LOOKS: dict[Verdict, tuple[str, str]] = {
    "great": ("✓ great", "best"),
    "look again": ("? look again", "warning"),
    "wrong": ("✗ wrong", "danger"),
    "too flat": ("– too flat", "muted"),
    "at a bend": ("– at a bend", "muted"),
}
_WHY = {
    "too flat": "Every slope is 0 up to rounding, so there is nothing to compare.",
    "at a bend": "The cost bends (ReLU, or L1 at 0) within ±ε of every entry tried.",
}
SHAPE, _VERDICT = 1, 3


class GradientTable(HeadedTable):
    """Holds the blocks of one report."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(HEADINGS, parent)
        self.theme: Theme = LIGHT
        self._blocks: tuple[BlockReport, ...] = ()

    def show_report(self, report: GradientReport | None) -> None:
        """Take a report, or nothing."""
        self.beginResetModel()
        self._blocks = report.blocks if report is not None else ()
        self.endResetModel()

    def row_total(self) -> int:
        """A row per block."""
        return len(self._blocks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for what a cell shows."""
        block, column = self._blocks[index.row()], index.column()
        text, tone = LOOKS[block.verdict]
        if role == Qt.ItemDataRole.DisplayRole:
            shape = "×".join(str(n) for n in block.shape)
            worst = block.worst.name if block.worst is not None else "–"
            return (block.name, shape, ratio_words(block.ratio), text, worst)[column]
        if role == Qt.ItemDataRole.ForegroundRole and column == _VERDICT:
            return QColor(self.theme.colour(tone))
        if role == Qt.ItemDataRole.ToolTipRole:
            return _details(block)
        return None


def _details(block: BlockReport) -> str:
    size = math.prod(block.shape)
    shape = "×".join(str(n) for n in block.shape)
    lines = [
        f"{block.name} ({shape}): {len(block.entries):,} of {size:,} entries checked one by one"
    ]
    if not math.isnan(block.sample_ratio):
        lines.append(f"ratio over these entries: {ratio_words(block.sample_ratio)}")
        lines.append(f"with one-sided differences: {ratio_words(block.one_sided_ratio)}")
    if not math.isnan(block.sweep_ratio):
        lines.append(
            f"ratio along random directions of the whole block: {ratio_words(block.sweep_ratio)}"
        )
    if block.worst is not None:
        lines.append(_both(block.worst))
    if block.bends:
        lines.append(f"left out because J bends there: {block.bends}")
    if block.verdict in _WHY:
        lines.append(_WHY[block.verdict])
    return "\n".join(lines)


def _both(entry: Entry) -> str:
    return (
        f"{entry.name}: backpropagation {entry.gradient:.10g}, slope of J {entry.approximate:.10g}"
    )
