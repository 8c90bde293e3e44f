"""How the data will be cut: a bar with the sizes of the sets, and the classes in each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dllab.data import SplitPreview
from dllab_ui import words
from dllab_ui.theme import DARK, LIGHT, Theme

_SETS = (("train", "train"), ("dev", "dev"), ("test", "ghost"))
_BAR, _ROW = 12, 22
_NARROWEST = 3.0
_FEW, _MOST_CLASSES = 12, 200


def theme_of(widget: QWidget) -> Theme:
    """The theme whose colours a widget wears."""
    return DARK if widget.palette().window().color().lightnessF() < 0.5 else LIGHT


class SplitBar(QWidget):
    """Three lengths in proportion, each at least wide enough to be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.sizes: tuple[int, int, int] = (0, 0, 0)

    def show_sizes(self, sizes: tuple[int, int, int]) -> None:
        """Show the numbers of examples of train, dev and test."""
        self.sizes = sizes
        self.update()

    def sizeHint(self) -> QSize:
        """A low band."""
        return QSize(200, _BAR)

    def widths(self, room: float) -> list[float]:
        """The widths of the three parts, which fill the room."""
        whole = sum(self.sizes)
        there = [size > 0 for size in self.sizes]
        spare = room - _NARROWEST * sum(there)
        return [_NARROWEST + spare * size / whole if size else 0.0 for size in self.sizes]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the parts side by side, a pixel of ground between them."""
        if not sum(self.sizes):
            return
        painter = QPainter(self)
        theme, left = theme_of(self), 0.0
        for width, (_, role) in zip(self.widths(self.width()), _SETS, strict=True):
            if width:
                part = QRectF(left, 0, max(1.0, width - 1), self.height())
                painter.fillRect(part, QColor(theme.colour(role)))
            left += width
        painter.end()


class SplitView(QWidget):
    """The bar, its legend, the classes of each set, and what to look at."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = SplitBar()
        self.bar.setAccessibleName("shares of train, dev and test")
        self.legend = QLabel()
        self.legend.setObjectName("new.split.legend")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.description = QLabel()
        self.description.setObjectName("new.split.description")
        self.description.setWordWrap(True)
        self.description.setProperty("tone", "muted")
        self.table = QTableWidget()
        self.table.setObjectName("new.split.classes")
        self.table.setAccessibleName("examples of each class in each set")
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        told = QHBoxLayout()
        told.setSpacing(24)
        told.addWidget(self.legend)
        told.addWidget(self.description, 1)
        layout.addWidget(self.bar)
        layout.addLayout(told)
        layout.addWidget(self.table)
        self.show_split(None)

    def show_split(self, preview: SplitPreview | None) -> None:
        """Show a cut, or that there is none."""
        sizes = (0, 0, 0) if preview is None else (preview.train, preview.dev, preview.test)
        self.bar.show_sizes(sizes)
        self.bar.setVisible(preview is not None)
        self.legend.setText("" if preview is None else self._legend(preview))
        self.description.setText("" if preview is None else _how(preview))
        self.description.setToolTip("" if preview is None else preview.description)
        self._fill(preview)

    def _legend(self, preview: SplitPreview) -> str:
        theme = theme_of(self)
        parts = []
        sizes = (preview.train, preview.dev, preview.test)
        for (name, role), size, share in zip(_SETS, sizes, preview.percentages, strict=True):
            given = ", as given" if name in preview.given else ""
            text = f"{words.count(size)} ({share:.3g} %{given})" if size else "none"
            square = f'<span style="color:{theme.colour(role)}">■</span>'
            parts.append(f"{square} <b>{name}</b>&nbsp;{text}")
        return " &nbsp;&nbsp; ".join(parts)

    def _fill(self, preview: SplitPreview | None) -> None:
        rows = () if preview is None else preview.class_counts[:_MOST_CLASSES]
        self.table.setVisible(bool(rows))
        names = [name for (name, _), size in zip(_SETS, self.bar.sizes, strict=True) if size]
        self.table.setColumnCount(len(rows))
        self.table.setRowCount(len(names))
        self.table.setHorizontalHeaderLabels([row[0] for row in rows])
        self.table.setVerticalHeaderLabels(names)
        for column, row in enumerate(rows):
            present = [count for count, size in zip(row[1:], self.bar.sizes, strict=True) if size]
            for place, count in enumerate(present):
                item = QTableWidgetItem(words.count(count))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, column, item)
        header, side = self.table.horizontalHeader(), self.table.verticalHeader()
        self.table.setMaximumWidth(header.length() + side.sizeHint().width() + 4)
        bar = self.table.horizontalScrollBar().sizeHint().height() if len(rows) > _FEW else 2
        self.table.setFixedHeight(header.sizeHint().height() + _ROW * len(names) + bar)


def _how(preview: SplitPreview) -> str:
    """What of the description the legend does not say."""
    parts = [part.strip() for part in preview.description.replace(";", ",").split(",")]
    return next((part for part in parts if part.startswith("cut ")), "")
