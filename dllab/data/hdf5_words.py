"""What is said of an HDF5 file that cannot be used, and what is known of one without HDF5."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dllab.data.sniff import HDF5_MAGIC, reason
from dllab.errors import DataError


def unusable(path: Path, why: str) -> DataError:
    """The file is whole but not what is wanted."""
    return DataError(f"The data set {path} cannot be used: {why.rstrip('.')}.")


def damaged(path: Path, why: str) -> DataError:
    """The file is not whole."""
    return DataError(
        f"The data set {path} is damaged or not fully copied ({why.rstrip('.')}); fetch or write "
        "it again."
    )


def too_large(path: Path, size: int) -> DataError:
    """The values are more than the machine has memory for."""
    return DataError(
        f"The data set {path} holds {size:,} bytes of values and does not fit into memory; use a "
        "part of it."
    )


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn whatever reading an HDF5 file in this process raises into a `DataError`."""
    try:
        yield
    except DataError as error:
        raise unusable(path, str(error)) from error
    except MemoryError as error:
        raise DataError(f"The data set {path} does not fit into memory; use a part of it.") from (
            error
        )
    except (OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise damaged(path, reason(error)) from error


def check_is_hdf5(path: Path) -> None:
    """Raise `DataError` unless there is a file that starts like HDF5; no library looks into it."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise DataError(f"{path} is a folder; give the path of a dllab dataset file in it.")
        if not stat.S_ISREG(mode):
            raise DataError(f"{path} is not an ordinary file; give a dllab dataset file.")
        is_hdf5 = _has_signature(path)
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}; check the path.") from error
    except (OSError, ValueError) as error:
        raise DataError(
            f"The file {path} cannot be read: {reason(error)}; check its path and permissions."
        ) from error
    if not is_hdf5:
        raise DataError(f"{path} is not an HDF5 file; give a dllab dataset file.")


def _has_signature(path: Path) -> bool:
    """Whether HDF5's signature stands at byte 0, 512, 1024, 2048 …, as its format says."""
    size, offset = path.stat().st_size, 0
    with path.open("rb") as file:
        while offset + len(HDF5_MAGIC) <= size:
            file.seek(offset)
            if file.read(len(HDF5_MAGIC)) == HDF5_MAGIC:
                return True
            offset = max(512, 2 * offset)
    return False
