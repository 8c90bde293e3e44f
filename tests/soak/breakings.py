"""Promises broken on purpose, to see that what tries them notices.

Each takes a function like ``setattr`` and puts something wrong into the program. A process of its
own is told by the environment which one to use.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

VARIABLE = "DLLAB_SOAK_BREAKING"
Put = Callable[[Any, str, Any], None]


def knobs_forgotten(put: Put) -> None:
    """Recovery forgets the knobs turned since the last save."""
    from dllab.training import place

    put(place, "_MOVES", ())


def journal_in_memory(put: Put) -> None:
    """Lines of nudges are said to be on the disk and are not."""
    from dllab.training import folder_store

    real = folder_store.append_lines

    def append_lines(path: Path, lines: list[str]) -> None:
        real(path, [line for line in lines if '"nudge"' not in line])

    put(folder_store, "append_lines", append_lines)


def saved_too_early(put: Put) -> None:
    """A checkpoint is said to be on the disk before it is, and never gets there."""
    from dllab.training import folder_store

    def nothing(path: Path, contents: object) -> None:
        return

    put(folder_store, "write_checkpoint", nothing)


def curves_with_gaps(put: Put) -> None:
    """Each checkpoint's piece of the curves begins a step too late."""
    from dllab.training import interventions

    real = interventions.since
    put(interventions, "since", lambda segment, step: real(segment, step + 1))


def other_dropout(put: Put) -> None:
    """A rollback forgets where the stream of dropout stood."""
    _loaded(put, lambda state: replace(state, streams={**state.streams, "dropout": _zeros(state)}))


def _zeros(state: Any) -> Any:
    words = state.streams["dropout"].copy()
    words[0] += 1
    return words


def no_momentum(put: Put) -> None:
    """A rollback loses the optimizer's vectors."""
    _loaded(put, lambda s: replace(s, slots={name: 0 * slot for name, slot in s.slots.items()}))


def another_place(put: Put) -> None:
    """A rollback forgets where in the epoch it stood."""
    _loaded(put, lambda state: replace(state, position=0))


def _loaded(put: Put, change: Callable[[Any], Any]) -> None:
    from dllab.training.folder_store import FolderStore

    real = FolderStore.load

    def load(self: Any, key: str) -> Any:
        contents = real(self, key)
        return replace(contents, state=change(contents.state))

    put(FolderStore, "load", load)


def written_in_place(put: Put) -> None:
    """Files are written over what is there."""
    from dllab.checkpoint import write
    from soak import never_saved

    def in_place(path: Path, *parts: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            view = memoryview(b"".join(parts))
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    put(write, "write_atomically", in_place)
    put(never_saved, "write_atomically", in_place)


def no_fsync(put: Put) -> None:
    """Files are renamed before they are on the disk."""
    from dllab.checkpoint import write

    def unsynced(path: Path, *parts: bytes) -> None:
        beside = path.with_name(f".{path.name}.partial")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.write(descriptor, b"".join(parts))
        os.close(descriptor)
        os.replace(beside, path)
        write.sync_folder(path.parent)

    put(write, "write_atomically", unsynced)


def folder_not_synced(put: Put) -> None:
    """A rename may be gone after a power cut while the journal names its file."""
    from dllab.checkpoint import write

    put(write, "sync_folder", lambda folder: None)


def errors_hushed(put: Put) -> None:
    """A write that failed is told as done."""
    from dllab.training import folder_store

    real = folder_store.Written
    put(folder_store, "Written", lambda key, path, error="", **more: real(key, path, **more))


def committed_first(put: Put) -> None:
    """The guard comes after the update."""
    from dllab.training.guard import GuardError
    from dllab.training.trainer import Trainer

    real = Trainer._update

    def update(self: Any, work: Any) -> Any:
        try:
            return real(self, work)
        except GuardError:
            self.network.theta[0] += 1
            raise

    put(Trainer, "_update", update)


def no_guard(put: Put) -> None:
    """Whatever comes is committed."""
    from dllab.training import trainer

    class Blind:
        inf, ceil, sqrt = trainer.math.inf, trainer.math.ceil, staticmethod(trainer.np.sqrt)

        @staticmethod
        def isfinite(value: float) -> bool:
            return True

    put(trainer, "math", Blind)


def no_lock(put: Put) -> None:
    """Everybody gets the lock."""
    from dllab.training import lock

    put(lock, "try_to_lock", lambda descriptor: True)


def onlookers_may_write(put: Put) -> None:
    """Who opens read-only may change things."""
    from dllab.training.read_only_store import ReadOnlyStore
    from dllab.training.session import Session

    put(Session, "check_writable", lambda self: None)
    put(ReadOnlyStore, "append", lambda self, line: None)


def closed_without_saving(put: Put) -> None:
    """The window closes as if all were saved."""
    from dllab.training import runner

    put(runner, "save_all", lambda session, reason: "")


def worker_left_running(put: Put) -> None:
    """The process ends without waiting for its threads."""
    from dllab_ui.lab import Lab

    put(Lab, "wait_for_threads", lambda self, milliseconds=0: True)
    put(Lab, "close", lambda self: self.closed.emit())


def thread_errors_lost(put: Put) -> None:
    """Nobody listens to threads."""
    from dllab_ui.reporting import Reporter

    real = Reporter.install

    def install(self: Any) -> None:
        import threading

        real(self)
        threading.excepthook = lambda args: None

    put(Reporter, "install", install)


def every_nth_point(put: Put) -> None:
    """Long curves are thinned out without looking for extremes."""
    import numpy as np

    from dllab_ui.widgets.pyramid import MinMaxPyramid

    def bins(self: Any, start: int, stop: int, columns: int, positive: bool = False) -> Any:
        index = np.arange(start, stop, max(1, (stop - start) // columns))
        return index, self.values[index]

    put(MinMaxPyramid, "bins", bins)


def files_left_open(put: Put) -> None:
    """Each checkpoint leaves a file open."""
    from dllab.training import folder_store

    real = folder_store.write_checkpoint
    kept: list[int] = []

    def write(path: Path, contents: Any) -> None:
        real(path, contents)
        kept.append(os.open(path, os.O_RDONLY))

    put(folder_store, "write_checkpoint", write)


def an_action_fails(put: Put) -> None:
    """One of the things a person can choose raises."""
    from dllab_ui.intents import Intents

    def broken(self: Any) -> None:
        raise ZeroDivisionError("planted")

    for name in ("step", "toggle", "halve_learning_rate", "toggle_log_y", "checkpoint"):
        put(Intents, name, broken)


def break_as_told() -> None:
    """Put in what the environment names."""
    name = os.environ.get(VARIABLE, "")
    if name:
        globals()[name](setattr)
