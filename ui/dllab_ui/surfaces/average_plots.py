"""The two plots of the page of moving averages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtWidgets import QWidget

from dllab.surfaces.averages import points_averaged, weights
from dllab.surfaces.series import NoisySeries
from dllab.surfaces.surface import Array
from dllab_ui import words
from dllab_ui.widgets.curve import CurveStyle
from dllab_ui.widgets.curve_plot import CurvePlot

VALUES, PLAIN, CORRECTED = "values", "plain", "corrected"
_LOOKS = {
    VALUES: ("θ", "ghost"),
    PLAIN: ("v", "dev"),
    CORRECTED: ("", "train"),
}
_COMPARED_ROLES = ("probe", "best", "warning")


class AveragePlot(CurvePlot):
    """The series, faint, and its averages over it."""

    def __init__(self, compared: tuple[float, ...], parent: QWidget | None = None) -> None:
        super().__init__("moving averages", parent=parent)
        self.setObjectName("averages.curves")
        self._drawn: tuple[str, ...] = ()
        self._looks = dict(_LOOKS)
        for beta, role in zip(compared, _COMPARED_ROLES, strict=True):
            self._looks[compared_key(beta)] = (f"v/(1−βᵗ), β = {beta:g}", role)

    def show_series(
        self, series: NoisySeries, shown: Mapping[str, Array], beta: float, last: int
    ) -> None:
        """Draw these curves, by key and in this order, up to the point ``last``."""
        if tuple(shown) != self._drawn:
            self._make_curves(tuple(shown))
        for key, values in shown.items():
            self.clear(key)
            self.extend(key, np.arange(1, last + 1), values[:last])
        self._layer.curves[CORRECTED].label = f"v/(1−βᵗ), β = {beta:g}"
        self._look_changed(ranges=False)
        self.canvas.left.setLabel(series.label)
        self.canvas.bottom.setLabel(f"{series.of} t")
        self._reader.noun = series.of
        self.refresh()

    def _make_curves(self, keys: tuple[str, ...]) -> None:
        for key in self._drawn:
            self.remove_curve(key)
        for key in keys:
            label, role = self._looks[key]
            style: CurveStyle = "points" if key == VALUES else "line"
            self.add_curve(key, label, role, style=style, in_legend=True)
        self._drawn = keys


class WeightsPlot(CurvePlot):
    """(1−β)βᵏ: how much the point k steps ago counts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("weights", "weight in v", parent)
        self.setObjectName("averages.weights")
        self.add_curve("weights", "(1−β)βᵏ", "train", style="points")
        self._legend.setVisible(False)
        self.canvas.bottom.setLabel("k points ago")
        self._reader.noun = "k ="

    def show_beta(self, beta: float, series: NoisySeries, most: int) -> None:
        """Draw the weights of a β, of at most so many points."""
        averaged = points_averaged(beta)
        count = int(np.clip(round(4 * averaged), 12, most))
        self.clear("weights")
        self.extend("weights", np.arange(count), weights(beta, count))
        reach = f"1/e of the newest: {words.count(averaged)} {series.of}s ago"
        self.set_reference_line("e", (1 - beta) / float(np.e), reach if beta else "")
        self.refresh()


def compared_key(beta: float) -> str:
    """The key of the curve of another β."""
    return f"beta {beta:g}"
