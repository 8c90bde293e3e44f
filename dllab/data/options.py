"""How data are to be read: every option once in a table, and a value of all of them.

An option that is None is detected, or takes the default that the table's help names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from dllab.data.option import Option
from dllab.errors import DataError

TEXT, NUMPY, ZIP, IDX, HDF5, IMAGES = "text", "npy", "npz", "idx", "hdf5", "images"
_TABLES = (TEXT, NUMPY, ZIP, HDF5)
_NAMED = (ZIP, HDF5)
_FILES = (TEXT, NUMPY, ZIP, IDX, HDF5, IMAGES)

OPTIONS: Mapping[str, Option] = {
    option.key: option
    for option in (
        Option("label", "label", "names",
               "The column to predict; several for regression with several targets. Columns "
               "without a name are called column 1, column 2 …", formats=_TABLES),
        Option("task", "task", "choice", "Tell classes apart, or predict numbers.",
               ("classification", "regression"), _FILES),
        Option("columns", "columns", "columns",
               "What a column is, where it should be other than detected.", formats=(TEXT,)),
        Option("missing", "missing values", "choice",
               "refuse: say where they are and stop. drop: leave these rows out. mean, "
               "most_frequent: fill in what the training set has there; a category always takes "
               "the most frequent one. Default refuse.",
               ("refuse", "drop", "mean", "most_frequent"), _FILES),
        Option("missing_words", "words for missing", "names",
               "Cells that count as missing, small and capital letters alike.", formats=(TEXT,)),
        Option("duplicates", "duplicate rows", "choice",
               "keep, or drop: of equal rows only the first is kept, and none that a given dev or "
               "test file holds too. Default keep.", ("keep", "drop"), _FILES),
        Option("split", "split", "shares",
               "Percentages of train/dev/test. By default 60/20/20, from 1,000,000 examples on "
               "98/1/1."),
        Option("delimiter", "delimiter", "delimiter", "What stands between two cells.",
               formats=(TEXT,)),
        Option("decimal", "decimal mark", "choice", "The mark before the decimals.", (".", ","),
               (TEXT,)),
        Option("header", "header", "flag", "The first line names the columns.", formats=(TEXT,)),
        Option("encoding", "encoding", "encoding", "How the file's bytes stand for letters.",
               formats=(TEXT,)),
        Option("skip_lines", "lines to skip", "count", "Lines before the table begins.",
               formats=(TEXT,)),
        Option("dev_file", "dev file", "text",
               "A file of its own for the dev set, of the same kind; empty for none.",
               formats=(TEXT, NUMPY, ZIP, IDX, HDF5, IMAGES)),
        Option("test_file", "test file", "text",
               "A file of its own for the test set, of the same kind; empty for none, even where "
               "one is found.", formats=(TEXT, NUMPY, ZIP, IDX, HDF5, IMAGES)),
        Option("labels_file", "labels file", "text",
               "The file with the labels, where they are not in the data file.",
               formats=(TEXT, NUMPY, IDX)),
        Option("dev_labels_file", "labels of the dev file", "text",
               "The labels that belong to the dev file.", formats=(TEXT, NUMPY, IDX)),
        Option("test_labels_file", "labels of the test file", "text",
               "The labels that belong to the test file.", formats=(TEXT, NUMPY, IDX)),
        Option("x", "X", "text", "The array that holds the examples.", formats=_NAMED),
        Option("y", "y", "text", "The array that holds the labels.", formats=_NAMED),
        Option("dev_x", "X of dev", "text", "The array of the dev examples.", formats=_NAMED),
        Option("dev_y", "y of dev", "text", "The array of the dev labels.", formats=_NAMED),
        Option("test_x", "X of test", "text", "The array of the test examples; empty for none.",
               formats=_NAMED),
        Option("test_y", "y of test", "text", "The array of the test labels.", formats=_NAMED),
        Option("image_size", "image size", "size",
               "Height and width: a folder's images are resized to it, the rows of a table are "
               "taken as images of it. Empty: rows are no images.",
               formats=(TEXT, NUMPY, ZIP, HDF5, IMAGES)),
        Option("colour", "colour", "choice", "Read images in grey or in colour.",
               ("grey", "colour"), (IMAGES,)),
    )
}  # fmt: skip
PATHS = ("dev_file", "test_file", "labels_file", "dev_labels_file", "test_labels_file")
MISSING_WORDS = ("", "?", "na", "n/a", "#n/a", "nan", "null")


@dataclass(frozen=True)
class DataOptions:
    """A value for each option of `OPTIONS`, or None where it is to be detected.

    Lists are taken and kept as tuples, a mapping of columns as sorted pairs, so that equal
    options compare equal and can be hashed. Raises `DataError` on creation when a value is not
    one of its option, or two contradict each other.
    """

    label: tuple[str, ...] | None = None
    task: str | None = None
    columns: tuple[tuple[str, str], ...] | None = None
    missing: str | None = None
    missing_words: tuple[str, ...] | None = None
    duplicates: str | None = None
    split: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    encoding: str | None = None
    skip_lines: int | None = None
    dev_file: str | None = None
    test_file: str | None = None
    labels_file: str | None = None
    dev_labels_file: str | None = None
    test_labels_file: str | None = None
    x: str | None = None
    y: str | None = None
    dev_x: str | None = None
    dev_y: str | None = None
    test_x: str | None = None
    test_y: str | None = None
    image_size: tuple[int, ...] | None = None
    colour: str | None = None

    def __post_init__(self) -> None:
        for key, value in self.given().items():
            object.__setattr__(self, key, OPTIONS[key].check(value))
        if self.delimiter is not None and self.delimiter == self.decimal:
            raise DataError(
                f"The delimiter and the decimal mark are both {self.decimal!r}; give two "
                "different ones."
            )

    def given(self) -> dict[str, Any]:
        """The options that are not left to be detected."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {key: value for key, value in values.items() if value is not None}

    def with_changes(self, **changes: Any) -> DataOptions:
        """A copy with some options set, or left to be detected again with None."""
        unknown = [key for key in changes if key not in OPTIONS]
        if unknown:
            raise DataError(
                f"There is no option {unknown[0]!r} for data; there are {', '.join(OPTIONS)}."
            )
        return replace(self, **changes)

    def or_else(self, detected: DataOptions) -> DataOptions:
        """These options, and what was detected where nothing was given."""
        return replace(detected, **self.given())

    def check_format(self, kind: str, source: str | Path) -> None:
        """Refuse with `DataError` options that mean nothing for data of this format."""
        for key in self.given():
            option = OPTIONS[key]
            if option.formats and kind not in option.formats:
                raise DataError(
                    f"The option {key} does not apply to {source}; leave it out. It is for "
                    f"{', '.join(FORMAT_NAMES[name] for name in option.formats)}."
                )

    def anchored(self, folder: Path) -> DataOptions:
        """A copy whose file names are whole paths, relative ones taken from `folder`."""
        paths = {key: getattr(self, key) for key in PATHS}
        whole: dict[str, Any] = {
            key: str((folder / path).absolute()) for key, path in paths.items() if path
        }
        return replace(self, **whole)

    def to_record(self) -> dict[str, Any]:
        """The given options as TOML writes them."""
        return {key: OPTIONS[key].record(value) for key, value in self.given().items()}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> DataOptions:
        """Read them back from a TOML table; raises `DataError` as creation does."""
        return cls().with_changes(**record)


FORMAT_NAMES = {
    TEXT: "delimited text",
    NUMPY: "a NumPy array (.npy)",
    ZIP: "NumPy arrays (.npz)",
    IDX: "IDX images and labels",
    HDF5: "HDF5",
    IMAGES: "a folder of images per class",
    "builtin": "built-in data",
}
# The table and the dataclass say the same; a slip would show at the first import.
assert list(OPTIONS) == [field.name for field in dataclasses.fields(DataOptions)]
