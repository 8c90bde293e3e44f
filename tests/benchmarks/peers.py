"""A peer is a process of its own that answers questions, one JSON line each.

All peers of a comparison live at the same time and take turns, so that whatever else the computer
does falls on all of them alike. A peer that is not asked sleeps on its standard input.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LONGEST_ANSWER = 300.0
# Peers choose their threads themselves, as they do on a person's computer.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OMP_WAIT_POLICY",
)


class PeerError(Exception):
    """A peer could not be started, answered with an error, or ended."""

    @property
    def short(self) -> str:
        """The first line: the rest, a trace, is for the terminal only."""
        return str(self).partition("\n")[0]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: dllab can be imported, threads are not set from outside.

    Without ``extra`` dllab is what everybody installs: its own extra ``fast`` is left alone.
    """
    made = {k: v for k, v in os.environ.items() if k not in _THREAD_VARIABLES}
    roots = [str(ROOT / part) for part in ("", "ui", "resources")]
    made["PYTHONPATH"] = os.pathsep.join([*roots, *filter(None, [made.get("PYTHONPATH", "")])])
    made.update({"DLLAB_FAST": "off", **(extra or {})})
    return made


class Peer:
    """A long-lived child process; use it in ``with``.

    Parameters
    ----------
    script:
        File in this folder that calls `serve`.
    arguments:
        Its command line.
    extra:
        Environment variables to add.
    """

    def __init__(
        self, script: str, *arguments: str, extra: Mapping[str, str] | None = None
    ) -> None:
        self.name = " ".join((script.removesuffix(".py"), *arguments))
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed in close)
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(extra),
        )

    def ask(self, question: str, **details: Any) -> dict[str, Any]:
        """Put a question and wait for the answer.

        Raises
        ------
        PeerError
            If the peer has ended, takes too long, or answers with an error.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(LONGEST_ANSWER, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps({"question": question, **details}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        finally:
            watch.cancel()
        if not line:
            raise PeerError(f"{self.name} ended while asked for {question}.\n{self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PeerError(f"{self.name}: {answer['error']}")
        return answer

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read()[-2000:]

    def close(self) -> None:
        """End the process: the end of its standard input tells it to."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(60)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.close()
