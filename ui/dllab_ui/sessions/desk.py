"""The window's desk: which session lies on it, and how one is taken up or put away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from dllab.sessions import Summary, Trash, state_of, summary_of, take_up, title_of
from dllab.training.snapshot import Snapshot
from dllab_ui.dialogs.confirm import ConfirmDialog
from dllab_ui.new_session.errands import Errands
from dllab_ui.sessions.chores import Chores, Done
from dllab_ui.sessions.empty_bar import EmptyBar
from dllab_ui.sessions.read_only_bar import REASON, ReadOnlyBar

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow
    from dllab_ui.sessions.manager import SessionManager
    from dllab_ui.sessions.recovery import RecoveryDialog


class SessionDesk(QObject):
    """Owns the bars above the curves and the dialogs about sessions."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._lab = window, window.lab
        self.read_only, self.empty = ReadOnlyBar(), EmptyBar()
        self.chores, self._glance = Chores(self), Errands(self)
        self._manager: SessionManager | None = None
        self._title, self._titled = "", Path()
        self._throwing_away: Path | None = None
        self.read_only.take_over_wanted.connect(self._take_over)
        self.read_only.refresh_wanted.connect(self._refresh)
        self.empty.manager_wanted.connect(self.manage)
        self.chores.done.connect(self._on_done)
        self._lab.look_after(self.chores)
        self._lab.failed.connect(self._on_failed)
        self._lab.put_away.connect(self._on_put_away)

    # --- what is shown --------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bar, title and actions as the session allows."""
        self.empty.hide()
        self.read_only.show_snapshot(snapshot)
        self._window.actions_.forbid_changes(REASON if snapshot.read_only else "")
        self._window.nudge.setEnabled(not snapshot.read_only)
        branch = snapshot.branches.get(snapshot.branch)
        label = branch.label if branch is not None else snapshot.branch
        title = f'dllab · {self._name(snapshot)} · branch "{label}"'
        if snapshot.read_only:
            title += " · read-only"
        if self._window.windowTitle() != title:
            self._window.setWindowTitle(title)

    def _name(self, snapshot: Snapshot) -> str:
        folder = snapshot.folder
        if folder is None:
            return snapshot.name
        if folder != self._titled:
            self._title, self._titled = title_of(folder, snapshot.name), folder
        return self._title

    def _show_empty(self) -> None:
        self.read_only.clear()
        self.empty.show()

    # --- taking up ------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open a session folder or a saved file, as it is right for how it stands."""
        latest = self._lab.latest
        here = latest is not None and latest.folder is not None and not latest.read_only
        if here and latest is not None and _same(latest.folder, path):
            self._window.status.say("This session is open already.")
            return
        self._lab.start(lambda: take_up(path), f"Opening {path} …")

    def manage(self) -> None:
        """The session manager; an open one is brought to the front."""
        if self._manager is not None:
            self._manager.activateWindow()
            return
        # Seldom asked for: the start of the program should not wait for it.
        from dllab_ui.sessions.manager import SessionManager

        self._manager = SessionManager(self._window, self._window.theme, self.chores)
        self._manager.chosen.connect(lambda folder: self.open(Path(folder)))
        self._manager.finished.connect(self._forget_manager)
        self._manager.open()

    def _forget_manager(self) -> None:
        self._manager = None

    def _take_over(self) -> None:
        folder = self._folder()
        if folder is not None:
            self._lab.start(lambda: take_up(folder), "Taking over …")

    def _refresh(self) -> None:
        folder = self._folder()
        if folder is not None:
            self._lab.start(lambda: take_up(folder), "Reading its latest state …")

    def _folder(self) -> Path | None:
        return self._lab.latest.folder if self._lab.latest is not None else None

    # --- recovery -------------------------------------------------------------------------

    def offer_recovery(self, folder: Path) -> None:
        """Ask what to do with a session that was not closed; nothing of it is touched before."""
        from dllab_ui.sessions.recovery import RecoveryDialog

        dialog = RecoveryDialog(self._window, self._window.theme, folder)
        dialog.recover_chosen.connect(lambda: self.open(folder))
        dialog.later_chosen.connect(self._later)
        dialog.discard_chosen.connect(lambda: self._ask_to_discard(dialog, folder))
        self._glance.came.connect(dialog.show_summary)
        dialog.finished.connect(self._glance.give_up)
        self._glance.send(_one_summary(folder), lambda: Summary(folder, folder.name))
        dialog.open()

    def _later(self) -> None:
        self._show_empty()
        self.manage()

    def _ask_to_discard(self, dialog: RecoveryDialog, folder: Path) -> None:
        asked = _discard_question(dialog, dialog.name)

        def discard() -> None:
            dialog.blockSignals(True)
            dialog.done(0)
            dialog.deleteLater()
            self._throw_away(folder)

        asked.accepted.connect(discard)
        asked.open()

    # --- putting away ---------------------------------------------------------------------

    def discard(self) -> None:
        """Ask whether the present session shall go to the trash."""
        latest = self._lab.latest
        if latest is None or latest.folder is None:
            self._window.status.say("There is no session on the disk to discard.", "warning")
            return
        if latest.read_only:
            self._window.status.say(REASON, "warning")
            return
        if self._another_comes():
            return
        folder = latest.folder
        asked = _discard_question(self._window, self._name(latest))

        def put_away() -> None:
            if not self._another_comes():
                self._throwing_away = folder
                self._lab.let_session_go()

        asked.accepted.connect(put_away)
        asked.open()

    def _another_comes(self) -> bool:
        if self._lab.is_loading:
            # It takes the place of this one, and what is let go would be that one.
            self._window.status.say("Wait until the other session is there.", "warning")
        return self._lab.is_loading

    def _on_put_away(self) -> None:
        self._window.show_no_session()
        self._show_empty()
        folder, self._throwing_away = self._throwing_away, None
        if folder is not None:
            self._throw_away(folder)

    def _throw_away(self, folder: Path) -> None:
        def chore() -> Done:
            name = summary_of(folder).name
            Trash().move(folder)
            return Done(f"“{name}” is in the trash; Show trash has it back.")

        self._show_empty()
        if self.chores.busy:
            self._window.status.say("It goes to the trash once what was begun before is done.")
        self.chores.do_in_turn(chore)
        self.manage()

    def _on_done(self, done: Done) -> None:
        if done.renamed is not None:
            self._titled = Path()
            self._lab.hurry()
        if self._manager is None:
            self._window.status.say(done.words, done.tone)

    def _on_failed(self) -> None:
        if not self._lab.is_open and not self._lab.is_loading:
            self._show_empty()


def session_to_recover(last: Path | None) -> Path | None:
    """The last session, if its process ended without closing it."""
    return last if last is not None and state_of(last) == "ended badly" else None


def _one_summary(folder: Path) -> Iterator[Summary]:
    yield summary_of(folder)


def _discard_question(parent: QWidget, name: str) -> ConfirmDialog:
    return ConfirmDialog(
        parent,
        "discard",
        "Discard session",
        "Move to trash",
        f"The session “{name}” will be closed and moved to the trash, with all its checkpoints and "
        f"its journal. It can be put back from there until the trash is emptied.",
    )


def _same(one: Path | None, other: Path) -> bool:
    try:
        return one is not None and one.resolve() == other.resolve()
    except OSError:
        return False
