"""An independent run: a bare trainer that does what a ledger says, and never reads a checkpoint.

It shares the update with the session and nothing else: no session, no store, no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dllab import Recipe
from dllab.hyperparameters import live_knobs, with_changes
from dllab.training.journal import Entry
from dllab.training.prepare import build_network, prepare
from dllab.training.state import State
from dllab.training.trainer import Trainer


class LedgerRun:
    """Follows a ledger from its first entry; may be given more of it later.

    Attributes
    ----------
    states:
        What this run had at each checkpoint that the ledger names.
    costs:
        For each branch its first step and the cost of every mini-batch from there on.
    """

    def __init__(self, recipe: Recipe) -> None:
        recipe = recipe.anchored()
        prepared = prepare(recipe)
        network = build_network(recipe, prepared)
        shape = prepared.dataset.image_shape
        self.trainer = Trainer(network, prepared.train, recipe.values, shape)
        self.branch = "main"
        self.states: dict[str, State] = {}
        self.costs: dict[str, tuple[int, list[float]]] = {"main": (1, [])}
        self._read = 0
        self._wanted: dict[tuple[str, int], State | None] = {}

    def follow(self, entries: Iterable[Entry]) -> None:
        """Do what the entries after the last one followed say."""
        new = [entry for entry in entries if entry.id > self._read]
        self._wanted = {(e.branch, e.step): None for e in new if e.detail.get("reason") == "best"}
        with np.errstate(all="ignore"):
            for entry in new:
                self._do(entry)
                self._read = entry.id

    def _do(self, entry: Entry) -> None:
        match entry.kind:
            case "nudge":
                self.train_to(entry.step - 1)
                self._set(entry.changes)
            case "checkpoint" if entry.detail.get("reason") == "best":
                if self.trainer.step < entry.step:
                    self.train_to(entry.step)
                state = self._wanted.get((entry.branch, entry.step))
                if state is not None:
                    self.states[entry.checkpoint] = state
            case "checkpoint":
                self.train_to(entry.step)
                self.states[entry.checkpoint] = self.trainer.capture()
            case "rollback" | "continue" | "open":
                self._stand_at(entry)

    def _stand_at(self, entry: Entry) -> None:
        if entry.checkpoint not in self.states:
            raise AssertionError(f"entry {entry.id} stands at {entry.checkpoint}, never seen")
        state = self.states[entry.checkpoint]
        before = live_knobs(self.trainer.values)
        self.trainer.restore(state)
        self.branch = entry.branch
        self._look()
        self._set(entry.changes)
        if entry.kind == "open":
            # Whatever had to be made again: the knobs are where the person left them.
            now = live_knobs(self.trainer.values)
            assert now == before, f"opened with {_differing(before, now)}"
        first, costs = self.costs.setdefault(entry.branch, (state.step + 1, []))
        del costs[state.step + 1 - first :]

    def _set(self, changes: Any) -> None:
        if changes:
            self.trainer.set_values(with_changes(self.trainer.values, changes))

    def train_to(self, step: int) -> None:
        """Make updates up to this step."""
        if step < self.trainer.step:
            raise AssertionError(f"the ledger goes back to {step} from {self.trainer.step}")
        costs = self.costs[self.branch][1]
        while self.trainer.step < step:
            costs.append(self.trainer.update()[0])
            self._look()

    def _look(self) -> None:
        # The best point is stored some time after it was passed.
        place = self.branch, self.trainer.step
        if place in self._wanted and self._wanted[place] is None:
            self._wanted[place] = self.trainer.capture()

    def fingerprint(self) -> str:
        """Of where this run stands now."""
        return self.trainer.capture().fingerprint()

    def curve(self) -> Any:
        """The costs of the present branch's own updates, in the run's precision."""
        return np.array(self.costs[self.branch][1], self.trainer.network.dtype)

    def close(self) -> None:
        """End the threads."""
        self.trainer.close()


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    wrong = [knob for knob in before if before[knob] != now.get(knob)]
    return ", ".join(f"{knob} {now.get(knob)} for {before[knob]}" for knob in wrong)
