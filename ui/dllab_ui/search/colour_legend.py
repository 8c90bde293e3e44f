"""The legend of the colours: a bar from the best dev error to the worst."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dllab_ui import words
from dllab_ui.search.colours import ColourScale, map_colour
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.widgets.overlay import small_font

_STOPS = 16
_BAR, _GAP = 8.0, 3.0


class ColourLegend(QWidget):
    """Empty until there is an error to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._scale: ColourScale | None = None
        self.setFont(small_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("legend of the colours: dev error")
        self.setToolTip(
            "Colour: best dev error of a trial, on a logarithmic scale. The best trial has a ring; "
            "a cross is a trial that diverged or was refused; hollow diamonds are of the search "
            "beside."
        )

    def sizeHint(self) -> QSize:
        """A bar and a line of text."""
        return QSize(200, round(_BAR + _GAP + QFontMetricsF(self.font()).height()) + 2)

    def show_scale(self, scale: ColourScale | None) -> None:
        """Take the scale in use."""
        if scale != self._scale:
            self._scale = scale
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def labels(self) -> list[str]:
        """The texts under the bar, left to right."""
        if self._scale is None:
            return []
        best, worst = self._scale.best, self._scale.worst
        if best == worst:
            return [f"dev error {words.percent(best)}"]
        return [words.percent(best), words.percent(self._scale.error(0.5)), words.percent(worst)]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bar and texts."""
        if self._scale is None:
            return
        painter = QPainter(self)
        bar = QRectF(0.5, 0.5, self.width() - 1, _BAR)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for stop in range(_STOPS + 1):
            share = stop / _STOPS
            gradient.setColorAt(share, QColor(map_colour(share, self._theme)))
        painter.setPen(QColor(self._theme.border))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.muted))
        room = QRectF(0, _BAR + _GAP, self.width(), self.height() - _BAR - _GAP)
        left, middle, right = (
            Qt.AlignmentFlag.AlignLeft,
            Qt.AlignmentFlag.AlignHCenter,
            Qt.AlignmentFlag.AlignRight,
        )
        for text, side in zip(self.labels(), (left, middle, right), strict=False):
            painter.drawText(room, side | Qt.AlignmentFlag.AlignTop, text)
        painter.end()
