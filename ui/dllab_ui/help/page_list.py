"""The list of help pages under their sections, with the field that searches them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dllab_ui.help.pages import Page

_ID = Qt.ItemDataRole.UserRole
_ROW = 24


class PageList(QWidget):
    """``chosen`` names a page, ``searched`` follows the text of the field."""

    chosen = Signal(str)
    searched = Signal(str)

    def __init__(self, pages: Iterable[Page]) -> None:
        super().__init__()
        self._pages = list(pages)
        self._headings: dict[str, QTreeWidgetItem] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self.search, self.found, self.list = QLineEdit(), QLabel(), QTreeWidget()
        self._lay_out()
        for page in self._pages:
            self._add(page)
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._on_item)

    def _lay_out(self) -> None:
        for widget, name, meaning in (
            (self.search, "help.search", "search the help"),
            (self.list, "help.list", "pages of the help"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(meaning)
        self.search.setPlaceholderText("Search all pages")
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip("Every word must occur; Enter goes to the next place. [Ctrl+F]")
        self.found.setProperty("tone", "muted")
        self.found.hide()
        self.list.setHeaderHidden(True)
        self.list.setIndentation(12)
        self.list.setRootIsDecorated(False)
        self.list.setItemsExpandable(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 6, 10)
        column.addWidget(self.search)
        column.addWidget(self.found)
        column.addWidget(self.list, 1)

    def _add(self, page: Page) -> None:
        if page.section not in self._headings:
            heading = QTreeWidgetItem(self.list, [page.section])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = heading.font(0)
            font.setBold(True)
            heading.setFont(0, font)
            heading.setSizeHint(0, QSize(0, _ROW + 6))
            heading.setExpanded(True)
            self._headings[page.section] = heading
        item = QTreeWidgetItem(self._headings[page.section], [page.title])
        item.setData(0, _ID, page.id)
        item.setSizeHint(0, QSize(0, _ROW))
        self._items[page.id] = item

    def select(self, identity: str) -> None:
        """Mark a page, which chooses it."""
        self.list.setCurrentItem(self._items[identity])

    @property
    def words(self) -> list[str]:
        """The words searched for."""
        return self.search.text().split()

    def _on_item(self, item: QTreeWidgetItem | None) -> None:
        identity = item.data(0, _ID) if item is not None else None
        if identity is not None:
            self.chosen.emit(identity)

    def _filter(self, text: str) -> None:
        hits = [page.id for page in self._pages if page.matches(text)]
        for identity, item in self._items.items():
            item.setHidden(identity not in hits)
        sections = {page.section for page in self._pages if page.id in hits}
        for section, heading in self._headings.items():
            heading.setHidden(section not in sections)
        self.found.setVisible(bool(self.words))
        self.found.setText(f"{len(hits)} of {len(self._pages)} pages" if hits else "on no page")
        current = self.list.currentItem()
        if hits and current is not None and current.isHidden():
            self.select(hits[0])
        self.searched.emit(text)
