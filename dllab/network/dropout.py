"""Inverted dropout: a mask of 0 and 1/keep_prob per unit and example."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

RESOLUTION = 65536


def draw_bits(rng: np.random.Generator, out: Array) -> None:
    """Fill ``out`` (m, n) of uint16 with uniform random bits; four of them per 64-bit draw."""
    words = rng.bit_generator.random_raw(-(-out.size // 4))
    out.reshape(-1)[:] = words.view(np.uint16)[: out.size]


def mask_from_bits(bits: Array, keep_prob: float, kept: Array, mask: Array) -> None:
    """Turn bits (m, n) into ``mask`` (m, n): 1/p where kept, else 0.

    p is keep_prob rounded to a multiple of 1/65536, which the 16 bits can express, and the factor
    is 1/p for that same p: the expected activation is exactly unchanged. ``kept`` (m, n) of bool is
    scratch space.
    """
    threshold = round(keep_prob * RESOLUTION)
    np.less(bits, threshold, out=kept)
    np.multiply(kept, mask.dtype.type(RESOLUTION / threshold), out=mask)
