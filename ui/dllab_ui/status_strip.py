"""The strip at the bottom: how far, how fast, how good, and whether it is on the disk."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.way_back import saved_up_to

_NO_LIMIT = 16_777_215  # Qt's QWIDGETSIZE_MAX
_TO_SPARE = 8


class StatusStrip(QWidget):
    """Shows a snapshot in words. A label is touched only when its text changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_strip")
        self.epoch = self._label("epoch", "epochs done, of the goal")
        self.epoch.setText("no session yet")
        self.progress = QProgressBar()
        self.progress.setObjectName("epoch_progress")
        self.progress.setAccessibleName("progress towards the goal in epochs")
        self.progress.setRange(0, 1000)
        self.progress.setFixedSize(150, 8)
        self.progress.setTextVisible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(18)
        layout.addWidget(self.epoch)
        layout.addWidget(self.progress)
        self.state = self._label("state", "whether training runs")
        self.step = self._label("step", "updates made so far")
        self.eta = self._label("eta", "time left to the goal")
        self.speed = self._label("speed", "updates per second")
        self.best = self._label("best", "lowest dev cost so far")
        self.message = ElidedLabel()
        self.message.setObjectName("status.message")
        self.message.setAccessibleName("what happened last")
        self.saved = self._label("saved", "whether the session is on the disk")
        for label in (self.state, self.step, self.eta, self.speed, self.best):
            layout.addWidget(label)
        layout.addWidget(self.message, 1)
        layout.addWidget(self.saved)

    def _label(self, name: str, meaning: str) -> QLabel:
        label = QLabel()
        label.setObjectName(f"status.{name}")
        label.setAccessibleName(meaning)
        label.setToolTip(meaning[0].upper() + meaning[1:])
        return label

    def clear(self) -> None:
        """There is no session."""
        # What was said last is about a session that is no more.
        self.say("")
        _say(self.epoch, "no session")
        self.progress.setValue(0)
        for label in (self.state, self.step, self.eta, self.speed, self.best, self.saved):
            _say(label, "")
            label.setMinimumSize(0, 0)
            label.setMaximumSize(_NO_LIMIT, _NO_LIMIT)

    def show_snapshot(self, s: Snapshot) -> None:
        """Show where the run stands."""
        share = min(1.0, s.epoch / s.epochs_goal) if s.epochs_goal else 0.0
        if self.progress.value() != round(1000 * share):
            self.progress.setValue(round(1000 * share))
        _say(self.epoch, f"epoch {s.epoch:.2f} / {words.count(s.epochs_goal)}")
        _say(self.state, "training" if s.running else "paused", "best" if s.running else "muted")
        _say(self.step, f"step {words.count(s.step)}")
        _say(self.eta, f"ETA {words.duration(s.eta_seconds)}" if s.running else "")
        _say(self.speed, f"{words.rate(s.steps_per_second)} steps/s" if s.running else "")
        if s.best_dev is None:
            _say(self.best, "dev not evaluated yet", "muted")
        else:
            ago = s.step - s.best_dev.step
            when = "now" if ago <= 0 else f"{words.count(ago)} ago"
            _say(
                self.best,
                f"best dev {words.cost(s.best_dev.cost)} · {words.percent(s.best_dev.error)} error"
                f" @ {words.count(s.best_dev.step)} ({when})",
                "best" if ago <= s.steps_per_epoch else "",
            )
        self._show_saved(s)

    def _show_saved(self, s: Snapshot) -> None:
        if s.read_only:
            _say(self.saved, "read-only", "warning")
            return
        if s.folder is None:
            _say(self.saved, "in memory only, not on the disk", "warning")
            return
        if s.not_saved:
            _say(self.saved, "NOT SAVED", "danger")
            _explain(self.saved, s.not_saved)
            return
        if s.saving:
            _say(self.saved, "saving …", "muted")
            return
        step = saved_up_to(s)
        if step is None:
            _say(self.saved, "not saved yet", "warning")
        else:
            where = "" if step == s.step else f" up to step {words.count(step)}"
            _say(self.saved, f"saved{where}", "muted")
            _explain(self.saved, f"{s.folder}")

    def say(self, text: str, tone: str = "muted") -> None:
        """Say what happened, until something else does."""
        self.message.say(text)
        _tone(self.message, tone)


def _say(label: QLabel, text: str, tone: str = "") -> None:
    _tone(label, tone)
    if label.text() != text:
        label.setText(text)
        label.setVisible(bool(text))
        # A fixed size: else the whole window is laid out anew for every digit. It has some room to
        # spare, and gives back what much shorter words leave.
        wanted, fixed = label.fontMetrics().size(0, text), label.minimumWidth()
        if not 0.6 * fixed <= wanted.width() <= fixed or fixed != label.maximumWidth():
            label.setFixedSize(wanted.width() + _TO_SPARE, wanted.height())


def _explain(label: QLabel, tip: str) -> None:
    if label.toolTip() != tip:
        label.setToolTip(tip)


def _tone(label: QLabel, tone: str) -> None:
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        label.style().unpolish(label)
        label.style().polish(label)


class ElidedLabel(QLabel):
    """One line that is cut with an ellipsis where the room ends; the whole is in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(40)

    def say(self, text: str) -> None:
        """Show a text."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self._fit()

    @property
    def whole(self) -> str:
        """The text without the ellipsis."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut for the new width; Qt's hook."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        mode = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, mode, self.width()))
