"""Which branch lies on which lane."""

from __future__ import annotations

from collections.abc import Mapping

from dllab.training.timeline import Branch


def lane_order(branches: Mapping[str, Branch]) -> list[str]:
    """The branches from top to bottom.

    Below a branch come those that leave it, the latest fork first, each with its own below it. So
    the line from a fork down to its branch crosses no lane: whatever lies between begins later.
    """
    children: dict[str, list[str]] = {}
    roots: list[str] = []
    for name, branch in branches.items():
        (children.setdefault(branch.parent, []) if branch.parent in branches else roots).append(
            name
        )
    for siblings in children.values():
        # Forks from the same place: the newest lies nearest.
        siblings.reverse()
        siblings.sort(key=lambda name: -branches[name].fork_step)
    order: list[str] = []
    waiting = roots[::-1]
    while waiting:
        name = waiting.pop()
        order.append(name)
        waiting.extend(reversed(children.get(name, ())))
    return order


def lineage(branches: Mapping[str, Branch], branch: str) -> dict[str, int | None]:
    """The branches on the way to ``branch``, each with the last step that counts, None for all."""
    limits: dict[str, int | None] = {}
    limit: int | None = None
    while branch in branches and branch not in limits:
        limits[branch] = limit
        fork = branches[branch].fork_step
        limit = fork if limit is None else min(limit, fork)
        branch = branches[branch].parent
    return limits
