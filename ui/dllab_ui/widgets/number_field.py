"""A line to type one number into, which says in words what it cannot take."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from dllab.errors import DllabError
from dllab.in_words import quoted


class NumberField(QLineEdit):
    """Holds what is typed, right or wrong; `number` reads it.

    Parameters
    ----------
    meaning:
        What the number is, as the first words of a sentence about it.
    whole:
        Whether it must be a whole number.
    """

    def __init__(self, meaning: str, value: float, *, whole: bool = False) -> None:
        super().__init__()
        self._meaning, self._whole = meaning, whole
        self.setAccessibleName(meaning)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(70)
        self.setMaxLength(16)
        self.setText(f"{value:g}")

    def number(self) -> float:
        """What is typed, as a number.

        Raises
        ------
        DllabError
            If it is none, in words.
        """
        typed = self.text().strip()
        try:
            value = float(typed.replace(",", "") if self._whole else typed.replace(",", "."))
        except ValueError:
            value = float("nan")
        if value != value or (self._whole and value % 1):
            kind = "a whole number" if self._whole else "a number"
            raise DllabError(f"The {self._meaning} must be {kind}, not {quoted(typed)}.")
        return value

    def show_wrong(self, wrong: bool) -> None:
        """Mark it or not."""
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            # Qt looks at a dynamic property only when the widget is polished.
            self.style().unpolish(self)
            self.style().polish(self)
