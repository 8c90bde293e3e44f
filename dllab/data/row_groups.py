"""Equal rows found fast and exactly: hashed first, then compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.chunks import row_chunks

Array = NDArray[Any]

# The constants of splitmix64 (Steele, Lea & Flood 2014), a mixer of all 64 bits.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)


def row_groups(*sets: Array) -> list[NDArray[np.intp]]:
    """For each set X (m, n_x), a number for each row: equal numbers for equal rows, in all sets.

    Rows are compared as numbers, so 0.0 equals -0.0 and uint8 3 equals 3.0; NaN equals NaN.
    The hash only sorts; rows of equal hashes are compared entry by entry, so the answer is
    exact. Takes about 0.2 s for 70,000 rows of 784 uint8.
    """
    dtype = np.result_type(*(X.dtype for X in sets))
    hashes = np.concatenate([_hashes(X, dtype) for X in sets])
    order = np.argsort(hashes, kind="stable")
    same = np.zeros(len(order), bool)
    alike = np.flatnonzero(hashes[order][1:] == hashes[order][:-1]) + 1
    same[alike] = _equal_rows(sets, order[alike - 1], order[alike], dtype)
    if not same[alike].all():
        order, same = _settled(sets, hashes, order, dtype)
    numbers = np.empty(len(order), np.intp)
    numbers[order] = np.cumsum(~same) - 1
    return np.split(numbers, np.cumsum([len(X) for X in sets])[:-1])


def repeated_rows(train: Array, *others: Array) -> NDArray[np.bool_]:
    """Which rows of `train` (m, n_x) equal an earlier one of it, or any row of the others."""
    groups, *rest = row_groups(train, *others)
    _, first = np.unique(groups, return_index=True)
    repeated = np.ones(len(groups), bool)
    repeated[first] = False
    for numbers in rest:
        repeated |= np.isin(groups, numbers)
    return repeated


def _plain(rows: Array, dtype: np.dtype[Any]) -> Array:
    """The rows in one type, with one zero and one NaN, so that equal means equal bytes."""
    plain = np.ascontiguousarray(rows, dtype)
    if dtype.kind == "f":
        plain = plain + dtype.type(0)
        plain[np.isnan(plain)] = np.nan
    return plain


def _hashes(X: Array, dtype: np.dtype[Any]) -> NDArray[np.uint64]:
    """A 64-bit hash of the bytes of each row, mixed word by word."""
    m, n = X.shape
    words = -(-n * dtype.itemsize // 8)
    hashes = np.empty(m, np.uint64)
    for rows in row_chunks(m, words):
        plain = _plain(X[rows], dtype)
        padded = np.zeros((len(plain), words * 8), np.uint8)
        padded[:, : n * dtype.itemsize] = plain.view(np.uint8).reshape(len(plain), -1)
        # Columns of words next to each other in memory, for the loop over them.
        columns = np.ascontiguousarray(padded.view(np.uint64).T)
        mixed = np.full(len(plain), _STEP)
        for column in columns:
            mixed ^= column
            mixed *= _MIX
            mixed ^= mixed >> _SHIFT
        hashes[rows] = mixed
    return hashes


def _rows_at(sets: Sequence[Array], where: NDArray[np.intp], dtype: np.dtype[Any]) -> Array:
    """Rows by their place in all sets laid end to end."""
    found = np.empty((len(where), sets[0].shape[1]), dtype)
    start = 0
    for X in sets:
        inside = (where >= start) & (where < start + len(X))
        found[inside] = X[where[inside] - start]
        start += len(X)
    return _plain(found, dtype)


def _equal_rows(
    sets: Sequence[Array], left: NDArray[np.intp], right: NDArray[np.intp], dtype: np.dtype[Any]
) -> NDArray[np.bool_]:
    equal = np.empty(len(left), bool)
    for rows in row_chunks(len(left), sets[0].shape[1]):
        one, other = (_rows_at(sets, side[rows], dtype) for side in (left, right))
        equal[rows] = (one.view(np.uint8) == other.view(np.uint8)).all(axis=1)
    return equal


def _settled(
    sets: Sequence[Array],
    hashes: NDArray[np.uint64],
    order: NDArray[np.intp],
    dtype: np.dtype[Any],
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The order and sameness where different rows share a hash: those are sorted by their bytes."""
    ordered = hashes[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    order, same = order.copy(), np.zeros(len(order), bool)
    for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
        if stop - start > 1:
            places = order[start:stop]
            content = [row.tobytes() for row in _rows_at(sets, places, dtype)]
            by_bytes = sorted(range(len(places)), key=content.__getitem__)
            order[start:stop] = places[by_bytes]
            same[start + 1 : stop] = [content[a] == content[b] for a, b in pairwise(by_bytes)]
    return order, same
