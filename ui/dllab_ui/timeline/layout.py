"""Where everything stands in pixels, and what lies under one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dllab_ui.timeline.content import Content, Lane, Mark
from dllab_ui.widgets.auto_range import Range

ROW = 24
"""Height of a lane."""
AXIS = 22
"""Height of the axis at the bottom."""
TOP = 6
EDGE = 14
"""Air left and right of the lanes."""
# A safety point lies one step before its nudge: it must not show where that one does not.
_APART = {"automatic": 5, "nudge": 6, "safety": 8}
_APART_ELSE = 9
_REACH = 8.0
_BOX = 12


@dataclass(frozen=True)
class Placed:
    """A mark in pixels, with how many less important ones it covers."""

    mark: Mark
    x: float
    y: float
    covers: int = 0


@dataclass(frozen=True)
class Hit:
    """What lies under the mouse."""

    kind: Literal["mark", "label", "box", "lane", "nothing"]
    lane: Lane | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Frame:
    """The size of the drawing: ``gutter`` pixels of labels at the left, then the lanes.

    ``shown`` is the part of the axis in view, ``scroll`` how far the lanes are scrolled up.
    """

    width: int
    height: int
    gutter: int
    shown: Range
    scroll: int = 0

    @property
    def left(self) -> float:
        """Column of the lower end of the axis."""
        return self.gutter + EDGE

    @property
    def right(self) -> float:
        """Column of the upper end of the axis."""
        return max(self.left + 1.0, self.width - EDGE)

    @property
    def scale(self) -> float:
        """Pixels per unit of the axis."""
        low, high = self.shown
        return (self.right - self.left) / ((high - low) or 1.0)

    @property
    def floor(self) -> int:
        """Row of pixels where the lanes end and the axis begins."""
        return self.height - AXIS

    def column(self, x: float) -> float:
        """Pixel column of a place on the axis."""
        return self.left + (x - self.shown[0]) * self.scale

    def line(self, row: int) -> float:
        """Middle of a lane."""
        return TOP + ROW * (row + 0.5) - self.scroll

    def row(self, y: float) -> int:
        """The lane at a row of pixels; there may be none."""
        return int((y - TOP + self.scroll) // ROW)


def marks_in(frame: Frame, content: Content, selected: str | int | None) -> list[Placed]:
    """The marks to draw, the least important first.

    Where several would lie on each other the most important is drawn, and the selected one always.
    """
    low, scale = frame.shown[0], frame.scale
    # One byte per pixel of each lane: whether a mark stands there.
    taken: dict[int, bytearray] = {}
    covered: dict[tuple[int, int], int] = {}
    drawn: list[tuple[Mark, float, int]] = []
    marks: Iterable[Mark] = content.marks
    chosen = content.mark(selected) if selected is not None else None
    if chosen is not None:
        marks = (chosen, *(mark for mark in content.marks if mark is not chosen))
    for mark in marks:
        x = frame.left + (mark.x - low) * scale
        if not frame.gutter <= x <= frame.width + _REACH:
            continue
        column, apart = round(x), _APART.get(mark.glyph, _APART_ELSE)
        lane = taken.get(mark.row)
        if lane is None:
            lane = taken[mark.row] = bytearray(frame.width + 2 * ROW)
        there = lane.find(1, max(0, column - apart), column + apart + 1)
        if there >= 0:
            covered[mark.row, there] = covered.get((mark.row, there), 0) + 1
            continue
        lane[column] = 1
        drawn.append((mark, x, column))
    return [
        Placed(mark, x, frame.line(mark.row), covered.get((mark.row, column), 0))
        for mark, x, column in reversed(drawn)
    ]


def box_left(frame: Frame) -> int:
    """Left side of the boxes that show and hide ghosts."""
    return frame.gutter - _BOX - 8


BOX = _BOX


def hit(frame: Frame, content: Content, placed: list[Placed], x: float, y: float) -> Hit:
    """What lies under a pixel."""
    if y >= frame.floor:
        return Hit("nothing")
    row = frame.row(y)
    lane = next((lane for lane in content.lanes if lane.row == row), None)
    if lane is None:
        return Hit("nothing")
    if x < frame.gutter:
        over_box = lane.has_ghost and x >= box_left(frame) - 4
        return Hit("box" if over_box else "label", lane)
    near = [p for p in placed if p.mark.row == row and abs(p.x - x) <= _REACH]
    if near:
        # The later in the list lies on top.
        best = min(reversed(near), key=lambda p: abs(p.x - x))
        return Hit("mark", lane, best.mark)
    start, end = frame.column(lane.start), frame.column(lane.end)
    if start - _REACH <= x <= end + _REACH and abs(y - frame.line(row)) <= _REACH:
        return Hit("lane", lane)
    return Hit("nothing")
