"""The table of everything a person can do by menu, tool bar, key or command palette."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from dllab_ui.icons import icon
from dllab_ui.theme import Theme


@dataclass(frozen=True)
class ActionRecord:
    """One action. ``intent`` names the method of `Intents` that carries it out.

    ``toolbar`` is a group number, 0 for not on the tool bar. Without ``needs_session`` it also
    works while no session is open. What stands in the menus Training and Timeline changes the run,
    so it is disabled where a session may only be looked at, unless it ``only_looks``.
    """

    id: str
    text: str
    menu: str
    intent: str
    tooltip: str
    key: str = ""
    icon: str = ""
    short: str = ""
    toolbar: int = 0
    needs_session: bool = True
    separator: bool = False
    checkable: bool = False
    only_looks: bool = False

    @property
    def changes_run(self) -> bool:
        """Whether it does something to the run or its tree."""
        return self.menu in ("&Training", "&Timeline") and not self.only_looks


ACTIONS: tuple[ActionRecord, ...] = (
    ActionRecord(
        "new", "&New session …", "&Session", "new_session",
        "Start a network of your own, from a built-in recipe or from scratch.",
        "Ctrl+N", "new", needs_session=False,
    ),
    ActionRecord(
        "open", "&Open session …", "&Session", "open_session",
        "Go on with a session folder or with a saved .h5 file.",
        "Ctrl+O", "open", needs_session=False,
    ),
    ActionRecord(
        "sessions", "&Sessions …", "&Session", "sessions",
        "Every session of this computer: open, rename, duplicate, archive, throw away.",
        "Ctrl+Shift+O", "sessions", needs_session=False,
    ),
    ActionRecord(
        "save_as", "Save &as …", "&Session", "save_as",
        "Write one self-contained .h5 file of the present state, with history and journal.",
        "Ctrl+S", "save",
    ),
    ActionRecord(
        "export", "&Export model …", "&Session", "export_model",
        "Write the network as it stands as an ONNX file, for the programs people deploy with.",
        "Ctrl+E",
    ),
    ActionRecord(
        "discard", "&Discard session …", "&Session", "discard_session",
        "Close this session and move it to the trash, from which it can be had again.",
        "Ctrl+Shift+Del", separator=True,
    ),
    ActionRecord(
        "close", "&Close window", "&Session", "close",
        "Save the last state and close; the next start goes on here.",
        "Ctrl+Q", "close", needs_session=False, separator=True,
    ),
    ActionRecord(
        "toggle", "Run / pause", "&Training", "toggle",
        "Train until the goal is reached, or stop after the update under way. Pausing keeps "
        "everything.", "Space", "run", "Run", 1,
    ),
    ActionRecord(
        "step", "One &step", "&Training", "step",
        "Make one update: one mini-batch forward, backward, and a change of the parameters.",
        ".", "step", "Step", 1,
    ),
    ActionRecord(
        "epoch", "One &epoch", "&Training", "epoch",
        "Train until one more epoch is full.", "E", "epoch", "Epoch", 1,
    ),
    ActionRecord(
        "run_n", "Run &N …", "&Training", "run_n",
        "Train for a number of steps or epochs and pause there.",
        "Shift+N", "run_n", "Run N …", 1,
    ),
    ActionRecord(
        "halve", "Learning rate ÷ &2", "&Training", "halve_learning_rate",
        "Halve the learning rate α from the next update on.", "[", "halve", separator=True,
    ),
    ActionRecord(
        "double", "Learning rate × 2", "&Training", "double_learning_rate",
        "Double the learning rate α from the next update on.", "]", "double",
    ),
    ActionRecord(
        "checkpoint", "&Checkpoint …", "&Timeline", "checkpoint",
        "Keep this moment: weights, optimizer state, random streams, shuffle position.",
        "C", "checkpoint", "Checkpoint", 2,
    ),
    ActionRecord(
        "rollback", "&Roll back …", "&Timeline", "rollback",
        "Go back to a checkpoint, bit for bit, with the knobs of then or of now.",
        "R", "rollback", "Roll back", 2,
    ),
    ActionRecord(
        "undo", "&Undo the last intervention", "&Timeline", "undo",
        "Roll back to just before the last nudge or rollback.", "Ctrl+Z", "undo", "Undo", 2,
    ),
    ActionRecord(
        "rollback_before", "Roll back to just &before the selection …", "&Timeline",
        "rollback_before_selected",
        "Go back to the last checkpoint before the selected nudge, marker or journal row.",
        "Shift+R", "step_back",
    ),
    ActionRecord(
        "twin", "&Twin with every nudge", "&Timeline", "switch_twin",
        "Each nudge is compared with the same model on the same mini-batches without it.",
        "T", "twin", "Twin", 2, needs_session=False, checkable=True, only_looks=True,
    ),
    ActionRecord(
        "twin_steps", "Steps of a t&win …", "&Timeline", "choose_twin_steps",
        "Choose for how many steps a twin trains beside the run.",
        "Shift+T", "twin", needs_session=False, only_looks=True,
    ),
    ActionRecord(
        "find_entry", "&Find in the journal", "&Timeline", "find_entry",
        "Search everything that was done to the run.", "Ctrl+F", "journal",
        needs_session=False, separator=True, only_looks=True,
    ),
    ActionRecord(
        "log_y", "&Logarithmic y axis", "&View", "toggle_log_y",
        "Show costs and errors on a logarithmic axis; values ≤ 0 are left out.",
        "L", "log", needs_session=False,
    ),
    ActionRecord(
        "whole_run", "Show the &whole run", "&View", "show_whole_run",
        "End a zoom and let the axes grow with the run again.", "W", "whole", needs_session=False,
    ),
    ActionRecord(
        "gradient_check", "&Gradient check", "&Lab", "gradient_check",
        "Compare backpropagation with slopes of the cost, block by block, on a copy of the run.",
        "G", "check", "Check", 3, needs_session=False,
    ),
    ActionRecord(
        "range_test", "α &range test", "&Lab", "range_test",
        "Let the learning rate grow on a copy of the run, to see where it works.",
        "A", "range", needs_session=False,
    ),
    ActionRecord(
        "verify", "&Verify", "&Lab", "verify",
        "Check every checksum and make 200 updates again from a checkpoint: the same bits?",
        "V", "verify", separator=True,
    ),
    ActionRecord(
        "replay", "Re&play", "&Lab", "replay",
        "Run the whole session again on a copy, from recipe and ledger, to the same hash.",
        "Shift+V", "replay",
    ),
    ActionRecord(
        "surfaces", "Cost &surfaces …", "&Lab", "surfaces",
        "Let the optimizers walk on a long bowl, a saddle, a plateau, and see their paths.",
        "Ctrl+L", "surfaces", needs_session=False, separator=True,
    ),
    ActionRecord(
        "moving_averages", "&Moving averages …", "&Lab", "moving_averages",
        "Average a noisy series with any β, with and without bias correction.",
        "Ctrl+M", "averages", needs_session=False,
    ),
    ActionRecord(
        "palette", "&Every action …", "&Help", "palette",
        "Find any action by its name.", "Ctrl+K", "search", "Actions", 3, needs_session=False,
    ),
    ActionRecord(
        "help", "&Help", "&Help", "help",
        "Keys, symbols, every hyperparameter, experiments to try, and where the method is.",
        "F1", "help", "Help", 3, needs_session=False,
    ),
)  # fmt: skip


def shown_key(record: ActionRecord) -> str:
    """The key as the keyboard of this machine names it."""
    return QKeySequence(record.key).toString(QKeySequence.SequenceFormat.NativeText)


class ActionSet:
    """The table's actions as `QAction`, made once and shared by menu, tool bar and palette."""

    def __init__(self, window: QMainWindow, intents: Any) -> None:
        self._made: dict[str, QAction] = {}
        self._forbidden = ""
        self._there = False
        for record in ACTIONS:
            action = QAction(record.text, window)
            action.setObjectName(f"action.{record.id}")
            action.setIconText(record.short or record.text)
            action.setCheckable(record.checkable)
            action.setShortcut(QKeySequence(record.key))
            action.setToolTip(f"{record.tooltip} [{shown_key(record)}]")
            action.setStatusTip(record.tooltip)
            action.triggered.connect(getattr(intents, record.intent))
            window.addAction(action)
            self._made[record.id] = action
        self.apply_keys({})

    def __getitem__(self, identity: str) -> QAction:
        """The action of a record."""
        return self._made[identity]

    def __iter__(self) -> Iterator[tuple[ActionRecord, QAction]]:
        return ((record, self._made[record.id]) for record in ACTIONS)

    def apply_keys(self, changed: Mapping[str, str]) -> None:
        """Use other keys for some actions; tooltips name them."""
        for record, action in self:
            key = QKeySequence(changed.get(record.id, record.key))
            action.setShortcut(key)
            shown = key.toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{record.tooltip}  [{shown}]" if shown else record.tooltip)

    def fill_menus(self, window: QMainWindow) -> dict[str, QMenu]:
        """Put every action into its menu; the menus by their title without the ampersand."""
        menus: dict[str, QMenu] = {}
        for record, action in self:
            title = record.menu.replace("&", "")
            if title not in menus:
                menus[title] = window.menuBar().addMenu(record.menu)
            if record.separator:
                menus[title].addSeparator()
            menus[title].addAction(action)
        return menus

    def fill_toolbar(self, toolbar: QToolBar) -> None:
        """Put the actions of the tool bar there, with a line between two groups."""
        group = 0
        for record, action in self:
            if not record.toolbar:
                continue
            if group and record.toolbar != group:
                toolbar.addSeparator()
            group = record.toolbar
            toolbar.addAction(action)

    def apply_theme(self, theme: Theme) -> None:
        """Tint the icons."""
        for record, action in self:
            if record.icon:
                action.setIcon(icon(record.icon, theme))

    def show_running(self, running: bool, theme: Theme) -> None:
        """Let the run action say what it would do now."""
        action = self["toggle"]
        word = "Pause" if running else "Run"
        if action.iconText() != word:
            action.setIconText(word)
            action.setIcon(icon("pause" if running else "run", theme))

    def enable_session(self, there: bool) -> None:
        """Grey out what needs a session while there is none."""
        self._there = there
        for record, action in self:
            forbidden = self._forbidden and record.changes_run
            action.setEnabled((there or not record.needs_session) and not forbidden)

    def forbid_changes(self, reason: str) -> None:
        """Grey out what would change the run, with the reason in the tooltip; "" allows it."""
        if reason == self._forbidden:
            return
        tips = {record.id: action.toolTip().split("\n")[0] for record, action in self}
        self._forbidden = reason
        self.enable_session(self._there)
        for record, action in self:
            if record.changes_run:
                action.setToolTip(f"{tips[record.id]}\n{reason}" if reason else tips[record.id])
