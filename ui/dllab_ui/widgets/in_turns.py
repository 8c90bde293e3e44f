"""Work in pieces, with the event loop between them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from dllab_ui.widgets.one_shot import one_shot

# Qt paints some 5 ms after a widget was changed. Pieces closer than that are painted at one go.
_APART_MS = 12


class InTurns:
    """Does pieces of work one by one, each painted before the next begins.

    A click that comes meanwhile waits for one piece at most. ``start`` during a round brings one
    more round after it.
    """

    def __init__(self, parent: QObject, *pieces: Callable[[], object]) -> None:
        self._pieces = pieces
        self._next = 0
        self._again = False
        self._timer = one_shot(parent, self._do_next, _APART_MS)

    def start(self) -> None:
        """Begin a round a moment later."""
        if self._timer.isActive():
            self._again = self._next > 0
        else:
            self._timer.start()

    @property
    def under_way(self) -> bool:
        """Whether pieces are left to do."""
        return self._timer.isActive()

    def finish(self) -> None:
        """Do at once what is left."""
        self._timer.stop()
        self._next, self._again = 0, False
        for piece in self._pieces:
            piece()

    def _do_next(self) -> None:
        number, self._next = self._next, (self._next + 1) % len(self._pieces)
        self._pieces[number]()
        if self._next or self._again:
            self._again = self._again and self._next > 0
            self._timer.start()
