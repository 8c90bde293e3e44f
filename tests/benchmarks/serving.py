"""The other end of a peer: read a question, answer it, until standard input ends."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TextIO

Answer = Callable[..., dict[str, Any] | None]


def take_output() -> TextIO:
    """Standard output for answers alone: what libraries print goes to standard error."""
    kept = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return kept


def serve(answers: Mapping[str, Answer], output: TextIO) -> None:
    """Answer every line of standard input by the function of the question's name."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = answers[asked.pop("question")](**asked) or {}
        except Exception as error:
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {error}"}
        output.write(json.dumps(answer) + "\n")
        output.flush()
