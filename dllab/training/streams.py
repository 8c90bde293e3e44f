"""Named random streams: each use of chance has its own, so that none disturbs another."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

NAMES = ("split", "initialization", "shuffle", "dropout")


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream called ``name`` of a seed: SFC64, seeded from both."""
    digest = hashlib.sha256(name.encode()).digest()
    key = int.from_bytes(digest[:8], "little")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, key])))


def get_state(generator: np.random.Generator) -> Words:
    """The state of an SFC64 stream as six words."""
    state: dict[str, Any] = generator.bit_generator.state  # type: ignore[assignment]
    words = np.empty(6, np.uint64)
    words[:4] = state["state"]["state"]
    words[4:] = state["has_uint32"], state["uinteger"]
    return words


def set_state(generator: np.random.Generator, words: Words) -> None:
    """Put a state taken by `get_state` back."""
    generator.bit_generator.state = {
        "bit_generator": "SFC64",
        "state": {"state": np.array(words[:4], np.uint64)},
        "has_uint32": int(words[4]),
        "uinteger": int(words[5]),
    }
