"""The diagnosis dock: where the error comes from, how sure that is, and what to try."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dllab.diagnosis.bias_variance import TOLERANCE, Diagnosis
from dllab.diagnosis.current import diagnosis_of, evaluated_step
from dllab.diagnosis.suggestions import Suggestion, recipe_for
from dllab.hyperparameters import TABLE
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.dialogs.field import tooltip
from dllab_ui.docks.gap_lines import GapLines, bars_of, say
from dllab_ui.docks.panel import Panel
from dllab_ui.docks.suggestion_row import SuggestionRow
from dllab_ui.settings import WindowSettings
from dllab_ui.theme import Theme
from dllab_ui.widgets.error_bars import ErrorBars
from dllab_ui.widgets.percent_edit import PercentEdit
from dllab_ui.widgets.scroll_area import scrolling
from dllab_ui.widgets.toned_label import set_tone, small_label

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_SECONDS = 1.0


class DiagnosisPanel(Panel):
    """Follows the latest evaluation, at most once a second while training runs."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._settings = WindowSettings()
        self._snapshot: Snapshot | None = None
        self._seen: tuple[object, ...] = ()
        self._drawn = 0.0
        self.found: Diagnosis | None = None
        self.bars = ErrorBars()
        self.bars.setObjectName("diagnosis.bars")
        self.verdict, self.reason = QLabel(), small_label()
        self.gaps = GapLines()
        self.human = PercentEdit("human error", 0.0, 1.0, "%")
        self.human.setObjectName("diagnosis.human_error")
        self.human.setToolTip(f"{tooltip(TABLE['human_error'])}\nHere in percent.")
        self.tolerance = PercentEdit("share that counts as high", 0.001, 0.5, "pt")
        self.tolerance.setObjectName("diagnosis.tolerance")
        self.tolerance.setToolTip(
            "A bias or variance above this many points counts as high.\n"
            "A matter of the task and of taste; it changes nothing of the run."
        )
        self.tolerance.show_share(self._remembered_tolerance())
        self._rows: list[SuggestionRow] = []
        self._lay_out()
        self.human.changed.connect(self._on_human)
        self.tolerance.changed.connect(self._on_tolerance)
        for edit in (self.human, self.tolerance):
            edit.refused.connect(self.said)
        self.clear()

    # --- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.empty = QLabel()
        self.empty.setObjectName("diagnosis.empty")
        self.empty.setProperty("tone", "muted")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(24, 24, 24, 24)
        self.verdict.setObjectName("diagnosis.verdict")
        self.reason.setObjectName("diagnosis.reason")
        self.verdict.setProperty("strong", True)
        for label in (self.verdict, self.reason):
            label.setWordWrap(True)
        self._try = QLabel("Try")
        self._try.setProperty("strong", True)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(12, 8, 12, 10)
        self._column.setSpacing(8)
        self._column.addWidget(self.bars)
        self._column.addWidget(self.gaps)
        self._column.addWidget(self.verdict)
        self._column.addWidget(self.reason)
        self._column.addLayout(self._settings_grid())
        self._column.addWidget(self._try)
        self._column.addStretch(1)
        scroll = scrolling(page, "diagnosis.scroll")
        # The panel's own ground shows through; a page in a scroll area has the window's.
        page.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setMinimumSize(240, 160)

    def _settings_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (text, box) in enumerate(
            (("human / Bayes error", self.human), ("counts as high above", self.tolerance))
        ):
            label = QLabel(text)
            label.setBuddy(box)
            label.setProperty("tone", "muted")
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        return grid

    def _remembered_tolerance(self) -> float:
        return min(max(self._settings.read("diagnosis/tolerance", TOLERANCE), 0.001), 0.5)

    # --- what comes from the lab ----------------------------------------------------------

    def clear(self) -> None:
        """Forget the session shown: another one comes."""
        self._snapshot = self.found = None
        self._seen, self._drawn = (), 0.0
        self.empty.setText("Bias and variance are told apart at the first evaluation.")
        self._pages.setCurrentIndex(0)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.bars.apply_theme(theme)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the diagnosis if the evaluation or the hyperparameters are others."""
        self._snapshot = snapshot
        moment = time.monotonic()
        if snapshot.running and moment - self._drawn < _SECONDS:
            return
        seen = (snapshot.branch, evaluated_step(snapshot), snapshot.hyperparameters)
        if seen == self._seen:
            return
        self._seen, self._drawn = seen, moment
        self._show()

    def _show(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        self.human.show_share(snapshot.hyperparameters["human_error"])
        self.found = diagnosis_of(snapshot, self.tolerance.share)
        self._pages.setCurrentIndex(0 if self.found is None else 1)
        if self.found is not None:
            self._show_found(self.found, evaluated_step(snapshot) or 0)

    def _show_found(self, found: Diagnosis, step: int) -> None:
        self.bars.show_bars(bars_of(found))
        self.gaps.show_gaps(found)
        say(self.verdict, found.verdict[0].upper() + found.verdict[1:])
        high = "high" in (found.bias.level, found.variance.level)
        known = "unknown" not in (found.bias.level, found.variance.level)
        set_tone(self.verdict, "warning" if high else "best" if known else "muted")
        say(self.reason, f"{found.reason} Evaluated at step {words.count(step)}.")
        self._show_suggestions(found.suggestions)

    def _show_suggestions(self, suggestions: tuple[Suggestion, ...]) -> None:
        while len(self._rows) < len(suggestions):
            row = SuggestionRow(len(self._rows))
            row.wanted.connect(self._on_wanted)
            self._rows.append(row)
            self._column.insertWidget(self._column.count() - 1, row)
        for row, suggestion in zip(self._rows, suggestions, strict=False):
            row.show_suggestion(suggestion)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(suggestions))
        self._try.setVisible(bool(suggestions))

    # --- what the person does -------------------------------------------------------------

    def _on_wanted(self, suggestion: Suggestion) -> None:
        snapshot, found = self._snapshot, self.found
        if snapshot is None or found is None or suggestion.changes is None:
            return
        if suggestion.new_session:
            made = recipe_for(snapshot.recipe, snapshot.hyperparameters, suggestion)
            self.recipe_wanted.emit(made)
        elif self.lab.nudge(suggestion.changes, f"{found.verdict}: {suggestion.text}"):
            self.said.emit(f"Asked for: {suggestion.text}.")

    def _on_human(self, share: float) -> None:
        self.lab.nudge({"human_error": share}, "bias is measured from here")

    def _on_tolerance(self, share: float) -> None:
        self._settings.write("diagnosis/tolerance", share)
        self._show()
