"""What the two processes say to each other: JSON in frames of known length, and plain bytes.

A frame is four bytes of length, big-endian, and that many bytes of JSON. Values follow their frame
in pieces of the same form, raw and little-endian; a piece of length 0 ends them, and a last frame
says whether they are sound. Nothing here can make the reader run or load anything.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")


class Broken(Exception):
    """The other side has gone, or does not keep to the language."""


def put(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Send a frame."""
    # ASCII, so that names that are no text pass as they are.
    put_piece(stream, json.dumps(message, ensure_ascii=True).encode("ascii"))
    stream.flush()


def get(stream: BinaryIO, most: int) -> dict[str, Any]:
    """Receive a frame of at most `most` bytes; raises `Broken`."""
    length = length_of_piece(stream)
    if length > most:
        raise Broken(f"an answer of {length:,} bytes")
    data = stream.read(length)
    if len(data) < length:
        raise Broken("half an answer")
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        raise Broken("an answer that is none") from None
    if not isinstance(message, dict):
        raise Broken("an answer of another form")
    return message


def put_piece(stream: BinaryIO, data: bytes | memoryview) -> None:
    """Send plain bytes; none of them end a row of pieces."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)


def length_of_piece(stream: BinaryIO) -> int:
    """How many bytes come next; raises `Broken` when there is nobody to send them."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise Broken("no answer")
    return int(_LENGTH.unpack(head)[0])
