"""Labels that lie in a file of their own."""

from __future__ import annotations

from pathlib import Path

from dllab.data.arrays.idx import read_idx
from dllab.data.arrays.npy import read_npy
from dllab.data.labels import labels_of
from dllab.data.options import FORMAT_NAMES, IDX, NUMPY, TEXT
from dllab.data.raw import Labels
from dllab.data.sniff import format_of
from dllab.data.text.files import read_label_column
from dllab.errors import DataError


def read_labels(path: Path) -> Labels:
    """Read labels from a text file, an array (.npy) or IDX, whatever the examples are in.

    Raises
    ------
    DataError
        If the file is of another kind, cannot be read, or does not hold labels.
    """
    kind = format_of(path)
    if kind == TEXT:
        return read_label_column(path)
    if kind == IDX:
        return labels_of(read_idx(path), str(path))
    if kind == NUMPY:
        return labels_of(read_npy(path), str(path))
    raise DataError(
        f"{path} is {FORMAT_NAMES[kind]}; labels of their own come as text, .npy or IDX."
    )
