"""Data as they came, before any split: the sets, and what things are called in them."""

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.chunks import row_chunks
from dllab.data.examples import Examples, check_examples
from dllab.data.missing import Filling
from dllab.errors import DataError

__all__ = ["Dataset", "Examples"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Data as it came, before any split.

    `test` and `dev` are the sets the data bring along, if they do. `classes` names the classes by
    index (at least two) and is empty for regression. `image_shape` is (height, width) or
    (height, width, channels) when a row of X is an image, its product being n_x.
    `feature_names` names the columns of X and `target_names` the labels (one for a class, n_y
    for regression), where the data do; else they are empty. `notes` are sentences on what was
    done in reading. With a `filling`, X may hold NaN for missing values: `split` fills them in
    once the training set is known, so take the sets from there.
    Raises `DataError` when the parts do not fit each other, a value is infinite or, without a
    filling, NaN, or a label is not the index of a class.
    """

    name: str
    train: Examples
    test: Examples | None
    classes: tuple[str, ...]
    image_shape: tuple[int, ...] | None
    attribution: str = ""
    dev: Examples | None = None
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    filling: Filling | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        gaps = self.filling is not None
        check_examples(self.train, self.classes, "training set", gaps=gaps)
        for name, given in (("dev", self.dev), ("test", self.test)):
            if given is not None:
                self._check_alike(name, given)
                check_examples(given, self.classes, f"{name} set", gaps=gaps)
        for what, names, count in (
            ("features", self.feature_names, self.train.n_x),
            ("targets", self.target_names, self.train.y.size // self.train.m),
        ):
            if len(names) not in (0, count):
                raise DataError(
                    f"There are {len(names):,} names for {count:,} {what}; give one for each, or "
                    "none."
                )
        if self.image_shape is not None and (
            min(self.image_shape, default=0) < 1 or math.prod(self.image_shape) != self.train.n_x
        ):
            raise DataError(
                f"Images of shape {self.image_shape} do not have {self.train.n_x:,} values, the "
                "number of columns of X; correct the shape or leave it out."
            )

    def _check_alike(self, name: str, given: Examples) -> None:
        for part, train, other in (
            ("input features", self.train.X.shape[1:], given.X.shape[1:]),
            ("targets of an example", self.train.y.shape[1:], given.y.shape[1:]),
        ):
            if train != other:
                raise DataError(
                    f"The {part} have shape {train} in the training set but {other} in the "
                    f"{name} set; give both the same columns."
                )
        if self.train.y.dtype.kind != given.y.dtype.kind:
            raise DataError(
                f"The labels are {self.train.y.dtype} in the training set but {given.y.dtype} in "
                f"the {name} set; give both classes, or both targets."
            )

    def feature_name(self, column: int) -> str:
        """What the column of X is called: its name, the pixel, or its number."""
        if self.feature_names:
            return self.feature_names[column]
        if self.image_shape is not None:
            place = ", ".join(map(str, np.unravel_index(column, self.image_shape)))
            return f"pixel ({place})"
        return f"x{column + 1}"

    @property
    def is_classification(self) -> bool:
        """True when the labels are class indices, False for regression."""
        return self.train.y.dtype.kind == "i"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256, in hexadecimal, over shapes, dtypes and bytes of X and y of all sets.

        The bytes are taken in row order, little-endian, so that neither the memory layout nor
        the machine matters; how missing values are to be filled is part of it. Computed once, at
        about the speed of SHA-256.
        """
        digest = hashlib.sha256()
        sets = {"train": self.train, "test": self.test, "dev": self.dev}
        for name, examples in sets.items():
            if examples is not None:
                _digest_array(digest, f"{name}/X", examples.X)
                _digest_array(digest, f"{name}/y", examples.y)
        if self.filling is not None:
            digest.update(f"filling {self.filling.how} {self.filling.blocks}\n".encode())
        return digest.hexdigest()


def _digest_array(digest: "hashlib._Hash", name: str, array: Array) -> None:
    dtype = array.dtype.newbyteorder("<")
    digest.update(f"{name} {array.shape} {dtype.str}\n".encode())
    for rows in row_chunks(len(array), math.prod(array.shape[1:])):
        digest.update(np.ascontiguousarray(array[rows], dtype=dtype).data)
