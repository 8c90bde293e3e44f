"""IDX files as a source of data: images, their labels, and the test files beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from dllab.data.arrays.idx import idx_shape, read_idx
from dllab.data.inspection import Inspection
from dllab.data.labels import class_names, guess
from dllab.data.labels_file import read_labels
from dllab.data.options import IDX, DataOptions
from dllab.data.raw import Raw, RawSet
from dllab.data.shapes import flattened
from dllab.errors import DataError

# Words in the name of a file of images, and those in the name of its labels.
_PAIRS = (("images", "labels"), ("image", "label"), ("data", "labels"))
_TESTS = (("train", "t10k"), ("train", "test"))
_SHOWN = 16


def read_idx_files(path: Path, options: DataOptions) -> Raw:
    """Read the pair that `path` is one of, and the dev and test pairs; see `files_of`.

    Raises
    ------
    DataError
        If a file is missing or damaged, or images and labels do not fit.
    """
    files = files_of(path, options)
    sets: dict[str, RawSet] = {}
    shape: tuple[int, ...] | None = None
    for name in ("train", "dev", "test"):
        if name not in files:
            continue
        images, labels_file = files[name], files.get(f"{name} labels")
        if labels_file is None:
            raise _no_labels(images)
        X, own_shape = flattened(read_idx(images), str(images))
        if name == "train":
            shape = own_shape
        elif own_shape != shape:
            raise DataError(
                f"{images} holds images of shape {own_shape}, but the training images have "
                f"{shape}; give files of one size."
            )
        sets[name] = RawSet(X, read_labels(labels_file), str(images))
    notes = []
    if "test" in sets and options.test_file is None:
        notes.append(f"The test set is {files['test'].name}, found beside the training file.")
    return Raw(
        name=path.name.split(".")[0].split("-idx")[0],
        train=sets["train"],
        task=options.task or guess(sets["train"].labels),
        dev=sets.get("dev"),
        test=sets.get("test"),
        image_shape=shape,
        notes=notes,
    )


def inspect_idx(path: Path, options: DataOptions) -> Inspection:
    """Which files belong together, and the first images; raises `DataError` when unreadable."""
    files = files_of(path, options)
    shape, _ = idx_shape(files["train"])
    first, image_shape = flattened(read_idx(files["train"], _SHOWN), str(files["train"]))
    images = None
    if image_shape is not None:
        images = first.reshape(len(first), *image_shape)
    problem, task = "", options.task or "classification"
    classes: tuple[str, ...] = ()
    if "train labels" in files:
        labels = read_labels(files["train labels"])
        task = options.task or guess(labels)
        if task == "classification":
            classes = class_names(labels, None)
        if len(labels) != shape[0]:
            problem = (
                f"{files['train']} has {shape[0]:,} images but {files['train labels']} has "
                f"{len(labels):,} labels; give files that belong together."
            )
    else:
        problem = str(_no_labels(files["train"]))
    found = DataOptions(
        task=task,
        test_file=str(files.get("test", "")),
        labels_file=str(files.get("train labels", "")) or None,
        missing="refuse",
        duplicates="keep",
    )
    return Inspection(
        path=path,
        format=IDX,
        options=options.or_else(found),
        detected=frozenset(found.given()) - frozenset(options.given()),
        rows=shape[0],
        rows_seen=shape[0],
        task=task,
        classes=classes,
        images=images,
        image_shape=image_shape,
        files=tuple(files.items()),
        problem=problem,
    )


def files_of(path: Path, options: DataOptions) -> dict[str, Path]:
    """The files that belong to `path`: "train", "train labels", and those of dev and test.

    Given ones stand. Labels are found beside the images by their name (images ↔ labels, idx3 ↔
    idx1), and where a file of labels was chosen, its images; the test pair beside the training
    pair (train ↔ t10k or test). Gzipped or not makes no difference.
    """
    if len(idx_shape(path)[0]) == 1 and options.labels_file is None:
        path = _partner(path, [(there, here) for here, there in _PAIRS], "idx3") or path
    files = {"train": path}
    given = {
        "train labels": options.labels_file,
        "dev": options.dev_file,
        "dev labels": options.dev_labels_file,
        "test": options.test_file,
        "test labels": options.test_labels_file,
    }
    files.update({role: Path(name) for role, name in given.items() if name})
    if options.test_file is None:
        test = _partner(path, _TESTS)
        if test is not None and _partner(test, _PAIRS, "idx1") is not None:
            files["test"] = test
    for role in ("train", "dev", "test"):
        if role in files and f"{role} labels" not in files:
            labels = _partner(files[role], _PAIRS, "idx1")
            if labels is not None:
                files[f"{role} labels"] = labels
    return files


def _partner(path: Path, words: Iterable[tuple[str, str]], axes: str | None = None) -> Path | None:
    """The file beside `path` whose name has the other word, and `axes` for its idx1 or idx3."""
    stem = path.name.removesuffix(".gz")
    for here, there in words:
        if here not in stem:
            continue
        name = stem.replace(here, there)
        names = [name if axes is None else re.sub("idx[1-4]", axes, name), name]
        for candidate in (f"{name}{end}" for name in names for end in ("", ".gz")):
            if path.with_name(candidate).is_file():
                return path.with_name(candidate)
    return None


def _no_labels(images: Path) -> DataError:
    return DataError(
        f"The labels of {images} are not found beside it; name the file that holds them."
    )
