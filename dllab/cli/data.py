"""``dllab data``: what a data file holds, how it would be cut, and what is wrong with it."""

from __future__ import annotations

import argparse

from dllab.cli.usage import UsageError
from dllab.data import (
    OPTIONS,
    DataOptions,
    Inspection,
    find_leakage,
    find_mismatch,
    inspect,
    open_data,
    preview_split,
    split,
)
from dllab.errors import DataError
from dllab.hyperparameters import TABLE
from dllab.training.streams import stream

_MOST_COLUMNS = 40
_MOST_CLASSES = 20
_DEFAULTS = ("missing", "duplicates")


def with_data_option(options: DataOptions, key: str, text: str) -> DataOptions:
    """The options with one more, as typed; raises `DataError` when it is refused."""
    return options.with_changes(**{key: OPTIONS[key].parse(text)})


def show_data(arguments: argparse.Namespace) -> int:
    """Print what is detected, the cut by the rules, leakage and mismatch. Creates nothing.

    Raises
    ------
    DllabError
        If the data cannot be opened as they are; what was found out is printed before.
    """
    options = DataOptions()
    for text in arguments.changes:
        key, equals, typed = (part.strip() for part in text.partition("="))
        if key not in OPTIONS or not equals:
            raise UsageError(f"{text!r} is no option of data; there are {', '.join(OPTIONS)}.")
        options = with_data_option(options, key, typed)
    found = inspect(arguments.source, options)
    _show(found)
    if found.problem:
        raise DataError(found.problem)
    dataset = open_data(arguments.source, options)
    for note in dataset.notes:
        _line("note", note)
    preview = preview_split(dataset, shares=options.split)
    _line("split", preview.description)
    for name, *counts in preview.class_counts[:_MOST_CLASSES]:
        _line("", f"class {name}: {' / '.join(f'{count:,}' for count in counts)}")
    for warning in preview.warnings:
        _line("warning", warning)
    cut = split(dataset, rng=stream(TABLE["seed"].default, "split"), shares=options.split)
    for sentence in find_leakage(cut.train, cut.dev, cut.test).sentences():
        _line("leakage", sentence)
    for sentence in find_mismatch(dataset, cut.train, cut.dev).sentences():
        _line("mismatch", sentence)
    _line("fingerprint", dataset.fingerprint)
    return 0


def _show(found: Inspection) -> None:
    _line("data", f"{found.path}: {found.format_name}")
    rows = "?" if found.rows is None else f"{found.rows:,}"
    _line("examples", rows if found.rows_exact else f"about {rows}")
    for key, value in found.options.given().items():
        how = "default" if key in _DEFAULTS else "detected"
        if key not in found.detected:
            how = "given"
        _line(key, f"{_written(value)}  ({how})")
    for role, path in found.files[1:]:
        _line(role, str(path))
    for array in found.arrays:
        _line("array", f"{array.name or found.path}  {array.shape}  {array.dtype}")
    if found.columns:
        seen = f" among the first {found.rows_seen:,} rows" if not found.rows_exact else ""
        _line("columns", f"{len(found.columns):,}; kind, role, missing and different values{seen}")
    for column in found.columns[:_MOST_COLUMNS]:
        examples = ", ".join(column.examples)
        _line(
            "",
            f"{column.name}: {column.kind}, {column.role}, {column.missing:,} missing, "
            f"{column.distinct:,} different: {examples}",
        )
    if len(found.columns) > _MOST_COLUMNS:
        _line("", f"… and {len(found.columns) - _MOST_COLUMNS:,} more")
    if found.image_shape is not None:
        _line("images", " × ".join(map(str, found.image_shape)))
    for warning in found.warnings:
        _line("warning", warning)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return {"\t": "tab", "": "none"}.get(str(value), str(value))


def _line(name: str, text: str) -> None:
    print(f"{name:<12} {text}")
