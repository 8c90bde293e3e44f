"""A line to type a share into, shown in percent or points."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit


class PercentEdit(QLineEdit):
    """``changed`` brings a new share once it has been typed, ``refused`` what is wrong with it.

    After a wrong one the last good share stands again.
    """

    changed = Signal(float)
    refused = Signal(str)

    def __init__(self, meaning: str, low: float, high: float, unit: str) -> None:
        super().__init__()
        self._meaning, self._low, self._high, self._unit = meaning, low, high, unit
        self.share = low
        self.setAccessibleName(f"{meaning}, in {'percent' if unit == '%' else 'points'}")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(76)
        self.setMaxLength(12)
        self.editingFinished.connect(self._on_finished)

    def show_share(self, share: float) -> None:
        """Put a share in, unless the person is typing."""
        self.share = share
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def _show(self) -> None:
        text = f"{100 * self.share:.4g} {self._unit}"
        if text != self.text():
            self.setText(text)

    def _on_finished(self) -> None:
        typed = self.text().strip().removesuffix(self._unit).strip().replace(",", ".")
        try:
            share = round(float(typed) / 100, 8)
        except ValueError:
            share = math.nan
        if not self._low <= share <= self._high:
            low, high = (f"{100 * end:g} {self._unit}" for end in (self._low, self._high))
            self.refused.emit(f"The {self._meaning} must be from {low} to {high}; got {typed!r}.")
        elif share != self.share:
            self.share = share
            self.changed.emit(share)
        self._show()
        self.setModified(False)
