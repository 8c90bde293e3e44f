"""The first rows of the data, the kind of each column above it, the label standing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dllab.data import Dataset, Inspection
from dllab.data.options import IMAGES
from dllab_ui.theme import mixed

_AnyIndex = QModelIndex | QPersistentModelIndex
_MOST_COLUMNS = 200
_ROW, _WIDEST = 22, 220


@dataclass(frozen=True)
class Heading:
    """Name, kind and role ("feature", "label" or "ignored") of a column of the preview."""

    name: str
    kind: str = ""
    role: str = "feature"
    hint: str = ""


Table = tuple[tuple[Heading, ...], tuple[tuple[str, ...], ...]]


def table_of(found: Inspection | None, dataset: Dataset | None) -> Table:
    """Headings and rows for what was found; empty where there is nothing to show."""
    if found is None:
        return (), ()
    if found.format == IMAGES:
        return (Heading("class", role="label"), Heading("images")), found.preview
    if found.columns:
        headings = [
            Heading(c.name, "left out" if c.role == "ignored" else c.kind, c.role, _hint(c))
            for c in found.columns[:_MOST_COLUMNS]
        ]
        return tuple(headings), tuple(row[:_MOST_COLUMNS] for row in found.preview)
    if not found.preview:
        return (), ()
    return _numbers(found, dataset)


def _hint(column: Any) -> str:
    parts = [f"{column.name}: {column.kind}"]
    parts += [f"{column.missing:,} missing"] if column.missing else []
    parts += [f"{column.distinct:,} different values", "such as " + ", ".join(column.examples)]
    return " · ".join(parts)


def _numbers(found: Inspection, dataset: Dataset | None) -> Table:
    width = len(found.preview[0])
    named = dataset is not None and dataset.train.n_x >= width
    names = [
        dataset.feature_name(i) if named and dataset is not None else f"column {i}"
        for i in range(width)
    ]
    headings = [Heading(name, "number") for name in names]
    rows = list(found.preview)
    # Rows that were left out in reading would put labels beside the wrong ones.
    if dataset is not None and dataset.train.m == found.rows and not dataset.image_shape:
        headings.append(Heading(_label_name(dataset), dataset_kind(dataset), "label"))
        labels = dataset.train.y[: len(rows)]
        rows = [(*row, _shown(dataset, y)) for row, y in zip(rows, labels, strict=False)]
    return tuple(headings), tuple(rows)


def _label_name(dataset: Dataset) -> str:
    return dataset.target_names[0] if dataset.target_names else "y"


def dataset_kind(dataset: Dataset) -> str:
    """What a label holds."""
    return "class" if dataset.is_classification else "number"


def _shown(dataset: Dataset, y: Any) -> str:
    if dataset.is_classification:
        return dataset.classes[int(y)]
    values = [y] if getattr(y, "ndim", 0) == 0 else list(y)
    return ", ".join(f"{float(value):.6g}" for value in values)


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.headings: tuple[Heading, ...] = ()
        self.rows: Sequence[tuple[str, ...]] = ()
        self.palette = QPalette()

    def fill(self, table: Table, palette: QPalette) -> None:
        self.beginResetModel()
        (self.headings, self.rows), self.palette = table, palette
        self.endResetModel()

    def rowCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: _AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, heading = self.rows[index.row()], self.headings[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row[index.column()] if index.column() < len(row) else ""
        return self._look(heading, role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        heading = self.headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            role_word = "label" if heading.role == "label" else heading.kind
            kind = f"label, {heading.kind}" if role_word == "label" and heading.kind else role_word
            return f"{heading.name}\n{kind}" if kind else heading.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return heading.hint or None
        return None

    def _look(self, heading: Heading, role: int) -> Any:
        if role == Qt.ItemDataRole.FontRole and heading.role == "label":
            font = QFont()
            font.setBold(True)
            return font
        colours = self.palette
        if role == Qt.ItemDataRole.BackgroundRole and heading.role == "label":
            accent, base = colours.highlight().color().name(), colours.base().color().name()
            return QColor(mixed(accent, base, 0.16))
        if role == Qt.ItemDataRole.ForegroundRole and heading.role == "ignored":
            return colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
        return None


class PreviewTable(QTableView):
    """``picked`` brings the name of the column the person went to."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("new.data.preview")
        self.setAccessibleName("the first rows of the data")
        self._model = _Model()
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMaximumSectionSize(_WIDEST)
        header.sectionClicked.connect(self._pick)
        self.selectionModel().currentColumnChanged.connect(lambda now, _: self._pick(now.column()))

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The columns shown."""
        return self._model.headings

    def show_table(self, table: Table) -> None:
        """Show headings and rows."""
        self._model.fill(table, self.palette())
        self.resizeColumnsToContents()

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        return str(self._model.index(row, column).data())

    def _pick(self, column: int) -> None:
        if 0 <= column < len(self.headings):
            self.picked.emit(self.headings[column].name)
