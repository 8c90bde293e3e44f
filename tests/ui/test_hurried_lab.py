"""Wishes that come faster than the window is drawn."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer


def test_that_wishes_in_quick_succession_do_not_keep_the_window_from_answering(
    circles: Any,
) -> None:
    """A wheel or a drag asks every few milliseconds; each used to put the next picture off."""
    circles.trigger("toggle")
    wishes = QTimer()
    wishes.timeout.connect(circles.lab.hurry)
    wishes.start(3)
    try:
        circles.until_step(circles.now.step + 200)
        circles.trigger("toggle")
        circles.until_paused()
    finally:
        wishes.stop()
