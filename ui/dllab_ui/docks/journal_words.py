"""The cells of the journal in words."""

from __future__ import annotations

from collections.abc import Mapping

from dllab.training.journal import Entry
from dllab.training.timeline import Branch
from dllab_ui import words
from dllab_ui.verdicts import Verdict

COLUMNS = ("step", "what", "old → new", "dev before → after", "verdict", "note", "branch",
           "epoch", "who", "time")  # fmt: skip
GROUPS = {
    "all": "everything",
    "nudge": "nudges",
    "checkpoint": "checkpoints",
    "rollback": "roll backs",
    "rule": "rules and guards",
}
"""What the journal can be narrowed to, and how that is called."""
_GROUP_OF = {
    "nudge": "nudge",
    "checkpoint": "checkpoint",
    "pin": "checkpoint",
    "delete": "checkpoint",
    "rollback": "rollback",
    "continue": "rollback",
    "guard": "rule",
    "rule": "rule",
    "stop": "rule",
}
_KIND_WORDS = {
    "start": "start",
    "open": "opened",
    "nudge": "nudge",
    "checkpoint": "checkpoint",
    "rollback": "roll back",
    "continue": "continued",
    "guard": "guard",
    "rule": "rule",
    "stop": "stopped",
    "test": "test",
    "note": "note",
    "rename": "renamed",
    "delete": "deleted",
}
# The note says it all, and is a scroll away where room is short.
_STOPPED_BY = {
    "explosion": "the cost exploded",
    "cost": "a cost that is no number",
    "gradient": "a gradient that is no number",
}
_QUIET = ("note", "rename", "pin", "delete", "open")


def group_of(entry: Entry) -> frozenset[str]:
    """The groups that show an entry; what a rule or guard did is in its own group too."""
    groups = {"all", _GROUP_OF.get(entry.kind, "all")}
    if entry.who in ("rule", "guard"):
        groups.add("rule")
    return frozenset(groups)


def is_quiet(entry: Entry) -> bool:
    """Whether it only keeps house, and did nothing to the run."""
    return entry.kind in _QUIET


def row_texts(
    entry: Entry,
    branches: Mapping[str, Branch],
    outcome: Entry | None,
    verdict: Verdict | None,
    note: str,
    waits: bool,
) -> list[str]:
    """The cells of a row, in the order of `COLUMNS`; ``waits`` for a verdict still to come."""
    branch = branches.get(entry.branch)
    return [
        words.count(entry.step),
        _what(entry),
        _moved(entry, branches),
        _costs(entry, outcome, waits),
        verdict.short if verdict else "",
        note,
        branch.label if branch else entry.branch,
        f"{entry.epoch:.2f}",
        entry.who,
        words.clock(entry.when),
    ]


def _what(entry: Entry) -> str:
    word = _KIND_WORDS.get(entry.kind, entry.kind)
    key = words.key(entry.checkpoint)
    match entry.kind:
        case "pin":
            return f"{'pinned' if entry.detail.get('pinned', True) else 'unpinned'} {key}"
        case "delete":
            return f"deleted {key}"
        case "rollback" | "continue":
            return f"{word} to {key}" if key else word
        case "rule":
            return f"rule: {entry.detail['rule']}" if "rule" in entry.detail else word
    return f"{word} {key}" if key else word


def _moved(entry: Entry, branches: Mapping[str, Branch]) -> str:
    detail = entry.detail
    if entry.kind == "rename":
        return f"{detail.get('branch', '')} → {detail.get('title') or detail.get('branch', '')}"
    if entry.kind in ("rollback", "continue") and "from_branch" in detail and not entry.changes:
        left = branches.get(str(detail["from_branch"]))
        name = left.label if left else str(detail["from_branch"])
        return f"left {name} at step {words.count(detail.get('from_step', 0))}"
    if entry.kind == "guard":
        kind = str(entry.detail.get("kind", ""))
        return _STOPPED_BY.get(kind, "")
    return words.changes(entry.changes)


def _costs(entry: Entry, outcome: Entry | None, waits: bool) -> str:
    before = words.cost(entry.dev_cost) if entry.dev_cost is not None else ""
    if outcome is None or outcome.dev_cost is None:
        return f"{before} → …" if before and waits else before
    return f"{before or words.NOTHING} → {words.cost(outcome.dev_cost)}"
