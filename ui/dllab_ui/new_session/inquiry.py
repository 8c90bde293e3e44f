"""What is known of the data that are chosen: read, cut and compared beside the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from dllab.data import Dataset, SplitPreview, preview_split
from dllab_ui.new_session.errands import Errands
from dllab_ui.new_session.reading import Comparison, Cut, Question, Reading, compare, read
from dllab_ui.widgets.one_shot import one_shot

_BROKEN = (
    "The data could not be looked at because of an error inside dllab. The log file has the "
    "details; try other options, or another file."
)
_COMPARE_AFTER = 300


class Inquiry(QObject):
    """Answers the question that was asked last, and gives up the others.

    ``came`` brings a `Reading` each time that more is known, ``compared`` a `Comparison` once
    nobody has changed the cut for a moment.
    """

    came = Signal(object)
    compared = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reading: Reading | None = None
        self._asked: Question | None = None
        self._preview: tuple[tuple[Any, ...], SplitPreview] | None = None
        self._cut: tuple[Dataset, Cut] | None = None
        self._done: tuple[Dataset, Cut] | None = None
        self._reader, self._comparer = Errands(self), Errands(self)
        self._reader.came.connect(self._take)
        self._comparer.came.connect(self.compared)
        self._timer = one_shot(self, self._compare, _COMPARE_AFTER)

    @property
    def reads(self) -> bool:
        """Whether more will be known of the data."""
        return self._reader.busy

    @property
    def compares(self) -> bool:
        """Whether the sets are being compared, or are about to be."""
        return self._comparer.busy or self._timer.isActive()

    def ask(self, question: Question | None) -> bool:
        """Begin to read, or want nothing any more; False for the question that was asked last."""
        if question == self._asked:
            return False
        self.stop()
        self._asked = question
        if question is not None:
            self._reader.send(read(question), lambda: Reading(question, problem=_BROKEN))
        return True

    def cut(self, dataset: Dataset, cut: Cut, *, comparing: bool) -> SplitPreview:
        """How the data will be cut; raises `DataError` where they cannot be."""
        asked = (dataset, cut.dev, cut.shares)
        if self._preview is None or self._preview[0] != asked:
            self._preview = asked, preview_split(dataset, dev=cut.dev, shares=cut.shares)
        if comparing and (dataset, cut) != self._cut:
            self._cut = dataset, cut
            self._timer.start()
        return self._preview[1]

    def stop(self) -> None:
        """Give up whatever is under way."""
        self._reader.give_up()
        self._comparer.give_up()
        self._timer.stop()
        self._asked = self.reading = self._preview = self._cut = self._done = None

    def _take(self, reading: Reading) -> None:
        self.reading = reading
        self.came.emit(reading)

    def _compare(self) -> None:
        if self._cut is not None and self._cut != self._done:
            self._done = self._cut
            self._comparer.send(compare(*self._cut), lambda: Comparison(calm=(_BROKEN,)))
