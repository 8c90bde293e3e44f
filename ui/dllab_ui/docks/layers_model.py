"""The layers as a table: one row each, a number and its recent course per column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt

from dllab.diagnosis.alarm_words import Kind, number, percent
from dllab.diagnosis.alarms import Alarm
from dllab.diagnosis.layer_health import LayerHealth
from dllab.diagnosis.tails import tail
from dllab.training.snapshot import Snapshot
from dllab_ui.widgets.headed_table import RIGHT, HeadedTable, Heading, Index
from dllab_ui.widgets.sparkline import CELL, Cell, course

READINGS = 40
"""Readings that a sparkline goes back."""

_DASH = "–"


@dataclass(frozen=True)
class Column:
    """A heading, the curves it may show (the first that a layer has), and whose alarm it is."""

    heading: str
    curves: tuple[str, ...]
    meaning: str
    kinds: tuple[Kind, ...] = ()
    is_share: bool = False


COLUMNS = (
    Column("layer", (), "Number, units and activation of the layer; ⚠ if there is an alarm."),
    Column(
        "activation", ("activation_rms",),
        "RMS of the activations A[l], every unit kept: √(mean of squares).", ("growing",),
    ),
    Column(
        "gradient", ("gradient_rms",),
        "RMS of the gradient ∂J/∂W[l] as the optimizer got it, penalties included.",
        ("vanishing", "exploding"),
    ),
    Column(
        "update", ("update_ratio",),
        "Update/weight ratio ‖ΔW[l]‖ / ‖W[l]‖; about 0.001 is usual.",
        ("large updates", "small updates"),
    ),
    Column(
        "dead/sat.", ("dead", "saturated"),
        "ReLU: share of units that gave 0 for the whole mini-batch (dead). tanh: share of "
        "activations beyond ±0.99, sigmoid: outside 0.01 … 0.99 (saturated).",
        ("dead", "saturated"), is_share=True,
    ),
    Column("w ≈ 0", ("near_zero",), "Share of weights of at most 0.001 in size.", is_share=True),
)  # fmt: skip
NEAR_ZERO = 5


class LayersModel(HeadedTable):
    """Holds one reading; the rows stay while the network is the same."""

    def __init__(self, parent: QObject | None = None) -> None:
        headings = tuple(Heading(c.heading, c.meaning, RIGHT) for c in COLUMNS)
        super().__init__(headings, parent)
        self._health: tuple[LayerHealth, ...] = ()
        self._cells: list[list[Cell]] = []
        self._alarms: tuple[Alarm, ...] = ()

    def clear(self) -> None:
        """Forget everything: another session."""
        self.beginResetModel()
        self._health, self._cells, self._alarms = (), [], ()
        self.endResetModel()

    def take(self, snapshot: Snapshot) -> None:
        """Show the latest reading and the curves behind it."""
        fresh = len(snapshot.health) != len(self._health)
        if fresh:
            self.beginResetModel()
        self._health, self._alarms = snapshot.health, snapshot.alarms
        self._cells = [
            [self._cell(snapshot, one, column) for column in COLUMNS] for one in snapshot.health
        ]
        if fresh:
            self.endResetModel()
        elif self._health:
            last = self.index(len(self._health) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _cell(self, snapshot: Snapshot, one: LayerHealth, column: Column) -> Cell:
        if not column.curves:
            return Cell(self._name(one), alarmed=bool(self._kinds(one.layer)))
        alarmed = any(kind in column.kinds for kind in self._kinds(one.layer))
        name = next((c for c in column.curves if getattr(one, c) is not None), None)
        if name is None:
            return Cell(_DASH)
        value = getattr(one, name)
        if column.is_share:
            return Cell(percent(value), share=value, alarmed=alarmed)
        line = course(tail(snapshot.history, f"{name}[{one.layer}]", READINGS)[1])
        return Cell(number(value), line, alarmed=alarmed)

    def _name(self, one: LayerHealth) -> str:
        return f"{'⚠ ' if self._kinds(one.layer) else ''}{one.layer}"

    def _kinds(self, layer: int) -> list[Kind]:
        return [alarm.kind for alarm in self._alarms if layer in alarm.layers]

    # --- Qt's questions -------------------------------------------------------------------

    def row_total(self) -> int:
        """A row per layer."""
        return len(self._cells)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for a cell."""
        if not index.isValid() or index.row() >= len(self._cells):
            return None
        one, cell = self._health[index.row()], self._cells[index.row()][index.column()]
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(one, COLUMNS[index.column()], cell)
        return None

    def _words(self, one: LayerHealth, column: Column, cell: Cell) -> str:
        if not column.curves:
            units = f"Layer {one.layer}: {one.units:,} units, {one.activation}"
            kinds: Sequence[str] = self._kinds(one.layer)
            return f"{units}. Alarm: {', '.join(kinds)}." if kinds else f"{units}."
        text = f"Layer {one.layer}: {cell.text}\n{column.meaning}"
        if column.curves == ("gradient_rms",):
            text += f"\nWithout penalties, of ∂J/∂Z[l]: {number(one.signal_rms)}."
        return text
