"""Which format a file is in, told by its content and never by its name alone."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path

from dllab.data.options import HDF5, IDX, IMAGES, NUMPY, TEXT, ZIP
from dllab.errors import DataError

HEAD_BYTES = 520
HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
NPY_MAGIC = b"\x93NUMPY"
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
# Formats that people try and that are not read, each with a way out.
_FOLDER = "give the folder that holds a folder of images for each class"
_FOREIGN = (
    (b"\x89PNG", "one image", _FOLDER),
    (b"\xff\xd8\xff", "one image", _FOLDER),
    (b"GIF8", "one image", _FOLDER),
    (b"%PDF", "a PDF document", "save its table as CSV"),
    (b"PAR1", "a Parquet file", "save it as CSV or NPZ"),
    (b"ARROW1", "an Arrow file", "save it as CSV or NPZ"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"SQLite format 3", "an SQLite database", "save its table as CSV"),
    (b"dllab checkpoint ", "a checkpoint or a saved session", "open it as a session"),
    (b"MATLAB 5.0", "a MATLAB file", "save it in MATLAB with -v7.3, or as CSV"),
    (b"\x80\x02", "a Python pickle (opening one can run any program)", "save it as NPZ"),
    (b"\x80\x03", "a Python pickle (opening one can run any program)", "save it as NPZ"),
    (b"\x80\x04", "a Python pickle (opening one can run any program)", "save it as NPZ"),
    (b"\x80\x05", "a Python pickle (opening one can run any program)", "save it as NPZ"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
)


def reason(error: BaseException) -> str:
    """What an error says, without the full stop at its end."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")


def format_of(path: Path) -> str:
    """The format of the file or folder: a key of `dllab.data.options.FORMAT_NAMES`.

    Raises
    ------
    DataError
        If there is nothing, it cannot be read, is empty, or is of a kind that is not read.
    """
    head = _head(path)
    if head is None:
        return IMAGES
    if head.startswith(NPY_MAGIC):
        return NUMPY
    # Files of MATLAB 7.3 begin with a block of their own; so do checkpoints, which are no data.
    if head.startswith(HDF5_MAGIC) or (
        head[512:520] == HDF5_MAGIC and not head.startswith(b"dllab")
    ):
        return HDF5
    if head.startswith((ZIP_MAGIC, _EMPTY_ZIP)):
        return _zip_kind(path)
    if head.startswith(GZIP_MAGIC):
        return _gzip_kind(path, head)
    if is_idx(head):
        return IDX
    for magic, what, way_out in _FOREIGN:
        if head.startswith(magic):
            raise DataError(f"{path} is {what}; dllab does not read these: {way_out}.")
    return TEXT


def is_idx(head: bytes) -> bool:
    """True when a file that starts so can be IDX: two zeros, a type, 1 to 4 axes."""
    return (
        len(head) >= 4
        and head[:2] == b"\0\0"
        and head[2] in b"\x08\x09\x0b\x0c\x0d\x0e"
        and 1 <= head[3] <= 4
    )


def _head(path: Path) -> bytes | None:
    """The file's first bytes, or None for a folder."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):
            raise DataError(f"{path} is not an ordinary file; give a data file or a folder.")
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; check the path.") from None
    except (OSError, ValueError) as error:
        raise DataError(
            f"The file {path} cannot be read: {reason(error)}; check its path and permissions."
        ) from error
    if not head:
        raise DataError(f"{path} is empty (0 bytes); fetch or write it again.")
    return head


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DataError(
            f"{path} is a damaged or not fully copied archive ({reason(error)}); fetch or write "
            "it again."
        ) from error
    if any(name.endswith(".npy") for name in names):
        return ZIP
    if "[Content_Types].xml" in names:
        raise DataError(f"{path} is an office document; save the sheet with the data as CSV.")
    if path.suffix == ".npz":
        raise DataError(f"{path} holds no arrays; write it again with numpy.savez.")
    raise DataError(f"{path} is a zip archive; unpack it first and give the file in it.")


def _gzip_kind(path: Path, head: bytes) -> str:
    try:
        start = zlib.decompressobj(wbits=31).decompress(head, 4)
    except zlib.error as error:
        raise DataError(
            f"{path} is a damaged gzip archive ({reason(error)}); fetch it again."
        ) from error
    if len(start) < 4:
        raise DataError(f"{path} is a truncated gzip archive; fetch it again.")
    if is_idx(start):
        return IDX
    raise DataError(f"{path} is a gzip archive but not IDX; unpack it first.")
