"""Carries the history into the plots: only what is new, unless the branch has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dllab.training.history import HistoryView, Segment
from dllab_ui.widgets.axis_knots import AxisKnots, AxisMode
from dllab_ui.widgets.curve import CurveStyle
from dllab_ui.widgets.curve_plot import CurvePlot

# So many of the newest are shown until the person chooses.
_GHOSTS_AT_FIRST = 8
_CLOCKS: dict[AxisMode, str] = {"epoch": "epoch", "examples": "examples", "time": "seconds"}
_NONE = (np.empty(0), np.empty(0))


@dataclass(frozen=True)
class CurveRecord:
    """A series of the history on a plot. ``ghost`` ones are also shown for abandoned branches."""

    plot: CurvePlot
    series: str
    label: str
    colour: str
    style: CurveStyle
    ghost: bool = False
    visible: bool = True


@dataclass
class _Ghost:
    """What is shown of an abandoned branch: after step ``start``, of ``length`` updates."""

    start: int
    length: int
    curves: list[tuple[CurvePlot, str]]


class CurveFeed:
    """Remembers how much of each series the plots have been given."""

    def __init__(self, records: list[CurveRecord], plots: list[CurvePlot]) -> None:
        self.records = list(records)
        self._plots = plots
        self._branch: object = None
        self._there: dict[str, CurveRecord] = {}
        self._given: dict[str, int] = {}
        self._ghosts: dict[str, _Ghost] = {}
        self._ghosts_chosen: dict[str, bool] = {}
        self._ghost_words: dict[str, str] = {}
        self._lit = ""
        self._axis: AxisMode = "step"
        self._knots_given = 0

    def forget(self) -> None:
        """Another session: start from nothing."""
        self._branch = None
        for branch in list(self._ghosts):
            self._hide_ghost(branch)
        self._ghosts_chosen, self._ghost_words = {}, {}

    def feed(self, history: HistoryView) -> bool:
        """Bring the plots up to date; True when the branch has changed and all was given anew."""
        changed = self._branch != history.current
        if changed:
            self._begin(history)
        now = history.segments[history.current]
        for record in self.records:
            if record.series in self._there and self._rewritten(record.series, now):
                record.plot.remove_curve(record.series)
                del self._there[record.series]
            if record.series not in self._there:
                self._add(record, history)
            self._extend(record.plot, record.series, now)
        self._extend_axis(now)
        return changed

    def set_axis(self, mode: AxisMode, history: HistoryView | None) -> None:
        """Let x show something else, along the whole run."""
        self._axis = mode
        series = _CLOCKS.get(mode)
        positions = None
        if series is not None and history is not None:
            steps, values = history.series(series)
            # A branch notes where it begins, which is where its parent was noted last.
            positions = _last_wins(steps, values)
            now = history.segments[history.current]
            self._knots_given = len(now.sparse.get(series, _NONE)[0])
        for branch in self._ghosts:
            self._clock_ghost(branch, history)
        for plot in self._plots:
            plot.set_axis(mode, positions)

    def ghosts(self, history: HistoryView) -> dict[str, bool]:
        """The branches of which something is not on the way to the present, and which are shown."""
        limits = {segment.branch: limit for segment, limit in history.lineage()}
        abandoned = [
            segment.branch
            for segment in history.segments.values()
            if segment.branch != history.current and _has_more(segment, limits.get(segment.branch))
        ]
        at_first = abandoned[-_GHOSTS_AT_FIRST:]
        return {b: self._ghosts_chosen.get(b, b in at_first) for b in abandoned}

    def choose_ghost(self, branch: str, on: bool, history: HistoryView) -> None:
        """Show or hide the ghost of a branch."""
        self._ghosts_chosen[branch] = on
        self._show_ghosts(history)

    def light_ghost(self, branch: str) -> None:
        """Let the ghost of this branch stand out; empty for none."""
        before, self._lit = self._lit, branch
        for changed in {before, branch} & set(self._ghosts):
            for plot, key in self._ghosts[changed].curves:
                plot.set_colour(key, self._ghost_colour(changed))

    def _ghost_colour(self, branch: str) -> str:
        return "muted" if branch == self._lit else "ghost"

    def name_ghosts(self, ghost_words: Mapping[str, str]) -> None:
        """Say what the mouse reads at the ghost of each branch."""
        self._ghost_words = dict(ghost_words)
        for branch, ghost in self._ghosts.items():
            for plot, key in ghost.curves:
                plot.set_tip(key, self._ghost_words.get(branch, branch))

    def add_record(self, record: CurveRecord) -> None:
        """Show one more series from the next feed on."""
        if all(known.series != record.series for known in self.records):
            self.records.append(record)

    def drop_record(self, series: str) -> None:
        """Show a series no more."""
        self.records = [record for record in self.records if record.series != series]
        record = self._there.pop(series, None)
        if record is not None:
            record.plot.remove_curve(series)

    def _begin(self, history: HistoryView) -> None:
        self._branch = history.current
        for series, record in self._there.items():
            record.plot.remove_curve(series)
        self._there, self._given = {}, {}
        self._show_ghosts(history)
        self.set_axis(self._axis, history)

    def _add(self, record: CurveRecord, history: HistoryView) -> None:
        lineage = history.lineage()
        dense = record.series in lineage[0][0].dense
        first = lineage[0][0].first_step if dense else None
        record.plot.add_curve(
            record.series, record.label, record.colour,
            style=record.style, visible=record.visible, dense_from=first,
        )  # fmt: skip
        steps, values = _before_now(history, record.series)
        if not dense:
            steps, values = _last_wins(steps, values)
        if len(values):
            record.plot.extend(record.series, None if dense else steps, values)
        self._there[record.series] = record
        self._given[record.series] = 0

    def _rewritten(self, series: str, now: Segment) -> bool:
        """Whether a knob was moved twice before an update: then its last value takes the place."""
        steps, given = now.sparse.get(series, _NONE)[0], self._given[series]
        return bool(0 < given < len(steps) and steps[given] <= steps[given - 1])

    def _extend(self, plot: CurvePlot, series: str, now: Segment) -> None:
        given = self._given[series]
        if series in now.dense:
            values = now.dense[series]
            if len(values) > given:
                plot.extend(series, None, values[given:])
                self._given[series] = len(values)
        elif series in now.sparse:
            steps, values = now.sparse[series]
            if len(values) > given:
                plot.extend(series, *_last_wins(steps[given:], values[given:]))
                self._given[series] = len(values)

    def _extend_axis(self, now: Segment) -> None:
        steps, values = now.sparse.get(_CLOCKS.get(self._axis, ""), _NONE)
        if len(steps) > self._knots_given:
            given, self._knots_given = self._knots_given, len(steps)
            for plot in self._plots:
                plot.set_axis_knots(steps[given:], values[given:])

    def _show_ghosts(self, history: HistoryView) -> None:
        """Bring the ghosts up to date; those that stay as they are are left alone."""
        wanted = {branch for branch, on in self.ghosts(history).items() if on}
        limits = {segment.branch: limit for segment, limit in history.lineage()}
        for branch, ghost in list(self._ghosts.items()):
            segment = history.segments.get(branch)
            stays = segment is not None and (ghost.start, ghost.length) == (
                _start(limits.get(branch)),
                _length(segment),
            )
            if branch not in wanted or not stays:
                self._hide_ghost(branch)
        for branch, segment in history.segments.items():
            if branch not in wanted or branch in self._ghosts:
                continue
            start = _start(limits.get(branch))
            self._ghosts[branch] = _Ghost(start, _length(segment), [])
            for record in self.records:
                if record.ghost:
                    self._show_ghost(record, segment, start)
            self._clock_ghost(branch, history)

    def _hide_ghost(self, branch: str) -> None:
        for plot, key in self._ghosts.pop(branch).curves:
            plot.remove_curve(key)

    def _clock_ghost(self, branch: str, history: HistoryView | None) -> None:
        """Give a ghost its own places on the axis: another mini-batch size, other epochs."""
        series, knots = _CLOCKS.get(self._axis), None
        if series is not None and history is not None:
            knots = AxisKnots()
            knots.extend(*_last_wins(*history.segments[branch].sparse.get(series, _NONE)))
        for plot, key in self._ghosts[branch].curves:
            plot.set_curve_knots(key, knots)

    def _show_ghost(self, record: CurveRecord, segment: Segment, after: int) -> None:
        if record.series in segment.dense:
            values = segment.dense[record.series]
            first = max(segment.first_step, after + 1)
            values = values[first - segment.first_step :]
            steps, dense_from = None, first
        else:
            steps, values = segment.sparse.get(record.series, _NONE)
            keep = int(np.searchsorted(steps, after, side="right"))
            steps, values = _last_wins(steps[keep:], values[keep:])
            dense_from = None
        if not len(values):
            return
        key = f"{record.series} of {segment.branch}"
        style: CurveStyle = "line" if record.style == "points" else record.style
        record.plot.add_curve(
            key, "", self._ghost_colour(segment.branch), style=style, dense_from=dense_from,
            in_legend=False,
        )  # fmt: skip
        record.plot.extend(key, steps, values)
        record.plot.set_tip(key, self._ghost_words.get(segment.branch, segment.branch))
        self._ghosts[segment.branch].curves.append((record.plot, key))


def _before_now(history: HistoryView, series: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of the ancestors of the current branch."""
    now = history.segments[history.current]
    if not now.parent:
        return _NONE
    steps, values = history.series(series, now.parent)
    keep = int(np.searchsorted(steps, now.first_step - 1, side="right"))
    return steps[:keep], values[:keep]


def _length(segment: Segment) -> int:
    """Updates of a branch since it left its parent."""
    return max((len(values) for values in segment.dense.values()), default=0)


def _start(limit: int | None) -> int:
    """The step after which a branch is a ghost, from the last one that leads to the present."""
    return -1 if limit is None else limit


def _has_more(segment: Segment, limit: int | None) -> bool:
    """Whether a branch has updates that do not lead to the present."""
    length = _length(segment)
    return length > 0 and segment.first_step - 1 + length > _start(limit)


def _last_wins(steps: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One value per step: the last one noted."""
    new = np.append(np.diff(steps) > 0, True)[: len(steps)]
    return steps[new], values[new]
