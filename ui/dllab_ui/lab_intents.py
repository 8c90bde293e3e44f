"""What a person can ask of the training thread, one method per wish."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from dllab.training.commands import (
    AddNote,
    Checkpoint,
    Command,
    ContinueBranch,
    Delete,
    Nudge,
    Pause,
    Pin,
    RenameBranch,
    Rollback,
    Run,
    SaveAs,
)
from dllab.training.snapshot import Snapshot
from dllab_ui.way_back import checkpoint_before, last_intervention


class LabIntents(QObject):
    """Turns wishes into commands; each returns the command's ticket, 0 if nothing was sent."""

    failed = Signal(str)
    in_vain = Signal(str)
    """A sentence on a wish for which there is nothing to do; nothing has gone wrong."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.latest: Snapshot | None = None
        self.twin_steps = 0
        self._trains = (0, False)
        self._intervention = 0

    def forget_session(self) -> None:
        """Another session, whose tickets begin anew, or none."""
        self.latest, self._trains, self._intervention = None, (0, False), 0

    def submit(self, command: Command) -> int:
        """Send a command to the worker."""
        raise NotImplementedError

    def run(self) -> int:
        """Train to the goal."""
        return self._train(Run())

    def pause(self) -> int:
        """Stop after the update under way."""
        return self._train(Pause(), trains=False)

    def toggle(self) -> int:
        """Run if paused, pause if running, by what was asked last where that is not shown yet."""
        ticket, running = self._trains
        if not self._is_on_its_way(ticket):
            running = self.latest is not None and self.latest.running
        return self.pause() if running else self.run()

    def step(self) -> int:
        """Make one update, after the single ones that were asked for before."""
        return self._train(Run(steps=1, queued=True), trains=False)

    def run_steps(self, steps: int) -> int:
        """Train for so many updates."""
        return self._train(Run(steps=steps))

    def run_epochs(self, epochs: int) -> int:
        """Train to the end of so many epochs from here."""
        return self._train(Run(epochs=epochs))

    def _train(self, command: Command, *, trains: bool = True) -> int:
        ticket = self.submit(command)
        self._trains = (ticket, trains)
        return ticket

    def _intervene(self, command: Command) -> int:
        self._intervention = self.submit(command)
        return self._intervention

    def _is_on_its_way(self, ticket: int) -> bool:
        """Whether the snapshot is older than what became of a command."""
        return ticket > (self.latest.handled if self.latest is not None else 0)

    def nudge(self, changes: Mapping[str, Any], note: str = "", twin: int | None = None) -> int:
        """Change live hyperparameters from the next update on.

        A twin goes with it for so many steps, for `twin_steps` if left out, 0 for none.
        """
        steps = self.twin_steps if twin is None else twin
        return self._intervene(Nudge(dict(changes), note, steps))

    def checkpoint(self, note: str = "") -> int:
        """Store the whole session value."""
        return self.submit(Checkpoint(note))

    def rollback(
        self,
        key: str,
        *,
        keep_hyperparameters: bool = False,
        changes: Mapping[str, Any] | None = None,
        note: str = "",
    ) -> int:
        """Go back to a checkpoint on a new branch."""
        return self._intervene(Rollback(key, keep_hyperparameters, dict(changes or {}), note))

    def undo_last_intervention(self) -> int:
        """Go back to just before the latest nudge or rollback of this branch; 0 if none is left."""
        if self._is_on_its_way(self._intervention):
            # What is the last one is not known yet; going by the snapshot would be one too early.
            self.in_vain.emit("The last change is still on its way; undo it once it is there.")
            return 0
        snapshot = self.latest
        entry = last_intervention(snapshot) if snapshot else None
        info = checkpoint_before(snapshot, entry) if snapshot and entry else None
        if info is None:
            self.in_vain.emit("There is no intervention with a checkpoint before it to go back to.")
            return 0
        return self.rollback(info.key, note="undone")

    def continue_branch(self, branch: str) -> int:
        """Go on at the end of another branch."""
        return self._intervene(ContinueBranch(branch))

    def add_note(self, entry: int, text: str) -> int:
        """Say something about an entry of the ledger."""
        return self.submit(AddNote(entry, text))

    def rename_branch(self, branch: str, title: str) -> int:
        """Call a branch something."""
        return self.submit(RenameBranch(branch, title))

    def pin(self, key: str, pinned: bool = True) -> int:
        """Keep a checkpoint whatever happens, or no longer."""
        return self.submit(Pin(key, pinned))

    def delete_checkpoint(self, key: str) -> int:
        """Move a checkpoint to the trash."""
        return self.submit(Delete(key))

    def save_as(self, path: Path, key: str = "") -> int:
        """Write one self-contained file of the present state, or of a checkpoint."""
        return self.submit(SaveAs(path, key))
