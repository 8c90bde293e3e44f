"""Settings of the plots that are seldom changed, behind one button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)


class CurveSettings(QToolButton):
    """Steps left out of the ranges, and reference lines on the error plot."""

    ignore_first_changed = Signal(int)
    reference_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves.settings")
        self.setText("Lines")
        self.setToolTip("Reference lines (human or Bayes error, target) and steps to leave out")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.ignore = QSpinBox()
        self.ignore.setObjectName("curves.ignore_first")
        self.ignore.setAccessibleName("first steps left out of the ranges")
        self.ignore.setRange(0, 100_000_000)
        self.ignore.setGroupSeparatorShown(True)
        self.ignore.setSpecialValueText("none")
        self.ignore.setSuffix(" steps")
        self.human = _percent("curves.human_error", "human or Bayes error")
        self.target = _percent("curves.target_error", "target error")
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(12, 10, 12, 10)
        form.addRow("Leave out the first", self.ignore)
        form.addRow("Human or Bayes error", self.human)
        form.addRow("Target error", self.target)
        action = QWidgetAction(self)
        action.setDefaultWidget(page)
        menu = QMenu(self)
        menu.addAction(action)
        self.setMenu(menu)
        self.ignore.valueChanged.connect(self.ignore_first_changed)
        self.human.valueChanged.connect(lambda value: self._tell("human", value))
        self.target.valueChanged.connect(lambda value: self._tell("target", value))

    def _tell(self, line: str, percent: float) -> None:
        self.reference_changed.emit(line, percent / 100 if percent else None)


def _percent(name: str, meaning: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(f"{meaning} in percent")
    box.setRange(0, 100)
    box.setDecimals(2)
    box.setSingleStep(0.1)
    box.setSuffix(" %")
    box.setSpecialValueText("no line")
    return box
