"""A process that has loaded NumPy and h5py and is forked for each file: 5 ms instead of 250.

It never sees a file itself, so every child starts from the same clean state. The asking process
talks to it over a socket, one order at a time: an ``N`` with a socket gets the number of a new
child, which serves on that socket; a ``W`` and a number waits for the end of that child and gets
the exit status and the most memory (KB) it had. The server ends when the line is closed, or when
nobody has asked for a minute.
"""

from __future__ import annotations

import gc
import os
import socket
import struct
import sys
from typing import NoReturn

ORDER = struct.Struct(">cQ")
ANSWER = struct.Struct(">qQ")
IDLE_SECONDS = 60.0


def run() -> None:
    """Serve on standard input, which is a socket."""
    line = socket.socket(fileno=0)
    line.settimeout(IDLE_SECONDS)
    children: set[int] = set()
    # A collection in a child would touch, and so copy, every page that it shares with this process.
    gc.collect()
    gc.freeze()
    gc.disable()
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(line, ORDER.size, 1)
        except TimeoutError:
            if children:
                continue
            return
        if len(data) < ORDER.size:
            return
        what, number = ORDER.unpack(data)
        if what == b"N" and descriptors:
            child = os.fork()
            if not child:
                line.detach()
                _serve(descriptors[0])
            os.close(descriptors[0])
            children.add(child)
            line.sendall(ANSWER.pack(child, 0))
        elif number in children:
            _, status, used = os.wait4(number, 0)
            children.discard(number)
            # macOS counts bytes.
            most = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
            line.sendall(ANSWER.pack(os.waitstatus_to_exitcode(status), most))
        else:
            line.sendall(ANSWER.pack(-1, 0))


def _serve(descriptor: int) -> NoReturn:
    from dllab.data.foreign.serve import serve

    try:
        # Nothing but the line to the asking process is left open.
        os.dup2(descriptor, 0)
        os.close(descriptor)
        with (
            socket.socket(fileno=0) as connection,
            connection.makefile("rb") as questions,
            connection.makefile("wb") as answers,
        ):
            serve(questions, answers)
        os._exit(0)
    finally:
        os._exit(1)
