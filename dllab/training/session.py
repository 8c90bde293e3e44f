"""A session: one model, its data, its ledger, its tree of checkpoints, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt

from dllab.errors import SessionError
from dllab.network.model import Network
from dllab.recipe import Recipe
from dllab.training import interventions, stepping, tree
from dllab.training.archive import write_archive
from dllab.training.best_state import BestState
from dllab.training.journal import Entry, Who
from dllab.training.outcomes import Outcomes
from dllab.training.prepare import Prepared
from dllab.training.rules import Rules
from dllab.training.session_parts import SessionParts
from dllab.training.state import State
from dllab.training.store import Store
from dllab.training.timeline import Reason
from dllab.twin.twins import Twins


class Session(SessionParts):
    """One model under care. Make one with `create` or `open`; close it, or use it in ``with``.

    A session belongs to one thread at a time.

    What it is made of and what can be read of it stands in `SessionParts`.

    Attributes
    ----------
    outcomes:
        What came of nudges, and which still wait to know.
    best_state:
        The state at the lowest dev cost.
    rules:
        What looks after the run while nobody does.
    twins:
        The same model without a nudge, in processes of their own.
    """

    def __init__(self, recipe: Recipe, prepared: Prepared, network: Network, store: Store) -> None:
        super().__init__(recipe, prepared, network, store)
        self.outcomes = Outcomes(self)
        self.best_state = BestState(self)
        self.rules = Rules(self)
        self.twins = Twins(self)
        self._release: Callable[[], None] | None = None

    @classmethod
    def create(cls, recipe: Recipe, folder: str | Path | None = None) -> Session:
        """Start a session from a recipe, in a new folder, or in memory with ``folder=None``.

        Raises
        ------
        DllabError
            If the data cannot be had or the folder cannot be made; nothing is left behind then.
        """
        from dllab.training.opening import create

        return create(recipe, None if folder is None else Path(folder))

    @classmethod
    def open(
        cls, path: str | Path, folder: str | Path | None = None, *, read_only: bool = False
    ) -> Session:
        """Open a session's folder, or a self-contained file written by `save_as`.

        A file is unpacked into ``folder``, or into memory with ``folder=None``. A folder opened
        ``read_only`` is left as it is to the byte, and whatever would change it is refused.

        Raises
        ------
        DllabError
            If it is not one, is damaged, or its data is gone or has changed.
        """
        from dllab.training.opening import open_session

        return open_session(Path(path), None if folder is None else Path(folder), read_only)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def restore(self, state: State) -> None:
        """Put the trainer where ``state`` was captured; ledger and curves are left alone.

        Raises
        ------
        CheckpointError
            If the state does not fit this session.
        """
        self.twins.stop("another state was put in place")
        self.trainer.restore(state)
        self.watch.adopt_values()
        self.watch.forget_model()

    # Training --------------------------------------------------------------------------------

    def run(self, steps: int | None = None, epochs: int | None = None) -> str:
        """Train for some steps, some epochs, or up to the recipe's goal; say why it ended.

        Returns
        -------
        str
            ``"done"``, the guard's sentence when an update was stopped before it was committed, or
            that of a rule that ends training, such as early stopping.

        Raises
        ------
        SessionError
            If both are given, or either is negative, or the session is read-only.
        """
        self.check_writable()
        return stepping.run(self, self.target(steps, epochs))

    def target(self, steps: int | None = None, epochs: int | None = None) -> tuple[str, int]:
        """Where a run ends: ``("step", n)`` or ``("epoch", n)``."""
        return stepping.target(self, steps, epochs)

    def reached(self, target: tuple[str, int]) -> bool:
        """Whether a target made by `target` is reached."""
        kind, number = target
        return (self.trainer.step if kind == "step" else self.trainer.epoch) >= number

    def advance(self) -> bool:
        """Make one update with all that belongs to it; False if the guard stopped it."""
        return stepping.advance(self)

    def update(self, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
        """One update on a mini-batch of the caller's: X (m, n_x) normalized, y (m,) classes.

        Returns cost and error of the mini-batch.

        Raises
        ------
        SessionError
            If the shapes or labels do not fit, the guard stops the update, or the session is
            read-only.
        """
        self.check_writable()
        return stepping.update(self, X, y)

    # What a person does ----------------------------------------------------------------------

    def nudge(
        self,
        changes: Mapping[str, Any] | None = None,
        /,
        *,
        note: str = "",
        who: Who = "person",
        detail: Mapping[str, Any] | None = None,
        twin: int = 0,
        **knobs: Any,
    ) -> Entry:
        """Change live hyperparameters: a ledger entry, used by the next update.

        ``session.nudge(learning_rate=3e-4, note="too bumpy")``; a single layer's knob goes by its
        name: ``session.nudge({"keep_prob[1]": 0.8})``. With ``twin`` the same model trains on for
        so many steps without the nudge, in a process of its own, to compare the two.

        Raises
        ------
        HyperparameterError
            If a value is refused or nothing would change. The old values stand then.
        SessionError
            If the note is no text, the twin's steps are no number, or the session is closed or
            read-only.
        """
        self.check_open()
        moves = {**(changes or {}), **knobs}
        return interventions.nudge(self, moves, note, who, detail or {}, twin)

    def checkpoint(self, note: str = "", *, reason: Reason = "manual", wait: bool = True) -> str:
        """Store the whole session value; return the checkpoint's key.

        ``wait`` for the disk, or go on while a thread writes.

        Raises
        ------
        SessionError
            With ``wait``, if it could not be written; or if the session is closed or read-only.
        """
        self.check_open()
        key = interventions.checkpoint(self, note, reason)
        if wait:
            interventions.wait_for(self, key)
        return key

    def rollback(
        self,
        key: str,
        keep_hyperparameters: bool = False,
        *,
        changes: Mapping[str, Any] | None = None,
        note: str = "",
        who: Who = "person",
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Stand at a checkpoint again, bit for bit, on a new branch; return the branch's name.

        The knobs are those of then, or with ``keep_hyperparameters`` those of now, and in either
        case with ``changes`` on top. The end of the branch that is left is stored first.

        Raises
        ------
        DllabError
            If there is no such checkpoint, its file is damaged, or a change is refused. Nothing
            has changed then.
        """
        self.check_open()
        keep, moves = keep_hyperparameters, changes or {}
        return interventions.rollback(self, key, keep, moves, note, who, detail or {})

    def continue_branch(self, branch: str) -> str:
        """Stand at the end of another branch, bit for bit, and go on there; return its checkpoint.

        The end of the branch that is left is stored first.

        Raises
        ------
        DllabError
            If there is no such branch or nothing of it is left. Nothing has changed then.
        """
        self.check_open()
        return interventions.continue_branch(self, branch)

    def add_note(self, entry_id: int, text: str) -> Entry:
        """Say something about an entry of the ledger later on; that is an entry too."""
        self.check_open()
        return tree.add_note(self, entry_id, text)

    def rename_branch(self, branch: str, title: str) -> Entry:
        """Call a branch something; an empty title takes the name away again."""
        self.check_open()
        return tree.rename_branch(self, branch, title)

    def pin(self, key: str, pinned: bool = True) -> Entry:
        """Keep a checkpoint whatever happens, or let it be thinned out again."""
        self.check_open()
        return tree.pin(self, key, pinned)

    def delete(self, key: str) -> Entry:
        """Move a checkpoint to the trash of the session's folder.

        Raises
        ------
        SessionError
            If something else needs it; the sentence says what.
        """
        self.check_open()
        return tree.delete(self, key)

    def save_as(self, path: str | Path, key: str = "") -> None:
        """Write one self-contained file of the present state, with all curves and the journal.

        With ``key`` the session as it was at that checkpoint, under the names and with the notes
        that were given since.

        Raises
        ------
        CheckpointError
            If it cannot be written; what was there stays.
        """
        write_archive(self, Path(path), key)

    def hold(self, release: Callable[[], None]) -> None:
        """Call ``release`` when the session is closed: the lock on its folder."""
        self._release = release

    def close(self) -> None:
        """Wait for the disk and end the session's threads. Makes no checkpoint.

        The model can be trained on after it, for nobody but the caller: nothing is kept.

        Raises
        ------
        SessionError
            If a line of the journal could not be written; all else is closed.
        """
        self.twins.close()
        self.closed = True
        self.store.close()
        self.trainer.close()
        if self._release is not None:
            self._release()
            self._release = None
        if not self.store.journal_is_written:
            self.keeper.heed_news()
            why = self.keeper.not_saved_at_the_end
            raise SessionError(f"{why} The last entries of the journal are lost.")
