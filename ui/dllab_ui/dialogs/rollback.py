"""Ask the one question of a rollback: the knobs as they were then, or as they are now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from dllab.hyperparameters import live_knobs
from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo
from dllab_ui import words
from dllab_ui.dialogs.base import BaseDialog
from dllab_ui.ledger import dev_cost_of
from dllab_ui.way_back import steps_lost


def checkpoint_title(info: CheckpointInfo, snapshot: Snapshot) -> str:
    """A checkpoint in one line."""
    note = f" · {info.note}" if info.note else ""
    cost = f" · dev {dev_cost_of(info, snapshot.history)}" if info.dev_cost is not None else ""
    why = words.checkpoint_reason(info.reason, info.pinned)
    branch = _label(snapshot, info.branch)
    return f"step {words.count(info.step)} · epoch {info.epoch:.2f} · {why} · {branch}{cost}{note}"


class RollbackDialog(BaseDialog):
    """Which checkpoint, which knobs, and the reason that the ghost curve will carry."""

    chosen = Signal(str, bool, str)

    def __init__(self, parent: QWidget | None, snapshot: Snapshot, key: str = "") -> None:
        super().__init__(parent, "rollback", "Roll back", "Roll back")
        self._snapshot = snapshot
        self._checkpoints = list(reversed(snapshot.checkpoints))
        self.choice = QComboBox()
        self.choice.setObjectName("rollback.checkpoint")
        self.choice.setAccessibleName("checkpoint to go back to")
        # A note may be longer than the screen is wide: its row is cut, and whole in the tooltip.
        self.choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.setMinimumContentsLength(40)
        for row, info in enumerate(self._checkpoints):
            title = checkpoint_title(info, snapshot)
            self.choice.addItem(title, info.key)
            self.choice.setItemData(row, title, Qt.ItemDataRole.ToolTipRole)
        self.lost = QLabel()
        self.lost.setObjectName("rollback.lost")
        self.lost.setWordWrap(True)
        self.lost.setProperty("tone", "muted")
        self.then = QRadioButton("Knobs as they were &then")
        self.then.setObjectName("rollback.then")
        self.now = QRadioButton("Knobs as they are &now")
        self.now.setObjectName("rollback.now")
        self.then.setChecked(True)
        self.table = QTableWidget(0, 3)
        self.table.setObjectName("rollback.table")
        self.table.setAccessibleName("knobs that differ")
        self.table.setHorizontalHeaderLabels(["knob", "then", "now"])
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.same = QLabel("All knobs are the same then and now.")
        self.same.setProperty("tone", "muted")
        self.note = QLineEdit()
        self.note.setObjectName("rollback.note")
        self.note.setAccessibleName("reason for leaving this branch")
        self.note.setPlaceholderText("Reason (optional), for example: learning rate too high")
        for widget in (
            self.choice, self.lost, self.then, self.now, self.same, self.table, self.note,
        ):  # fmt: skip
            self.body.addWidget(widget)
        self.setMinimumWidth(560)
        self.resize(self.minimumWidth(), self.sizeHint().height())
        self.choice.currentIndexChanged.connect(self._show)
        index = self.choice.findData(key) if key else 0
        self.choice.setCurrentIndex(max(0, index))
        self._show()
        self.accepted.connect(self._tell)

    def _show(self) -> None:
        if not self._checkpoints:
            self.complain("There is no checkpoint to go back to yet.")
            return
        info = self._checkpoints[self.choice.currentIndex()]
        self.choice.setToolTip(self.choice.currentText())
        lost = steps_lost(self._snapshot, info)
        stays = "You leave "
        if lost:
            stays = f"{words.left_behind(lost)} as a ghost curve on "
        branch = _label(self._snapshot, self._snapshot.branch)
        self.lost.setText(
            f"{stays}branch “{branch}”; it can be continued later. Weights, "
            f"optimizer state, random streams and shuffle position come back bit for bit."
        )
        then = live_knobs(info.hyperparameters) if info.hyperparameters else {}
        now = live_knobs(self._snapshot.hyperparameters)
        moved = [knob for knob in now if knob in then and then[knob] != now[knob]]
        self.table.setRowCount(len(moved))
        for row, knob in enumerate(moved):
            texts = (
                words.knob_name(knob),
                words.knob_value(knob, then[knob]),
                words.knob_value(knob, now[knob]),
            )
            for column, text in enumerate(texts):
                self.table.setItem(row, column, QTableWidgetItem(text))
        for widget in (self.table, self.then, self.now):
            widget.setVisible(bool(moved))
        self.same.setVisible(not moved)
        self.table.setFixedHeight(30 + 30 * min(6, len(moved)))
        # By itself a dialog neither grows for wrapped words nor shrinks for a table that went.
        self._layout.activate()
        self.resize(self.width(), self._layout.totalHeightForWidth(self.width()))

    def _tell(self) -> None:
        keep = self.now.isChecked() and not self.now.isHidden()
        self.chosen.emit(self.choice.currentData(), keep, self.note.text().strip())


def _label(snapshot: Snapshot, branch: str) -> str:
    record = snapshot.branches.get(branch)
    return record.label if record is not None else branch
