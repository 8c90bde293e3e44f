"""Promise 14: monkeys.

Somebody without a plan sits at the real window: keys, clicks, double clicks, wheels and drags at
random places of random controls, menus and docks; dialogs are typed into and left by Escape. No
exception, no warning of Qt, no failure of the worker may come of it; what was journalled stays
journalled, checkpoints that were asked for stay; and the session that is closed at the end opens
again with the hash it had.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from dllab import Session
from dllab.training.commands import Failed, NotSaved
from dllab_ui.reporting import Reporter
from soak import subjects
from soak.windows import RealWindow, settle, until

PROMISE = 14
TITLE = "Monkeys: random keys, clicks, wheels and drags over the real window"
FULL, QUICK = 10_000, 30
CHUNK = 1_000

_KEYS = (
    *(Qt.Key.Key_Space, Qt.Key.Key_Period, Qt.Key.Key_E, Qt.Key.Key_C, Qt.Key.Key_R, Qt.Key.Key_L),
    *(Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight, Qt.Key.Key_W, Qt.Key.Key_G, Qt.Key.Key_A),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_Up),
    *(Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Backspace, Qt.Key.Key_1, Qt.Key.Key_9),
    *(Qt.Key.Key_Minus, Qt.Key.Key_X, Qt.Key.Key_F1, Qt.Key.Key_F10, Qt.Key.Key_Menu),
)  # fmt: skip
_WITH_CONTROL = (Qt.Key.Key_Z, Qt.Key.Key_K, Qt.Key.Key_N, Qt.Key.Key_O, Qt.Key.Key_L, Qt.Key.Key_M)
_NOT_CHOSEN = ("close",)
# Said by the unseen platform, which has no window manager, and of keys that nothing listens to.
_NO_NEWS = ("This plugin does not support", "Keyboard event not accepted by receiving widget")


class Listener(logging.Handler):
    """Everything that went wrong inside."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if not any(known in text for known in _NO_NEWS):
            self.found.append(text)


class Monkey:
    """Does something, whatever is there."""

    def __init__(self, real: RealWindow, rng: random.Random) -> None:
        self.real, self.rng = real, rng
        self.done = ""
        # A menu runs a loop of its own, in which a person would choose or press Escape.
        self._closer = QTimer()
        self._closer.timeout.connect(self._close_popup)
        self._closer.start(15)

    def stop(self) -> None:
        """Sit still."""
        self._closer.stop()

    def _close_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is None:
            return
        if self.rng.random() < 0.3:
            for _ in range(self.rng.randrange(1, 6)):
                QTest.keyClick(popup, Qt.Key.Key_Down)
        else:
            QTest.keyClick(popup, Qt.Key.Key_Escape)
        popup.close()

    def act(self) -> None:
        """One event."""
        kinds = [self._key, self._click, self._wheel, self._drag, self._choose, self._escape]
        act = self.rng.choices(kinds, (30, 30, 10, 10, 12, 8))[0]
        act()
        settle()
        self._leave_dialogs()

    def _place(self) -> tuple[QWidget, QPoint] | None:
        over = self.real.dialogs()
        top = over[-1] if over and self.rng.random() < 0.8 else self.real.window
        if not top.isVisible() or top.width() < 2 or top.height() < 2:
            return None
        place = QPoint(self.rng.randrange(top.width()), self.rng.randrange(top.height()))
        found = top.childAt(place) or top
        return found, found.mapFrom(top, place) if found is not top else place

    def _key(self) -> None:
        modifier = Qt.KeyboardModifier.NoModifier
        key = self.rng.choice(_KEYS)
        if self.rng.random() < 0.15:
            key, modifier = self.rng.choice(_WITH_CONTROL), Qt.KeyboardModifier.ControlModifier
        over = self.real.dialogs()
        target = QApplication.focusWidget() or (over[-1] if over else self.real.window)
        self.done = f"key {key!r} on {target.metaObject().className()} {target.objectName()}"
        QTest.keyClick(target, key, modifier)

    def _click(self) -> None:
        found = self._place()
        if found is None:
            return
        widget, place = found
        self.done = f"click on {widget.metaObject().className()} {widget.objectName()} at {place}"
        button = Qt.MouseButton.LeftButton
        if self.rng.random() < 0.1:
            button = Qt.MouseButton.RightButton
        if self.rng.random() < 0.15:
            QTest.mouseDClick(widget, button, pos=place)
        else:
            QTest.mouseClick(widget, button, pos=place)

    def _wheel(self) -> None:
        found = self._place()
        if found is None:
            return
        widget, place = found
        self.done = f"wheel on {widget.metaObject().className()} {widget.objectName()}"
        turned = self.rng.choice((-360, -120, 120, 360))
        event = QWheelEvent(
            QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(0, 0), QPoint(0, turned),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

    def _drag(self) -> None:
        found = self._place()
        if found is None:
            return
        widget, place = found
        self.done = f"drag on {widget.metaObject().className()} {widget.objectName()} from {place}"
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=place)
        for _ in range(self.rng.randrange(1, 5)):
            place = place + QPoint(self.rng.randrange(-80, 80), self.rng.randrange(-60, 60))
            QTest.mouseMove(widget, place)
            settle()
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=place)

    def _choose(self) -> None:
        records = [r for r, _ in self.real.window.actions_ if r.id not in _NOT_CHOSEN]
        record = self.rng.choice(records)
        self.done = f"action {record.id}"
        self.real.window.actions_[record.id].trigger()

    def _escape(self) -> None:
        over = self.real.dialogs()
        target = over[-1] if over else self.real.window
        self.done = "escape"
        QTest.keyClick(target, Qt.Key.Key_Escape)

    def _leave_dialogs(self) -> None:
        over = self.real.dialogs()
        # Files are chosen by people; a monkey would type over theirs.
        for dialog in [d for d in over if isinstance(d, QFileDialog)]:
            dialog.reject()
        while len(over := self.real.dialogs()) > 2:
            before = len(over)
            QTest.keyClick(over[-1], Qt.Key.Key_Escape)
            settle()
            if len(self.real.dialogs()) >= before:
                over[-1].close()
                settle()


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """Hear whatever is not caught, and every warning."""
    listener, reporter, root = Listener(), Reporter(), logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    root.handlers[:] = [listener]
    root.setLevel(logging.WARNING)
    reporter.install()
    try:
        yield listener
    finally:
        reporter.remove()
        root.handlers[:] = handlers
        root.setLevel(level)


def check_nothing_lost(real: RealWindow, before: dict[str, set[object]]) -> None:
    """Entries and asked-for checkpoints of a session only ever become more."""
    now = real.now
    place = str(now.folder)
    entries: set[object] = {entry.id for entry in now.entries}
    deleted = {entry.checkpoint for entry in now.entries if entry.kind == "delete"}
    asked: set[object] = {
        info.key for info in now.checkpoints if info.reason == "manual" and info.saved
    }
    known = before.get(place, set())
    assert {k for k in known if isinstance(k, int)} <= entries, "the ledger has lost entries"
    lost = {k for k in known if isinstance(k, str)} - asked - deleted
    assert not lost, f"checkpoints {lost} are gone"
    before[place] = entries | asked


def opens_again(folder: Path, fingerprint: str, step: int) -> None:
    """The session that was closed is there as it was."""
    with Session.open(folder) as session:
        assert session.step == step, f"closed at step {step}, opened at {session.step}"
        assert session.fingerprint() == fingerprint, "opened with another hash"


def _sit_down(count: int, rng: random.Random, workdir: Path, doing: list[str]) -> None:
    known: dict[str, set[object]] = {}
    with listening() as listener:
        real = RealWindow()
        monkey = Monkey(real, rng)
        try:
            real.create(subjects.recipe(rng), workdir / "session")
            # Whoever closes the window has ended the sitting; the list of all actions offers it.
            real.window.actions_["close"].blockSignals(True)
            for number in range(count):
                monkey.act()
                doing[:] = [*doing[-5:], monkey.done]
                failed = [e for e in real.events if isinstance(e, Failed | NotSaved)]
                assert not failed, failed[0]
                assert not listener.found, listener.found[0]
                if number % 25 == 24 and real.lab.latest is not None:
                    check_nothing_lost(real, known)
            monkey.stop()
            for dialog in real.dialogs():
                dialog.close()
            until(lambda: not real.lab.is_loading, "the session that is being made", 120)
            if not real.lab.is_open:
                # The monkey has discarded its session; it takes up another one.
                real.create(subjects.recipe(rng), workdir / "another")
            until(lambda: real.lab.latest is not None, "a session")
            real.until_handled(real.lab.pause())
            until(lambda: not real.now.running, "a pause")
            check_nothing_lost(real, known)
            session = real.session
            fingerprint, step, folder = session.fingerprint(), session.step, session.folder
        finally:
            monkey.stop()
            real.close()
        assert not listener.found, listener.found[0]
    if folder is not None:
        opens_again(folder, fingerprint, step)


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` events.

    Raises
    ------
    AssertionError
        With the last things that were done, if anything went wrong or was lost.
    """
    rng = random.Random(seed)
    doing: list[str] = []
    home, sessions = os.environ.get("HOME"), os.environ.get("DLLAB_SESSIONS")
    os.environ["HOME"], os.environ["DLLAB_SESSIONS"] = str(workdir), str(workdir / "sessions")
    try:
        _sit_down(count, rng, workdir, doing)
    except Exception as error:
        raise AssertionError(
            f"promise {PROMISE}, seed {seed}: {error}; the last things done: {doing}"
        ) from error
    finally:
        for name, old in (("HOME", home), ("DLLAB_SESSIONS", sessions)):
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old
        for name in ("session", "another", "sessions"):
            shutil.rmtree(workdir / name, ignore_errors=True)
    return {"random events": count}
