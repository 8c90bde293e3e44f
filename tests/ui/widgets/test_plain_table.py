"""Tables: how they are painted beside a thread that computes."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dllab_ui.widgets.headed_table import HeadedTable, Heading, Index
from dllab_ui.widgets.plain_table import SteadyTable


class Computing(threading.Thread):
    """Computes and counts, and never lets go of the interpreter's lock of its own will."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.enough = False

    def run(self) -> None:
        while not self.enough:
            self.count += 1


class Rows(HeadedTable):
    """Notes between which of Qt's questions another thread has got on."""

    def __init__(self, other: Computing) -> None:
        super().__init__((Heading("a"), Heading("b")))
        self.other = other
        self.at_answer = 0
        self.interrupted: list[bool] = []

    def row_total(self) -> int:
        return 10

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        self.interrupted.append(self.other.count != self.at_answer)
        text = f"{index.row()}" if role == Qt.ItemDataRole.DisplayRole else None
        self.at_answer = self.other.count
        return text


def test_that_a_table_is_painted_without_waiting_for_a_thread_at_every_cell(qtbot: QtBot) -> None:
    other = Computing()
    rows, table = Rows(other), SteadyTable()
    qtbot.addWidget(table)
    table.setModel(rows)
    table.resize(300, 400)
    table.show()
    qtbot.waitExposed(table)
    other.start()
    try:
        rows.interrupted.clear()
        table.viewport().update()
        qtbot.waitUntil(lambda: len(rows.interrupted) >= 100)
    finally:
        other.enough = True
        other.join()
    # The interpreter changes threads every 5 ms, whoever holds its lock.
    assert sum(rows.interrupted) <= len(rows.interrupted) / 10
