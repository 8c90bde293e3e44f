"""What each action of the table does: a question to the person, or a word to the lab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDockWidget

from dllab.export import write_onnx
from dllab.places import new_session_folder
from dllab.recipe import Recipe
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot
from dllab_ui.dialogs.checkpoint import CheckpointDialog
from dllab_ui.dialogs.help import HelpDialog
from dllab_ui.dialogs.new_session import NewSessionDialog
from dllab_ui.dialogs.open_session import OpenDialog
from dllab_ui.dialogs.palette import PaletteDialog
from dllab_ui.dialogs.rollback import RollbackDialog
from dllab_ui.dialogs.run_n import RunNDialog
from dllab_ui.dialogs.save_file import ask_where
from dllab_ui.dialogs.twin_steps import TwinStepsDialog

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow


class Intents(QObject):
    """One method per action; the table names them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lab = window.lab

    # --- training -------------------------------------------------------------------------

    def toggle(self) -> None:
        """Run or pause."""
        self._lab.toggle()

    def step(self) -> None:
        """One update."""
        self._lab.step()

    def epoch(self) -> None:
        """One epoch."""
        self._lab.run_epochs(1)

    def run_n(self) -> None:
        """Ask how many."""

        def ask(snapshot: Snapshot) -> None:
            dialog = RunNDialog(self._window, snapshot)
            dialog.steps_chosen.connect(self._lab.run_steps)
            dialog.epochs_chosen.connect(self._lab.run_epochs)
            dialog.open()

        self._with_snapshot(ask)

    def halve_learning_rate(self) -> None:
        """α ÷ 2."""
        self._window.nudge.scale("learning_rate", 0.5)

    def double_learning_rate(self) -> None:
        """α × 2."""
        self._window.nudge.scale("learning_rate", 2.0)

    # --- timeline -------------------------------------------------------------------------

    def checkpoint(self) -> None:
        """Ask for a note."""

        def ask(snapshot: Snapshot) -> None:
            dialog = CheckpointDialog(self._window, snapshot)
            dialog.chosen.connect(self._lab.checkpoint)
            dialog.open()

        self._with_snapshot(ask)

    def rollback(self) -> None:
        """Ask where to, and with which knobs."""
        self.rollback_to("")

    def rollback_to(self, key: str) -> None:
        """Ask the one question for a checkpoint already chosen."""

        def ask(snapshot: Snapshot) -> None:
            dialog = RollbackDialog(self._window, snapshot, key)
            dialog.chosen.connect(
                lambda chosen, keep, note: self._lab.rollback(
                    chosen, keep_hyperparameters=keep, note=note
                )
            )
            dialog.open()

        self._with_snapshot(ask)

    def undo(self) -> None:
        """Roll back the last intervention."""
        self._lab.undo_last_intervention()

    def switch_twin(self, on: bool) -> None:
        """With or without a twin from the next nudge on."""
        self._window.twin.switch(on)

    def choose_twin_steps(self) -> None:
        """Ask how long a twin trains."""
        dialog = TwinStepsDialog(self._window, self._window.twin.steps)
        dialog.chosen.connect(self._window.twin.choose)
        dialog.open()

    def rollback_before_selected(self) -> None:
        """Ask for a rollback to just before what is selected."""
        self._window.ledger.roll_back_before_selected()

    def find_entry(self) -> None:
        """Search the journal."""
        self.show_dock("journal")
        self._window.journal.search()

    # --- sessions -------------------------------------------------------------------------

    def new_session(self) -> None:
        """Ask for a recipe."""
        dialog = NewSessionDialog(self._window)
        dialog.chosen.connect(self.create)
        dialog.open()

    def new_session_from(self, recipe: Recipe) -> None:
        """Ask for a recipe, with this one filled in."""
        dialog = NewSessionDialog(self._window)
        dialog.chosen.connect(self.create)
        dialog.fill(recipe)
        dialog.open()

    def create(self, recipe: Recipe, parent: Path | None = None) -> None:
        """Make a session of a recipe in a new folder of its own."""
        folder = new_session_folder(recipe.name)
        if parent is not None:
            folder = parent / folder.name
        self._lab.start(lambda: Session.create(recipe, folder), f"Making “{recipe.name}” …")

    def open_session(self) -> None:
        """Ask which session."""
        dialog = OpenDialog(self._window)
        dialog.chosen.connect(self.open_path)
        dialog.open()

    def open_path(self, path: str) -> None:
        """Open a session folder or a saved file."""
        self._window.desk.open(Path(path))

    def sessions(self) -> None:
        """Every session of this computer."""
        self._window.desk.manage()

    def discard_session(self) -> None:
        """Move the present session to the trash, after a question."""
        self._window.desk.discard()

    def save_as(self) -> None:
        """Ask where to write one self-contained file."""

        def ask(snapshot: Snapshot) -> None:
            start = f"{snapshot.name}-{snapshot.step}.h5"
            ask_where(self._window, "save_as", "Save as", "dllab file", start, self._lab.save_as)

        self._with_snapshot(ask)

    def export_model(self) -> None:
        """Ask where to write the network as ONNX."""

        def write(path: Path) -> None:
            probe = self._lab.probe(lambda replica, _: write_onnx(replica, path))
            probe.done.connect(lambda written: self._window.status.say(f"Written: {written}"))
            probe.failed.connect(self._window.announcer.refuse)

        def ask(snapshot: Snapshot) -> None:
            start = f"{snapshot.name}-{snapshot.step}.onnx"
            ask_where(self._window, "export", "Export model", "ONNX model", start, write)

        self._with_snapshot(ask)

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    # --- lab ------------------------------------------------------------------------------

    def surfaces(self) -> None:
        """Cost surfaces, in a window of their own."""
        self._lab_window("surfaces")

    def moving_averages(self) -> None:
        """Moving averages, in the same window."""
        self._lab_window("averages")

    def _lab_window(self, page: Literal["surfaces", "averages"]) -> None:
        # Seldom asked for: the start of the program should not wait for it.
        from dllab_ui.surfaces.window import show_page

        show_page(self._window, page)

    def gradient_check(self) -> None:
        """Bring its dock to the front; Space then starts it."""
        self._window.panels.raise_panel("gradient_check")

    def range_test(self) -> None:
        """Bring its dock to the front; Space then starts it."""
        self._window.panels.raise_panel("range_test")

    def verify(self) -> None:
        """Checksums, and some updates again."""
        self._window.reruns.verify()

    def replay(self) -> None:
        """The whole session again."""
        self._window.reruns.replay()

    # --- view and help --------------------------------------------------------------------

    def toggle_log_y(self) -> None:
        """Logarithmic or linear."""
        self._window.curves.controls.log_y.toggle()

    def show_whole_run(self) -> None:
        """End a zoom."""
        self._window.curves.show_whole_run()

    def palette(self) -> None:
        """Every action by name."""
        PaletteDialog(self._window, self._window.actions_).open()

    def help(self) -> None:
        """The pages of the help, beside the window."""
        self.help_page("")

    def help_page(self, identity: str) -> None:
        """Open the help, at a page if one is named; an open one is brought to the front."""
        open_ones = self._window.findChildren(HelpDialog)
        dialog = next((found for found in open_ones if found.isVisible()), None)
        if dialog is None:
            dialog = HelpDialog(self._window, self._window.actions_)
            dialog.recipe_wanted.connect(self.create)
            dialog.dock_wanted.connect(self.show_dock)
            dialog.action_wanted.connect(self._trigger)
        if identity:
            dialog.show_page(identity)
        dialog.show()
        dialog.activateWindow()

    def show_dock(self, identity: str) -> None:
        """Bring a dock to the front, shown if it was hidden."""
        dock = self._window.findChild(QDockWidget, f"dock.{identity}")
        if dock is not None:
            dock.show()
            dock.raise_()

    def _trigger(self, action: str) -> None:
        self._window.actions_[action].trigger()

    def _with_snapshot(self, ask: Callable[[Snapshot], None]) -> None:
        if self._lab.latest is not None:
            ask(self._lab.latest)
        else:
            self._window.status.say("There is no open session yet.", "warning")
