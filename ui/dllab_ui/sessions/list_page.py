"""The page of the manager that lists the sessions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dllab.sessions import Summary
from dllab_ui.sessions.course_icon import SIZE
from dllab_ui.sessions.session_table import (
    COURSE,
    LAST_USED,
    NAME,
    SessionTable,
    Sorted,
    tooltip,
)
from dllab_ui.theme import Theme
from dllab_ui.widgets.plain_table import SteadyTable, make_plain
from dllab_ui.widgets.toned_label import set_tone

_WIDTHS = {2: 120, 3: 76, 4: 84, 5: 84, 6: 84, 7: 128, 8: 120}
_PADDING = "QTableView::item { padding: 0px 8px; } QHeaderView::section { padding: 4px 8px; }"
_CHORES = (
    ("rename", "&Rename", "Call it by another name; its folder keeps its own.  [F2]"),
    ("duplicate", "&Duplicate", "A second session that stands where this one does."),
    ("archive", "Archive to one .&h5 …", "Write state, curves and journal into a single file."),
    ("trash", "Move to &trash", "Out of the list; it can be had again from the trash.  [Del]"),
)


class SessionView(SteadyTable):
    """Enter opens, Del throws away."""

    opened = Signal()
    thrown = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the two keys that a table has no use for; Qt's hook."""
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.thrown.emit()
        else:
            super().keyPressEvent(event)


class ListPage(QWidget):
    """Search, table, the selected session's sentence, and what can be done to it.

    ``wanted`` names a chore and brings the summary of the selected session.
    """

    opened = Signal()
    selected = Signal()
    wanted = Signal(str, object)
    renamed = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setObjectName("sessions.search")
        self.field.setAccessibleName("search sessions")
        self.field.setPlaceholderText("Search by name, recipe, folder or state")
        self.field.setClearButtonEnabled(True)
        self.field.findChildren(QToolButton)[0].setAccessibleName("show all sessions again")
        self.table, self.sorted = SessionTable(theme, self), Sorted(self)
        self.sorted.setSourceModel(self.table)
        self.view = SessionView()
        self._set_up_view()
        self.message = QLabel()
        self.message.setObjectName("sessions.message")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(2 * self.message.fontMetrics().height() + 4)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout()
        for name, text, tip in _CHORES:
            button = QPushButton(text)
            button.setObjectName(f"sessions.{name}")
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, name=name: self._want(name))
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.message)
        layout.addLayout(row)
        self._connect()

    def _set_up_view(self) -> None:
        view = self.view
        view.setObjectName("sessions.table")
        view.setAccessibleName("sessions on this computer")
        view.setModel(self.sorted)
        view.setIconSize(SIZE)
        make_plain(view, SIZE.height() + 8)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setStyleSheet(_PADDING)
        view.setAlternatingRowColors(False)
        header = view.horizontalHeader()
        header.setStretchLastSection(False)
        header.resizeSection(COURSE, SIZE.width() + 20)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        view.setSortingEnabled(True)
        view.sortByColumn(LAST_USED, Qt.SortOrder.DescendingOrder)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._search)
        self.view.opened.connect(self.opened)
        self.view.doubleClicked.connect(self._double_clicked)
        self.view.thrown.connect(lambda: self._want("trash"))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._on_selected())
        self.table.renamed.connect(self.renamed)

    # --- what is shown --------------------------------------------------------------------

    @property
    def current(self) -> Summary | None:
        """The selected session."""
        rows = self.view.selectionModel().selectedRows()
        return self.table.summary(rows[0]) if rows else None

    def take(self, found: tuple[Summary, ...], *, complete: bool) -> None:
        """Show these; the first row is selected if none is."""
        self.table.take(found, complete=complete)
        if self.current is None:
            self.view.selectRow(0)
        self._on_selected()

    def select(self, folder: Path) -> None:
        """Select a session and scroll to it."""
        row = self.sorted.row_of(folder)
        if row >= 0:
            self.view.selectRow(row)
            self.view.scrollTo(self.sorted.index(row, NAME))

    def say(self, text: str, tone: str = "muted") -> None:
        """A sentence below the table."""
        self.message.setText(text)
        set_tone(self.message, tone)

    def hold(self, reason: str) -> None:
        """Let nothing be done for a reason, or (empty) what the selected session allows."""
        current = self.current
        why = reason or ("" if current is not None else "No session is selected.")
        for name, _, tip in _CHORES:
            against = why or self._against(name, current)
            self.buttons[name].setEnabled(not against)
            self.buttons[name].setToolTip(f"{tip}\n{against}" if against else tip)

    def _against(self, name: str, current: Summary | None) -> str:
        if current is None:
            return ""
        if name == "trash" and current.state == "open here":
            return "It is open in this window: Session → Discard session closes it first."
        if name == "trash" and current.state == "open elsewhere":
            return "It is open in another window or process; close it there first."
        if name in ("duplicate", "archive") and current.problem:
            return "It is damaged."
        return ""

    def _on_selected(self) -> None:
        current = self.current
        if current is not None and (current.problem or current.notices):
            self.say(tooltip(current), "danger" if current.problem else "warning")
        elif current is not None:
            self.say(tooltip(current).replace("\n", " · "))
        elif self.table.rowCount():
            self.say("No session has all these words.")
        self.selected.emit()

    def _search(self, text: str) -> None:
        self.sorted.search(text)
        if self.current is None:
            self.view.selectRow(0)
        self._on_selected()

    def _double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit()

    def _want(self, name: str) -> None:
        current = self.current
        if current is None or not self.buttons[name].isEnabled():
            return
        if name == "rename":
            self.view.setFocus()
            row = self.view.selectionModel().selectedRows()[0].row()
            self.view.setCurrentIndex(self.sorted.index(row, NAME))
            self.view.edit(self.sorted.index(row, NAME))
            return
        self.wanted.emit(name, current)
