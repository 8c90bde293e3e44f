"""HDF5 files of other layouts: their datasets by name, read in a process of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from dllab.data.foreign.remote import held, opened
from dllab.data.inspection import ArrayFacts

Array = NDArray[Any]
KINDS = "biufS"


def facts_of_hdf5(path: Path) -> tuple[ArrayFacts, ...]:
    """Name, shape and dtype of each dataset stored in this very file.

    Links into other files are left out. Raises `DataError` when the file is damaged or holds
    more objects than anybody would choose from.
    """
    with opened(path) as file:
        return tuple(ArrayFacts(*facts) for facts in file.facts())


def open_hdf5(
    path: Path,
) -> tuple[tuple[ArrayFacts, ...], Callable[[str, int | None], Array]]:
    """The facts of the file, and what reads a dataset by its name, whole or its first rows.

    One process serves both, as long as the reader is held. Raises `DataError`, here or in
    reading, when the file or the dataset is not sound.
    """
    file = held(path)

    def read(name: str, rows: int | None) -> Array:
        return file.array(name, KINDS, rows)

    return tuple(ArrayFacts(*facts) for facts in file.facts()), read
