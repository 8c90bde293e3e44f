"""Augmented mini-batches, the next one made by a helper thread while the present one trains.

What comes out does not depend on the thread: a mini-batch is a function of its rows, their place in
training and the strengths in force, and one that was made for another wish is never handed out.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation.augmenter import Augmenter
from dllab.data.augmentation.chance import stream_at
from dllab.data.augmentation.knobs import Knobs

Array = npt.NDArray[Any]

# Where a helper thread begins to pay (floating-point operations per update): a smaller update is
# over so soon that the two mostly wait for the interpreter's lock. Measured in training.
WORTH_AHEAD = 8e6


def pays_ahead(update_flops: float) -> bool:
    """Whether a helper thread makes updates of this size faster on this computer."""
    return (os.cpu_count() or 1) > 1 and update_flops >= WORTH_AHEAD


@dataclass(frozen=True, eq=False)
class Wish:
    """Which mini-batch: examples ``rows`` (m,) of the training set, their place, the strengths."""

    epoch: int
    position: int
    rows: Array
    knobs: Knobs

    def equals(self, other: Wish) -> bool:
        """Whether both are answered by the same numbers."""
        return (
            (self.epoch, self.position, self.knobs) == (other.epoch, other.position, other.knobs)
        ) and np.array_equal(self.rows, other.rows)


@dataclass(eq=False)
class _Task:
    wish: Wish
    out: Array
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None
    unwanted: bool = False


class MiniBatches:
    """Makes the augmented mini-batches of a training set, one ahead. Close it after use.

    For one calling thread. A mini-batch that was handed out is the caller's, to change as well,
    until the next call of `take`.

    Parameters
    ----------
    X:
        The training set (m, n_x), as `Augmenter` wants it; never changed.
    augmenter:
        For this data; nobody else may use it.
    seed:
        Of the run.
    ahead:
        Whether a helper thread is used; may be set at any time, see `pays_ahead`.
    """

    def __init__(self, X: Array, augmenter: Augmenter, seed: int, *, ahead: bool = True) -> None:
        self._X, self._augmenter, self._seed = X, augmenter, seed
        self.ahead, self._closed = ahead, False
        self._slots = [np.empty((0, X.shape[1]), X.dtype)] * 2
        self._next_slot = 0
        self._task: _Task | None = None
        self._thread: threading.Thread | None = None
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()

    def take(
        self,
        epoch: int,
        position: int,
        rows: Array,
        values: Mapping[str, Any],
        upcoming: tuple[int, int, Array] | None = None,
    ) -> Array:
        """The mini-batch (m, n_x) of these rows, augmented.

        Parameters
        ----------
        epoch, position:
            Its place: whole epochs done, and examples of this one used before it.
        rows:
            Indices (m,) into the training set.
        values:
            The run's hyperparameters.
        upcoming:
            ``(epoch, position, rows)`` of the mini-batch that will probably be asked for next; the
            helper thread begins with it at once.

        Raises
        ------
        DataError
            If a strength needs images and the data has none.
        """
        batch = self._fetch(self._wish(epoch, position, rows, values))
        if upcoming is not None and self.ahead and not self._closed:
            self._ask_ahead(upcoming, values)
        return batch

    def _wish(self, epoch: int, position: int, rows: Array, values: Mapping[str, Any]) -> Wish:
        knobs = Knobs.of(values)
        knobs.check(self._augmenter.image_shape)
        return Wish(epoch, position, rows, knobs)

    def _fetch(self, wish: Wish) -> Array:
        task = self._task
        if task is not None:
            wanted = not task.unwanted and wish.equals(task.wish)
            task.unwanted = not wanted
            task.done.wait()
            self._task = None
            # What went wrong with a mini-batch that nobody wants any more is nobody's business.
            if wanted:
                if task.error is not None:
                    raise task.error
                return task.out
        out = self._slot(len(wish.rows))
        self._make(_Task(wish, out))
        return out

    def _ask_ahead(self, upcoming: tuple[int, int, Array], values: Mapping[str, Any]) -> None:
        epoch, position, rows = upcoming
        # A copy: a later change of the order must not reach a mini-batch under way.
        wish = self._wish(epoch, position, rows.copy(), values)
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="dllab-ahead", daemon=True)
            self._thread.start()
        self._task = _Task(wish, self._slot(len(rows)))
        self._tasks.put(self._task)

    def _slot(self, m: int) -> Array:
        """Room for m examples that is not the mini-batch handed out last."""
        self._next_slot = 1 - self._next_slot
        if len(self._slots[self._next_slot]) < m:
            self._slots[self._next_slot] = np.empty((m, self._X.shape[1]), self._X.dtype)
        return self._slots[self._next_slot][:m]

    def _make(self, task: _Task) -> None:
        """Each block of the mini-batch has a stream of its own, that of its first example."""
        wish, out = task.wish, task.out
        block = self._augmenter.block
        for start in range(0, len(out), block):
            if task.unwanted:
                return
            part = out[start : start + block]
            self._X.take(wish.rows[start : start + block], axis=0, out=part, mode="clip")
            rng = stream_at(self._seed, wish.epoch, wish.position + start)
            self._augmenter.augment_block(part, wish.knobs, rng)

    def _serve(self) -> None:
        # NumPy's error state belongs to a thread.
        with np.errstate(all="ignore"):
            while (task := self._tasks.get()) is not None:
                try:
                    self._make(task)
                except BaseException as error:
                    task.error = error
                task.done.set()

    def close(self) -> None:
        """End the helper thread; mini-batches asked for later are made at once."""
        self._closed = True
        if self._thread is not None:
            if self._task is not None:
                self._task.unwanted = True
                self._task = None
            self._tasks.put(None)
            self._thread.join()
            self._thread = None
