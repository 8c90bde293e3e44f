"""What a person does with a checkpoint, a nudge or a branch: a question, or a word to the lab."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo, needed_by
from dllab_ui import words
from dllab_ui.dialogs.compare_knobs import CompareKnobsDialog
from dllab_ui.dialogs.confirm import ConfirmDialog
from dllab_ui.dialogs.one_line import OneLineDialog
from dllab_ui.dialogs.save_file import ask_where
from dllab_ui.lab import Lab
from dllab_ui.sessions.read_only_bar import REASON

LONGEST_TITLE = 60


class TimelineDeeds(QObject):
    """One method per wish. Nothing is asked or done while there is no snapshot.

    Of a session that is only looked at nothing is asked that would change it; `said` tells why.
    """

    rollback_wanted = Signal(str)
    note_wanted = Signal(int)
    ghost_wanted = Signal(str, bool)
    said = Signal(str)

    def __init__(self, lab: Lab, parent: QWidget) -> None:
        super().__init__(parent)
        self._lab, self._parent = lab, parent

    @property
    def _snapshot(self) -> Snapshot | None:
        return self._lab.latest

    def _info(self, key: str) -> CheckpointInfo | None:
        snapshot = self._snapshot
        if snapshot is None:
            return None
        return next((c for c in snapshot.checkpoints if c.key == key), None)

    def _forbidden(self) -> bool:
        looks_only = self._snapshot is not None and self._snapshot.read_only
        if looks_only:
            self.said.emit(REASON)
        return looks_only

    def roll_back(self, key: str) -> None:
        """Ask the one question of a rollback."""
        if not self._forbidden():
            self.rollback_wanted.emit(key)

    def note(self, entry: int) -> None:
        """Ask for a note to an entry of the ledger."""
        if entry and not self._forbidden():
            self.note_wanted.emit(entry)

    def show_ghost(self, branch: str, on: bool) -> None:
        """Show or hide the ghost of a branch on the curves."""
        self.ghost_wanted.emit(branch, on)

    def pin(self, key: str, pinned: bool) -> None:
        """Keep a checkpoint for ever, or no longer."""
        self._lab.pin(key, pinned)

    def continue_branch(self, branch: str) -> None:
        """Stand at the end of a branch again."""
        self._lab.continue_branch(branch)

    def rename(self, branch: str) -> None:
        """Ask what a branch should be called."""
        snapshot = self._snapshot
        if snapshot is None or branch not in snapshot.branches or self._forbidden():
            return
        record = snapshot.branches[branch]
        dialog = OneLineDialog(
            self._parent.window(),
            "rename",
            "Rename branch",
            "Rename",
            f"What should the branch “{record.label}” be called? Empty is “{record.name}” again.",
            record.title,
            LONGEST_TITLE,
        )
        dialog.field.setPlaceholderText(record.name)
        dialog.chosen.connect(lambda title: self._lab.rename_branch(branch, title))
        dialog.open()

    def compare(self, key: str) -> None:
        """Show the knobs of then and of now beside each other."""
        snapshot, info = self._snapshot, self._info(key)
        if snapshot is not None and info is not None:
            dialog = CompareKnobsDialog(self._parent.window(), snapshot, info)
            dialog.rollback_wanted.connect(self.roll_back)
            dialog.open()

    def save_as(self, key: str) -> None:
        """Ask where to write one self-contained file of a checkpoint."""
        snapshot, info = self._snapshot, self._info(key)
        if snapshot is None or info is None:
            return
        ask_where(
            self._parent.window(), "save_checkpoint", f"Save checkpoint {words.key(key)} as",
            "dllab file", f"{snapshot.name}-{info.step}.h5",
            lambda path: self._lab.save_as(path, key=key),
        )  # fmt: skip

    def delete(self, key: str) -> None:
        """Ask once more, then let the lab put a checkpoint into the trash."""
        snapshot, info = self._snapshot, self._info(key)
        if snapshot is None or info is None or self._forbidden():
            return
        hangs = needed_by(key, snapshot.checkpoints, snapshot.branches)
        if hangs:
            self.said.emit(hangs)
            return
        where = "" if snapshot.folder is None else f" Its file goes to {snapshot.folder / 'trash'}."
        dialog = ConfirmDialog(
            self._parent.window(),
            "delete_checkpoint",
            "Delete checkpoint",
            "Delete",
            f"Delete checkpoint {words.key(key)} at {words.at_step(info.step, info.epoch)}"
            f"{f' (“{info.note}”)' if info.note else ''}? Nothing can be rolled back to it "
            f"afterwards; curves and journal stay.{where}",
        )
        dialog.accepted.connect(lambda: self._lab.delete_checkpoint(key))
        dialog.open()
