"""The column of controls of the page of moving averages."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dllab.surfaces.average_trials import COMPARED, AverageTrial
from dllab.surfaces.averages import Averaged, points_averaged, weight_so_far
from dllab.surfaces.series import SERIES, NoisySeries
from dllab.surfaces.surface import Array
from dllab.training.smoothing import BETA_MAX
from dllab_ui import words
from dllab_ui.surfaces.surface_controls import LEFT_WIDTH
from dllab_ui.widgets.log_slider import ScaledSlider

FIRST = 100
_SHOWN_TIMES = (1, 2, 3, 5, 10, 20, 50, 100)


class AverageControls(QWidget):
    """Series, β, what is laid beside it, and the averages in numbers."""

    changed = Signal()
    another_seed_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setObjectName("averages.choice")
        self.choice.setAccessibleName("noisy series")
        self.choice.setToolTip("The series θ₁, θ₂, … that is averaged")
        for key, series in SERIES.items():
            self.choice.addItem(series.name, key)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("tone", "muted")
        self.beta = ScaledSlider(
            "beta", "β", 0.0, BETA_MAX, 0.9, "one-minus-log",
            help_text="v = βv + (1−β)θ averages over about 1/(1−β) points.", title="beta",
        )  # fmt: skip
        self.beta.slider.setObjectName("averages.beta.slider")
        self.beta.edit.setObjectName("averages.beta.value")
        self.plain = _box(
            "v, not corrected", "plain",
            "v = βv + (1−β)θ as it is: it starts at 0 and is too small at first",
        )  # fmt: skip
        self.compared = {
            beta: _box(
                f"β = {beta:g}", f"compare_{beta:g}",
                f"Lay the corrected average with β = {beta:g} beside it, over about "
                f"{points_averaged(beta):.0f} points",
            )
            for beta in COMPARED
        }  # fmt: skip
        self.first = _box(
            f"only the first {FIRST} points", "first", "Show the start, where correction matters"
        )
        self.again = QPushButton("Another seed")
        self.again.setObjectName("averages.again")
        self.again.setToolTip("Draw the noise of the series anew")
        self.numbers = QLabel()
        self.numbers.setObjectName("averages.numbers")
        self.numbers.setAccessibleName("the averages in numbers")
        self.numbers.setTextFormat(Qt.TextFormat.RichText)
        self._lay_out()
        self.choice.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.beta.value_changing.connect(lambda _: self.changed.emit())
        self.beta.value_chosen.connect(lambda _: self.changed.emit())
        self.beta.refused.connect(lambda text: self.beta.set_status(text, "refused"))
        for box in (*self.compared.values(), self.plain, self.first):
            box.toggled.connect(lambda _: self.changed.emit())
        self.again.clicked.connect(lambda _: self.another_seed_wanted.emit())

    def _lay_out(self) -> None:
        label = QLabel("&Series")
        label.setBuddy(self.choice)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.choice, 1)
        beside = QHBoxLayout()
        for box in self.compared.values():
            beside.addWidget(box)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 8)
        column.setSpacing(6)
        column.addLayout(top)
        above = (self.about, self.beta, self.plain, _heading("Beside it"))
        below = (self.first, self.again, _heading("In numbers"), self.numbers)
        for widget in above:
            column.addWidget(widget)
        column.addLayout(beside)
        for other in below:
            column.addWidget(other)
        column.addStretch(1)
        self.setFixedWidth(LEFT_WIDTH)

    @property
    def series(self) -> NoisySeries:
        """The series chosen."""
        return SERIES[self.choice.currentData()]

    def set_up(self, trial: AverageTrial) -> None:
        """Put every control where a trial wants it, silently."""
        wanted = {box: beta in trial.compared for beta, box in self.compared.items()}
        wanted |= {self.plain: trial.plain, self.first: trial.first}
        for box, on in wanted.items():
            with QSignalBlocker(box):
                box.setChecked(on)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(self.choice.findData(trial.series))
        self.beta.set_value(trial.beta)

    def show_averages(self, values: Array, averaged: Averaged) -> None:
        """Say what β and the series are, and write some of the averages down."""
        series = self.series
        self.about.setText(series.about)
        self.beta.set_status("", "")
        points = words.count(points_averaged(averaged.beta))
        self.beta.set_note(f"averages ≈ {points} {series.of}s")
        columns = (
            values, averaged.plain, weight_so_far(averaged.beta, len(values)), averaged.corrected
        )  # fmt: skip
        rows = [
            _row((str(t), *(_short(column[t - 1]) for column in columns)), "td")
            for t in _SHOWN_TIMES
        ]
        rows.insert(0, _row(("t", "θ", "v", "1−βᵗ", "v/(1−βᵗ)"), "th"))
        self.numbers.setText(f"<table cellspacing='0'>{''.join(rows)}</table>")


def _box(text: str, name: str, tooltip: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(f"averages.{name}")
    box.setToolTip(tooltip)
    return box


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("strong", True)
    label.setContentsMargins(0, 4, 0, 0)
    return label


def _short(number: np.float64) -> str:
    """Four characters or so, for a narrow table."""
    digits = 3 if abs(number) < 1 else 2 if abs(number) < 10 else 1
    return f"{number:.{digits}f}".replace("-", "−")


def _row(texts: tuple[str, ...], kind: str) -> str:
    style = "align='right' style='padding: 1px 0 1px 7px'"
    return "<tr>" + "".join(f"<{kind} {style}>{text}</{kind}>" for text in texts) + "</tr>"
