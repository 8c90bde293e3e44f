"""What is asked of an HDF5 file before a byte of its data is read.

HDF5 can point into other files, run decoder plug-ins, and declare more data than it holds.
Neither a data set nor a checkpoint needs any of this, so anything of the kind is refused. Every
function raises `DataError`, which says where in the file the trouble is but not which file: the
caller does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import h5py

from dllab.errors import DataError

# gzip, shuffle, fletcher32 and lzf: decoders that come with every h5py.
KNOWN_FILTERS = frozenset(
    {
        h5py.h5z.FILTER_DEFLATE,
        h5py.h5z.FILTER_SHUFFLE,
        h5py.h5z.FILTER_FLETCHER32,
        h5py.h5z.FILTER_LZF,
    }
)
# deflate can shrink 1,032 times, but only what says nothing. Images of digits shrink 6 times.
LARGEST_RATIO = 250
SMALL_BYTES = 16 * 2**20
# An attribute is a name or a few numbers.
LARGEST_ATTRIBUTE = 2**16


def load_no_plugins() -> None:
    """Take away every folder in which HDF5 would look for decoders to load into this process."""
    while h5py.h5pl.size():
        h5py.h5pl.remove(0)


@dataclass(frozen=True)
class Rules:
    """What is allowed of a dataset: NumPy `kinds` of values, `filters`, and the file's size.

    No dataset holds more than the file has bytes, whatever it says; without `file_bytes` what it
    says counts.
    """

    kinds: str = "iuf"
    filters: frozenset[int] = KNOWN_FILTERS
    file_bytes: int | None = None


def attribute(file: h5py.File, name: str, kinds: str, ndim: int = 0) -> Any:
    """The root attribute `name`, or None when there is none.

    Its dtype must be of one of the NumPy `kinds` ("S" for fixed-length bytes, "iu" for whole
    numbers) and have `ndim` axes.
    """
    if name not in file.attrs:
        return None
    stored = file.attrs.get_id(name)
    shape = stored.shape or ()
    size = stored.dtype.itemsize * math.prod(shape)
    if stored.dtype.kind not in kinds or len(shape) != ndim or size > LARGEST_ATTRIBUTE:
        raise DataError(
            f"its attribute {name} is a {stored.dtype} of shape {stored.shape}, which is not the "
            "layout of a dllab dataset"
        )
    return file.attrs[name]


def member(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | None:
    """The member `name` of `group` stored in this very file, or None when there is none."""
    links = group.id.links
    encoded = name.encode("utf-8", "surrogateescape")
    # Asked of the link itself: looking a name up would already follow it into another file.
    if not links.exists(encoded):
        return None
    if links.get_info(encoded).type != h5py.h5l.TYPE_HARD:
        raise DataError(f"{place(group, name)} is a link to elsewhere; store the data itself")
    return group[name]


def dataset(group: h5py.Group, name: str, rules: Rules) -> h5py.Dataset:
    """The dataset `name` of `group`, once it is sure that reading it harms nobody.

    Refused: links, virtual and external storage, dtypes other than the kinds of the rules of at
    most 64 bits (any length for "S"), other filters, and sizes beyond what the file can hold.
    """
    where = place(group, name)
    stored = member(group, name)
    if stored is None:
        raise DataError(f"{where} is missing")
    if not isinstance(stored, h5py.Dataset):
        raise DataError(f"{where} is not a dataset of numbers")
    if stored.is_virtual or stored.external:
        raise DataError(f"{where} keeps its values in another file; store the data itself")
    dtype = stored.dtype
    if dtype.kind not in rules.kinds or (dtype.kind in "iuf" and dtype.itemsize > 8):
        wanted = "fixed-length text" if rules.kinds == "S" else "numbers of at most 64 bits"
        raise DataError(f"{where} holds values of type {str(dtype)[:100]}; store {wanted}")
    if stored.shape is None:
        raise DataError(f"{where} is empty")
    _check_storage(stored, where, rules)
    return stored


def _check_storage(stored: h5py.Dataset, where: str, rules: Rules) -> None:
    properties = stored.id.get_create_plist()
    filters = {properties.get_filter(index)[0] for index in range(properties.get_nfilters())}
    if filters - rules.filters:
        raise DataError(f"{where} is packed with an unknown filter; use gzip, lzf or none")
    size = stored.dtype.itemsize * math.prod(stored.shape)
    chunk = stored.dtype.itemsize * math.prod(stored.chunks or (0,))
    held = stored.id.get_storage_size()
    if rules.file_bytes is not None:
        held = min(held, rules.file_bytes)
    if max(size, chunk) > held * (LARGEST_RATIO if filters else 1) + SMALL_BYTES:
        how = f" (packed more than {LARGEST_RATIO}-fold)" if filters else ""
        raise DataError(
            f"{where} declares more values than the file holds{how}; write it again without "
            "compression"
        )


def place(group: h5py.Group, name: str) -> str:
    """The full name of a member, for a message."""
    return f"{group.name.rstrip('/')}/{name}".lstrip("/")
