"""Python's garbage collection, in the window's thread and when it does not hold anybody up.

Left alone it runs in whatever thread happens to make the next object. If that is not the window's,
and the garbage holds objects of Qt, two locks meet: their destructor has Qt's lock and waits for
the interpreter's, the window's thread the other way round, and both stand still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1000


class GarbageCollector(QObject):
    """Collects once a second, in this object's thread alone; the limits are Python's own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._limits = gc.get_threshold()
        timer = QTimer(self)
        timer.timeout.connect(self.look)
        timer.start(_EVERY_MS)

    def look(self) -> None:
        """Collect the oldest generation whose limit is passed, and with it the younger ones."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._limits[generation]:
                gc.collect(generation)
                return


def shorten_pauses() -> None:
    """Let garbage collection leave alone what is there now.

    A full collection walks over every object of Qt's binding, NumPy and the window: 60 ms in which
    neither the window nor the training does anything. To be called once the window stands and
    before there is a session: what is left alone is never freed where it hangs on itself, and
    sessions, with all their data, come and go.
    """
    gc.collect()
    gc.freeze()
