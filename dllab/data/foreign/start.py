"""Starting children: forked from a server where the system can, else each in a new interpreter."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from dllab.data.foreign.fork_server import ANSWER, ORDER
from dllab.errors import DataError

_BOOT = Path(__file__).with_name("boot.py")


@dataclass(frozen=True)
class End:
    """How a child ended: exit code, negative for a signal, and the most memory it had (0: unknown).

    Memory is counted in bytes of resident pages, those of NumPy and h5py included.
    """

    code: int
    most_memory: int = 0


class Child(Protocol):
    """A process that serves one file."""

    stream_in: BinaryIO
    stream_out: BinaryIO

    def kill(self) -> None:
        """End it at once; may be called by any thread, more than once."""

    def end(self) -> End:
        """Close the line, end the process if it has not ended by itself, and say how it did."""


class Forked:
    """A child of the fork server."""

    def __init__(self, server: Server, number: int, connection: socket.socket) -> None:
        self._server, self._number, self._connection = server, number, connection
        self.stream_in: BinaryIO = connection.makefile("rb")
        self.stream_out: BinaryIO = connection.makefile("wb")
        self._lock = threading.RLock()
        self._end: End | None = None

    def kill(self) -> None:
        """See `Child`."""
        # The number is the child's own until the server has waited for it.
        with self._lock:
            if self._end is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._number, signal.SIGKILL)

    def end(self) -> End:
        """See `Child`."""
        with self._lock:
            if self._end is None:
                _close(self.stream_in, self.stream_out, self._connection)
                # One that hangs would not see the closed line; one that has ended stays as it is.
                self.kill()
                self._end = self._server.wait(self._number)
            return self._end


class Server:
    """The line to the fork server; see `fork_server`."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = _run("fork", stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
        self._line = ours
        self._lock = threading.Lock()

    def new(self) -> Forked:
        """A new child; raises OSError if the server has gone."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                socket.send_fds(self._line, [ORDER.pack(b"N", 0)], [theirs.fileno()])
                number, _ = self._answer()
        except OSError:
            ours.close()
            raise
        return Forked(self, number, ours)

    def wait(self, number: int) -> End:
        """How the child ended, once it has."""
        with self._lock:
            try:
                self._line.sendall(ORDER.pack(b"W", number))
                code, kilobytes = self._answer()
            except OSError:
                return End(-signal.SIGKILL)
        return End(code, kilobytes * 1024)

    def close(self) -> None:
        """End it; children that still serve go on."""
        self._line.close()
        self._process.wait()

    def forget(self) -> None:
        """Let go of a line that belongs to the process that we were forked from."""
        self._line.close()
        self._process.returncode = 0

    def _answer(self) -> tuple[int, int]:
        data = self._line.recv(ANSWER.size, socket.MSG_WAITALL)
        if len(data) < ANSWER.size:
            raise ConnectionResetError("the fork server has gone")
        code, kilobytes = ANSWER.unpack(data)
        return code, kilobytes


class Spawned:
    """A child with an interpreter of its own, asked through pipes."""

    def __init__(self) -> None:
        self._process = _run("one", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.stream_out: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self.stream_in: BinaryIO = self._process.stdout  # type: ignore[assignment]

    def kill(self) -> None:
        """See `Child`."""
        self._process.kill()

    def end(self) -> End:
        """See `Child`."""
        _close(self.stream_in, self.stream_out)
        self.kill()
        return End(self._process.wait())


_server: Server | None = None
_starting = threading.Lock()


def start(*, fork: bool = hasattr(os, "fork")) -> Child:
    """A child that is ready to open one file.

    Raises
    ------
    DataError
        If the system lets us start none.
    """
    try:
        return _forked() if fork else Spawned()
    except OSError as error:
        raise DataError(
            "HDF5 files are read in a process of their own, and none can be started: "
            f"{error.strerror or error}. End other programs, or write the arrays as .npz."
        ) from error


def _forked() -> Forked:
    global _server
    with _starting:
        if _server is not None:
            try:
                return _server.new()
            except OSError:
                # It ends when it has had nothing to do.
                stop_server()
        _server = Server()
        return _server.new()


def stop_server() -> None:
    """End the fork server; the next child starts another."""
    global _server
    if _server is not None:
        _server.close()
        _server = None


def _forget_server() -> None:
    global _server, _starting
    _starting = threading.Lock()
    if _server is not None:
        _server.forget()
        _server = None


atexit.register(stop_server)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_server)


def _run(mode: str, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    search = json.dumps([place for place in sys.path if os.path.isabs(place)])
    return subprocess.Popen(
        [sys.executable, "-I", str(_BOOT), mode, search],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        # Ctrl-C in a terminal is meant for us.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("HDF5_", "PYTHON"))
    }
    # No folder of plug-ins, and none of them; one thread, since a process with more cannot fork.
    none = {"HDF5_PLUGIN_PATH": "", "HDF5_PLUGIN_PRELOAD": "::"}
    return kept | none | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


def _close(*things: BinaryIO | socket.socket) -> None:
    for thing in things:
        # What could not be sent to a process that is gone.
        with contextlib.suppress(OSError):
            thing.close()
