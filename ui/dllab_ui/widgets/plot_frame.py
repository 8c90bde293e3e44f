"""What a plot has around its drawing: keyboard, context menu, pictures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets import plot_export
from dllab_ui.widgets.plot_canvas import PlotCanvas
from dllab_ui.widgets.plot_menu import CsvJob, ask_path, context_menu, could_not_save

_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_HELP = (
    "Drag: zoom to a box. Shift-drag: move. Wheel: zoom x. Double-click or Home: whole run.\n"
    "Keys: ← → move, + − zoom, 1…9 hide or show a curve, Page Up/Down go from marker to marker."
)


class PlotFrame(QWidget):
    """A canvas with its input and output; what the keys do is up to the subclass."""

    saved = Signal(str)
    """A sentence after a picture or table was written."""
    failed = Signal(str)
    """A sentence when it could not be written."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._theme: Theme = LIGHT
        self.canvas = PlotCanvas()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.canvas)
        self._by_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{title} plot")
        self.setAccessibleDescription(_HELP)
        self.setWhatsThis(_HELP)

    def move_view(self, share: float) -> None:
        """Move the view by a share of its width."""
        raise NotImplementedError

    def zoom_view(self, factor: float) -> None:
        """Show ``factor`` times as much of x around the middle."""
        raise NotImplementedError

    def whole_run_by_hand(self) -> None:
        """Show everything, as the person asked."""
        raise NotImplementedError

    def toggle_number(self, number: int) -> None:
        """Hide or show the curve with this number in the legend, from 0."""
        raise NotImplementedError

    def step_marker(self, direction: int) -> None:
        """Select the marker after (1) or before (-1) the selected one."""
        raise NotImplementedError

    def fill_menu(self, menu: QMenu, place: QPoint) -> None:
        """Put more into the context menu, for what lies at a place of the widget."""

    def prepare_picture(self) -> None:
        """Draw everything for a picture: up to date, without what follows the mouse."""
        raise NotImplementedError

    def table(self) -> Iterator[str]:
        """All points as pieces of CSV text."""
        raise NotImplementedError

    # Pictures and tables

    def copy_image(self) -> None:
        """Put a picture of the plot, legend included, on the clipboard."""
        self.prepare_picture()
        QGuiApplication.clipboard().setImage(plot_export.image(self.canvas))
        self.saved.emit("Copied the plot as an image")

    def save_image(self, path: Path) -> None:
        """Write PNG or SVG, as the suffix says; raises OSError."""
        self.prepare_picture()
        if path.suffix.lower() == ".svg":
            data = plot_export.svg_bytes(self.canvas, self.title)
        else:
            data = plot_export.png_bytes(self.canvas)
        plot_export.write_whole(path, data)

    def save_csv(self, path: Path) -> None:
        """Write all points of all curves at once; raises OSError."""
        plot_export.write_whole(path, "".join(self.table()).encode())

    def save_as(self, kind: str) -> None:
        """Ask for a file and write it; ``kind`` is "png", "svg" or "csv"."""
        path = ask_path(self, self.title.lower().replace(" ", "-"), kind)
        if path is None:
            return
        if kind == "csv":
            job = CsvJob(path, self.table(), self)
            job.done.connect(self.saved)
            job.failed.connect(self.failed)
            job.start()
            return
        try:
            self.save_image(path)
        except OSError as error:
            self.failed.emit(could_not_save(path, error))
        else:
            self.saved.emit(f"Saved {path}")

    # Events

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer copying and saving."""
        menu = context_menu(self, self.whole_run_by_hand, self.copy_image, self.save_as)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_menu(menu, event.pos())
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, zoom, hide curves and go through markers."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_image()
            return
        key = Qt.Key(event.key())
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        moves = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}
        zooms = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
        markers = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        if plain and key == Qt.Key.Key_Home:
            self.whole_run_by_hand()
        elif plain and key in moves:
            self.move_view(moves[key])
        elif plain and key in zooms:
            self.zoom_view(zooms[key])
        elif plain and key in markers:
            self.step_marker(markers[key])
        elif plain and Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.toggle_number(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame of the focus to whoever came by keyboard."""
        super().focusInEvent(event)
        self._by_keyboard = event.reason() in _KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame of the focus away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame; the canvas covers the rest."""
        painter = QPainter(self)
        framed = self.hasFocus() and self._by_keyboard
        painter.setPen(QColor(self._theme.accent if framed else self._theme.panel))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
