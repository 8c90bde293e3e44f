"""HDF5 files made to do harm: each says what to ask of it, and every such question is refused.

Those that break HDF5's own structures (`twisted`) follow what the public reports of faults in
libhdf5 have in common: sizes of 0 or of all ones, counts beyond the block they count, and addresses
that lead back to where they stand.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

MB = 2**20


@dataclass(frozen=True)
class Nasty:
    """A file, the arrays to ask for ("*": what is in it), and whether an answer is allowed."""

    name: str
    path: Path
    asks: tuple[str, ...]
    may_answer: bool = False


def nasty_files(folder: Path, objects: int = 1_000_000, inflated: int = 1024) -> Iterator[Nasty]:
    """Every kind, one after the other; ``inflated`` MB are what the bombs unpack to."""
    (folder / "secret.bin").write_bytes(bytes(range(256)) * 8)
    with h5py.File(folder / "secret.h5", "w") as file:
        file["x"] = np.arange(256.0).reshape(32, 8)
    for make in (*_POINTING, *_TYPES, *_SHAPES):
        name = make.__name__.strip("_").replace("_", " ")
        path = folder / f"{make.__name__.strip('_')}.h5"
        with h5py.File(path, "w") as file:
            asks = make(file)
        yield Nasty(name, path, asks)
    yield _packed(folder, "gzip bomb", (MB,), inflated, 1)
    yield _packed(folder, "gzip bomb in one chunk", (inflated * MB,), inflated, 1)
    yield _packed(folder, "gzip in gzip", (MB,), inflated, 2)
    yield _lying_chunk(folder, inflated)
    yield _many(folder, objects)
    yield from _groups(folder)
    yield from _cut(folder)
    yield from twisted(folder)


# Pointing elsewhere ------------------------------------------------------------------------------


def _external_link(file: h5py.File) -> tuple[str, ...]:
    file["x"] = h5py.ExternalLink("secret.h5", "/x")
    file["g"] = h5py.ExternalLink("secret.h5", "/")
    return ("x", "g/x")


def _external_storage(file: h5py.File) -> tuple[str, ...]:
    place = str(Path(file.filename).parent / "secret.bin")
    file.create_dataset("x", (64,), "f8", external=[(place, 0, 512)])
    return ("x",)


def _external_storage_of_the_system(file: h5py.File) -> tuple[str, ...]:
    file.create_dataset("x", (64,), "u1", external=[("/etc/passwd", 0, 64)])
    return ("x",)


def _virtual_dataset(file: h5py.File) -> tuple[str, ...]:
    layout = h5py.VirtualLayout((32, 8), "f8")
    layout[...] = h5py.VirtualSource("secret.h5", "x", (32, 8))
    file.create_virtual_dataset("x", layout)
    return ("x",)


def _virtual_dataset_of_itself(file: h5py.File) -> tuple[str, ...]:
    layout = h5py.VirtualLayout((32, 8), "f8")
    layout[...] = h5py.VirtualSource(".", "x", (32, 8))
    file.create_virtual_dataset("x", layout)
    return ("x",)


def _soft_link_cycle(file: h5py.File) -> tuple[str, ...]:
    file["a"], file["b"] = h5py.SoftLink("/b"), h5py.SoftLink("/a")
    file["c"] = h5py.SoftLink("/c/c/c")
    return ("a", "b", "c")


def _hard_link_cycle(file: h5py.File) -> tuple[str, ...]:
    group = file.create_group("g")
    group["g"], group["up"] = group, file["/"]
    return ("g", "g/g/g", "g/up/g/up/x")


_POINTING: tuple[Callable[[h5py.File], tuple[str, ...]], ...] = (
    _external_link,
    _external_storage,
    _external_storage_of_the_system,
    _virtual_dataset,
    _virtual_dataset_of_itself,
    _soft_link_cycle,
    _hard_link_cycle,
)

# Types that no table of numbers has --------------------------------------------------------------


def _free_length(file: h5py.File) -> tuple[str, ...]:
    file.create_dataset("text", data=["a", "bc"] * 50, dtype=h5py.string_dtype())
    file.create_dataset("lists", (4,), h5py.vlen_dtype(np.int32))[0] = [1, 2, 3]
    return ("text", "lists")


def _compound(file: h5py.File) -> tuple[str, ...]:
    fields = [(f"field {number}", "f4") for number in range(900)]
    file.create_dataset("x", (3,), fields)
    return ("x",)


def _references(file: h5py.File) -> tuple[str, ...]:
    file["x"] = np.arange(9)
    file.create_dataset("objects", (2,), h5py.ref_dtype)[0] = file["x"].ref
    file.create_dataset("regions", (2,), h5py.regionref_dtype)[0] = file["x"].regionref[2:5]
    return ("objects", "regions")


def _odd_numbers(file: h5py.File) -> tuple[str, ...]:
    file["complex"], file["long"] = np.ones(4, complex), np.ones(4, np.longdouble)
    file.create_dataset("arrays", (3,), "(5,)f4")
    file.create_dataset("opaque", data=np.ones(4, "V7"))
    file["nothing"] = h5py.Empty("f8")
    return ("complex", "long", "arrays", "opaque", "nothing")


def _unknown_filter(file: h5py.File) -> tuple[str, ...]:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((64,))
    properties.set_filter(32_015, h5py.h5z.FLAG_OPTIONAL, (3,))
    space = h5py.h5s.create_simple((64,))
    made = h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F64LE, space, properties)
    made.write_direct_chunk((0,), bytes(100))
    file.create_dataset("offset", data=np.arange(64), scaleoffset=0, chunks=(64,))
    return ("x", "offset")


_TYPES = (_free_length, _compound, _references, _odd_numbers, _unknown_filter)

# Sizes -------------------------------------------------------------------------------------------


def _eight_tebibytes(file: h5py.File) -> tuple[str, ...]:
    file.create_dataset("x", (2**20, 2**20), "f8", chunks=(1024, 1024))
    file.create_dataset("packed", (2**20, 2**20), "f8", chunks=(1024, 1024), compression="gzip")
    file.create_dataset("plain", (2**20, 2**20), "f8")
    return ("x", "packed", "plain")


def _most_dimensions(file: h5py.File) -> tuple[str, ...]:
    file.create_dataset("x", (2,) * 32, "f8", chunks=(1,) * 32)
    file.create_dataset("text", (2**40,), "S65000", chunks=(1,))
    return ("x", "text")


_SHAPES = (_eight_tebibytes, _most_dimensions)


def _zeros(megabytes: int) -> bytes:
    """What deflate makes of so many megabytes of zeros: one packed megabyte, again and again."""
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    sum_ = 1
    for _ in range(megabytes):
        sum_ = zlib.adler32(bytes(MB), sum_)
    return b"\x78\xda" + piece * megabytes + b"\x03\0" + struct.pack(">I", sum_)


def _dataset(
    path: Path, shape: tuple[int, ...], chunk: tuple[int, ...], filters: int, data: bytes
) -> None:
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk(chunk)
    for _ in range(filters):
        properties.set_filter(h5py.h5z.FILTER_DEFLATE, h5py.h5z.FLAG_MANDATORY, (9,))
    with h5py.File(path, "w") as file:
        space = h5py.h5s.create_simple(shape)
        made = h5py.h5d.create(file.id, b"x", h5py.h5t.STD_U8LE, space, properties)
        for start in range(0, shape[0], chunk[0]):
            made.write_direct_chunk((start,), data)


def _packed(folder: Path, name: str, chunk: tuple[int, ...], size: int, filters: int) -> Nasty:
    data = _zeros(chunk[0] // MB)
    for _ in range(filters - 1):
        data = zlib.compress(data, 9)
    path = folder / f"{name.replace(' ', '_')}.h5"
    _dataset(path, (size * MB,), chunk, filters, data)
    return Nasty(name, path, ("x",))


def _lying_chunk(folder: Path, size: int) -> Nasty:
    """A chunk that is said to be 64 KB and unpacks to a thousand times that and more."""
    path = folder / "lying_chunk.h5"
    _dataset(path, (65_536,), (65_536,), 1, _zeros(size))
    return Nasty("chunk that lies", path, ("x",))


def _many(folder: Path, objects: int) -> Nasty:
    path = folder / "many.h5"
    # The newest format: one link is one entry of an index, and a million take seconds to make.
    with h5py.File(path, "w", libver="latest") as file:
        file["x"] = np.arange(3)
        target, group = file["x"].id, file.create_group("g").id
        for number in range(objects):
            h5py.h5o.link(target, group, b"n%x" % number)
    return Nasty(f"{objects:,} objects", path, ("*",))


def _groups(folder: Path) -> Iterator[Nasty]:
    path = folder / "deep.h5"
    with h5py.File(path, "w") as file:
        group = file
        for _ in range(100):
            group = group.create_group("g")
        group["x"] = np.arange(3)
    yield Nasty("100 groups deep", path, ("*",))
    path = folder / "long_names.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for number in range(200):
            file[f"{number}" + "n" * 60_000] = number
    yield Nasty("names of 60,000 letters", path, ("*",))
    path = folder / "attributes.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for number in range(1_000):
            file.attrs[f"a{number}"] = np.arange(20)
        file.attrs["format"] = "dllab-dataset"
    yield Nasty("1,000 attributes", path, ("x",))


def _sound(path: Path, **how: object) -> bytes:
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(64.0).reshape(16, 4), **how)
        file["g/y"] = np.arange(16) % 2
        file["x"].attrs["unit"] = np.bytes_("cm")
        file["x"].attrs["free"] = "a text of free length"
        file.attrs["format"] = np.bytes_("other")
    return path.read_bytes()


def _cut(folder: Path) -> Iterator[Nasty]:
    whole = _sound(folder / "sound.h5")
    for share in (0.1, 0.5, 0.9):
        path = folder / f"cut_at_{share}.h5"
        path.write_bytes(whole[: int(len(whole) * share)])
        yield Nasty(f"cut at {share:.0%}", path, ("*", "x"))


# Structures that contradict themselves -----------------------------------------------------------

_DATASPACE, _DATATYPE, _FILL, _LAYOUT, _FILTERS, _ATTRIBUTE = 1, 3, 5, 8, 11, 12
_ONES = b"\xff" * 8
# Message, byte in it, what is put there.
_TWISTS: tuple[tuple[str, int, int, bytes], ...] = (
    ("255 dimensions", _DATASPACE, 1, b"\xff"),
    ("no dimensions but sizes", _DATASPACE, 1, b"\0"),
    ("a dimension of all ones", _DATASPACE, 8, _ONES),
    ("a dimension whose product overflows", _DATASPACE, 8, struct.pack("<QQ", 2**62, 2**62)),
    ("numbers of 0 bytes", _DATATYPE, 4, b"\0" * 4),
    ("numbers of 4 GB", _DATATYPE, 4, b"\xff" * 4),
    ("a compound type of 65,535 fields", _DATATYPE, 0, b"\x16\xff\xff\xff"),
    ("a type of free length", _DATATYPE, 0, b"\x19"),
    ("an array type", _DATATYPE, 0, b"\x3a"),
    ("an exponent outside the number", _DATATYPE, 12, b"\xff" * 4),
    ("a fill value of 4 GB", _FILL, 2, b"\x02\xff\xff\xff\xff"),
    ("values at all ones", _LAYOUT, 2, _ONES),
    ("values at the header", _LAYOUT, 2, b"\0" * 8),
    ("values beyond the end", _LAYOUT, 2, struct.pack("<QQ", 2**40, 2**40)),
    ("a layout of no known kind", _LAYOUT, 1, b"\x09"),
    ("a compact layout of 65,535 bytes", _LAYOUT, 1, b"\x00\xff\xff"),
    ("chunks of 255 dimensions", _LAYOUT, 2, b"\xff"),
    ("chunks of size 0", _LAYOUT, 11, b"\0" * 8),
    ("chunks of all ones", _LAYOUT, 11, _ONES),
    ("255 filters", _FILTERS, 1, b"\xff"),
    ("a filter with 65,535 values", _FILTERS, 14, b"\xff\xff"),
    ("a filter with a name of 65,535 letters", _FILTERS, 10, b"\xff\xff"),
    ("an attribute with a name of 65,535 letters", _ATTRIBUTE, 2, b"\xff\xff"),
    ("an attribute with a type of 65,535 bytes", _ATTRIBUTE, 4, b"\xff\xff"),
    ("an attribute with no name", _ATTRIBUTE, 2, b"\0\0"),
)


def twisted(folder: Path) -> Iterator[Nasty]:
    """Sound files with one field of their structure changed; some are read all the same."""
    for kind, how in (("plain", {}), ("packed", {"chunks": (4, 4), "compression": "gzip"})):
        path = folder / f"{kind}.h5"
        whole = _sound(path, **how)
        with h5py.File(path, "r") as file:
            header = h5py.h5o.get_info(file["x"].id).addr
            root = h5py.h5o.get_info(file.id).addr
        found = list(_messages(whole, header))
        for number, (name, message, offset, value) in enumerate(_TWISTS):
            # What packing adds is twisted too; the rest is as in the plain file.
            if kind == "packed" and message not in (_LAYOUT, _FILTERS):
                continue
            for at in (start for type_, start in found if type_ == message):
                yield _with(folder, f"{kind} {number}", name, whole, at + offset, value)
        loops = _loops(whole, header, root) if kind == "plain" else ()
        for number, (name, at, value) in enumerate(loops):
            yield _with(folder, f"{kind} loop {number}", name, whole, at, value)


def _with(folder: Path, file: str, name: str, whole: bytes, at: int, value: bytes) -> Nasty:
    path = folder / f"twisted {file} {at}.h5"
    path.write_bytes(whole[:at] + value + whole[at + len(value) :])
    return Nasty(f"{file}: {name}", path, ("*", "x"), may_answer=True)


def _messages(whole: bytes, header: int) -> Iterator[tuple[int, int]]:
    """Type and place of each message of an object header of version 1, its continuations too."""
    blocks = [(header + 16, struct.unpack_from("<I", whole, header + 8)[0])]
    while blocks:
        at, length = blocks.pop()
        end = at + length
        while at + 8 <= end:
            type_, size = struct.unpack_from("<HH", whole, at)
            yield type_, at + 8
            if type_ == 16:
                blocks.append(struct.unpack_from("<QQ", whole, at + 8))
            at += 8 + size


def _loops(whole: bytes, header: int, root: int) -> Iterator[tuple[str, int, bytes]]:
    """Addresses that lead back to where they stand, and counts beyond their block."""
    here = struct.pack("<Q", header)
    for place in (header, root):
        for type_, at in _messages(whole, place):
            if type_ == 16:
                yield "a header that continues in itself", at, struct.pack("<Q", place)
            if type_ == 17:
                yield "a group whose index is its header", at, here
                yield "a group whose names are its header", at + 8, here
    for signature, name, offset in (
        (b"TREE", "an index that is its own child", 32),
        (b"TREE", "an index that is its own neighbour", 16),
        (b"HEAP", "names that lie in themselves", 24),
        (b"SNOD", "a list that is its own entry", 16),
    ):
        at = whole.find(signature)
        while at >= 0:
            yield name, at + offset, struct.pack("<Q", at)
            at = whole.find(signature, at + 4)
    at = whole.find(b"SNOD")
    yield "a list of 65,535 entries", at + 6, b"\xff\xff"
    yield "an index of 65,535 entries", whole.find(b"TREE") + 6, b"\xff\xff"
    yield "an index 255 levels high", whole.find(b"TREE") + 5, b"\xff"
    yield "free room that is its own rest", whole.find(b"HEAP") + 16, struct.pack("<Q", 8)
    yield "names of all ones", whole.find(b"HEAP") + 8, _ONES
    yield "a header of 65,535 messages", header + 2, b"\xff\xff"
    yield "a header of 4 GB", header + 8, b"\xff" * 4
    yield "addresses of 255 bytes", 13, b"\xff\xff"
    yield "an end beyond all disks", 40, struct.pack("<Q", 2**62)
