"""Where a benchmark can open a window: unseen, and on a virtual X server if there is one."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_QUIET = {"QT_LOGGING_RULES": "qt.qpa.plugin=false;qt.qpa.offscreen=false"}
_PATIENCE = 20.0


@contextmanager
def displays() -> Iterator[dict[str, dict[str, str]]]:
    """Name → environment of every display there is; a started X server ends with the block."""
    found = {"offscreen": {"QT_QPA_PLATFORM": "offscreen", **_QUIET}}
    server = shutil.which("Xvfb")
    if server is None:
        yield found
        return
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        number = _number(reading)
        if number:
            found["Xvfb"] = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}", **_QUIET}
        yield found
    finally:
        os.close(reading)
        process.terminate()
        process.wait()


def _number(reading: int) -> str:
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([reading], [], [], _PATIENCE)
        part = os.read(reading, 64) if ready else b""
        if not part:
            return ""
        text += part
    return text.decode().strip()
