"""Wishes that come faster than the window is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from dllab.training.commands import Event, Recorded, Saved, SavedAgain
from dllab.training.journal import Entry
from dllab_ui.lab import Lab
from timeline_records import WHEN, nudge


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


def test_that_what_happens_by_itself_does_not_hurry_the_window(qtbot: Any) -> None:
    """With an autosave or a verdict every few seconds the curves took a third of the time."""
    lab = Lab()
    told = list[Event]()
    lab.happened.connect(told.append)
    by_itself = [
        Saved("000001", None),
        SavedAgain(),
        Recorded(Entry(2, "outcome", 5, 0.5, "main", WHEN, who="session", of=1)),
    ]
    for event in by_itself:
        lab._on_event(event)
    assert told == by_itself
    assert not lab.budget.interacting
    lab._on_event(Recorded(nudge(3, "main", 6)))
    assert lab.budget.interacting


def test_that_new_numbers_do_not_lay_the_window_out_anew(circles: Any) -> None:
    """Each digit in the status bar went up to the main window, once a second for all its docks."""
    circles.until(lambda: circles.now.step == 0)
    laid_out = list[int]()

    class Watch(QObject):
        def eventFilter(self, _watched: Any, event: QEvent) -> bool:
            if event.type() == QEvent.Type.LayoutRequest:
                laid_out.append(1)
            return False

    status, watch = circles.window.status, Watch()
    shown = replace(circles.now, running=True, steps_per_second=888.0, eta_seconds=88.0)
    status.show_snapshot(replace(shown, step=88_888))
    QApplication.processEvents()
    circles.window.installEventFilter(watch)
    for step in range(11_111, 88_888, 6_666):
        status.show_snapshot(replace(shown, step=step))
        QApplication.processEvents()
    circles.window.removeEventFilter(watch)
    assert status.step.text() == "step 84,437"
    # What was missing at first, in two rounds.
    assert len(laid_out) <= 2


def test_that_shorter_words_give_their_room_back(circles: Any) -> None:
    status = circles.window.status
    circles.until(lambda: status.saved.text() == "saved")
    status.show_snapshot(replace(circles.now, not_saved="the disk is full"))
    status.show_snapshot(replace(circles.now, folder=None))
    assert status.saved.text() == "in memory only, not on the disk"
    wide = status.saved.width()
    status.show_snapshot(circles.now)
    assert status.saved.text() == "saved"
    assert status.saved.width() < wide / 2
