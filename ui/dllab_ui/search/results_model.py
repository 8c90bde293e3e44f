"""The trials of a search as rows, a column for each searched hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt

from dllab.search import Choices, Dimension, SearchSpace, Trial
from dllab_ui import words
from dllab_ui.widgets.headed_table import LEFT, RIGHT, HeadedTable, Heading, Index

SORT_ROLE = int(Qt.ItemDataRole.UserRole)
ERROR_COLUMN = 1


@dataclass(frozen=True)
class _Column:
    title: str
    tip: str
    text: Any
    order: Any
    is_text: bool = False


def _last_if_none(value: float | None) -> float:
    return math.inf if value is None else value


_BEFORE = (
    _Column("#", "number of the trial", lambda t: f"{t.number}", lambda t: t.number),
    _Column(
        "dev error", "error on the dev set where its cost was lowest",
        lambda t: words.percent(t.best_dev_error), lambda t: _last_if_none(t.best_dev_error),
    ),
)  # fmt: skip
_AFTER = (
    _Column(
        "dev cost", "lowest cost on the dev set",
        lambda t: words.cost(t.best_dev_cost), lambda t: _last_if_none(t.best_dev_cost),
    ),
    _Column(
        "at step", "update with the lowest dev cost", lambda t: words.count(t.best_step),
        lambda t: t.best_step,
    ),
    _Column(
        "at the end", "dev error after the last update",
        lambda t: words.percent(t.dev_error), lambda t: _last_if_none(t.dev_error),
    ),
    _Column("steps", "updates made", lambda t: words.count(t.steps), lambda t: t.steps),
    _Column("time", "seconds of training", lambda t: f"{t.seconds:.1f} s", lambda t: t.seconds),
    _Column("status", "how it ended", lambda t: t.status, lambda t: t.status, True),
)  # fmt: skip


def _title(dimension: Dimension) -> str:
    """A short symbol, or the name."""
    record = dimension.record
    return record.symbol if 0 < len(record.symbol) <= 2 else record.name


def _column_of(dimension: Dimension) -> _Column:
    record, key = dimension.record, dimension.key
    if isinstance(dimension, Choices):
        return _Column(
            _title(dimension), record.name, lambda t: record.show(t.values[key]),
            lambda t: record.show(t.values[key]), True,
        )  # fmt: skip
    return _Column(
        _title(dimension), record.name, lambda t: record.show(t.values[key]),
        lambda t: t.values[key],
    )  # fmt: skip


class ResultsModel(HeadedTable):
    """A row per trial, a column per searched hyperparameter between its error and the rest."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent=parent)
        self._show_columns((*_BEFORE, *_AFTER))
        self._space: SearchSpace | None = None
        self.trials: tuple[Trial, ...] = ()

    def show_trials(self, space: SearchSpace, trials: Sequence[Trial]) -> None:
        """Show these trials; those that came since the last time are added below."""
        known = len(self.trials)
        if space == self._space and tuple(trials[:known]) == self.trials:
            if len(trials) > known:
                self.beginInsertRows(QModelIndex(), known, len(trials) - 1)
                self.trials = tuple(trials)
                self.endInsertRows()
            return
        self.beginResetModel()
        self._space, self.trials = space, tuple(trials)
        self._show_columns((*_BEFORE, *map(_column_of, space), *_AFTER))
        self.endResetModel()

    def _show_columns(self, columns: tuple[_Column, ...]) -> None:
        self._columns = columns
        self.headings = tuple(
            Heading(c.title, c.tip, LEFT if c.is_text else RIGHT) for c in columns
        )

    def row_total(self) -> int:
        """A row per trial."""
        return len(self.trials)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for a cell."""
        trial, column = self.trials[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(trial)
        if role == SORT_ROLE:
            return column.order(trial)
        if role == Qt.ItemDataRole.ToolTipRole:
            return trial.note or None
        if role == Qt.ItemDataRole.TextAlignmentRole and not column.is_text:
            return RIGHT
        return None

    def table(self) -> str:
        """Every trial as text with tabs, heading first, for the clipboard."""
        lines = [[column.title for column in self._columns]]
        lines += [[column.text(trial) for column in self._columns] for trial in self.trials]
        return "\n".join("\t".join(line) for line in lines)
