"""How a session stands: open somewhere, closed as it should be, or left by a process that died."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Literal

from dllab.training.lock import Holder, holder_of

SessionState = Literal["open here", "open elsewhere", "ended badly", "closed"]


def state_of(folder: Path) -> SessionState:
    """How the session in a folder stands now; writes nothing.

    ``open here`` means by this very process. A session whose lock names somebody though nobody
    holds it has ``ended badly``: its process died without closing it. Opening it is safe and takes
    it to its last stored state.
    """
    held, holder = holder_of(folder)
    if not held:
        return "closed" if holder is None else "ended badly"
    return "open here" if holder is not None and _is_this_process(holder) else "open elsewhere"


def holder_in_words(folder: Path) -> str:
    """Who has the session open, as part of a sentence; "" if nobody has."""
    held, holder = holder_of(folder)
    if not held:
        return ""
    if holder is None or not holder.pid:
        return "another window or process"
    where = f" on {holder.host}" if holder.host and holder.host != platform.node() else ""
    return f"process {holder.pid}{where}"


def _is_this_process(holder: Holder) -> bool:
    return holder.pid == os.getpid() and holder.host in ("", platform.node())
