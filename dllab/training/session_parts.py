"""What a session is made of, and what can be read of it. Nothing here trains or intervenes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dllab.errors import SessionError
from dllab.network.model import Network
from dllab.recipe import Recipe
from dllab.training.evaluation import Evaluation
from dllab.training.journal import Entry, Journal
from dllab.training.keeper import Keeper
from dllab.training.prepare import Labelled, Prepared
from dllab.training.snapshot import Guard
from dllab.training.state import State
from dllab.training.store import FolderStore, ReadOnlyStore, Store
from dllab.training.trainer import Trainer
from dllab.training.watch import Watch


class SessionParts:
    """The parts that `Session` and those who work for it share.

    Attributes
    ----------
    network:
        The model; ``network.parameters["W1"]`` is a view into θ.
    journal, timeline, history:
        The ledger, the tree of checkpoints and branches, the curves.
    guard:
        What stopped the latest update, None if nothing did.
    notices:
        Sentences about anything that opening had to work around.
    step_back:
        Of a session that is only looked at: the ``open`` entry that whoever goes on with it would
        write, where the ledger tells of more than the state holds; else None.
    closed:
        Whether the session was closed: nothing is stored any more.
    """

    def __init__(self, recipe: Recipe, prepared: Prepared, network: Network, store: Store) -> None:
        self.recipe, self.prepared, self.network = recipe, prepared, network
        self.trainer = Trainer(network, prepared.train, recipe.values, prepared.dataset.image_shape)
        self.watch = Watch(self.trainer, prepared, recipe.values["probe_examples"])
        self.history = self.watch.history
        self.keeper = Keeper(
            store,
            disk_limit=lambda: 1e6 * self.hyperparameters["disk_limit"],
            offered=lambda: self.guard.way_back if self.guard else "",
        )
        self.timeline = self.keeper.timeline
        self.journal = Journal()
        self.branch = "main"
        self.guard: Guard | None = None
        self.notices: list[str] = []
        self.step_back: Entry | None = None
        self.closed = False

    @property
    def store(self) -> Store:
        """Where checkpoints and journal go."""
        return self.keeper.store

    @property
    def folder(self) -> Path | None:
        """The session's folder, or None in memory."""
        store = self.store
        return store.folder if isinstance(store, FolderStore | ReadOnlyStore) else None

    @property
    def read_only(self) -> bool:
        """Whether the session can be looked at only."""
        return isinstance(self.store, ReadOnlyStore)

    @property
    def way_here(self) -> tuple[Entry, ...]:
        """The ledger as it leads to the present state."""
        return self.journal.entries + ((self.step_back,) if self.step_back else ())

    @property
    def name(self) -> str:
        """The recipe's name."""
        return self.recipe.name

    @property
    def step(self) -> int:
        """Updates made on the way to the present state."""
        return self.trainer.step

    @property
    def hyperparameters(self) -> Mapping[str, Any]:
        """The values in force."""
        return self.trainer.values

    @property
    def evaluate_every(self) -> int:
        """Steps between two evaluations: the setting, or what ``auto`` comes to."""
        return self.watch.interval

    def fingerprint(self) -> str:
        """SHA-256 of `capture`: same hash, same future."""
        return self.capture().fingerprint()

    def capture(self) -> State:
        """Everything that decides the future, copied."""
        self.watch.tick()
        return self.trainer.capture()

    def evaluate(self, which: str = "dev") -> Evaluation:
        """Cost and error of ``dev``, ``train``, ``probe`` or ``test``; touches nothing of the run.

        A look at the test set is written into the journal.

        Raises
        ------
        SessionError
            If there is no such set.
        """
        with np.errstate(all="ignore"):
            result = self.watch.evaluator(self._set_called(which))
        if which == "test":
            detail = {"cost": result.cost, "error": result.error, "m": result.m}
            self.record("test", step=self.step, detail=detail)
        return result

    def _set_called(self, which: str) -> Labelled:
        sets = {"dev": self.prepared.dev, "train": self.prepared.train, "probe": self.watch.probe}
        if which in sets:
            return sets[which]
        test = self.prepared.split.test
        if which != "test" or test is None:
            there = ", ".join((*sets, "test") if test is not None else sets)
            raise SessionError(f"There is no set called {which!r}; there are {there}.")
        return self.prepared.normalized(test)

    def check_writable(self) -> None:
        """Refuse to change a session that is open to be looked at.

        Raises
        ------
        SessionError
            If it is read-only.
        """
        if isinstance(self.store, ReadOnlyStore):
            raise SessionError(self.store.read_only)

    def check_open(self) -> None:
        """Refuse what has to be stored, where it cannot be any more.

        Raises
        ------
        SessionError
            If the session is closed or read-only.
        """
        self.check_writable()
        if self.closed:
            raise SessionError("This session is closed; open it again to change or save anything.")

    def record(self, kind: Any, *, step: int, costs: bool = False, **rest: Any) -> Entry:
        """Add an entry to the ledger, in memory and on the way to the disk."""
        if costs:
            rest["train_cost"] = self.watch.recent_train_cost()
            rest["dev_cost"] = self.watch.last_dev_cost()
        rest.setdefault("branch", self.branch)
        rest["epoch"] = round(rest.get("epoch", self.trainer.progress), 6)
        self.check_writable()
        entry = self.journal.append(kind, step=step, **rest)
        self.store.append(entry.to_json())
        return entry
