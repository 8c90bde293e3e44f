"""The curves: cost, error and the knobs over one common x axis."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from dllab.hyperparameters import live_knobs, split_key
from dllab.training.history import HistoryView
from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.curve_controls import CurveControls
from dllab_ui.docks.curve_feed import CurveFeed, CurveRecord
from dllab_ui.theme import Theme
from dllab_ui.widgets.axis_knots import AxisMode
from dllab_ui.widgets.curve_plot import CurvePlot
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
    interacted = Signal()
    said = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves")
        self.cost = CurvePlot("cost", "cost J")
        self.error = CurvePlot("error", "error")
        self.strip = CurvePlot("knobs", "knobs")
        self.plots = [self.cost, self.error, self.strip]
        records = []
        for plot, name in ((self.cost, "cost"), (self.error, "error")):
            records += [
                CurveRecord(plot, f"train_{name}", f"train {name}", "train", "raw", ghost=True),
                CurveRecord(plot, f"probe_{name}", f"training probe {name}", "probe", "line"),
                CurveRecord(plot, f"dev_{name}", f"dev {name}", "dev", "points", ghost=True),
            ]
        self._feed = CurveFeed(records, self.plots)
        self._strip_knobs: dict[str, str] = {}
        self._offered: list[str] = []
        self._wanted_knobs = {"learning_rate"}
        self._entries_seen = 0
        self._history: HistoryView | None = None
        self._marked: list[int] = []
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
        self._history = None
        self._entries_seen = 0
        self._offered = []

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Give the plots what is new and draw once."""
        self._history = snapshot.history
        self._offer_knobs(snapshot)
        if self._feed.feed(snapshot.history):
            self._entries_seen = 0
            for plot in self.plots:
                for entry_id in self._marked:
                    plot.remove_marker(entry_id)
            self._marked = []
        self._mark(snapshot)
        self.strip.set_run_end(snapshot.step)
        for plot in self.plots:
            plot.refresh()

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
        limits = {s.branch: limit for s, limit in snapshot.history.lineage()}
        for entry in snapshot.entries[self._entries_seen :]:
            symbol = _MARKED.get(entry.kind)
            limit = limits.get(entry.branch, -1)
            hidden = entry.kind == "checkpoint" and entry.who != "person"
            if symbol is None or hidden or (limit is not None and entry.step > limit):
                continue
            for plot in self.plots:
                plot.add_marker(entry.id, entry.step, symbol, _marker_text(entry))
            self._marked.append(entry.id)
        self._entries_seen = len(snapshot.entries)

    def select_entry(self, entry_id: int) -> None:
        """Emphasise the marker of an entry."""
        for plot in self.plots:
            plot.select_marker(entry_id)

    def show_whole_run(self) -> None:
        """End every zoom."""
        for plot in self.plots:
            plot.show_whole_run()
        self.interacted.emit()

    def _on_axis(self, mode: AxisMode) -> None:
        self._feed.set_axis(mode, self._history)
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
        self.interacted.emit()

    def _on_reference(self, line: str, value: float | None) -> None:
        label = "human / Bayes error" if line == "human" else "target"
        self.error.set_reference_line(line, value, label)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for plot in self.plots:
            plot.apply_theme(theme)


def _marker_text(entry: Entry) -> str:
    place = words.at_step(entry.step, entry.epoch)
    what = words.changes(entry.changes) if entry.changes else entry.kind
    note = f"\n“{entry.note}”" if entry.note else ""
    return f"{what}\n{place}{note}"
