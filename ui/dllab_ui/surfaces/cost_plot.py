"""The cost over the steps of each path, beside the surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

import numpy as np
from PySide6.QtWidgets import QWidget

from dllab.surfaces import Path
from dllab.surfaces.surface import Array
from dllab_ui.surfaces.looks import look_of
from dllab_ui.theme import Theme
from dllab_ui.widgets import plot_export
from dllab_ui.widgets.curve_plot import CurvePlot

# A quadratic is followed down to rounding errors; below this a path has long arrived.
_FLOOR = 1e-8
_FRAME = "frame"


class CostPlot(CurvePlot):
    """Curves of the optimizers' colours on a logarithmic axis, up to the step shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("cost over steps", "cost J", parent)
        self._paths: dict[str, Path] = {}
        self._shown: tuple[str, ...] = ()
        self._steps = 0
        self._step = 0
        self.setObjectName("surfaces.cost")
        self.setToolTip(f"Costs below {_FLOOR:g} are left out: there a path has arrived.")
        self.add_curve(_FRAME, "", "panel", style="line", in_legend=False)
        self.set_log_y(True)
        # The surface above has the names, and here they would lie on the curves.
        self._legend.setVisible(False)

    def show_paths(self, paths: Mapping[str, Path], steps: int) -> None:
        """Take these paths of at most ``steps`` steps; `show_step` draws them."""
        self._paths, self._steps = dict(paths), steps
        if tuple(paths) != self._shown:
            self._make_curves()
        self._fill_frame()

    def copy_image(self) -> None:
        """Put a picture on the clipboard, with the legend that is hidden here."""
        self._legend.setVisible(True)
        super().copy_image()
        self._legend.setVisible(False)

    def save_image(self, path: FilePath) -> None:
        """Write a picture, with the legend that is hidden here; raises OSError."""
        self._legend.setVisible(True)
        try:
            super().save_image(path)
        finally:
            self._legend.setVisible(False)

    def show_step(self, step: int) -> None:
        """Draw the curves up to a step."""
        self._step = step
        self.set_run_end(self._steps)
        for key, path in self._paths.items():
            costs = _seen(path.costs[: step + 1])
            self.clear(key)
            self.extend(key, np.arange(len(costs)), costs)
        self.refresh()

    def table(self) -> Iterator[str]:
        """All points as pieces of CSV text."""
        return plot_export.csv_pieces(self._listed())

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme, which has other colours for the optimizers."""
        super().apply_theme(theme)
        # The base asks once before this class has anything.
        if getattr(self, "_shown", ()):
            self._make_curves()
            self.show_step(self._step)

    def _make_curves(self) -> None:
        for key in self._shown:
            self.remove_curve(key)
        self._shown = tuple(self._paths)
        for key in self._shown:
            look = look_of(key)
            self.add_curve(key, look.name, look.colour(self._theme), style="line")

    def _fill_frame(self) -> None:
        """Two lone points, which nobody sees, hold the axes still while the curves grow."""
        costs = [_seen(path.costs) for path in self._paths.values()]
        seen = [cost[np.isfinite(cost)] for cost in costs]
        together = np.concatenate([*seen, np.empty(0)])
        self.clear(_FRAME)
        if together.size:
            ends = [together.min(), np.nan, together.max()]
            self.extend(_FRAME, [0, 1, self._steps], ends)


def _seen(costs: Array) -> Array:
    return np.where(costs >= _FLOOR, costs, np.nan)
