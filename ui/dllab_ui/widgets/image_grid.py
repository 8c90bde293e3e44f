"""Small images in rows, as large as there is room."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dllab_ui.theme import LIGHT, Theme

_GAP, _AFTER_FIRST, _LARGEST = 4.0, 14.0, 96.0


class ImageGrid(QWidget):
    """Rows of images of one shape; the first of each row stands apart."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[list[QImage]] = []
        self._kept: npt.NDArray[np.uint8] | None = None
        self._theme: Theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_images(self, images: npt.NDArray[np.uint8]) -> None:
        """Show (rows, columns, height, width, channels) bytes with 1 or 3 channels."""
        # The images only point at the array's memory.
        self._kept = np.ascontiguousarray(images)
        rows, columns, height, width, channels = images.shape
        grey = channels == 1
        kind = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
        self._images = [
            [
                QImage(self._kept[row, column].data, width, height, channels * width, kind)
                for column in range(columns)
            ]
            for row in range(rows)
        ]
        self.updateGeometry()
        self.update()

    @property
    def places(self) -> list[list[QRectF]]:
        """Where each image is drawn."""
        if not self._images:
            return []
        columns, first = len(self._images[0]), self._images[0][0]
        side = self._side(self.width())
        tall = side * first.height() / first.width()
        return [
            [
                QRectF(
                    column * (side + _GAP) + (_AFTER_FIRST if column else 0),
                    row * (tall + _GAP),
                    side,
                    tall,
                )
                for column in range(columns)
            ]
            for row in range(len(self._images))
        ]

    def _side(self, width: int) -> float:
        columns = len(self._images[0])
        # One pixel less: the frame of the last image has to be inside too.
        return min(_LARGEST, (width - 1 - _AFTER_FIRST - _GAP * (columns - 1)) / columns)

    def sizeHint(self) -> QSize:
        """As tall as the images are at this width."""
        places = self.places
        return QSize(240, round(places[-1][0].bottom()) + 2 if places else 0)

    def hasHeightForWidth(self) -> bool:
        """The width decides."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of all rows at a width."""
        if not self._images:
            return 0
        first = self._images[0][0]
        tall = self._side(width) * first.height() / first.width()
        return round(len(self._images) * (tall + _GAP)) + 2

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the images."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.border)))
        for images, places in zip(self._images, self.places, strict=True):
            for image, place in zip(images, places, strict=True):
                painter.drawImage(place, image)
                painter.drawRect(place)
        painter.end()
