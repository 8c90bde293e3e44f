"""The random stream of a place in training: nothing has to be stored, any batch can be made again.

A stream is a function of the seed, the epoch, and the position in the epoch of the first example
that it serves. A rollback, a replay and a twin that come to the same place see the same images.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

_KEY = int.from_bytes(hashlib.sha256(b"augmentation").digest()[:8], "little")

# `fill_uniform` draws from [-LEVELS, LEVELS].
LEVELS = 2**15

# Numbers at a time, so that their random words stay in the cache. A multiple of 4, so that pieces
# give the same numbers as the whole.
_PIECE = 2**14


def stream_at(seed: int, epoch: int, position: int) -> np.random.Generator:
    """SFC64, seeded from all three (each at least 0)."""
    sequence = np.random.SeedSequence([seed, _KEY, epoch, position])
    return np.random.Generator(np.random.SFC64(sequence))


def fill_uniform(rng: np.random.Generator, out: npt.NDArray[Any]) -> None:
    """Fill ``out``, C-contiguous, uniformly with -LEVELS + ½, -LEVELS + 1½, … LEVELS - ½.

    Four numbers for each 64-bit draw: a quarter of the time that `Generator.random` takes.
    """
    flat = out.reshape(-1)
    half = out.dtype.type(0.5)
    for start in range(0, flat.size, _PIECE):
        piece = flat[start : start + _PIECE]
        words = rng.bit_generator.random_raw(-(-piece.size // 4))
        np.add(words.view(np.int16)[: piece.size], half, out=piece, dtype=piece.dtype)
