"""A folder with a folder of images for each class, read with Pillow."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dllab.data.options import DataOptions
from dllab.errors import DataError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm")
_SETS = {
    "train": "train", "training": "train",
    "dev": "dev", "val": "dev", "valid": "dev", "validation": "dev",
    "test": "test", "testing": "test",
}  # fmt: skip
_LARGEST_NUMBER = 5_000_000


@dataclass(frozen=True)
class ImageFiles:
    """The images of one set: `classes` by the alphabet, and for each file the index of its class.

    `others` is the number of files that are no images, by their names.
    """

    root: Path
    classes: tuple[str, ...]
    files: tuple[Path, ...]
    labels: tuple[int, ...]
    others: int

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of images of each class."""
        found = Counter(self.labels)
        return tuple(found[index] for index in range(len(self.classes)))


def folders_of(path: Path, options: DataOptions) -> dict[str, Path]:
    """The folder of each set: given, or the folders train, dev (val) and test in `path`.

    Without such folders `path` itself is the training set.
    """
    found = {_SETS[child.name.lower()]: child for child in _folders(path)
             if child.name.lower() in _SETS}  # fmt: skip
    inside = {child.name.lower() for child in _folders(path)}
    # Folders called train and test are sets only where there is nothing else beside them.
    if "train" not in found or not inside <= set(_SETS):
        found = {"train": path}
    for role, given in (("dev", options.dev_file), ("test", options.test_file)):
        if given:
            found[role] = Path(given)
        elif given == "":
            found.pop(role, None)
    return found


def list_images(root: Path) -> ImageFiles:
    """Find the images of a set, in an order that does not depend on the machine.

    A class is a folder in `root`; images in folders below it are its too. Hidden files are left
    out, links to folders are not followed. Raises `DataError` when there are no such images.
    """
    classes: list[str] = []
    files: list[Path] = []
    labels: list[int] = []
    others = 0
    for folder in _folders(root):
        found = list(_files(folder))
        images = [file for file in found if file.suffix.lower() in SUFFIXES]
        others += len(found) - len(images)
        if images:
            labels += [len(classes)] * len(images)
            files += images
            classes.append(folder.name)
    if not classes:
        raise _no_images(root)
    if len(files) > _LARGEST_NUMBER:
        raise DataError(f"{root} holds {len(files):,} images; store so many as arrays.")
    return ImageFiles(root, tuple(classes), tuple(files), tuple(labels), others)


def _folders(path: Path) -> list[Path]:
    try:
        children = [
            Path(child.path)
            for child in os.scandir(path)
            if child.is_dir() and not child.name.startswith((".", "__"))
        ]
    except OSError as error:
        raise DataError(f"The folder {path} cannot be read: {error.strerror}.") from error
    return sorted(children, key=lambda child: child.name)


def _files(folder: Path) -> Iterator[Path]:
    for place, inside, names in os.walk(folder):
        inside.sort()
        for name in sorted(names):
            if not name.startswith(".") and name != "Thumbs.db":
                yield Path(place) / name


def _no_images(root: Path) -> DataError:
    names = sorted(child.name for child in os.scandir(root) if child.is_file())
    if any(Path(name).suffix.lower() in SUFFIXES for name in names):
        return DataError(
            f"{root} is a folder of images without a folder for each class; put the images of "
            "each class into a folder of its own."
        )
    shown: Sequence[str] = [name for name in names if not name.startswith(".")][:5]
    holds = f"it holds {', '.join(shown)}" if shown else "it holds no file"
    return DataError(
        f"{root} is a folder, but not one with a folder of images for each class ({holds}); give "
        "such a folder, or a data file."
    )
