"""Some images of the data, side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_SMALL, _LARGE, _GAP, _MOST = 44, 88, 4, 16


class ImageSheet(QWidget):
    """Up to 16 images in one or two rows; values that are no bytes are spread over black to
    white."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("new.data.images")
        self.setAccessibleName("some images of the data")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(4 * (_SMALL + _GAP))
        self.side = _SMALL
        self.pictures: list[QImage] = []
        self._kept: list[npt.NDArray[np.uint8]] = []

    def show_images(self, images: npt.NDArray[Any] | None, *, large: bool = False) -> None:
        """Show (k, height, width[, channels]) numbers, or nothing."""
        self.side = _LARGE if large else _SMALL
        # A QImage only points at the array's memory.
        self._kept = [] if images is None else [_bytes(one) for one in images[:_MOST]]
        self.pictures = [
            QImage(
                one.data, one.shape[1], one.shape[0], one.strides[0], QImage.Format.Format_RGB888
            )
            for one in self._kept
        ]
        self.setVisible(bool(self.pictures))
        self.setFixedHeight(self._rows(self.width()) * (self.side + _GAP))
        self.update()

    def sizeHint(self) -> QSize:
        """One row where there is room for all."""
        return QSize(_MOST * (self.side + _GAP), self._rows(self.width()) * (self.side + _GAP))

    def resizeEvent(self, event: Any) -> None:
        """Another width is another number of rows."""
        self.setFixedHeight(self._rows(self.width()) * (self.side + _GAP))
        super().resizeEvent(event)

    def _across(self, width: int) -> int:
        return max(1, (width + _GAP) // (self.side + _GAP))

    def _rows(self, width: int) -> int:
        return min(2, -(-max(1, len(self.pictures)) // self._across(width)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as many as there is room for, each in its own proportions."""
        painter = QPainter(self)
        across = self._across(self.width())
        for number, picture in enumerate(self.pictures[: 2 * across]):
            row, column = divmod(number, across)
            size = QSize(picture.size()).scaled(
                self.side, self.side, Qt.AspectRatioMode.KeepAspectRatio
            )
            left = column * (self.side + _GAP) + (self.side - size.width()) / 2
            top = row * (self.side + _GAP) + (self.side - size.height()) / 2
            painter.drawImage(QRectF(left, top, size.width(), size.height()), picture)
        painter.end()


def _bytes(image: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    channels = image.shape[2]
    image = image[:, :, :3] if channels >= 3 else np.repeat(image[:, :, :1], 3, axis=2)
    if image.dtype != np.uint8:
        values = np.nan_to_num(image.astype(np.float64))
        low, high = values.min(), values.max()
        image = (255 * (values - low) / (high - low or 1)).astype(np.uint8)
    return np.ascontiguousarray(image, np.uint8)
