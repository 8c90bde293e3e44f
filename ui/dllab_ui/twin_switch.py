"""The switch that gives every nudge a twin, remembered from launch to launch."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from dllab.training.interventions import MOST_TWIN_STEPS
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.lab import Lab
from dllab_ui.settings import WindowSettings

_STEPS = 500.0


class TwinSwitch(QObject):
    """Keeps the checkable action, the number of steps and the lab together."""

    said = Signal(str, str)

    def __init__(self, lab: Lab, action: QAction, settings: WindowSettings) -> None:
        super().__init__(action)
        self._lab, self._action, self._settings = lab, action, settings
        self._told: tuple[object, int] = None, 0
        steps = int(settings.read("twin/steps", _STEPS))
        self.steps = min(MOST_TWIN_STEPS, max(1, steps))
        action.setChecked(settings.read("twin/on", False))
        self._apply()

    def switch(self, on: bool) -> None:
        """With or without a twin from the next nudge on."""
        self._action.setChecked(on)
        self._settings.write("twin/on", on)
        self._apply()
        if on:
            self._say(f"Each nudge now has a twin for {words.steps(self.steps)}.")
        else:
            self._say("Nudges go without a twin.")

    def choose(self, steps: int) -> None:
        """So many steps for the twins to come; switches them on."""
        self.steps = steps
        self._settings.write("twin/steps", float(steps))
        self.switch(True)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say it when a twin ends without a verdict; a verdict is an entry of the ledger."""
        view = snapshot.twin
        if view is None or view.running or self._told == (snapshot.folder, view.of):
            return
        self._told = snapshot.folder, view.of
        if not any(e.kind == "twin" and e.of == view.of for e in reversed(snapshot.entries)):
            self._say(view.message, "warning")

    def _apply(self) -> None:
        self._lab.twin_steps = self.steps if self._action.isChecked() else 0

    def _say(self, text: str, tone: str = "muted") -> None:
        self.said.emit(text, tone)
