"""The curves: cost, error and the knobs over one common x axis."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dllab.hyperparameters import live_knobs, split_key
from dllab.training.history import HistoryView
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.curve_controls import CurveControls
from dllab_ui.docks.curve_feed import CurveFeed, CurveRecord
from dllab_ui.docks.curve_words import ghost_words, marker_text
from dllab_ui.docks.twin_curves import TwinCurves
from dllab_ui.theme import Theme
from dllab_ui.widgets.axis_knots import AxisMode
from dllab_ui.widgets.curve_plot import CurvePlot
from dllab_ui.widgets.in_turns import InTurns
from dllab_ui.widgets.markers import MarkerSymbol

_MARKED: dict[str, MarkerSymbol] = {
    "nudge": "nudge",
    "checkpoint": "checkpoint",
    "rollback": "rollback",
    "guard": "guard",
    "stop": "guard",
}
# A nudge sets α₀; the strip shows what the schedule makes of it.
_USED = {"learning_rate": "learning_rate_used"}
_STRIP_COLOURS = ("accent", "dev", "best", "probe", "warning", "muted")


class CurvesView(QWidget):
    """Three plots that zoom together, their controls, and the ledger's markers."""

    entry_selected = Signal(int)
    marker_menu_wanted = Signal(object, object)
    """Number of the marker's entry and the `QMenu` to put actions into."""
    axis_shown = Signal(str)
    range_shown = Signal(object)
    """The part of the axis that the person chose (from, to), None for the whole run."""
    ghosts_shown = Signal(object)
    """Each abandoned branch and whether its ghost is shown, when that has changed."""
    interacted = Signal()
    said = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self.cost = CurvePlot("cost", "cost J")
        self.error = CurvePlot("error", "error")
        self.strip = CurvePlot("knobs", "knobs", legend_below=True)
        self.plots = [self.cost, self.error, self.strip]
        self._drawing = InTurns(
            self, lambda: self._draw(self.cost), lambda: self._draw(self.error), self._draw_strip
        )
        records = []
        for plot, name in ((self.cost, "cost"), (self.error, "error")):
            records += [
                CurveRecord(plot, f"train_{name}", f"train {name}", "train", "raw", ghost=True),
                CurveRecord(plot, f"probe_{name}", f"training probe {name}", "probe", "line"),
                CurveRecord(plot, f"dev_{name}", f"dev {name}", "dev", "points", ghost=True),
            ]
        self._feed = CurveFeed(records, self.plots)
        self._twin = TwinCurves({"dev_cost": self.cost, "dev_error": self.error})
        self._strip_knobs: dict[str, str] = {}
        self._offered: list[str] = []
        self._wanted_knobs = {"learning_rate"}
        self._entries_seen = 0
        self._history: HistoryView | None = None
        self._marks: list[tuple[int, int, MarkerSymbol, str]] = []
        self._marks_drawn = dict.fromkeys(self.plots, 0)
        self._ghosts: dict[str, bool] = {}
        self._zoomed = False
        self.controls = CurveControls()
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("curves.splitter")
        self.splitter.setChildrenCollapsible(False)
        for plot in self.plots[:-1]:
            # They stand on the strip, which has the numbers of the common axis.
            plot.set_x_axis_visible(False)
        for plot, weight, least in zip(self.plots, (6, 4, 2), (120, 100, 96), strict=True):
            plot.setObjectName(f"curves.{plot.title}")
            plot.setMinimumHeight(least)
            self.splitter.addWidget(plot)
            self.splitter.setStretchFactor(self.splitter.count() - 1, weight)
        self.splitter.setSizes([330, 220, 110])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.controls)
        self._connect()

    def _connect(self) -> None:
        for plot in self.plots:
            plot.marker_selected.connect(self._on_marker)
            plot.marker_menu_wanted.connect(self.marker_menu_wanted)
            plot.steps_chosen.connect(lambda steps, plot=plot: self._on_zoom(plot, steps))
            plot.saved.connect(lambda text: self.said.emit(text, "muted"))
            plot.failed.connect(lambda text: self.said.emit(text, "danger"))
            self.controls.settings.ignore_first_changed.connect(plot.set_ignore_first)
        controls = self.controls
        controls.axis_changed.connect(self._on_axis)
        for plot in (self.cost, self.error):
            controls.smoothing_changed.connect(plot.set_smoothing)
            controls.log_y_changed.connect(plot.set_log_y)
        controls.knob_toggled.connect(self._on_knob_toggled)
        controls.whole_run_wanted.connect(self.show_whole_run)
        controls.settings.reference_changed.connect(self._on_reference)

    def clear(self) -> None:
        """Another session."""
        self._feed.forget()
        self._twin.clear()
        self._history = None
        self._entries_seen = 0
        self._offered = []
        self.show_whole_run()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Give the plots what is new; they draw it one after the other, a moment later."""
        self._history = snapshot.history
        self._offer_knobs(snapshot)
        if self._feed.feed(snapshot.history):
            self._entries_seen = 0
            for plot in self.plots:
                for entry_id, *_ in self._marks:
                    plot.remove_marker(entry_id)
            self._marks, self._marks_drawn = [], dict.fromkeys(self.plots, 0)
        self._mark(snapshot)
        self._twin.show_snapshot(snapshot)
        self._tell_ghosts()
        self.strip.set_run_end(snapshot.step)
        self._drawing.start()

    def draw_now(self) -> None:
        """Draw at once what has changed: for a picture, or because the person changed it."""
        self._drawing.finish()
        for plot in self.plots:
            plot.show_drawn()

    def _draw(self, plot: CurvePlot) -> None:
        for mark in self._marks[self._marks_drawn[plot] :]:
            plot.add_marker(*mark)
        self._marks_drawn[plot] = len(self._marks)
        plot.refresh(show_later=True)

    def _draw_strip(self) -> None:
        # Ghosts and twins may be ahead of the run; the strip has the numbers of their axis.
        self.strip.set_reach(max(self.cost.end, self.error.end))
        self._draw(self.strip)

    def _offer_knobs(self, snapshot: Snapshot) -> None:
        numeric = [
            knob
            for knob, value in live_knobs(snapshot.hyperparameters).items()
            if not isinstance(value, str)
        ]
        if numeric != self._offered:
            self._offered = numeric
            self.controls.show_knobs(numeric, self._wanted_knobs)
            for knob in list(self._strip_knobs):
                if knob not in numeric:
                    self._show_knob(knob, False)
            for knob in sorted(self._wanted_knobs & set(numeric)):
                self._show_knob(knob, True)

    def _on_knob_toggled(self, knob: str, on: bool) -> None:
        (self._wanted_knobs.add if on else self._wanted_knobs.discard)(knob)
        self._show_knob(knob, on)
        self.interacted.emit()

    def _show_knob(self, knob: str, on: bool) -> None:
        if on and knob not in self._strip_knobs:
            free = [c for c in _STRIP_COLOURS if c not in self._strip_knobs.values()]
            colour = free[0] if free else _STRIP_COLOURS[-1]
            self._strip_knobs[knob] = colour
            label = words.knob_name(knob)
            series = _USED.get(knob, knob)
            self._feed.add_record(CurveRecord(self.strip, series, label, colour, "step"))
        elif not on and knob in self._strip_knobs:
            del self._strip_knobs[knob]
            self._feed.drop_record(_USED.get(knob, knob))
        scales = {split_key(shown)[0].scale for shown in self._strip_knobs}
        self.strip.set_log_y(scales == {"log"})

    def _mark(self, snapshot: Snapshot) -> None:
        if len(snapshot.entries) == self._entries_seen:
            return
        self._feed.name_ghosts(ghost_words(snapshot))
        limits = {s.branch: limit for s, limit in snapshot.history.lineage()}
        for entry in snapshot.entries[self._entries_seen :]:
            symbol = _MARKED.get(entry.kind)
            limit = limits.get(entry.branch, -1)
            hidden = entry.kind == "checkpoint" and entry.who != "person"
            if symbol is None or hidden or (limit is not None and entry.step > limit):
                continue
            self._marks.append((entry.id, entry.step, symbol, marker_text(entry)))
        self._entries_seen = len(snapshot.entries)

    def select_entry(self, entry_id: int) -> None:
        """Emphasise the marker of an entry, and show the twin that was compared with it."""
        self._twin.select(entry_id)
        self.draw_now()
        for plot in self.plots:
            plot.select_marker(entry_id)

    def select_place(self, entry_id: int, step: int) -> None:
        """Emphasise the marker of an entry, or draw a line at its step if it has none."""
        self.select_entry(entry_id)
        if all(entry_id != marked for marked, *_ in self._marks):
            for plot in self.plots:
                plot.show_place(step)

    def show_ghost(self, branch: str, on: bool) -> None:
        """Show or hide the ghost of an abandoned branch."""
        if self._history is None:
            return
        self._feed.choose_ghost(branch, on, self._history)
        self.draw_now()
        self._tell_ghosts()
        self.interacted.emit()

    def light_ghost(self, branch: str) -> None:
        """Let the ghost of this branch stand out among the others; empty for none."""
        self._feed.light_ghost(branch)

    def _tell_ghosts(self) -> None:
        ghosts = self._feed.ghosts(self._history) if self._history is not None else {}
        if ghosts != self._ghosts:
            self._ghosts = ghosts
            self.ghosts_shown.emit(dict(ghosts))

    def show_whole_run(self) -> None:
        """End every zoom."""
        for plot in self.plots:
            plot.show_whole_run()
        self._tell_range(False)
        self.interacted.emit()

    def _on_axis(self, mode: AxisMode) -> None:
        # A place on the axis of before.
        self.strip.set_reach(0.0)
        self._feed.set_axis(mode, self._history)
        self.draw_now()
        self.axis_shown.emit(mode)
        self._tell_range(self._zoomed)
        self.interacted.emit()

    def _on_marker(self, entry_id: int) -> None:
        self.select_entry(entry_id)
        self.entry_selected.emit(entry_id)

    def _on_zoom(self, source: CurvePlot, steps: tuple[float, float] | None) -> None:
        for plot in self.plots:
            if plot is source:
                continue
            if steps is None:
                plot.show_whole_run()
            else:
                plot.show_steps(*steps)
        self._tell_range(steps is not None)
        self.interacted.emit()

    def _tell_range(self, zoomed: bool) -> None:
        self._zoomed = zoomed
        low, high = self.cost.canvas.view_box.viewRange()[0]
        self.range_shown.emit((float(low), float(high)) if zoomed else None)

    def _on_reference(self, line: str, value: float | None) -> None:
        label = "human / Bayes error" if line == "human" else "target"
        self.error.set_reference_line(line, value, label)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for plot in self.plots:
            plot.apply_theme(theme)
