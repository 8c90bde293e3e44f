"""The α range test dock: where does the learning rate work, at the weights of now?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from dllab.diagnosis.progress import Progress
from dllab.diagnosis.range_test import RangeResult, RangeTest, range_test
from dllab.hyperparameters import TABLE
from dllab.training.replica import Replica
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.panel import Panel
from dllab_ui.docks.probe_row import ProbeRow
from dllab_ui.docks.range_form import RangeForm
from dllab_ui.docks.scroll_page import fill_with_column
from dllab_ui.theme import Theme
from dllab_ui.widgets.log_plot import LogCurve, LogPlot
from dllab_ui.widgets.toned_label import small_label

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_ABOUT = (
    "Trains a copy of the run while α grows from very small to very large. Where the cost falls "
    "fastest, α is good. The run is not touched and goes on."
)
_NUDGE = "Nudge the run: an entry of the journal, used by the next update."
_NOTE = "from the α range test"


class RangeTestPanel(Panel):
    """Settings, the button, the cost over α, and a nudge to what it suggests."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.result: RangeResult | None = None
        self.form = RangeForm()
        self.row = ProbeRow(lab, "range_test", "Run", f"Run the range test. {_ABOUT}")
        self.about, self.caption = small_label(), small_label()
        self.reason, self.ended = QLabel(), small_label()
        self.plot = LogPlot("learning rate α", "cost J")
        self.use = QPushButton("Use this")
        self._describe()
        shown = (self.about, self.form, self.row, self.plot, self.reason)
        fill_with_column(self, "range_test", (*shown, self.use, self.ended, self.caption))
        self.form.changed.connect(self._check)
        self.row.wanted.connect(self._start)
        self.row.done.connect(self._on_done)
        self.use.clicked.connect(self._on_use)
        self.setFocusProxy(self.row.run)
        self._show(None)

    # --- building -------------------------------------------------------------------------

    def _describe(self) -> None:
        for widget, name in (
            (self.about, "about"), (self.reason, "reason"), (self.ended, "ended"),
            (self.caption, "caption"), (self.plot, "plot"), (self.use, "use"),
        ):  # fmt: skip
            widget.setObjectName(f"range_test.{name}")
        for label in (self.about, self.reason, self.ended, self.caption):
            label.setWordWrap(True)
        self.about.setText(_ABOUT)
        self.plot.setAccessibleName("cost over the learning rate")
        self.plot.setToolTip(
            "Mini-batch cost at each learning rate: raw faint, smoothed strong.\n"
            "Drag zooms, double-click shows everything."
        )
        self.plot.setFixedHeight(230)
        self.use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.use.setToolTip(_NUDGE)

    # --- what comes from the lab ----------------------------------------------------------

    def clear(self) -> None:
        """Forget the session shown: another one comes."""
        self.row.forget()
        self._show(None)
        self._check()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Follow the learning rate in force."""
        used = snapshot.learning_rate_used
        if self.plot.marks.get("now", (None, ""))[0] != used:
            self.plot.set_mark("now", used, f"now {used:.2g}")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.plot.apply_theme(theme)

    # --- the test -------------------------------------------------------------------------

    def _check(self) -> None:
        self.row.show_problem(self.form.problem())

    def _start(self) -> None:
        if not self.form.problem():
            self.row.begin(partial(_work, self.form.settings()))

    def _on_done(self, result: RangeResult) -> None:
        self._show(result)
        self.said.emit(f"α range test: {result.reason}")

    def _show(self, result: RangeResult | None) -> None:
        self.result = result
        for widget in (self.plot, self.reason, self.caption):
            widget.setVisible(result is not None)
        self.use.setVisible(result is not None and result.alpha0 is not None)
        self.ended.setVisible(bool(result and result.ended))
        if result is None:
            return
        self.plot.show_curves(
            [
                LogCurve(result.learning_rates, result.costs, "train", faint=True),
                LogCurve(result.learning_rates, result.smoothed, "train"),
            ]
        )
        found = result.suggestion
        self.plot.set_mark("found", found, f"suggested {found or 0:.2g}", "best")
        self.reason.setText(result.reason)
        self.ended.setText(result.ended)
        self.caption.setText(
            f"as of step {words.count(result.step)} · {words.count(len(result.costs))} updates of "
            f"a copy · raw cost faint, smoothed strong"
        )
        self._show_use(result)

    def _show_use(self, result: RangeResult) -> None:
        alpha0, found = result.alpha0, result.suggestion
        if alpha0 is None or found is None:
            return
        shown = TABLE["learning_rate"].show(alpha0)
        self.use.setText(f"Use this: α₀ = {shown}")
        self.use.setAccessibleName(f"nudge the learning rate to {shown}")
        tip = _NUDGE
        if abs(alpha0 / found - 1) > 0.01:
            tip += f"\nThe schedule makes about {found:.2g} of it now."
        self.use.setToolTip(tip)

    def _on_use(self) -> None:
        result = self.result
        if result is None or result.alpha0 is None:
            return
        if self.lab.nudge({"learning_rate": result.alpha0}, _NOTE):
            self.said.emit(f"Asked for the learning rate {result.alpha0:g}.")


def _work(settings: RangeTest, replica: Replica, progress: Progress) -> RangeResult:
    return range_test(replica, progress, settings)
