"""The twin beside the run: dev cost and error of the same model without a nudge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui.widgets.curve_plot import CurvePlot

_ROLE = "twin"
_LABELS = {"dev_cost": "dev cost of the twin", "dev_error": "dev error of the twin"}


@dataclass(frozen=True)
class _Twin:
    """Curves of one twin: that of nudge ``of``."""

    of: int
    series: Mapping[str, Any]
    steps: Any


class TwinCurves:
    """Shows the twin that runs, or the one of the nudge that is selected.

    Parameters
    ----------
    plots:
        The plot of ``dev_cost`` and that of ``dev_error``.
    """

    def __init__(self, plots: Mapping[str, CurvePlot]) -> None:
        self._plots = dict(plots)
        self._told: dict[int, Entry] = {}
        self._seen = 0
        self._live: _Twin | None = None
        self._selected = 0
        self._shown = 0
        self._given = 0

    def clear(self) -> None:
        """Another session."""
        self._told, self._seen, self._live, self._selected = {}, 0, None, 0
        self._draw()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take what is new of the running twin and of the ledger."""
        for entry in snapshot.entries[self._seen :]:
            if entry.kind == "twin" and entry.of is not None:
                # Asked for by the nudge's number or by its own.
                self._told[entry.of] = self._told[entry.id] = entry
            elif entry.kind in ("rollback", "continue"):
                self._selected = 0
        self._seen = len(snapshot.entries)
        view = snapshot.twin
        self._live = None
        if view is not None and _is_here(snapshot, view.of):
            series = {"dev_cost": view.dev_cost, "dev_error": view.dev_error}
            self._live = _Twin(view.of, series, view.steps)
        self._draw()

    def select(self, entry_id: int) -> None:
        """Show the twin of this entry, if it has one."""
        self._selected = entry_id if entry_id in self._told else 0
        self._draw()

    def _wanted(self) -> _Twin | None:
        entry = self._told.get(self._selected)
        if entry is None or entry.of is None:
            return self._live
        if self._live is not None and self._live.of == entry.of:
            return self._live
        detail = entry.detail
        steps = np.array(detail.get("steps", ()), np.float64)
        series = {name: np.array(detail.get(name, ()), np.float64) for name in _LABELS}
        return _Twin(entry.of, series, steps)

    def _draw(self) -> None:
        twin = self._wanted()
        if twin is None or twin.of != self._shown or len(twin.steps) < self._given:
            self._take_away()
        if twin is None or len(twin.steps) == self._given:
            return
        if not self._shown:
            for name, plot in self._plots.items():
                plot.add_curve(name + _ROLE, _LABELS[name], _ROLE, style="dashes")
            self._shown = twin.of
        for name, plot in self._plots.items():
            plot.extend(name + _ROLE, twin.steps[self._given :], twin.series[name][self._given :])
        self._given = len(twin.steps)

    def _take_away(self) -> None:
        if self._shown:
            for name, plot in self._plots.items():
                plot.remove_curve(name + _ROLE)
        self._shown = self._given = 0


def _is_here(snapshot: Snapshot, of: int) -> bool:
    """Whether the twin's nudge was made on the branch that is shown."""
    entry = next((e for e in reversed(snapshot.entries) if e.id == of), None)
    return entry is not None and entry.branch == snapshot.branch
