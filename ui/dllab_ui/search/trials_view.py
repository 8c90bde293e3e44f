"""The results of a search: scatter plot and table of the same trials, one selection for both."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dllab.search import (
    Choices,
    Dimension,
    Search,
    SearchSpace,
    Trial,
    compare,
)
from dllab_ui import words
from dllab_ui.search.chooser import row_of
from dllab_ui.search.colour_legend import ColourLegend
from dllab_ui.search.colours import ColourScale
from dllab_ui.search.marks import LOST, Point
from dllab_ui.search.quantities import Quantity, quantities, quantity_of
from dllab_ui.search.results import ResultsTable
from dllab_ui.search.scatter import Scatter
from dllab_ui.theme import Theme

_HINT = "Point at a trial to read its values; click it to select its row."


class TrialsView(QWidget):
    """Shows one search, and a second one beside it.

    ``zoom_wanted`` asks for the next round, ``recipe_wanted`` carries the `Trial` to open.
    """

    zoom_wanted = Signal()
    recipe_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search: Search | None = None
        self.beside: Search | None = None
        self._zoom: SearchSpace | None = None
        self._running = False
        self.x_axis, self.y_axis = QComboBox(), QComboBox()
        self.legend, self.scatter, self.table = ColourLegend(), Scatter(), ResultsTable()
        self.reading, self.comparison = QLabel(_HINT), QLabel()
        self.zoom = QPushButton("Zoom in on the best")
        self.open = QPushButton("Open …")
        self._lay_out()
        self._connect()
        self._show_buttons()

    def _lay_out(self) -> None:
        for widget, name, meaning, tip in (
            (self.x_axis, "x", "x axis", "What the x axis shows."),
            (self.y_axis, "y", "y axis", "What the y axis shows."),
            (self.scatter, "scatter", "scatter plot of the trials", ""),
            (self.reading, "reading", "values of a trial", ""),
            (self.comparison, "comparison", "comparison with the search beside", ""),
            (
                self.zoom, "zoom", "zoom in on the best",
                "Fill in the next round: the ranges in which the best quarter of the trials lies.",
            ),
            (
                self.open, "open", "open as a session",
                "Make a session of the selected trial's recipe, or of the best one's.",
            ),
        ):  # fmt: skip
            widget.setObjectName(f"search.{name}")
            widget.setAccessibleName(meaning)
            widget.setToolTip(tip)
        for box in (self.x_axis, self.y_axis):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(5)
        for label in (self.reading, self.comparison):
            label.setWordWrap(True)
            label.setProperty("tone", "muted")
        self.reading.setMinimumHeight(2 * self.reading.fontMetrics().lineSpacing())
        self.reading.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.comparison.hide()
        plot = QWidget()
        drawing = QVBoxLayout(plot)
        drawing.setContentsMargins(10, 4, 10, 2)
        drawing.setSpacing(4)
        drawing.addLayout(row_of(("y", self.y_axis), ("x", self.x_axis)))
        drawing.addWidget(self.scatter, 1)
        drawing.addWidget(self.legend)
        drawing.addWidget(self.reading)
        drawing.addWidget(self.comparison)
        below = QWidget()
        rows = QVBoxLayout(below)
        rows.setContentsMargins(0, 0, 0, 6)
        rows.setSpacing(4)
        rows.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(10, 0, 10, 0)
        buttons.addWidget(self.zoom)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        rows.addLayout(buttons)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(plot)
        self.splitter.addWidget(below)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([640, 360])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        self.zoom.clicked.connect(self.zoom_wanted)
        self.open.clicked.connect(self._on_open)
        self.x_axis.activated.connect(self._draw)
        self.y_axis.activated.connect(self._draw)
        self.scatter.hovered.connect(self._read)
        self.scatter.clicked.connect(self.table.select)
        self.table.chosen.connect(self._on_chosen)

    # --- what is shown --------------------------------------------------------------------

    def show_search(self, search: Search) -> None:
        """Show a search and the trials it has so far."""
        turned = self.search is None or self.search.plan.space.keys != search.plan.space.keys
        self.search = search
        if turned:
            self._offer_axes(search)
        self.table.show_trials(search.plan.space, search.trials)
        self._read(None)
        self._compare()
        self._draw()
        self._show_buttons()

    def lay_beside(self, other: Search | None) -> None:
        """Draw another search behind the one shown, or none."""
        self.beside = other
        self._compare()
        self._draw()

    def show_zoom(self, space: SearchSpace | None) -> None:
        """Draw the region of the next round, or none."""
        self._zoom = space
        self._draw()

    def set_running(self, on: bool) -> None:
        """While a search is being trained, there is no next round."""
        self._running = on
        if not on:
            self.table.fit_columns()
        self._show_buttons()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.scatter.apply_theme(theme)
        self.legend.apply_theme(theme)

    def _offer_axes(self, search: Search) -> None:
        axes = quantities(search.plan.space)
        keys = list(axes)
        # The first two hyperparameters, or with one alone what came of it.
        for box, start in ((self.x_axis, 0), (self.y_axis, 1)):
            with QSignalBlocker(box):
                box.clear()
                for quantity in axes.values():
                    box.addItem(quantity.name, quantity.key)
                box.setCurrentIndex(min(start, len(keys) - 1))

    def _axes(self, space: SearchSpace) -> tuple[Quantity, Quantity]:
        there = quantities(space)
        return there[self.x_axis.currentData()], there[self.y_axis.currentData()]

    def _draw(self) -> None:
        if self.search is None:
            return
        trials = self.search.trials
        beside = self.beside.trials if self.beside is not None else ()
        scale = ColourScale.over(
            trial.best_dev_error
            for trial in (*trials, *beside)
            if trial.is_ranked and trial.best_dev_error is not None
        )
        best = self.search.best
        axes = self._axes(self.search.plan.space)
        self.scatter.show_trials(trials, beside, axes, scale, best.number if best else None)
        self.scatter.show_box(self._zoomed(axes) if self._zoom is not None else None)
        self.legend.show_scale(scale)

    def _zoomed(self, axes: tuple[Quantity, Quantity]) -> tuple[Quantity, Quantity]:
        assert self._zoom is not None
        zoom = self._zoom
        x, y = (self._narrowed(a, zoom[a.key]) if a.key in zoom else a for a in axes)
        return x, y

    @staticmethod
    def _narrowed(axis: Quantity, dimension: Dimension) -> Quantity:
        """The axis with the ends of the new region; of choices, from the first kept to the last."""
        if not isinstance(dimension, Choices):
            return quantity_of(dimension)
        kept = [axis.names.index(dimension.record.show(option)) for option in dimension.options]
        return replace(axis, ends=(float(min(kept)), float(max(kept))))

    def _compare(self) -> None:
        text = ""
        if self.search is not None and self.beside is not None and self.search.trials:
            text = f"◇ is the search beside. {compare(self.search, self.beside).words}"
        self.comparison.setText(text)
        self.comparison.setVisible(bool(text))

    # --- what a person does ---------------------------------------------------------------

    def _on_chosen(self, number: int | None) -> None:
        self.scatter.select(number)
        self._read(None)
        self._show_buttons()

    def _read(self, point: Point | None) -> None:
        """Tell the values under the mouse, else those of the selected trial."""
        if point is not None:
            self.reading.setText(self._values(point.trial, point.beside))
            return
        selected = self._trial(self.table.selected_number())
        self.reading.setText(self._values(selected, False) if selected else self._hint())

    def _hint(self) -> str:
        trials = self.search.trials if self.search is not None else ()
        lost = sum(trial.status in LOST for trial in trials)
        return f"{_HINT} × {lost:,} diverged or refused." if lost else _HINT

    def _values(self, trial: Trial, beside: bool) -> str:
        search = self.beside if beside else self.search
        assert search is not None
        texts = [f"{d.record.name} {d.record.show(trial.values[d.key])}" for d in search.plan.space]
        came = f"dev error {words.percent(trial.best_dev_error)}"
        if trial.status != "done":
            came = trial.note.rstrip(".") or trial.status
        where = "Beside, trial" if beside else "Trial"
        return f"{where} {trial.number}: {came} · " + " · ".join(texts)

    def _trial(self, number: int | None) -> Trial | None:
        trials = self.search.trials if self.search is not None else ()
        return next((trial for trial in trials if trial.number == number), None)

    def _wanted(self) -> Trial | None:
        selected = self._trial(self.table.selected_number())
        if selected is not None or self.search is None:
            return selected
        return self.search.best

    def _on_open(self) -> None:
        trial = self._wanted()
        if trial is not None:
            self.recipe_wanted.emit(trial)

    def _show_buttons(self) -> None:
        trial = self._wanted()
        self.open.setEnabled(trial is not None)
        self.open.setText(f"Open trial {trial.number} …" if trial is not None else "Open …")
        ranked = [t for t in (self.search.trials if self.search else ()) if t.is_ranked]
        self.zoom.setEnabled(len(ranked) >= 2 and not self._running)
