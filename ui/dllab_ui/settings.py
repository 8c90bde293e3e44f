"""What the window remembers between two launches: one INI file in the sessions folder."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QByteArray, QSettings

from dllab.places import sessions_folder

Plain = TypeVar("Plain", bool, float, str)


class WindowSettings:
    """Typed access to ``window.ini``; a value that makes no sense counts as not there."""

    def __init__(self) -> None:
        path = sessions_folder() / "window.ini"
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    def read(self, key: str, default: Plain) -> Plain:
        """The remembered value, in the type of ``default``."""
        text = self._store.value(key)
        if text is None:
            return default
        if isinstance(default, bool):
            return type(default)(str(text).lower() == "true")
        try:
            return type(default)(text)
        except (TypeError, ValueError):
            return default

    def read_bytes(self, key: str) -> QByteArray:
        """A remembered layout, empty if there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def write(self, key: str, value: bool | float | str | QByteArray) -> None:
        """Remember a value."""
        self._store.setValue(key, value)

    def flush(self) -> None:
        """Write the file; an unwritable disk is no reason to keep the window open."""
        self._store.sync()
