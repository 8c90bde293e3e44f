"""The knobs of a checkpoint beside those of now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from dllab.hyperparameters import live_knobs
from dllab.training.snapshot import Snapshot
from dllab.training.timeline import CheckpointInfo
from dllab_ui import words
from dllab_ui.dialogs.base import BaseDialog
from dllab_ui.ledger import knob_moves

_HEADINGS = ("knob", "then", "now", "")
_ROW = 25


class CompareKnobsDialog(BaseDialog):
    """All live knobs, the changed ones first; the table can be copied."""

    rollback_wanted = Signal(str)

    def __init__(self, parent: QWidget | None, snapshot: Snapshot, info: CheckpointInfo) -> None:
        super().__init__(parent, "compare_knobs", "Knobs then and now", "Roll back to here …")
        moves = knob_moves(info.hyperparameters, snapshot.hyperparameters)
        then, now = live_knobs(info.hyperparameters), live_knobs(snapshot.hyperparameters)
        same = [knob for knob in now if knob not in moves and knob in then]
        changed = f"{len(moves)} of {len(moves) + len(same)} knobs differ"
        self.head = QLabel(
            f"Checkpoint {words.key(info.key)} at {words.at_step(info.step, info.epoch)}: "
            f"{changed if moves else 'all knobs are the same then and now'}."
        )
        self.head.setObjectName("compare_knobs.head")
        self.head.setWordWrap(True)
        self._rows = [
            (words.knob_name(knob), words.knob_value(knob, then[knob]),
             words.knob_value(knob, now[knob]), "changed" if knob in moves else "")
            for knob in (*moves, *same)
        ]  # fmt: skip
        self.table = QTableWidget(len(self._rows), len(_HEADINGS))
        self.table.setObjectName("compare_knobs.table")
        self.table.setAccessibleName("knobs then and now, the changed ones first")
        self._fill(len(moves))
        copy = QPushButton("Copy table")
        copy.setObjectName("compare_knobs.copy")
        copy.setAutoDefault(False)
        copy.clicked.connect(self.copy_table)
        self.buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel.setText("Close")
        self.ok.setDefault(False)
        self.ok.setAutoDefault(False)
        self.cancel.setDefault(True)
        self.body.addWidget(self.head)
        self.body.addWidget(self.table)
        self.stretch_body()
        self.resize(520, min(640, 190 + _ROW * len(self._rows)))
        self.accepted.connect(lambda: self.rollback_wanted.emit(info.key))
        self.cancel.setFocus()

    def _fill(self, changed: int) -> None:
        self.table.setHorizontalHeaderLabels(_HEADINGS)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.resizeSection(column, 120)
        header.resizeSection(3, 78)
        font = self.table.font()
        font.setBold(True)
        muted = QColor(self.palette().placeholderText().color())
        for row, texts in enumerate(self._rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if row < changed:
                    item.setFont(font)
                else:
                    item.setForeground(muted)
                self.table.setItem(row, column, item)
        copy = QAction("Copy table", self.table)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy_table)
        self.table.addAction(copy)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def copy_table(self) -> None:
        """Put all rows on the clipboard, columns apart by tabs."""
        lines = ["\t".join(("knob", "then", "now", "differs"))]
        lines += ["\t".join(row) for row in self._rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
