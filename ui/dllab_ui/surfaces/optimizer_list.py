"""Which optimizers are shown, how they look, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from dllab.optimizers import RULES
from dllab.surfaces import Path
from dllab_ui.surfaces.looks import look_of, outcome_words, swatch
from dllab_ui.theme import Theme
from dllab_ui.widgets.toned_label import set_tone, small_label


class OptimizerList(QWidget):
    """One row per update rule: a box with its sample, and a line with α and the outcome."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self.outcomes: dict[str, QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for number, name in enumerate(RULES, start=1):
            box = QCheckBox(look_of(name).name)
            box.setObjectName(f"surfaces.optimizer.{name}")
            box.setIconSize(QSize(30, 14))
            box.setToolTip(f"Show the path of {look_of(name).name}  [{number} on the surface]")
            box.toggled.connect(self._on_toggled)
            outcome = small_label()
            outcome.setObjectName(f"surfaces.outcome.{name}")
            outcome.setAccessibleName(f"what became of {look_of(name).name}")
            outcome.setContentsMargins(22, 0, 0, 3)
            self.boxes[name], self.outcomes[name] = box, outcome
            layout.addWidget(box)
            layout.addWidget(outcome)

    @property
    def chosen(self) -> list[str]:
        """Names of the optimizers shown, in the order of the table of rules."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def choose(self, optimizers: Iterable[str]) -> None:
        """Show these and no others, silently."""
        wanted = set(optimizers)
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(name in wanted)

    def toggle_number(self, number: int) -> None:
        """Show or hide the optimizer with this number, from 0."""
        if number < len(self.boxes):
            list(self.boxes.values())[number].toggle()

    def show_outcomes(self, paths: Mapping[str, Path], step: int) -> None:
        """Say how each stands at a step."""
        for name, label in self.outcomes.items():
            path = paths.get(name)
            # A line is kept for those not shown, so that the rows below stay where they are.
            words = "not shown" if path is None else outcome_words(path, step)
            label.setText(words if path is None else f"α {path.learning_rate:.3g} · {words}")
            lost = path.diverged_at if path is not None else None
            set_tone(label, "muted" if lost is None or step < lost else "danger")

    def apply_theme(self, theme: Theme) -> None:
        """Draw the samples anew."""
        for name, box in self.boxes.items():
            box.setIcon(QIcon(swatch(name, theme, self.devicePixelRatioF())))

    def _on_toggled(self) -> None:
        self.changed.emit()
