"""The session manager: every session of this computer, and what can be done to each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from dllab.places import sessions_folder
from dllab.sessions import Summary, Trash, Trashed, archive, duplicate, rename
from dllab_ui.dialogs.base import BaseDialog, outlives_session
from dllab_ui.dialogs.confirm import ConfirmDialog
from dllab_ui.dialogs.save_file import ask_where
from dllab_ui.sessions.chores import Chore, Chores, Done, Listing
from dllab_ui.sessions.list_page import ListPage
from dllab_ui.sessions.trash_page import TrashPage
from dllab_ui.theme import Theme

_WAIT = "Wait until what was begun is done."


class SessionManager(BaseDialog):
    """``chosen`` brings the folder of the session to open.

    The disk is read and written in a thread beside; a chore that was begun goes on when the dialog
    is closed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None, theme: Theme, chores: Chores) -> None:
        super().__init__(parent, "sessions", "Sessions", "Open")
        outlives_session(self)
        self.chores = chores
        self.list, self.trash = ListPage(theme), TrashPage()
        self._select = Path()
        self._lay_out()
        self._connect()
        self.list.say("Reading …")
        self.hold()
        self.list.view.setFocus()
        self.chores.look()

    def _lay_out(self) -> None:
        self.where = QLabel(f"in {sessions_folder()}")
        self.where.setProperty("tone", "muted")
        self.switch = QPushButton("Show trash")
        self.switch.setObjectName("sessions.show_trash")
        self.switch.setAutoDefault(False)
        self.switch.setCheckable(True)
        top = QHBoxLayout()
        top.addWidget(self.where, 1)
        top.addWidget(self.switch)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.trash)
        self.body.addLayout(top)
        self.body.addWidget(self.pages, 1)
        self.stretch_body()
        self.cancel.setText("Close")
        self.cancel.setAutoDefault(False)
        self.resize(1060, 620)

    def _connect(self) -> None:
        self.chores.listed.connect(self._on_listed)
        self.chores.done.connect(self._on_done)
        self.switch.toggled.connect(self._show_trash)
        self.list.opened.connect(self.accept)
        self.list.selected.connect(self.hold)
        self.list.wanted.connect(self._on_wanted)
        self.list.renamed.connect(self._rename)
        self.trash.restore_wanted.connect(self._restore)
        self.trash.empty_wanted.connect(self._ask_to_empty)
        self.finished.connect(lambda _: self.chores.stop_looking())

    # --- what is shown --------------------------------------------------------------------

    def hold(self) -> None:
        """Enable what can be done now."""
        reason = _WAIT if self.chores.busy else ""
        self.list.hold(reason)
        self.trash.hold(reason)
        showing_trash = self.pages.currentWidget() is self.trash
        current = self.list.current
        self.ok.setEnabled(not showing_trash and current is not None)
        # It lost this while it was not enabled.
        self.ok.setDefault(True)
        looking = current is not None and current.state == "open elsewhere"
        self.ok.setText("Open read-only" if looking else "Open")
        recovering = current is not None and current.state == "ended badly"
        self.ok.setToolTip("It was not closed: it is recovered." if recovering else "")

    def accept(self) -> None:
        """Open the selected session."""
        current = self.list.current
        if current is not None and self.ok.isEnabled():
            super().accept()
            self.chosen.emit(str(current.folder))

    def _show_trash(self, shown: bool) -> None:
        self.pages.setCurrentWidget(self.trash if shown else self.list)
        (self.trash.list if shown else self.list.view).setFocus()
        self._name_switch()
        if not self.chores.busy:
            # It is about the page that is left.
            self._tell("")
        self.hold()

    def _name_switch(self) -> None:
        many = self.trash.list.topLevelItemCount()
        text = f"Show trash ({many})" if many else "Show trash"
        self.switch.setText("Back to the sessions" if self.switch.isChecked() else text)

    def _on_listed(self, listing: Listing) -> None:
        self.list.take(listing.sessions, complete=listing.complete)
        if listing.complete:
            self.trash.take(listing.trash)
            self._name_switch()
            if not listing.sessions:
                self.list.say("There is no session yet: Session → New session makes one.")
            if self._select != Path():
                self.list.select(self._select)
                self._select = Path()
        if listing.problem:
            self.complain(listing.problem)
        self.hold()

    def _on_done(self, done: Done) -> None:
        self._tell(done.words, done.tone)
        if done.folder is not None:
            self._select = done.folder
        self.chores.look()
        self.hold()

    def _tell(self, text: str, tone: str = "muted") -> None:
        # Not by `complain`, which would hold Open.
        self.problem.setText(text)
        self.problem.setProperty("tone", tone)
        self.problem.style().unpolish(self.problem)
        self.problem.style().polish(self.problem)
        self.problem.setVisible(bool(text))

    # --- chores ---------------------------------------------------------------------------

    def _do(self, doing: str, chore: Chore) -> None:
        if self.chores.do(chore):
            self._tell(f"{doing} …")
            self.hold()

    def _on_wanted(self, name: str, summary: Summary) -> None:
        if name == "duplicate":
            self._do(f"Duplicating “{summary.name}”", lambda: _duplicate(summary))
        elif name == "trash":
            self._do(f"Moving “{summary.name}” to the trash", lambda: _throw_away(summary))
        elif name == "archive":
            self._ask_where(summary)

    def _rename(self, folder: Path, name: str) -> None:
        def chore() -> Done:
            given = rename(folder, name)
            words = f"It is called “{given}” now." if given else "It has its recipe's name again."
            return Done(words, renamed=folder)

        self._do("Renaming", chore)

    def _ask_where(self, summary: Summary) -> None:
        def archive(path: Path) -> None:
            self._do(f"Archiving “{summary.name}”", lambda: _archive(summary, path))

        start = f"{summary.name}-{summary.step or 0}.h5"
        ask_where(self, "archive", "Archive to one file", "dllab file", start, archive)

    def _restore(self, trashed: Trashed) -> None:
        self._do(f"Putting “{trashed.name}” back", lambda: _put_back(trashed))

    def _ask_to_empty(self) -> None:
        many = self.trash.list.topLevelItemCount()
        sessions = f"{many} sessions" if many != 1 else "The session"
        dialog = ConfirmDialog(
            self,
            "empty_trash",
            "Empty the trash",
            "Delete for good",
            f"{sessions} in the trash will be deleted for good, with all checkpoints and journals. "
            f"This cannot be taken back.",
        )
        dialog.accepted.connect(lambda: self._do("Emptying the trash", _empty))
        dialog.open()


def _duplicate(summary: Summary) -> Done:
    folder = duplicate(summary.folder)
    return Done(f"“{summary.name}” was duplicated into {folder}.", folder=folder)


def _throw_away(summary: Summary) -> Done:
    Trash().move(summary.folder)
    return Done(f"“{summary.name}” is in the trash; Show trash has it back.")


def _archive(summary: Summary, path: Path) -> Done:
    notices: list[str] = []
    words = f"“{summary.name}” was written into {archive(summary.folder, path, notices)}."
    return Done(" ".join([words, *notices]), "warning" if notices else "muted")


def _put_back(trashed: Trashed) -> Done:
    folder = Trash().restore(trashed.folder)
    return Done(f"“{trashed.name}” is back in {folder}.", folder=folder)


def _empty() -> Done:
    many = Trash().empty()
    return Done(f"{many} sessions were deleted." if many != 1 else "One session was deleted.")
