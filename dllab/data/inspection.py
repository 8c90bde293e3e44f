"""What is found out about data before they are opened: made for a dialog to show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from dllab.data.options import FORMAT_NAMES, DataOptions


@dataclass(frozen=True)
class Column:
    """One column of a table, as its first rows show it.

    `kind` is what it holds: "number", "category" (text with few different values), "text" (many
    different values), "index" (numbers the rows) or "empty". `role` is what becomes of it:
    "feature", "label" or "ignored". `missing` and `distinct` count among the rows looked at;
    `examples` are up to five different values as they are written; `width` is the number of
    inputs that a feature becomes (one for each category).
    """

    name: str
    kind: str
    role: str
    missing: int
    distinct: int
    examples: tuple[str, ...]
    width: int = 1


@dataclass(frozen=True)
class ArrayFacts:
    """A named array of an .npz or HDF5 file: its name, shape and dtype."""

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, eq=False)
class Inspection:
    """What `inspect` found, without reading more than it must.

    - `format` is a key of `FORMAT_NAMES`; `path` the file or folder, or a built-in name.
    - `options` are those that `open_data` would go by: the given ones, and what was detected.
      `detected` names the ones that were not given (of `missing` and `duplicates` the default
      stands). To change a choice, inspect again with
      ``given.with_changes(...)``.
    - `rows` is the number of examples in the training file; an estimate unless `rows_exact`.
      `rows_seen` of them were looked at for `columns`.
    - `columns` describe a table, `arrays` the arrays of an .npz or HDF5 file.
    - `label_candidates` are columns or arrays that can be the label, the likeliest first.
    - `task` is "classification" or "regression"; `classes` the names seen so far.
    - `preview` are the first rows as text: of a table under its `columns`, of arrays the inputs,
      of a folder of images (class, number of images). `images` are up to 16 examples as an array
      (k, height, width[, 3]), where rows are images.
    - `image_shape` is (height, width) or (height, width, channels), or None.
    - `files` are (role, path) of every file that belongs to the data.
    - `warnings` are sentences on what to look at; `problem` is the sentence with which
      `open_data` would refuse as things stand, as far as is known, or empty.
    """

    path: Path | str
    format: str
    options: DataOptions
    detected: frozenset[str] = frozenset()
    rows: int | None = None
    rows_exact: bool = True
    rows_seen: int = 0
    columns: tuple[Column, ...] = ()
    arrays: tuple[ArrayFacts, ...] = ()
    label_candidates: tuple[str, ...] = ()
    task: str = "classification"
    classes: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    images: NDArray[Any] | None = None
    image_shape: tuple[int, ...] | None = None
    files: tuple[tuple[str, Path], ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""

    @property
    def format_name(self) -> str:
        """The format in words."""
        return FORMAT_NAMES[self.format]
