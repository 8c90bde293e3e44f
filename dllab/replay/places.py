"""Where a recording can be entered, and how far its curve tells what came after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dllab.replay.plan import END, Event, Look, Stretch
from dllab.training.history import BranchHistory, Segment, extend

Costs = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Place:
    """A stored state from which updates can be made again.

    ``key`` is "" for the untrained model. ``events`` follow it on ``stretch`` before a jump. Where
    the stretch begins with it, its moves are put on top: ``begins``. ``reach`` is the last step of
    which the curve tells what this stretch made.
    """

    key: str
    step: int
    stretch: Stretch
    events: tuple[Event, ...]
    begins: bool
    recorded: int
    reach: int


class Curves:
    """The recorded mini-batch costs of every branch, put together from stored pieces."""

    def __init__(self, pieces: Iterable[Segment]) -> None:
        self._branches: dict[str, BranchHistory] = {}
        for piece in pieces:
            costs = piece.dense.get("train_cost")
            if costs is None:
                continue
            if piece.branch not in self._branches:
                history = BranchHistory(piece.branch, "", piece.first_step, costs.dtype)
                self._branches[piece.branch] = history
            history = self._branches[piece.branch]
            only = Segment(piece.branch, "", piece.first_step, {"train_cost": costs}, {})
            if piece.first_step >= history.first_step:
                extend(history, only)

    def after(self, branch: str, step: int, count: int) -> Costs:
        """Costs of up to ``count`` updates after ``step``; NaN in a gap."""
        history = self._branches.get(branch)
        if history is None:
            return np.empty(0)
        costs = history.dense["train_cost"].view()
        start = step + 1 - history.first_step
        if start < 0 or count < 0:
            return np.empty(0, costs.dtype)
        return costs[start : start + count]


def places_in(
    stretches: list[Stretch], stored: Iterable[str], curves: Curves, steps: int
) -> list[Place]:
    """Every place where the recording can be entered, in the order in which it was trained."""
    there = frozenset(stored)
    found: list[Place] = []
    for stretch, reach in zip(stretches, _reaches(stretches), strict=True):
        entered = [(0, stretch.key, stretch.step)] if stretch.key in there | {""} else []
        for number, event in enumerate(stretch.events, start=1):
            if isinstance(event, Look) and event.key in there and event.key != END:
                entered.append((number, event.key, event.step))
        for number, key, step in entered:
            last = min(step + steps, reach)
            events = tuple(event for event in stretch.events[number:] if event.step <= last)
            costs = curves.after(stretch.branch, step, last - step)
            recorded = int(np.count_nonzero(np.isfinite(costs)))
            found.append(Place(key, step, stretch, events, not number, recorded, reach))
    return found


def _reaches(stretches: list[Stretch]) -> list[int]:
    """How far the curves are those of each stretch.

    A branch has one curve. Where training goes on from an earlier step of it, for the state at its
    end was deleted or lost, what comes after that step is written anew.
    """
    entered: dict[str, int] = {}
    reaches = []
    for stretch in reversed(stretches):
        anew = entered.get(stretch.branch)
        reaches.append(stretch.reach if anew is None else min(stretch.reach, anew))
        entered[stretch.branch] = stretch.step if anew is None else min(stretch.step, anew)
    return reaches[::-1]


def best_place(places: list[Place], steps: int) -> Place | None:
    """The latest with so many recorded updates after it, else the one with most; None if none."""
    for place in reversed(places):
        if place.recorded >= steps:
            return place
    most = max((place.recorded for place in places), default=0)
    return next((p for p in reversed(places) if p.recorded == most and most), None)
