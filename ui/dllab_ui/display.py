"""Whether there is a screen to open a window on."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

_WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")


def has_display() -> bool:
    """True if a window can be seen; asked before Qt, which ends the process when it cannot."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen:
        return chosen.split(":")[0] not in _WITHOUT_SCREEN
    if not sys.platform.startswith("linux"):
        return True
    return _wayland() or _x11(os.environ.get("DISPLAY", ""))


def _wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and (Path(folder) / name).exists()


def _x11(display: str) -> bool:
    host, colon, number = display.partition(":")
    if not colon:
        return False
    number = number.split(".")[0]
    if host not in ("", "unix"):
        # Another machine's screen; whether it answers is for Qt to find out.
        return True
    names = [f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"]
    return any(_answers(name) for name in names)


def _answers(name: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1)
            line.connect(name)
    except OSError:
        return False
    return True
