"""The seal: magic, length and SHA-256 in the first 512 bytes, which HDF5 leaves to its user.

Every byte is checked before the HDF5 library sees any: a damaged file that HDF5 would read as
different weights, or crash on, is refused with a sentence.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from dllab.errors import CheckpointError

SIZE = 512
MAGIC = b"dllab checkpoint 1\n"
LARGEST_FILE = 16 * 2**30


def head_for(image: bytes) -> bytes:
    """What goes before an HDF5 image that was made with a user block of 512 bytes, left out of it.

    Both together are the file.
    """
    return _head(len(image), hashlib.sha256(image).hexdigest())


def _head(length: int, digest: str) -> bytes:
    return (MAGIC + b"length %d\nsha256 %s\n" % (length, digest.encode())).ljust(SIZE, b"\0")


def unseal(path: Path) -> bytes:
    """Read a sealed file and return it whole once its checksum holds.

    Raises
    ------
    CheckpointError
        If the file cannot be read, is none of ours, is from a newer version, or is damaged.
    """
    try:
        if path.is_dir():
            raise CheckpointError(f"{path} is a folder, not a checkpoint file.")
        if path.exists() and not path.is_file():
            # Opening a pipe would wait for somebody to write into it.
            raise CheckpointError(f"{path} is not a dllab checkpoint but a pipe or a device.")
        with path.open("rb") as file:
            head = file.read(SIZE)
            if not head.startswith(b"dllab checkpoint "):
                raise CheckpointError(
                    f"{path} is not a dllab checkpoint; it was left as it is. Data files are "
                    f"opened with New session."
                )
            if not head.startswith(MAGIC):
                raise CheckpointError(
                    f"{path} was written by a newer dllab; it was left as it is. Update dllab to "
                    f"open it."
                )
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                raise CheckpointError(f"{path} is larger than any checkpoint may be (16 GiB).")
            image = file.read()
    except OSError as error:
        raise CheckpointError(f"Cannot read {path}: {error.strerror}.") from None
    length, digest = _fields(head, path)
    if len(image) != length:
        raise CheckpointError(
            f"{path} is cut short or has grown: {len(image):,} bytes where {length:,} were "
            f"written. Use another checkpoint or a copy."
        )
    if hashlib.sha256(image).hexdigest() != digest:
        raise CheckpointError(
            f"{path} is damaged: its checksum does not hold. Use another checkpoint or a copy."
        )
    return head + image


def _fields(head: bytes, path: Path) -> tuple[int, str]:
    lines = head[len(MAGIC) :].rstrip(b"\0").decode("ascii", "replace").split("\n")
    numbers = [line.partition(" ")[2] for line in lines]
    if len(numbers) > 1 and numbers[0].isdecimal() and len(numbers[1]) == 64:
        length, digest = int(numbers[0]), numbers[1]
        # Written again and compared: no byte of the head may differ, its padding included.
        if digest.isascii() and _head(length, digest) == head:
            return length, digest
    raise CheckpointError(
        f"{path} is damaged: its first lines cannot be read. Use another checkpoint or a copy."
    )
