"""What every further dock is: a panel that shows snapshots while somebody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from dllab.training.commands import Event
from dllab.training.snapshot import Snapshot
from dllab_ui.theme import Theme

if TYPE_CHECKING:
    from dllab_ui.lab import Lab


class Panel(QWidget):
    """The inside of a dock.

    ``said`` goes to the status strip; ``recipe_wanted`` opens *New session* with one filled in.
    """

    said = Signal(str)
    recipe_wanted = Signal(object)

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lab = lab

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what is new; called only while the panel is on screen."""

    def show_event(self, event: Event) -> None:
        """Heed a rare event."""

    def clear(self) -> None:
        """Forget the session shown: another one comes."""

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
