"""What the figures were measured with."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from figures import table
from peers import Peer


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    if not names and sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        names = [subprocess.run(command, capture_output=True, text=True, check=False).stdout]
    return (names[0] if names else platform.processor() or platform.machine()).strip()


def machine() -> str:
    """A table of what the figures were measured with."""
    with Peer("worker_updates.py", "facts") as peer:
        versions = peer.ask("versions")
    rows = [
        ["processor", processor()],
        ["cores", str(os.cpu_count())],
        ["system", f"{platform.system()} {platform.release()}"],
        ["Python", platform.python_version()],
        *([name, version] for name, version in versions.items()),
    ]
    return table(("what", "with"), rows)
