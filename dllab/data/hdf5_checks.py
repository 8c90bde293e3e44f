"""What is asked of an HDF5 file from elsewhere before a byte of its data is read.

HDF5 can point into other files, run decoder plug-ins, and declare more data than it holds.
A data set needs none of this, so anything of the kind is refused. Every function raises
`DataError`, which says where in the file the trouble is but not which file: the caller does.
"""

from typing import Any

import h5py
import numpy as np

from dllab.errors import DataError

# gzip, shuffle, fletcher32 and lzf: decoders that come with every h5py.
KNOWN_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
KNOWN_FILTERS |= {h5py.h5z.FILTER_LZF}
# deflate shrinks at most 1,032 times.
LARGEST_RATIO = 1_100
SMALL_BYTES = 2**20


def attribute(file: h5py.File, name: str, kinds: str, ndim: int = 0) -> Any:
    """The root attribute `name`, or None when there is none.

    Its dtype must be of one of the NumPy `kinds` ("S" for fixed-length bytes, "iu" for whole
    numbers) and have `ndim` axes.
    """
    if name not in file.attrs:
        return None
    stored = file.attrs.get_id(name)
    if stored.dtype.kind not in kinds or len(stored.shape or ()) != ndim:
        raise DataError(
            f"its attribute {name} is a {stored.dtype} of shape {stored.shape}, which is not the "
            "layout of a dllab dataset"
        )
    return file.attrs[name]


def member(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | None:
    """The member `name` of `group` stored in this very file, or None when there is none."""
    links = group.id.links
    encoded = name.encode()
    # Asked of the link itself: looking a name up would already follow it into another file.
    if not links.exists(encoded):
        return None
    if links.get_info(encoded).type != h5py.h5l.TYPE_HARD:
        raise DataError(f"{_place(group, name)} is a link to elsewhere; store the data itself")
    return group[name]


def array(
    group: h5py.Group, name: str, kinds: str = "iuf", rows: int | None = None
) -> np.ndarray[Any, np.dtype[Any]]:
    """The dataset `name` of `group`, or its first `rows`, read in the machine's byte order.

    Refused: links, virtual and external storage, dtypes other than the NumPy `kinds` of at
    most 64 bits (any length for "S"), unknown filters, and sizes beyond what the file can hold.
    """
    place = _place(group, name)
    stored = member(group, name)
    if stored is None:
        raise DataError(f"{place} is missing")
    if not isinstance(stored, h5py.Dataset):
        raise DataError(f"{place} is not a dataset of numbers")
    if stored.is_virtual or stored.external:
        raise DataError(f"{place} keeps its values in another file; store the data itself")
    dtype = stored.dtype
    if dtype.kind not in kinds or (dtype.kind in "iuf" and dtype.itemsize > 8):
        wanted = "fixed-length text" if kinds == "S" else "integers or floats of at most 64 bits"
        raise DataError(f"{place} holds values of type {dtype}; store {wanted}")
    if stored.shape is None:
        raise DataError(f"{place} is empty")
    _check_storage(stored, place)
    values = stored[...] if rows is None or not stored.shape else stored[:rows]
    return np.asarray(values).astype(dtype.newbyteorder("="), copy=False)


def _check_storage(stored: h5py.Dataset, place: str) -> None:
    properties = stored.id.get_create_plist()
    filters = {properties.get_filter(index)[0] for index in range(properties.get_nfilters())}
    if filters - KNOWN_FILTERS:
        raise DataError(f"{place} is packed with an unknown filter; use gzip, lzf or none")
    size = stored.dtype.itemsize * int(np.prod(stored.shape, dtype=object))
    held = stored.id.get_storage_size() * (LARGEST_RATIO if filters else 1)
    chunk = stored.dtype.itemsize * int(np.prod(stored.chunks or (0,), dtype=object))
    if max(size, chunk) > held + SMALL_BYTES:
        raise DataError(f"{place} declares more values than the file holds; write it again")


def _place(group: h5py.Group, name: str) -> str:
    return f"{group.name.rstrip('/')}/{name}".lstrip("/")
