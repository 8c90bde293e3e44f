"""Work in pieces, with the event loop between them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject

from dllab_ui.widgets.one_shot import one_shot

# Qt paints some 5 ms after a widget was changed, and that takes as long as it takes: a timer of a
# little more fires after it.
_PAINTED_MS = 7
_REST_MS = 8


class InTurns:
    """Does pieces of work one by one, each painted before the next begins, and rests in between.

    A click that comes meanwhile waits for one piece or one painting at most. All rounds of the
    program take turns: what two of them have changed would be painted at one go. ``start`` during a
    round brings one more round after it. A piece that returns False has changed nothing.
    """

    _free_at = 0.0

    def __init__(self, parent: QObject, *pieces: Callable[[], object]) -> None:
        self._pieces = pieces
        self._left = 0
        self._again = self._is_painted_next = False
        self._timer = one_shot(parent, self._go_on, _REST_MS)

    def start(self) -> None:
        """Begin a round a moment later."""
        if self._left:
            self._again = self._left < len(self._pieces)
            return
        self._left = len(self._pieces)
        if not self._timer.isActive():
            self._timer.start(_REST_MS)

    @property
    def under_way(self) -> bool:
        """Whether pieces are left to do."""
        return self._left > 0

    def finish(self) -> None:
        """Do at once what is left."""
        self._timer.stop()
        self._left, self._again, self._is_painted_next = 0, False, False
        for piece in self._pieces:
            piece()

    def _go_on(self) -> None:
        now = time.monotonic()
        if self._is_painted_next:
            self._is_painted_next = False
            self._rest_until(now + _REST_MS / 1000)
        elif now < InTurns._free_at:
            self._rest_until(InTurns._free_at)
        else:
            self._do_next()

    def _rest_until(self, moment: float) -> None:
        InTurns._free_at = moment
        if self._left:
            self._timer.start(max(1, round(1000 * (moment - time.monotonic()))))

    def _do_next(self) -> None:
        piece = self._pieces[-self._left]
        self._left -= 1
        if not self._left and self._again:
            self._left, self._again = len(self._pieces), False
        self._is_painted_next = True
        try:
            self._is_painted_next = piece() is not False
        finally:
            # Whatever a piece meets, the others and the next round come.
            if self._is_painted_next:
                InTurns._free_at = time.monotonic() + (_PAINTED_MS + _REST_MS) / 1000
                self._timer.start(_PAINTED_MS)
            elif self._left:
                self._timer.start(0)
