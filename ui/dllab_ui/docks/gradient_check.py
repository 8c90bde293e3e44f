"""The gradient check dock: is backpropagation right, block by block?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QWidget

from dllab.diagnosis.gradient_check import GradientCheck, check_gradient
from dllab.diagnosis.gradient_report import GradientReport
from dllab.diagnosis.progress import Progress
from dllab.training.replica import Replica
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.gradient_form import GradientForm
from dllab_ui.docks.gradient_table import LOOKS, SHAPE, GradientTable
from dllab_ui.docks.panel import Panel
from dllab_ui.docks.probe_row import ProbeRow
from dllab_ui.docks.scroll_page import fill_with_column
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets.axes import short_number
from dllab_ui.widgets.log_plot import LogCurve, LogPlot
from dllab_ui.widgets.plain_table import make_plain
from dllab_ui.widgets.toned_label import set_tone, small_label

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_ROW_HEIGHT = 24
_WIDE = 380
_WIDTHS = (48, 70, 58, 84)
_ABOUT = (
    "Compares backpropagation with slopes of the cost, (J(θ+ε) − J(θ−ε))/2ε with ε = 1e-7, in "
    "float64, on a copy: the run is not touched and goes on."
)


class GradientCheckPanel(Panel):
    """Settings, the button, and what the last check found."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.report: GradientReport | None = None
        self._theme: Theme = LIGHT
        self.form = GradientForm()
        self.row = ProbeRow(lab, "gradient_check", "Check", f"Check the gradient. {_ABOUT}")
        self.about, self.caption, self.legend = small_label(), small_label(), QLabel()
        self.verdict, self.sentence = QLabel(), QLabel()
        self.model = GradientTable(self)
        self.table = QTableView()
        self.ladder = LogPlot("ε", "ratio", log_y=True)
        self._describe()
        self._set_up_table()
        self._lay_out()
        self.form.changed.connect(self._check)
        self.row.wanted.connect(self._start)
        self.row.done.connect(self._on_done)
        self.setFocusProxy(self.row.run)
        self._show(None)

    # --- building -------------------------------------------------------------------------

    def _describe(self) -> None:
        for label, name in (
            (self.about, "about"), (self.verdict, "verdict"), (self.sentence, "sentence"),
            (self.caption, "caption"), (self.legend, "legend"),
        ):  # fmt: skip
            label.setObjectName(f"gradient_check.{name}")
            label.setWordWrap(True)
        self.about.setText(_ABOUT)
        self.verdict.setProperty("strong", True)
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.ladder.setObjectName("gradient_check.ladder")
        self.ladder.setAccessibleName("ratio over ε, one-sided and two-sided")
        self.ladder.setToolTip(
            "How far each kind of difference is off: one-sided falls with ε, two-sided with ε², "
            "until rounding takes over.\nDrag zooms, double-click shows everything."
        )
        self.ladder.setFixedHeight(190)

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("gradient_check.table")
        table.setAccessibleName("verdict on each parameter block")
        table.setModel(self.model)
        make_plain(table, _ROW_HEIGHT)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        for column, width in enumerate(_WIDTHS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)

    def _lay_out(self) -> None:
        found = (self.verdict, self.sentence, self.table, self.legend, self.ladder, self.caption)
        fill_with_column(self, "gradient_check", (self.about, self.form, self.row, *found))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the shapes to the tooltips where there is no room for them."""
        super().resizeEvent(event)
        self.table.setColumnHidden(SHAPE, self.width() < _WIDE)

    # --- what comes from the lab ----------------------------------------------------------

    def clear(self) -> None:
        """Forget the session shown: another one comes."""
        self.row.forget()
        self._show(None)
        self._check()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Offer what this network has."""
        self.form.show_snapshot(snapshot)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = self.model.theme = theme
        self.table.viewport().update()
        self.ladder.apply_theme(theme)
        self._show_legend()

    # --- checking -------------------------------------------------------------------------

    def _check(self) -> None:
        self.row.show_problem(self.form.problem())

    def _start(self) -> None:
        if not self.form.problem():
            self.row.begin(partial(_work, self.form.settings()))

    def _on_done(self, report: GradientReport) -> None:
        self._show(report)
        self.said.emit(f"Gradient check: {report.headline}.")

    def _show(self, report: GradientReport | None) -> None:
        self.report = report
        self.model.show_report(report)
        for widget in (self.verdict, self.sentence, self.table, self.caption):
            widget.setVisible(report is not None)
        ladder = bool(report and report.ladder)
        self.ladder.setVisible(ladder)
        self.legend.setVisible(ladder)
        if report is None:
            return
        text, tone = LOOKS[report.verdict]
        self.verdict.setText(f"{text[0]} {report.headline}")
        set_tone(self.verdict, tone)
        self.sentence.setText(report.details)
        self.caption.setText(
            f"step {words.count(report.step)} · {words.count(report.m)} examples · "
            f"J = {words.cost(report.cost)} · ε = {short_number(report.epsilon)}"
        )
        rows = len(report.blocks)
        header = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(rows * _ROW_HEIGHT + header + 2 * self.table.frameWidth() + 2)
        if ladder:
            self._show_ladder(report)

    def _show_ladder(self, report: GradientReport) -> None:
        epsilons = [rung.epsilon for rung in report.ladder]
        one = [rung.one_sided for rung in report.ladder]
        two = [rung.two_sided for rung in report.ladder]
        self.ladder.show_curves(
            [
                LogCurve(epsilons, one, "dev", dots=True),
                LogCurve(epsilons, two, "train", dots=True),
            ]
        )
        self._show_legend()

    def _show_legend(self) -> None:
        theme = self._theme
        self.legend.setText(
            f'<span style="color:{theme.dev}">●</span> one-sided, O(ε) &nbsp; '
            f'<span style="color:{theme.train}">●</span> two-sided, O(ε²)'
        )


def _work(settings: GradientCheck, replica: Replica, progress: Progress) -> GradientReport:
    return check_gradient(replica, progress, settings)
