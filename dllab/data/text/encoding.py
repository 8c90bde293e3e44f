"""The encoding of a text file: its byte order mark, a guess, and the check of every byte."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from dllab.data.sniff import reason
from dllab.errors import DataError

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 2**20
_HEAD = 2**14
_CONTROL = frozenset(range(32)) - set(b"\t\n\r\f\v\x1a\x1b")


@dataclass(frozen=True)
class Encoded:
    """A text file all of whose bytes can be read: `encoding` and the number of `lines`."""

    encoding: str
    lines: int


def look_at(path: Path, encoding: str | None) -> Encoded:
    """Find the encoding, or check the given one, over the whole file.

    A byte order mark decides; then NUL bytes in every second place mean UTF-16; then UTF-8 is
    taken if every byte is; then Windows-1252. Raises `DataError` with the line when a byte does
    not fit, and when the file is no text at all.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DataError(f"The file {path} cannot be read: {reason(error)}.") from error
    if encoding is not None:
        return Encoded(encoding, _count_lines(path, encoding))
    marked = [name for mark, name in _MARKS if head.startswith(mark)]
    guess = marked[0] if marked else _utf16(head)
    if guess is not None:
        return Encoded(guess, _count_lines(path, guess))
    if not _CONTROL.isdisjoint(head):
        raise DataError(
            f"{path} is not a text file, nor in another format that dllab reads; give CSV, NPZ, "
            "NPY, IDX, HDF5 or a folder of images."
        )
    try:
        return Encoded("utf-8", _count_lines(path, "utf-8"))
    except DataError:
        return Encoded("cp1252", _count_lines(path, "cp1252"))


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, line ends as they are, which is how the csv module wants them."""
    return path.open("r", encoding=encoding, newline="")


def _utf16(head: bytes) -> str | None:
    pairs = len(head) // 2
    if pairs == 0:
        return None
    low, high = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if high > 0.4 * pairs and low < 0.05 * pairs:
        return "utf-16-le"
    if low > 0.4 * pairs and high < 0.05 * pairs:
        return "utf-16-be"
    return None


def _count_lines(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = codecs.lookup(encoding).name in ("utf-8", "cp1252")
    lines, last = 0, "\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            pending = decoder.getstate()[0]
            if plain and not pending and block.isascii():
                lines += _line_ends(block.count(b"\n"), block.count(b"\r"))
                last = chr(block[-1])
                continue
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                raise _bad_byte(path, encoding, lines, pending + block, error) from None
            lines += _line_ends(text.count("\n"), text.count("\r"))
            last = text[-1:] or last
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _bad_byte(path, encoding, lines, b"", error) from None
    return lines + (last not in "\r\n")


def _line_ends(newlines: int, returns: int) -> int:
    # A carriage return alone ends a line only where there are no newlines, as on old Macs.
    return newlines or returns


def _bad_byte(
    path: Path, encoding: str, lines: int, block: bytes, error: UnicodeDecodeError
) -> DataError:
    before = block[: error.start].decode(encoding, "ignore")
    line = lines + _line_ends(before.count("\n"), before.count("\r")) + 1
    byte = error.object[error.start : error.start + 1].hex()
    return DataError(
        f"{path}, line {line:,}: the byte {byte} is not {encoding}; choose another encoding such "
        "as cp1252, or save the file as UTF-8."
    )
