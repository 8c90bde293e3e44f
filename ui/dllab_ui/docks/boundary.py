"""The boundary dock: the plane of two inputs, cut up by the network as it learns."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from dllab.diagnosis.plane import (
    LinePicture,
    NoPicture,
    Picture,
    PlanePicture,
    picture,
    why_not,
)
from dllab.diagnosis.progress import Progress
from dllab.training.replica import Replica
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.docks.panel import Panel
from dllab_ui.frame_budget import Pace
from dllab_ui.probe_slot import ProbeSlot
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets.plane_plot import PlanePlot

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_SHARE = 0.02
_TALLEST = 1.2
_MOST_CLASSES = 10


class BoundaryPanel(Panel):
    """Looks at a copy of the run a few times a second, as long as the run moves and it is seen."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plot = PlanePlot()
        self.plot.setObjectName("boundary.plot")
        self.train, self.dev = QCheckBox("● train"), QCheckBox("◆ dev")
        self.caption = QLabel()
        self.caption.setObjectName("boundary.caption")
        self.classes = QLabel()
        self.classes.setObjectName("boundary.classes")
        self.classes.setTextFormat(Qt.TextFormat.RichText)
        self.sentence = QLabel()
        self.sentence.setObjectName("boundary.sentence")
        self._theme: Theme = LIGHT
        self._pace = Pace(_SHARE, shortest=0.25, longest=2.0)
        self._slot = ProbeSlot(lab, self)
        self._slot.done.connect(self._on_done)
        self._slot.failed.connect(self._on_failed)
        self._shown: tuple[str, int] | None = None
        self._asked: tuple[str, int] | None = None
        self._latest: Snapshot | None = None
        self._stale = False
        self._names: tuple[str, ...] = ()
        self._lay_out()
        self.plot.view_changed.connect(self._on_view)
        self.train.toggled.connect(self.plot.show_train)
        self.dev.toggled.connect(self.plot.show_dev)
        self._say("The decision boundary appears here once there is a session.")

    def _lay_out(self) -> None:
        for box, name, tip in (
            (self.train, "train", "Show the training points: dots, coloured by class."),
            (self.dev, "dev", "Show the dev points: diamonds; a ring marks a wrong prediction."),
        ):
            box.setObjectName(f"boundary.{name}")
            box.setAccessibleName(f"show {name} points")
            box.setToolTip(tip)
            box.setChecked(True)
        self.caption.setProperty("tone", "muted")
        self.classes.setToolTip(
            "Colours are classes: the region where each is the likeliest, softer where the network "
            "is unsure. On the line the two likeliest are equally likely."
        )
        for label in (self.classes, self.caption):
            label.setWordWrap(True)
        shown = QHBoxLayout()
        shown.setSpacing(12)
        shown.addWidget(self.train)
        shown.addWidget(self.dev)
        shown.addStretch(1)
        drawing = QWidget()
        column = QVBoxLayout(drawing)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(6)
        column.addWidget(self.classes)
        column.addWidget(self.plot, 1)
        column.addLayout(shown)
        column.addWidget(self.caption)
        column.addStretch()
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setProperty("tone", "muted")
        self.sentence.setContentsMargins(24, 24, 24, 24)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sentence)
        self._pages.addWidget(drawing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setMinimumSize(220, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the plane from becoming a tower in a narrow dock."""
        super().resizeEvent(event)
        self.plot.setMaximumHeight(max(160, round(_TALLEST * self.width())))

    # --- asking ---------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look again if the run has moved and it is time."""
        self._latest = snapshot
        why = why_not(snapshot.layer_sizes[0], snapshot.output)
        if why:
            self._say(why)
            return
        self._pages.setCurrentIndex(1)
        moved = (snapshot.branch, snapshot.step) != self._shown
        if (moved or self._stale) and self._pace.due(time.monotonic()):
            self._look(snapshot)

    def _on_view(self) -> None:
        self._stale = True
        if self._latest is not None and self.isVisible() and self._pages.currentIndex() == 1:
            self._look(self._latest)

    def _look(self, snapshot: Snapshot) -> None:
        if self._slot.is_taken:
            return
        self._stale = False
        self._asked = (snapshot.branch, snapshot.step)
        self._pace.began(time.monotonic())
        part, aspect = self.plot.part, self.plot.aspect

        def work(replica: Replica, progress: Progress) -> tuple[Picture, float]:
            started = time.thread_time()
            made = picture(replica, progress, part, aspect)
            return made, time.thread_time() - started

        self._slot.begin(work)

    def _on_done(self, answer: tuple[Picture, float]) -> None:
        made, seconds = answer
        if isinstance(made, NoPicture):
            self._say(made.why)
            return
        started = time.thread_time()
        branch = self._asked[0] if self._asked is not None else ""
        self._shown = (branch, made.step)
        self.plot.show_picture(made)
        self._name_classes(made.classes)
        self.caption.setText(_caption(made))
        self._pace.spent(seconds + time.thread_time() - started + self.plot.paint_seconds)
        if self._stale and self._latest is not None and self.isVisible():
            self._look(self._latest)

    def _on_failed(self, why: str) -> None:
        self._shown = self._asked
        self.caption.setText(why)

    # --- showing --------------------------------------------------------------------------

    def clear(self) -> None:
        """Forget the session shown."""
        self._slot.forget()
        self._shown = self._asked = self._latest = None
        self._names = ()
        self._pace = Pace(_SHARE, shortest=0.25, longest=2.0)
        self.caption.clear()
        self.classes.clear()
        self.plot.clear_picture()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.plot.apply_theme(theme)
        names, self._names = self._names, ()
        self._name_classes(names)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self._pages.setCurrentIndex(0)

    def _name_classes(self, names: tuple[str, ...]) -> None:
        if names == self._names:
            return
        self._names = names
        shown = [
            f'<span style="color:{self._theme.class_colour(index)}">■</span>&nbsp;{escape(name)}'
            for index, name in enumerate(names[:_MOST_CLASSES])
        ]
        more = len(names) - _MOST_CLASSES
        self.classes.setText("&ensp;".join([*shown, f"and {more} more"] if more > 0 else shown))


def _caption(made: PlanePicture | LinePicture) -> str:
    text = f"step {words.count(made.step)}"
    if isinstance(made, PlanePicture):
        wrong, shown = int(made.wrong.sum()), len(made.dev.X)
        text += f" · {words.count(wrong)} of {words.count(shown)} dev points misclassified (ringed)"
    cut = [p for p in (made.train, made.dev) if p.m > len(p.X)]
    if cut:
        text += f" · {words.count(len(cut[0].X))} of {words.count(cut[0].m)} train points drawn"
    return text
