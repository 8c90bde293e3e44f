"""The page of moving averages: a noisy series, its averages, and how the points are weighted."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from dllab.surfaces.average_trials import AVERAGE_TRIALS, COMPARED, EVERYWHERE, AverageTrial
from dllab.surfaces.averages import Averaged, moving_averages
from dllab.surfaces.surface import Array
from dllab_ui.surfaces.average_controls import FIRST, AverageControls
from dllab_ui.surfaces.average_plots import (
    CORRECTED,
    PLAIN,
    VALUES,
    AveragePlot,
    WeightsPlot,
    compared_key,
)
from dllab_ui.surfaces.page_layout import divide
from dllab_ui.surfaces.trial_list import TrialList
from dllab_ui.theme import Theme
from dllab_ui.widgets.one_shot import one_shot


class AveragesPage(QWidget):
    """Leads series and β to the engine's averages, and the averages to the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("averages")
        self.seed = 1
        self.values: Array = np.empty(0)
        self.averaged: Averaged
        self.controls = AverageControls()
        self.curves = AveragePlot(COMPARED)
        self.weights = WeightsPlot()
        self.trials = TrialList("averages")
        self._soon = one_shot(self, self.compute)
        below = self.weights, self.trials
        divide(self, self.controls, self.curves, below, heights=(490, 250), widths=(440, 540))
        self.controls.changed.connect(self._soon.start)
        self.controls.another_seed_wanted.connect(self._draw_again)
        self.trials.chosen.connect(lambda row: self.set_up(AVERAGE_TRIALS[row]))
        self.trials.show_trials([(t.name, t.see) for t in AVERAGE_TRIALS], (EVERYWHERE,))
        self.set_up(AVERAGE_TRIALS[0])

    def set_up(self, trial: AverageTrial) -> None:
        """Put every control where a trial wants it."""
        self.controls.set_up(trial)
        self.seed = 1
        self._soon.start()

    def _draw_again(self) -> None:
        self.seed += 1
        self._soon.start()

    def compute(self) -> None:
        """Let the engine average, and show it."""
        self._soon.stop()
        controls = self.controls
        beta, series = controls.beta.value, controls.series
        self.values = series.make(self.seed)
        self.averaged = moving_averages(self.values, beta)
        shown = {VALUES: self.values}
        for other, box in controls.compared.items():
            if box.isChecked():
                shown[compared_key(other)] = moving_averages(self.values, other).corrected
        if controls.plain.isChecked():
            shown[PLAIN] = self.averaged.plain
        shown[CORRECTED] = self.averaged.corrected
        last = FIRST if controls.first.isChecked() else len(self.values)
        self.curves.show_series(series, shown, beta, last)
        self.weights.show_beta(beta, series, len(self.values))
        controls.show_averages(self.values, self.averaged)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for plot in (self.curves, self.weights):
            plot.apply_theme(theme)
