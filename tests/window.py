"""What the tests of the window share: a real window over a real training thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab.recipe import Recipe
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot
from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow

PATIENCE = 20_000


class LabWindow:
    """A window with a session of the circles recipe, paused at step 0."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.events: list[Any] = []
        self.lab = Lab()
        self.window = MainWindow(self.lab)
        self.lab.happened.connect(self.events.append)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def start(self, make_session: Callable[[], Session]) -> None:
        """Make a session and wait until the window shows it."""
        self.lab.start(make_session)
        self.until(lambda: self.lab.latest is not None and not self.lab.is_loading)

    def create(self, folder: Path, **values: Any) -> None:
        """A session of the circles recipe."""
        recipe = Recipe.builtin("circles").with_values(**values)
        self.start(lambda: Session.create(recipe, folder))

    @property
    def now(self) -> Snapshot:
        """The snapshot the window shows."""
        assert self.lab.latest is not None
        return self.lab.latest

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has become true, and let all parts of the window show it."""
        self.qtbot.waitUntil(true, timeout=PATIENCE)
        self.window.catch_up()

    def until_step(self, step: int) -> None:
        """Wait until the window shows a step."""
        self.until(lambda: self.now.step >= step)

    def until_paused(self, step: int | None = None) -> None:
        """Wait until the window shows a pause (at a step)."""
        self.until(lambda: not self.now.running and step in (None, self.now.step))

    def trigger(self, action: str) -> None:
        """Choose an action from the menu."""
        self.window.actions_[action].trigger()

    def key(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def child(self, kind: type, name: str) -> Any:
        """A control by its object name, wherever it is."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no control {name}"
        return found

    def panel(self, name: str) -> Any:
        """The panel of that name, brought to the front."""
        self.window.panels.raise_panel(name)
        found = self.window.panels.panels[name]
        self.until(found.isVisible)
        return found

    def put_away(self) -> None:
        """Let go of the window without asking anybody, however the test has left it."""
        self.lab.wait_for_threads()
        self.window._may_close = True
        self.window.close()
        self.window.deleteLater()

    def close(self) -> None:
        """Close as a person does, and wait until it is done."""
        self.window.close()
        self.until(lambda: not self.window.isVisible())
        self.lab.wait_for_threads()
