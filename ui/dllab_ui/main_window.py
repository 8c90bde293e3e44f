"""The main window: curves in the middle, docks around, the table's actions on top."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QMenu,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from dllab.training.commands import Event
from dllab.training.snapshot import Snapshot
from dllab_ui import theme as themes
from dllab_ui import window_memory
from dllab_ui.actions import ActionSet
from dllab_ui.announcer import Announcer
from dllab_ui.dialogs.base import reject_questions
from dllab_ui.dialogs.cannot_save import CannotSaveBox
from dllab_ui.docks.checkpoints import CheckpointsDock
from dllab_ui.docks.curves import CurvesView
from dllab_ui.docks.journal import JournalDock
from dllab_ui.docks.nudge import NudgeDock
from dllab_ui.guard_bar import GuardBar
from dllab_ui.icons import icon
from dllab_ui.intents import Intents
from dllab_ui.key_guard import KeyGuard
from dllab_ui.lab import Lab
from dllab_ui.ledger_links import LedgerLinks
from dllab_ui.panel_docks import PanelDocks
from dllab_ui.reruns import Reruns
from dllab_ui.sessions.desk import SessionDesk
from dllab_ui.settings import WindowSettings
from dllab_ui.status_strip import StatusStrip
from dllab_ui.twin_switch import TwinSwitch
from dllab_ui.widgets.in_turns import InTurns

_THEMES: tuple[themes.ThemeChoice, ...] = ("light", "dark", "system")


class MainWindow(QMainWindow):
    """Puts the parts together and leads signals from one to the other; holds no logic."""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.lab = lab
        self.settings = WindowSettings()
        self._closing = self._may_close = False
        # Before there are widgets, each of which a style sheet that comes later would go over.
        themes.apply(cast(QApplication, QApplication.instance()), self._remembered_theme())
        self.status = StatusStrip()
        self.guard = GuardBar()
        self.curves = CurvesView()
        self.nudge = NudgeDock(lab.nudge)
        self.journal = JournalDock()
        self.checkpoints = CheckpointsDock()
        self.desk = SessionDesk(self)
        self.intents = Intents(self)
        self.actions_ = ActionSet(self, self.intents)
        self.announcer = Announcer(self)
        self.reruns = Reruns(lab, self)
        self.twin = TwinSwitch(lab, self.actions_["twin"], self.settings)
        self._showing = InTurns(self, self._show_journal, self._show_checkpoints, self._show_panels)
        self.setObjectName("main_window")
        self.setWindowTitle("dllab")
        self.resize(1280, 800)
        self._lay_out()
        self._connect()
        self.choose_theme(self._remembered_theme())
        self.actions_.enable_session(False)
        window_memory.restore(self)
        # Not a text field: the first Space should start the training.
        self.curves.cost.setFocus()

    # --- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        center = QWidget()
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.desk.empty)
        column.addWidget(self.desk.read_only)
        column.addWidget(self.guard)
        column.addWidget(self.curves, 1)
        self.setCentralWidget(center)
        toolbar = QToolBar("Tool bar")
        toolbar.setObjectName("toolbar")
        toolbar.setMovable(False)
        toolbar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.actions_.fill_toolbar(toolbar)
        self.addToolBar(toolbar)
        # Beside each other their titles would not fit the width of a dock.
        self.setTabPosition(Qt.DockWidgetArea.RightDockWidgetArea, QTabWidget.TabPosition.East)
        self.panels = PanelDocks(self, self.lab)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        left, bottom = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self._docks = [
            self._dock("Nudge", self.nudge, left),
            self._dock("Checkpoints", self.checkpoints, bottom),
            self._dock("Journal", self.journal, bottom),
        ]
        timeline = self.panels.docks["timeline"]
        self.splitDockWidget(timeline, self._docks[2], Qt.Orientation.Horizontal)
        self.tabifyDockWidget(timeline, self._docks[1])
        timeline.raise_()
        self.resizeDocks(self._docks[:1], [288], Qt.Orientation.Horizontal)
        right = self.panels.docks["diagnosis"]
        self.resizeDocks([right], [320], Qt.Orientation.Horizontal)
        self.resizeDocks([timeline, self._docks[2]], [460, 530], Qt.Orientation.Horizontal)
        self.resizeDocks([timeline], [196], Qt.Orientation.Vertical)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self.reruns.badge)
        self._fill_view_menu(self.actions_.fill_menus(self)["View"], toolbar)

    def _dock(self, title: str, inside: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(f"dock.{title.lower()}")
        dock.setWidget(inside)
        self.addDockWidget(area, dock)
        return dock

    def _fill_view_menu(self, menu: QMenu, toolbar: QToolBar) -> None:
        menu.addSeparator()
        for dock in (*self._docks, *self.panels.docks.values()):
            menu.addAction(dock.toggleViewAction())
        menu.addAction(toolbar.toggleViewAction())
        menu.addSeparator()
        self._theme_group = QActionGroup(self)
        for choice in _THEMES:
            name = "&Follow the system" if choice == "system" else f"{choice.title()} theme"
            action = menu.addAction(name)
            action.setObjectName(f"theme.{choice}")
            action.setCheckable(True)
            action.setData(choice)
            self._theme_group.addAction(action)
        self._theme_group.triggered.connect(lambda action: self.choose_theme(action.data()))

    def _connect(self) -> None:
        lab = self.lab
        lab.snapshot.connect(self._on_snapshot)
        lab.frame.connect(self.curves.show_snapshot)
        lab.happened.connect(self._on_event)
        lab.opened.connect(self._on_opened)
        lab.failed.connect(self.announcer.refuse)
        lab.in_vain.connect(lambda text: self.status.say(text, "warning"))
        lab.loading.connect(self.status.say)
        # Queued: a window cannot be closed from inside its own closing.
        lab.closed.connect(self._on_closed, Qt.ConnectionType.QueuedConnection)
        lab.cannot_save.connect(self._on_cannot_save)
        lab.handover.would_be_lost.connect(self._on_would_be_lost)
        lab.handover.given_up.connect(lambda: self.status.say("The other session is not opened."))
        self.curves.interacted.connect(lab.hurry)
        self.curves.said.connect(self.status.say)
        self.reruns.said.connect(self.status.say)
        self.twin.said.connect(self.status.say)
        self.ledger = LedgerLinks(self)
        self.checkpoints.rollback_wanted.connect(self.intents.rollback_to)
        self.desk.empty.new_wanted.connect(self.intents.new_session)
        self.panels.said.connect(self.status.say)
        self.panels.recipe_wanted.connect(self.intents.new_session_from)
        self.guard.way_back_chosen.connect(
            lambda key, changes: lab.rollback(key, changes=changes, note="after the guard")
        )
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_theme)
        self._key_guard = KeyGuard(cast(QApplication, QApplication.instance()), self)

    # --- what comes from the lab ----------------------------------------------------------

    def _on_opened(self) -> None:
        self._clear()
        self.actions_.enable_session(True)
        self.announcer.welcome()

    def show_no_session(self) -> None:
        """The session that was there has been put away."""
        self._clear()
        self.guard.hide()
        self.status.clear()
        self.actions_.enable_session(False)
        self.setWindowTitle("dllab")

    def _clear(self) -> None:
        reject_questions(self)
        for part in (self.curves, self.nudge, self.journal, self.checkpoints, self.panels):
            part.clear()
        self.ledger.clear()
        self.reruns.clear()

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.desk.show_snapshot(snapshot)
        self.status.show_snapshot(snapshot)
        self.guard.show_snapshot(snapshot)
        self.twin.show_snapshot(snapshot)
        self.nudge.show_snapshot(snapshot)
        self.actions_.show_running(snapshot.running, self.theme)
        self._showing.start()

    def catch_up(self) -> None:
        """Show at once, in all parts, what came last: for a picture."""
        self._showing.finish()
        self.curves.draw_now()

    def _show_journal(self) -> bool:
        return self.lab.latest is not None and self.journal.show_snapshot(self.lab.latest)

    def _show_checkpoints(self) -> bool:
        return self.lab.latest is not None and self.checkpoints.show_snapshot(self.lab.latest)

    def _show_panels(self) -> None:
        if self.lab.latest is not None:
            self.panels.show_snapshot(self.lab.latest)

    def _on_event(self, event: Event) -> None:
        self.announcer.announce(event)
        self.panels.show_event(event)

    # --- looks ----------------------------------------------------------------------------

    def choose_theme(self, choice: themes.ThemeChoice) -> None:
        """Take a look, now and at the next start."""
        self.theme_choice = choice
        self.theme = themes.apply(cast(QApplication, QApplication.instance()), choice)
        self.setWindowIcon(icon("app", self.theme, "accent"))
        self.actions_.apply_theme(self.theme)
        running = self.lab.latest is not None and self.lab.latest.running
        self.actions_["toggle"].setIconText("")
        self.actions_.show_running(running, self.theme)
        self.curves.apply_theme(self.theme)
        self.journal.apply_theme(self.theme)
        self.panels.apply_theme(self.theme)
        for action in self._theme_group.actions():
            action.setChecked(action.data() == choice)

    def _on_system_theme(self) -> None:
        if self.theme_choice == "system":
            self.choose_theme("system")

    def _remembered_theme(self) -> themes.ThemeChoice:
        chosen = self.settings.read("theme", "system")
        return chosen if chosen in _THEMES else "system"

    def setVisible(self, visible: bool) -> None:
        """Come up in the remembered arrangement alone: only being shown lays it out."""
        super().setVisible(visible)
        # Not in a `showEvent`: events inside of another one do not let go of anything.
        window_memory.drop_replaced_tab_bars(self)

    # --- the end --------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once the last state is on the disk."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if not self._closing:
            self._closing = True
            window_memory.remember(self)
            self.setEnabled(False)
            self.lab.close()
            self.status.say("Saving the last state …")

    def _on_cannot_save(self, message: str) -> None:
        self._closing = False
        self.setEnabled(True)
        leave = "Close without the last steps"
        box = CannotSaveBox(self, message, "the window stays open", leave)
        box.stay_chosen.connect(self.lab.go_on)
        box.leave_chosen.connect(self.lab.leave)
        box.open()

    def _on_would_be_lost(self, message: str) -> None:
        leave = "Leave it without the last steps"
        box = CannotSaveBox(self, message, "the other session is not opened yet", leave)
        box.stay_chosen.connect(self.lab.handover.stay)
        box.leave_chosen.connect(self.lab.handover.agree)
        self.lab.handover.given_up.connect(box.reject)
        box.open()

    def _on_closed(self) -> None:
        self.lab.wait_for_threads()
        self._may_close = True
        self.close()
