"""The promises that are tried by ``make soak``, each in a module of its own."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# In the order in which they are tried: what is soon done comes first.
MODULES = (
    "not_finite",
    "one_writer",
    "exact",
    "never_saved",
    "kill",
    "swallowed",
    "long_runs",
    "answers",
    "closing",
    "untrusted",
    "old_files",
    "monkeys",
    "sequences",
    "day_and_night",
)


@dataclass(frozen=True)
class Promise:
    """One promise and how it is tried. ``soak`` raises AssertionError when it is broken."""

    module: str
    number: int
    title: str
    full: int
    quick: int
    chunk: int
    soak: Callable[[int, int, Path], dict[str, int | float | str]]


def promises() -> list[Promise]:
    """All of them that are here."""
    found = []
    for name in MODULES:
        if not (Path(__file__).parent / f"{name}.py").is_file():
            continue
        module = importlib.import_module(f"soak.{name}")
        chunk = getattr(module, "CHUNK", module.FULL)
        found.append(
            Promise(
                name, module.PROMISE, module.TITLE, module.FULL, module.QUICK, chunk, module.soak
            )
        )
    return found


def promise_numbered(number: int) -> list[Promise]:
    """What is tried for the promise of that number."""
    return [promise for promise in promises() if promise.number == number]
