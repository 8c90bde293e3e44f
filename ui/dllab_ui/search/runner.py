"""The search on screen while it is trained: its thread, and the trials as they come."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from dllab.errors import DllabError
from dllab.search import Plan, Search, Trial, open_search
from dllab_ui.search.thread import SearchThread
from dllab_ui.widgets.one_shot import one_shot

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_REDRAW_MS = 100


class SearchRunner(QObject):
    """Owns the `Search` on screen. The lab sees to it that its thread ends with the process.

    ``grown`` comes when there are new trials, at most ten times a second; ``ended`` once when a
    search is over, with what to say and whether it went well.
    """

    progressed = Signal(float, str)
    grown = Signal()
    ended = Signal(str, bool)

    def __init__(self, lab: Lab, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.search: Search | None = None
        self.thread_: SearchThread | None = None
        self._lab = lab
        self._outcome = ("", True)
        # Trials of a toy network end faster than anybody can look.
        self._pause = one_shot(self, self.grown.emit, _REDRAW_MS)

    @property
    def is_running(self) -> bool:
        """Whether a search is being trained."""
        return self.thread_ is not None

    def begin(self, folder: Path, plan: Plan) -> None:
        """Train the plan's trials into a folder, or those that are missing there."""
        if self.search is None or self.search.folder != folder:
            self.search = Search(plan, folder=folder)
        thread = SearchThread(folder, plan, self._lab)
        thread.progressed.connect(self.progressed)
        thread.trained.connect(self._on_trial)
        thread.done.connect(self._on_done)
        thread.failed.connect(lambda text: self._end(text, False))
        thread.cancelled.connect(lambda: self._end("Cancelled; what was trained is kept.", True))
        thread.finished.connect(self._on_finished)
        self.thread_ = thread
        self._lab.look_after(thread)
        thread.start()

    def cancel(self) -> None:
        """Stop after the update under way."""
        if self.thread_ is not None:
            self.thread_.cancel()

    def show(self, folder: Path) -> None:
        """Take an earlier search on screen; raises `SearchError` if it cannot be read."""
        self.search = open_search(folder)

    def _on_trial(self, trial: Trial) -> None:
        assert self.search is not None
        kept = [t for t in self.search.trials if t.number != trial.number]
        trials = tuple(sorted((*kept, trial), key=lambda t: t.number))
        self.search = replace(self.search, trials=trials)
        if not self._pause.isActive():
            self._pause.start()

    def _on_done(self, search: Search) -> None:
        text = f"{len(search.trials):,} trials done."
        best = search.best
        if best is not None and best.best_dev_error is not None:
            text += f" Best: trial {best.number}, dev error {100 * best.best_dev_error:.2f} %."
        self._end(text, True)

    def _end(self, text: str, well: bool) -> None:
        self._pause.stop()
        if self.search is not None and self.search.folder is not None:
            # What counts is what is on the disk; where it failed before there was a folder, what is
            # on screen stays.
            with contextlib.suppress(DllabError):
                self.show(self.search.folder)
        self._outcome = (text, well)

    def _on_finished(self) -> None:
        thread, self.thread_ = self.thread_, None
        if thread is not None:
            self._lab.let_go(thread)
            thread.deleteLater()
        self.ended.emit(*self._outcome)
