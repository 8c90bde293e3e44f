"""The options of reading in words, and the entries to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dllab.data import COMMON_SHARES, OPTIONS, Inspection
from dllab.data.option import DELIMITER_NAMES, Option
from dllab.data.options import HDF5, IDX, IMAGES, NUMPY, TEXT, ZIP, DataOptions

Entry = tuple[str, Any]

_CHOICES = {
    "missing": {
        "refuse": "refuse",
        "drop": "leave these rows out",
        "mean": "fill in the mean",
        "most_frequent": "fill in the most frequent",
    },
    "duplicates": {"keep": "keep", "drop": "leave repeated rows out"},
    "decimal": {".": "point  .", ",": "comma  ,"},
}
_DELIMITERS = {
    ",": "comma  ,",
    ";": "semicolon  ;",
    "\t": "tab",
    "|": "bar  |",
    "whitespace": "blanks",
}
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-1", "utf-16", "utf-16-le", "utf-16-be")
_ARRAYS = ("x", "y", "dev_x", "dev_y", "test_x", "test_y")
_FILES = ("dev_file", "test_file")
_NONE = "none"
_DEFAULTS = {
    "missing": "refuse",
    "missing_words": "empty, ?, NA, N/A, NaN, null",
    "duplicates": "keep",
    "split": "by the rules",
    "image_size": "no images",
}
FIRST = {
    TEXT: ("label", "task", "missing", "delimiter", "decimal", "header", "encoding", *_FILES),
    NUMPY: ("label", "task", "missing", "labels_file", *_FILES),
    ZIP: ("x", "y", "task", "missing", "test_x", "test_y"),
    HDF5: ("x", "y", "task", "missing", "test_x", "test_y"),
    IDX: ("labels_file", "task", "test_file"),
    IMAGES: ("image_size", "colour", *_FILES),
}
# From top to bottom of the form; the columns and the split are chosen beside it.
ORDER = (
    "x", "y", "label", "labels_file", "task", "missing", "delimiter", "decimal", "header",
    "encoding", "image_size", "colour", "dev_file", "test_file", "test_x", "test_y", "dev_x",
    "dev_y", "dev_labels_file", "test_labels_file", "skip_lines", "missing_words", "duplicates",
)  # fmt: skip


def keys_for(kind: str, found: Inspection | None, options: DataOptions) -> tuple[list[str], int]:
    """The options that matter for data of a format, and how many of them matter first."""
    if found is not None and kind == HDF5 and found.options.task is None:
        # Our own layout says the rest itself.
        return ["x", "y"], 0
    first = list(FIRST.get(kind, ()))
    if kind in (ZIP, HDF5) and found is not None and found.options.y is None:
        # The labels are a column of X.
        first.insert(2, "label")
    more = [
        key
        for key in ORDER
        if key not in first and kind in OPTIONS[key].formats and _matters(key, options)
    ]
    if kind in (ZIP, HDF5) and "label" in more:
        more.remove("label")
    return first + more, len(first)


def _matters(key: str, options: DataOptions) -> bool:
    if key in ("dev_labels_file", "test_labels_file"):
        return bool(getattr(options, key.replace("_labels", "")))
    return True


def shown(option: Option, value: Any) -> str:
    """A value of an option as the dialog shows it."""
    if option.key in _CHOICES:
        return _CHOICES[option.key].get(value, str(value))
    if option.kind == "delimiter":
        return _DELIMITERS.get(value, value)
    if option.kind == "flag":
        return "yes" if value else "no"
    if option.kind == "size":
        return f"{value[0]} × {value[1]}" if value else "no images"
    if option.key == "missing_words":
        return ", ".join(word or "empty" for word in value) or _NONE
    if isinstance(value, tuple):
        return ", ".join(value)
    if option.key.endswith("_file"):
        return Path(value).name if value else _NONE
    if option.key in _ARRAYS:
        return value or _NONE
    return str(value)


def automatic(option: Option, found: Any, *, detected: bool) -> str:
    """The words for leaving an option alone, with what was found where it was."""
    if option.key in ("missing", "duplicates"):
        return f"{shown(option, found or option.choices[0])}  (default)"
    if found is None:
        default = _DEFAULTS.get(option.key)
        if default is None:
            return _NONE if option.key in _ARRAYS or option.key.endswith("_file") else "detect"
        return f"{default}  (default)" if option.key == "missing_words" else default
    return f"{shown(option, found)}  (detected)" if detected else "detect"


def parse(option: Option, text: str) -> Any:
    """The value that was typed; None for nothing. Raises `DataError` with the allowed values."""
    text = text.strip()
    if not text or text == "detect":
        return None
    if text.lower() in (_NONE, "no images") and (
        option.kind == "size" or option.key in (*_ARRAYS, "missing_words") or _is_file(option)
    ):
        return option.check("" if option.kind == "text" else ())
    if option.key == "missing_words":
        words = [word.strip() for word in text.split(",")]
        return option.check(["" if word == "empty" else word for word in words])
    return option.parse(text)


def _is_file(option: Option) -> bool:
    return option.key.endswith("_file")


def entries(option: Option, found: Inspection | None) -> list[Entry]:
    """The values to choose from, besides leaving the option alone."""
    values: Sequence[Any] = ()
    if option.kind == "choice":
        values = option.choices
    elif option.kind == "flag":
        values = (True, False)
    elif option.kind == "delimiter":
        values = tuple(DELIMITER_NAMES.values())
    elif option.kind == "encoding":
        values = _ENCODINGS
    elif option.kind == "shares":
        values = COMMON_SHARES
    elif option.kind == "size":
        values = () if found is None or found.format == IMAGES else ((),)
    elif _is_file(option):
        values = ("",)
    elif found is not None and option.key == "label":
        names = [column.name for column in found.columns] or found.label_candidates
        values = [(name,) for name in names]
    elif found is not None and option.key in _ARRAYS:
        values = [array.name for array in found.arrays]
        values = [*values, ""] if option.key not in ("x", "y") else values
    return [(shown(option, value), value) for value in values]
