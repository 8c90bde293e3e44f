"""Walking over a large array a few rows at a time."""

from collections.abc import Iterator

CHUNK_ENTRIES = 2**16


def row_chunks(m: int, row_entries: int) -> Iterator[slice]:
    """Yield slices that cover rows 0 … m-1 in order, about ``CHUNK_ENTRIES`` entries each.

    `row_entries` is the number of entries of one row; a chunk holds at least one row.
    64 Ki float64 entries are 512 KiB, which stays in the L2 cache between two passes.
    """
    rows = max(1, CHUNK_ENTRIES // max(1, row_entries))
    for start in range(0, m, rows):
        yield slice(start, min(start + rows, m))
