"""The layers dock: how each layer fares, and what is wrong with which."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from dllab.diagnosis.alarms import Alarm
from dllab.diagnosis.current import evaluated_step
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.layers_model import COLUMNS, NEAR_ZERO, READINGS, LayersModel
from dllab_ui.docks.panel import Panel
from dllab_ui.frame_budget import Pace
from dllab_ui.theme import Theme
from dllab_ui.widgets.overlay import small_font
from dllab_ui.widgets.plain_table import SteadyTable, make_plain
from dllab_ui.widgets.sparkline import SparkDelegate, row_height
from dllab_ui.widgets.toned_label import set_tone, small_label

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_SHARE = 0.004
_PADDING = 16


class _Table(SteadyTable):
    """Knows what its last painting cost, and leaves every heading the room that it needs."""

    paint_seconds = 0.0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's hook."""
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """Give each column what its heading needs and a part of what is left."""
        header = self.horizontalHeader()
        # Not once and for all: a header forgets its font where its dock comes into the window.
        header.setFont(small_font())
        shown = [i for i in range(header.count()) if not header.isSectionHidden(i)]
        # Not the hint of Qt, which is for bold words.
        words_of = header.fontMetrics().horizontalAdvance
        needed = [words_of(COLUMNS[i].heading) + _PADDING for i in shown]
        left = max(0, self.viewport().width() - sum(needed))
        for number, (section, width) in enumerate(zip(shown, needed, strict=True), start=1):
            # Whole pixels that fill the row: what is left over goes to the last ones.
            part = left // (len(shown) + 1 - number)
            header.resizeSection(section, width + part)
            left -= part

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt's hook."""
        started = time.thread_time()
        super().paintEvent(event)
        self.paint_seconds = time.thread_time() - started


class LayersPanel(Panel):
    """Follows the latest reading of the layers, rarely enough to cost training next to nothing."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._seen: tuple[object, ...] = ()
        self._pace = Pace(_SHARE, shortest=1.0, longest=4.0)
        self.model = LayersModel(self)
        self.delegate = SparkDelegate()
        self.table = _Table()
        self.caption = small_label()
        self.caption.setObjectName("layers.caption")
        self.caption.setWordWrap(True)
        self.state = QLabel()
        self.state.setObjectName("layers.state")
        self.state.setWordWrap(True)
        self._alarms: list[tuple[QLabel, QLabel]] = []
        self._set_up_table()
        self._lay_out()
        self.clear()

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("layers.table")
        table.setAccessibleName("health of each layer, first to last")
        table.setModel(self.model)
        table.setItemDelegate(self.delegate)
        make_plain(table, row_height(table.fontMetrics().height()), selectable=False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = table.horizontalHeader()
        header.setProperty("tight", True)
        header.setMinimumSectionSize(34)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setTextElideMode(Qt.TextElideMode.ElideNone)
        table.setColumnHidden(NEAR_ZERO, True)

    def _lay_out(self) -> None:
        self._said = QVBoxLayout()
        self._said.setContentsMargins(12, 8, 12, 4)
        self._said.setSpacing(2)
        self._said.addWidget(self.state)
        self._said.addWidget(self.caption)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._said)
        layout.addWidget(self.table, 1)
        self.setMinimumSize(240, 160)

    # --- what comes from the lab ----------------------------------------------------------

    def clear(self) -> None:
        """Forget the session shown: another one comes."""
        self._seen = ()
        self._pace = Pace(_SHARE, shortest=1.0, longest=4.0)
        self.model.clear()
        self._show_alarms(())
        self.state.setText("The layers are read at the first evaluation.")
        set_tone(self.state, "muted")
        self.caption.clear()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.delegate.theme = theme
        self.table.viewport().update()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the latest reading if it is another one."""
        if snapshot.running and not self._pace.due(time.monotonic()):
            return
        seen = (snapshot.branch, snapshot.health, snapshot.hyperparameters["l1"])
        if seen == self._seen:
            return
        self._seen = seen
        self._pace.began(time.monotonic())
        started = time.thread_time()
        self._show(snapshot)
        self._pace.spent(time.thread_time() - started + self.table.paint_seconds)

    def _show(self, snapshot: Snapshot) -> None:
        self.model.take(snapshot)
        self.table.setColumnHidden(NEAR_ZERO, not snapshot.hyperparameters["l1"])
        self.table.share_width()
        self._show_alarms(snapshot.alarms)
        if not snapshot.health:
            self.state.setText("The layers are read at the next evaluation.")
            set_tone(self.state, "muted")
            self.caption.clear()
            return
        if snapshot.alarms:
            count = len(snapshot.alarms)
            self.state.setText(f"⚠ {count} alarm{'s' if count > 1 else ''}")
        else:
            self.state.setText("✓ No layer raises an alarm.")
        set_tone(self.state, "warning" if snapshot.alarms else "best")
        step = evaluated_step(snapshot)
        self.caption.setText(
            f"step {words.count(step or 0)} · mini-batch of {words.count(snapshot.health[0].m)} · "
            f"lines: the last {READINGS} readings, logarithmic"
        )

    def _show_alarms(self, alarms: tuple[Alarm, ...]) -> None:
        while len(self._alarms) < len(alarms):
            self._add_alarm_labels()
        for number, (sentence, advice) in enumerate(self._alarms):
            shown = number < len(alarms)
            if shown:
                sentence.setText(alarms[number].sentence)
                advice.setText(alarms[number].what_to_do)
            sentence.setVisible(shown)
            advice.setVisible(shown)

    def _add_alarm_labels(self) -> None:
        number = len(self._alarms)
        sentence, advice = QLabel(), small_label()
        sentence.setObjectName(f"layers.alarm.{number}")
        advice.setObjectName(f"layers.advice.{number}")
        for label in (sentence, advice):
            label.setWordWrap(True)
            self._said.insertWidget(self._said.count() - 1, label)
        advice.setContentsMargins(0, 0, 0, 4)
        self._alarms.append((sentence, advice))
