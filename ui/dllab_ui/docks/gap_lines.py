"""Bias and variance in figures: a line each, and the errors they come from as bars."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dllab.diagnosis.bias_variance import Diagnosis, Gap
from dllab.diagnosis.intervals import Measured
from dllab_ui import words
from dllab_ui.widgets.error_bars import ErrorBar
from dllab_ui.widgets.toned_label import set_tone, small_label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEVELS = {"high": ("▲ high", "warning"), "low": ("✓ low", "best"), "unknown": ("? open", "muted")}
_MEANINGS = {
    "bias": "Bias: train error minus human error. How far the network is from fitting.",
    "variance": "Variance: dev error minus train error. What it has only learned by heart.",
}


class GapLines(QWidget):
    """Value, 95 % interval, and whether it is high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {name: (QLabel(), small_label(), QLabel()) for name in _MEANINGS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        for row, (name, labels) in enumerate(self._labels.items()):
            grid.addWidget(QLabel(name), row, 0)
            parts = zip(labels, ("value", "interval", "level"), strict=True)
            for column, (label, part) in enumerate(parts, start=1):
                label.setObjectName(f"diagnosis.{name}.{part}")
                label.setToolTip(_MEANINGS[name])
                grid.addWidget(label, row, column)
            labels[0].setAlignment(_RIGHT)
            labels[0].setProperty("strong", True)
            labels[2].setAlignment(_RIGHT)

    def show_gaps(self, found: Diagnosis) -> None:
        """Show bias and variance of a diagnosis."""
        for name, gap in (("bias", found.bias), ("variance", found.variance)):
            value, interval, level = self._labels[name]
            text, tone = _LEVELS[gap.level]
            say(value, _points(gap.value))
            say(interval, _interval(gap))
            say(level, text)
            set_tone(level, tone)


def say(label: QLabel, text: str) -> None:
    """Touch a label only when its text changes."""
    if label.text() != text:
        label.setText(text)


def bars_of(found: Diagnosis) -> tuple[ErrorBar, ...]:
    """Human, train and dev error as bars."""
    human = words.percent(found.human_error)
    return (
        ErrorBar("human", found.human_error, None, "muted", human, f"human or Bayes error {human}"),
        _bar("train", found.train, "probe", "training probe, every unit kept"),
        _bar("dev", found.dev, "dev", "dev set"),
    )


def _bar(name: str, measured: Measured, role: str, meaning: str) -> ErrorBar:
    error, interval = words.percent(measured.error), measured.interval
    text = f"{name} error {error} over {words.count(measured.m)} examples ({meaning})"
    if interval is not None:
        text += f", 95 % interval {words.percent(interval[0])} to {words.percent(interval[1])}"
    return ErrorBar(name, measured.error, interval, role, error, text)


def _points(share: float) -> str:
    return f"{100 * share:.1f} pt".replace("-", "−")


def _interval(gap: Gap) -> str:
    if gap.interval is None:
        return "no interval"
    low, high = (f"{100 * end:.1f}".replace("-", "−") for end in gap.interval)
    return f"{low} … {high}"
