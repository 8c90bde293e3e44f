"""What the mouse reads on the timeline, as rich text."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from dllab_ui import words
from dllab_ui.ledger import dev_cost_of, knob_moves
from dllab_ui.timeline.content import Content, Lane, Mark
from dllab_ui.timeline.glyphs import GLYPHS
from dllab_ui.timeline.walk import beside

_MOST_KNOBS = 8


def mark_tip(content: Content, mark: Mark, covers: int = 0) -> str:
    """A checkpoint or a nudge: where, what it cost, which knobs, why, and the note."""
    lines = _checkpoint(content, mark) if mark.key else _nudge(content, mark)
    if note := content.note_of(mark):
        lines.insert(1, f"<i>“{escape(note)}”</i>")
    if covers:
        more = "one more lies" if covers == 1 else f"{covers} more lie"
        lines.append(f"{more} here; zoom in on the curves to see")
    return _joined(lines)


def mark_words(content: Content, mark: Mark) -> str:
    """The same in one plain line, for who listens instead of looking."""
    what = f"checkpoint {words.key(mark.key)}, " if mark.key else ""
    lane = content.lane_of(mark.branch)
    branch = lane.label if lane else mark.branch
    note = content.note_of(mark)
    return (
        f"{what}{GLYPHS[mark.glyph].words}, step {words.count(mark.step)}, branch {branch}"
        f"{', pinned' * mark.pinned}{f', {note}' if note else ''}"
    )


def lane_tip(lane: Lane) -> str:
    """A branch: its name, where it ends, why it was left."""
    name = f" ({escape(lane.branch)})" if lane.label != lane.branch else ""
    lines = [f"<b>{escape(lane.label)}</b>{name}"]
    if lane.current:
        lines.append(f"the present branch, at step {words.count(lane.last_step)}")
    else:
        lines.append(f"left at step {words.count(lane.last_step)}")
    if lane.reason:
        lines.append(f"<i>“{escape(lane.reason)}”</i>")
    return _joined(lines)


def box_tip(lane: Lane, on: bool) -> str:
    """The box beside a branch."""
    verb = "Hide" if on else "Show"
    return f"{verb} the ghost of “{escape(lane.label)}” on the curves"


def _checkpoint(content: Content, mark: Mark) -> list[str]:
    info = content.checkpoints[mark.key]
    pinned = " · pinned: kept for ever" if info.pinned else ""
    lines = [
        f"<b>Checkpoint {words.key(info.key)}</b> · {words.at_step(info.step, info.epoch)}",
        f"{GLYPHS[mark.glyph].words}{pinned}",
        f"train cost {words.cost(info.train_cost)} · dev cost {dev_cost_of(info, content.history)}",
    ]
    before = beside(content, mark, "left")
    if before is not None and before.key != mark.key:
        moves = knob_moves(content.checkpoints[before.key].hyperparameters, info.hyperparameters)
        since = f"since checkpoint {words.key(before.key)}"
        lines += _moves(moves, since) if moves else [f"same knobs as checkpoint {int(before.key)}"]
    saved = "on the disk" if info.saved else "not on the disk yet"
    lines.append(f"{saved} · {escape(words.clock(info.when))}")
    return lines


def _nudge(content: Content, mark: Mark) -> list[str]:
    entry = content.nudges[mark.entry]
    who = "" if entry.who == "person" else f" by the {entry.who}"
    costs = f"train cost {words.cost(entry.train_cost)} · dev cost {words.cost(entry.dev_cost)}"
    return [
        f"<b>Nudge{who}</b> · {words.at_step(entry.step, entry.epoch)}",
        *_moves(entry.changes, ""),
        f"before: {costs}",
    ]


def _moves(moves: Mapping[str, tuple[Any, Any]], since: str) -> list[str]:
    lines = [escape(words.change(knob, *pair)) for knob, pair in moves.items()]
    if len(lines) > _MOST_KNOBS:
        lines = [*lines[:_MOST_KNOBS], f"and {len(lines) - _MOST_KNOBS} more knobs"]
    return [f"{since}:", *lines] if since and lines else lines


def _joined(lines: list[str]) -> str:
    # Rich text, whatever a note may hold; a line each.
    return "<p style='white-space:pre; margin:0'>" + "<br>".join(lines) + "</p>"
