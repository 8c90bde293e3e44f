"""The ranges of a search: a row per hyperparameter, in the order in which to try them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dllab.recipe import Recipe
from dllab.search import SEARCHABLE, SearchSpace, in_order, suggested
from dllab_ui.search.range_row import RangeRow

_HEADINGS = ("first", "then", "after that", "last, if ever")
_ADD = "Add a hyperparameter …"


class RangeList(QWidget):
    """``changed`` whenever a row does; further hyperparameters come from a list below."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, RangeRow] = {}
        self._recipe: Recipe | None = None
        self._given: tuple[str, ...] = ()
        self._grid = QGridLayout()
        self.add = QComboBox()
        self.add.setObjectName("search.add")
        self.add.setAccessibleName("add a hyperparameter")
        self.add.setToolTip("Search any other hyperparameter as well.")
        self.add.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.add.activated.connect(self._on_add)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("search.ranges")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The dock's own ground, not the window's.
        self._scroll.viewport().setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.add)

    def show_space(self, recipe: Recipe, space: SearchSpace) -> None:
        """A row for all that is worth a search around the recipe; those in the space are ticked."""
        for row in self.rows.values():
            row.deleteLater()
        self.rows, self._recipe, self._given = {}, recipe, space.keys
        holder = QWidget()
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setHorizontalSpacing(4)
        self._grid.setVerticalSpacing(4)
        for column, share in ((0, 3), (1, 2), (3, 2)):
            self._grid.setColumnStretch(column, share)
        for heading, group in zip(_HEADINGS, in_order(recipe), strict=True):
            if group:
                self._add_heading(heading)
            for dimension in group:
                self._add_row(dimension.key)
        for dimension in space:
            if dimension.key not in self.rows:
                self._add_row(dimension.key)
            self.rows[dimension.key].show_dimension(dimension)
            self.rows[dimension.key].box.setChecked(True)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self._scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        self._fill_add()

    def space(self) -> SearchSpace:
        """The ranges and choices that are ticked, as typed.

        Raises
        ------
        SearchError
            If one makes no sense or none is ticked, in words.
        """
        ticked = [row for row in self.rows.values() if row.box.isChecked()]
        # In the order of the space that was filled in, so that it is the same one again.
        first = [row for row in ticked if row.key in self._given]
        first.sort(key=lambda row: self._given.index(row.key))
        rest = [row for row in ticked if row.key not in self._given]
        return SearchSpace(tuple(row.dimension() for row in (*first, *rest)))

    def _add_heading(self, text: str) -> None:
        label = QLabel(text)
        label.setProperty("tone", "muted")
        self._grid.addWidget(label, self._grid.rowCount(), 0, 1, 4)

    def _add_row(self, key: str) -> RangeRow:
        assert self._recipe is not None
        row = RangeRow(suggested(key, self._recipe), self)
        row.place(self._grid, self._grid.rowCount())
        row.changed.connect(self.changed)
        self.rows[key] = row
        return row

    def _fill_add(self) -> None:
        self.add.clear()
        self.add.addItem(_ADD)
        for key, record in SEARCHABLE.items():
            if key not in self.rows:
                self.add.addItem(record.name, key)

    def _on_add(self, index: int) -> None:
        key = self.add.itemData(index)
        if key is None:
            return
        # The empty last row took what room was left; it moves below the new one.
        self._grid.setRowStretch(self._grid.rowCount() - 1, 0)
        row = self._add_row(key)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        row.box.setChecked(True)
        self._fill_add()
        row.low.setFocus()
        self._scroll.ensureWidgetVisible(row.low)
