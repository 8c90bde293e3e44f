"""The window of F1: a list of pages with a search field, and the page itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QKeySequence,
    QShortcut,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from dllab.recipe import Recipe
from dllab_ui.actions import ActionSet
from dllab_ui.dialogs.base import outlives_session
from dllab_ui.help.looks import dress
from dllab_ui.help.page_list import PageList
from dllab_ui.help.pages import Page, all_pages
from dllab_ui.theme import DARK, LIGHT, Theme, mixed

_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub


class HelpDialog(QDialog):
    """Stays open beside the main window: a page is read while one tries what it says.

    ``recipe_wanted`` brings a built-in `Recipe`, ``dock_wanted`` and ``action_wanted`` an identity.
    """

    recipe_wanted = Signal(object)
    dock_wanted = Signal(str)
    action_wanted = Signal(str)

    def __init__(self, parent: QWidget | None, actions: ActionSet) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.help")
        outlives_session(self)
        self.setWindowTitle("dllab help")
        self.pages = {page.id: page for page in all_pages(actions)}
        self._current: Page | None = None
        self.list = PageList(self.pages.values())
        self.page = QTextBrowser()
        self._bar = QWidget()
        self._buttons: list[QPushButton] = []
        self._lay_out()
        self.list.chosen.connect(self._on_chosen)
        self.list.searched.connect(self._mark_matches)
        self.list.search.returnPressed.connect(self._next_match)
        self.page.anchorClicked.connect(self._follow)
        self.finished.connect(self.deleteLater)
        self.show_page(next(iter(self.pages)))

    def _lay_out(self) -> None:
        self.page.setObjectName("help.page")
        self.page.setAccessibleName("help page")
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        self._row = QHBoxLayout(self._bar)
        self._row.setContentsMargins(20, 10, 20, 10)
        self._row.addStretch(1)
        column.addWidget(self._bar)
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([250, 730])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.list.search.setFocus)
        self.resize(980, 700)

    # --- showing --------------------------------------------------------------------------

    def show_page(self, identity: str) -> None:
        """Show a page and mark it in the list."""
        self.list.select(identity)

    @property
    def current(self) -> Page | None:
        """The page shown."""
        return self._current

    @property
    def _theme(self) -> Theme:
        return DARK if self.palette().window().color().lightnessF() < 0.5 else LIGHT

    def changeEvent(self, event: QEvent) -> None:
        """Write the page anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._current is not None:
            self._render(self._current)

    def _on_chosen(self, identity: str) -> None:
        self._render(self.pages[identity])

    def _render(self, page: Page) -> None:
        self._current = page
        # Dressed before it is shown: a document on screen is laid out anew at each change.
        document = QTextDocument(self.page)
        document.setDefaultFont(self.page.font())
        document.setMarkdown(page.shown, _DIALECT)
        dress(document, self._theme)
        self.page.setDocument(document)
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self._offer(page)
        self._mark_matches()

    def _offer(self, page: Page) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        several = len(page.recipes) > 1
        for name, words in page.recipes.items():
            button = QPushButton(f"Start with {words}" if several else "Start this experiment")
            button.setObjectName(f"help.start.{name}")
            button.setToolTip(f"Begin a new session with the recipe {name}.")
            button.setProperty("recipe", name)
            button.setAutoDefault(False)
            button.clicked.connect(self._start)
            self._row.addWidget(button)
            self._buttons.append(button)
        self._bar.setVisible(bool(self._buttons))

    # --- searching ------------------------------------------------------------------------

    def _mark_matches(self) -> None:
        marks = []
        ground = QColor(mixed(self._theme.warning, self._theme.panel, 0.35))
        for word in self.list.words:
            place = self.page.document().find(word)
            while not place.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = place
                mark.format.setBackground(ground)
                marks.append(mark)
                place = self.page.document().find(word, place)
        self.page.setExtraSelections(marks)

    def _next_match(self) -> None:
        words = self.list.words
        if words and not self.page.find(words[0]):
            self.page.moveCursor(QTextCursor.MoveOperation.Start)
            self.page.find(words[0])

    # --- links ----------------------------------------------------------------------------

    def _start(self) -> None:
        button = self.sender()
        if button is not None:
            self.recipe_wanted.emit(Recipe.builtin(str(button.property("recipe"))))

    def _follow(self, link: QUrl) -> None:
        target = link.path()
        match link.scheme():
            case "page":
                self.show_page(target)
            case "recipe":
                self.recipe_wanted.emit(Recipe.builtin(target))
            case "dock":
                self.dock_wanted.emit(target)
            case "action":
                self.action_wanted.emit(target)
            case "https":
                QDesktopServices.openUrl(link)
