"""Knobs that belong together, under a heading that folds them away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from dllab_ui.docks.knob import Knob


class KnobGroup(QWidget):
    """A heading, the knobs that have an effect now, and a button for those that have none."""

    def __init__(self, title: str, knobs: Mapping[str, Knob], *, unfolded: bool) -> None:
        super().__init__()
        self.knobs = dict(knobs)
        name = title.lower().replace(" ", "_")
        self.setObjectName(f"nudge.group.{name}")
        self.heading = QToolButton()
        self.heading.setObjectName(f"nudge.heading.{name}")
        self.heading.setText(title)
        self.heading.setProperty("heading", True)
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setToolTip(f"Show or fold away: {title.lower()}")
        self.sleepers = QToolButton()
        self.sleepers.setObjectName(f"nudge.sleepers.{name}")
        self.sleepers.setCheckable(True)
        self.sleepers.setProperty("tone", "muted")
        self.sleepers.setToolTip("Knobs that the present choices do not use; each says why")
        self._body = QWidget()
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 4, 0, 0)
        rows.setSpacing(10)
        for knob in self.knobs.values():
            rows.addWidget(knob)
        rows.addWidget(self.sleepers, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._body)
        self.heading.toggled.connect(self._fold)
        self.sleepers.toggled.connect(lambda _: self.arrange())
        self.heading.setChecked(unfolded)
        self._fold(unfolded)
        self.arrange()

    def _fold(self, open_: bool) -> None:
        down, right = Qt.ArrowType.DownArrow, Qt.ArrowType.RightArrow
        self.heading.setArrowType(down if open_ else right)
        self._body.setVisible(open_)

    def unfold(self, knob: str) -> None:
        """Bring one of the knobs on screen, asleep or not."""
        self.heading.setChecked(True)
        if self.knobs[knob].asleep:
            self.sleepers.setChecked(True)

    def arrange(self) -> None:
        """Show the knobs that are awake, and the others if they are asked for."""
        asleep = [knob for knob in self.knobs.values() if knob.asleep]
        shown = self.sleepers.isChecked()
        for knob in self.knobs.values():
            wanted = shown or not knob.asleep
            if knob.isHidden() == wanted:
                knob.setVisible(wanted)
        self.sleepers.setVisible(bool(asleep))
        count = len(asleep)
        text = f"Hide {count} asleep" if shown else f"{count} more, asleep …"
        if self.sleepers.text() != text:
            self.sleepers.setText(text)
