"""The sets of a folder of images: one size, one number of channels, a class for each folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dllab.data.images.decode import Size, look_at, read_images
from dllab.data.images.folder import ImageFiles, folders_of, list_images
from dllab.data.inspection import Inspection
from dllab.data.options import IMAGES, DataOptions
from dllab.data.raw import Labels, Place, Raw, RawSet
from dllab.errors import DataError

_LOOKED_AT = 500
_SHOWN = 16


@dataclass(frozen=True)
class _Look:
    """The size that most images have, whether all do, and whether any is in colour."""

    size: Size
    sizes: Counter[Size]
    colour: bool


def read_image_folder(path: Path, options: DataOptions) -> Raw:
    """Read all images of all sets.

    Raises
    ------
    DataError
        If there are none, one cannot be read (with its name), they have several sizes and none
        is chosen, or a dev or test image belongs to a class that has no training image.
    """
    if options.task == "regression":
        raise DataError(f"{path} holds classes of images; regression needs numbers to predict.")
    sets = {name: list_images(folder) for name, folder in folders_of(path, options).items()}
    look = _look([file for images in sets.values() for file in images.files])
    size = _size(look, options, path)
    colour = look.colour if options.colour is None else options.colour == "colour"
    raw = {}
    for name, images in sets.items():
        X = read_images(images.files, size, colour=colour)
        labels = Labels(np.array(images.labels), images.classes)
        raw[name] = RawSet(X, labels, str(images.root), _namer(images))
    notes = []
    others = sum(images.others for images in sets.values())
    if others:
        what = "file that is no image is" if others == 1 else "files that are no images are"
        notes.append(f"{others:,} {what} left out.")
    resized = sum(look.sizes.values()) - look.sizes[size]
    if resized:
        what = "image is" if resized == 1 else "images are"
        notes.append(f"{resized:,} {what} resized to {size[0]} × {size[1]} pixels.")
    if look.colour and not colour:
        notes.append("Images in colour are read in grey.")
    return Raw(
        name=path.resolve().name,
        train=raw["train"],
        task="classification",
        dev=raw.get("dev"),
        test=raw.get("test"),
        image_shape=(*size, 3) if colour else size,
        notes=notes,
    )


def inspect_image_folder(path: Path, options: DataOptions) -> Inspection:
    """Count the images and look into some of them; raises `DataError` when there are none."""
    folders = folders_of(path, options)
    sets = {name: list_images(folder) for name, folder in folders.items()}
    train = sets["train"]
    some = train.files[:: max(1, len(train.files) // _LOOKED_AT)]
    look = _look(some)
    colour = look.colour if options.colour is None else options.colour == "colour"
    size = (options.image_size[0], options.image_size[1]) if options.image_size else look.size
    problem = ""
    try:
        _size(look, options, path)
    except DataError as error:
        problem = str(error)
    if len(train.classes) < 2:
        problem = problem or (
            f"{train.root} holds images of one class only, {train.classes[0]}; add a folder with "
            "another class."
        )
    shape = (*size, 3) if colour else size
    shown = some[:: max(1, len(some) // _SHOWN)][:_SHOWN]
    images = read_images(shown, size, colour=colour).reshape(-1, *shape)
    found = DataOptions(
        task="classification",
        missing="refuse",
        duplicates="keep",
        colour="colour" if look.colour else "grey",
        image_size=look.size if len(look.sizes) == 1 else None,
        dev_file=str(folders["dev"]) if "dev" in folders else None,
        test_file=str(folders["test"]) if "test" in folders else None,
    )
    few = [
        f"Class {name} has {count:,} {'image' if count == 1 else 'images'} only."
        for name, count in zip(train.classes, train.counts, strict=True)
        if count < 5
    ]
    return Inspection(
        path=path,
        format=IMAGES,
        options=options.or_else(found),
        detected=frozenset(found.given()) - frozenset(options.given()),
        rows=len(train.files),
        rows_seen=len(some),
        task="classification",
        classes=train.classes,
        preview=tuple(zip(train.classes, map(str, train.counts), strict=True)),
        images=images,
        image_shape=shape,
        files=tuple(folders.items()),
        warnings=tuple(few),
        problem=problem,
    )


def _look(files: list[Path] | tuple[Path, ...]) -> _Look:
    sizes, colour = look_at(files)
    # Of two that are as frequent the smaller: no image is then blown up more than needed.
    size = min(sizes, key=lambda size: (-sizes[size], size))
    return _Look(size, sizes, colour)


def _size(look: _Look, options: DataOptions, path: Path) -> Size:
    if options.image_size:
        return options.image_size[0], options.image_size[1]
    if len(look.sizes) > 1:
        smallest, largest = min(look.sizes), max(look.sizes)
        raise DataError(
            f"The images in {path} have {len(look.sizes):,} different sizes, from "
            f"{smallest[0]} × {smallest[1]} to {largest[0]} × {largest[1]} pixels (height × "
            f"width); choose one size for all, for instance {look.size[0]} × {look.size[1]}, "
            "which most have."
        )
    return look.size


def _namer(images: ImageFiles) -> Place:
    return lambda row: f"image {images.files[row].relative_to(images.root)}"
