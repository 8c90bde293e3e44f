"""Going from checkpoint to checkpoint by key."""

from __future__ import annotations

from dllab_ui.timeline.content import Content, Mark


def beside(content: Content, mark: Mark | None, key: str) -> Mark | None:
    """The checkpoint that an arrow key leads to; from none to the newest.

    Left and right go along the branch, and left of its first one to where it forked; up and down go
    to the nearest one of the lane above or below that has any; Home and End along the branch.
    """
    rows: dict[int, list[Mark]] = {}
    for each in content.marks:
        if each.key:
            rows.setdefault(each.row, []).append(each)
    if not rows:
        return None
    if mark is None:
        newest = max(content.checkpoints)
        return content.mark(newest)
    mine = sorted(rows.get(mark.row, ()), key=_order)
    if key in ("home", "end"):
        return (mine or [mark])[0 if key == "home" else -1]
    if key in ("up", "down"):
        away = [row for row in rows if (row < mark.row if key == "up" else row > mark.row)]
        if not away:
            return mark
        row = max(away) if key == "up" else min(away)
        return min(rows[row], key=lambda other: (abs(other.x - mark.x), -other.weight))
    if key == "right":
        return next((other for other in mine if _order(other) > _order(mark)), mark)
    before = [other for other in mine if _order(other) < _order(mark)]
    if before:
        return before[-1]
    return _fork_of(content, mark) or mark


def _order(mark: Mark) -> tuple[int, str]:
    return mark.step, mark.key


def _fork_of(content: Content, mark: Mark) -> Mark | None:
    lane = content.lane_of(mark.branch)
    if lane is None or lane.parent_row is None:
        return None
    before = [
        other
        for other in content.marks
        if other.key and other.row == lane.parent_row and other.x <= lane.start
    ]
    return max(before, key=_order, default=None)
