"""Which of several named arrays hold examples, labels and names, for train, dev and test."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from dllab.data.inspection import ArrayFacts
from dllab.data.options import DataOptions
from dllab.errors import DataError

_X = {"x", "images", "image", "data", "features", "inputs", "input", "samples", "examples"}
_Y = {"y", "labels", "label", "targets", "target", "outputs", "output"}
_SETS = {
    "train": "train", "training": "train",
    "dev": "dev", "val": "dev", "valid": "dev", "validation": "dev",
    "test": "test", "testing": "test",
}  # fmt: skip
_CLASS_NAMES = {"list_classes", "classes", "class_names", "label_names", "target_names"}
_TOGETHER = re.compile(r"(x|y)(train|dev|val|valid|test)|(train|dev|val|valid|test)(x|y)")


@dataclass(frozen=True)
class Roles:
    """The names of arrays by what they hold; `x` is None while it is not decided.

    `y` is None when the labels are a column of `x`, or not decided.
    """

    x: str | None = None
    y: str | None = None
    dev_x: str | None = None
    dev_y: str | None = None
    test_x: str | None = None
    test_y: str | None = None
    classes: str | None = None
    guessed: frozenset[str] = field(default=frozenset(), compare=False)

    def named(self) -> dict[str, str]:
        """What is decided, as role and name."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {role: name for role, name in values.items() if isinstance(name, str)}


def find_roles(arrays: Sequence[ArrayFacts], options: DataOptions, path: Path) -> Roles:
    """Go by the options, then by names such as X_train, test/y or train_set_x, then by shape.

    By shape: of two arrays of one length the one with fewer axes or columns is y. An empty name
    in the options means none. Raises `DataError` when the options name an array that is not
    there.
    """
    there = {array.name: array for array in arrays}
    given = {role: getattr(options, role)
             for role in ("x", "y", "dev_x", "dev_y", "test_x", "test_y")}  # fmt: skip
    found: dict[str, str] = {}
    for array in arrays:
        role = _role(array.name)
        if role is not None and role not in found:
            found[role] = array.name
    for role, name in given.items():
        if name:
            if name not in there:
                raise DataError(
                    f"{path} has no array called {name!r}; it has {', '.join(list(there)[:20])}."
                )
            found[role] = name
        elif name == "":
            found.pop(role, None)
    if "x" not in found or "y" not in found:
        _by_shape(arrays, found, given)
    for name in ("dev", "test"):
        if f"{name}_x" not in found:
            found.pop(f"{name}_y", None)
    guessed = frozenset(role for role in found if not given.get(role))
    return Roles(**found, guessed=guessed)


def describe(arrays: Sequence[ArrayFacts]) -> str:
    """The arrays with their shapes, for a message."""
    shown = [f"{array.name} {array.shape}" for array in arrays[:10]]
    return ", ".join(shown) + (" …" if len(arrays) > 10 else "")


def _role(name: str) -> str | None:
    lower = name.lower()
    if lower.split("/")[-1] in _CLASS_NAMES:
        return "classes"
    words = [word for word in re.split(r"[/_\-. ]+", lower) if word]
    for index, word in enumerate(words):
        both = _TOGETHER.fullmatch(word)
        if both:
            words[index : index + 1] = [part for part in both.groups() if part]
    sets = {_SETS[word] for word in words if word in _SETS}
    kinds = {"x" for word in words if word in _X} | {"y" for word in words if word in _Y}
    if len(kinds) != 1 or len(sets) > 1:
        return None
    kind, part = kinds.pop(), (sets or {"train"}).pop()
    return kind if part == "train" else f"{part}_{kind}"


def _by_shape(
    arrays: Sequence[ArrayFacts], found: dict[str, str], given: dict[str, str | None]
) -> None:
    """Complete x and y where what is left over leaves no doubt."""
    used = set(found.values())
    left = [array for array in arrays if array.shape and array.name not in used]
    if "x" in found:
        rows = next(array.shape[0] for array in arrays if array.name == found["x"])
        fitting = [array for array in left if len(array.shape) == 1 and array.shape[0] == rows]
        if len(fitting) == 1 and given["y"] is None:
            found["y"] = fitting[0].name
        return
    numbers = [array for array in left if not array.dtype.startswith(("<U", "|S", ">U", "bytes"))]
    if "y" in found:
        rows = next(array.shape[0] for array in arrays if array.name == found["y"])
        fitting = [array for array in numbers if array.shape[0] == rows]
        if len(fitting) == 1:
            found["x"] = fitting[0].name
        return
    if len(left) == 1 and len(numbers) == 1:
        found["x"] = left[0].name
    elif len(left) == 2 and left[0].shape[0] == left[1].shape[0]:
        y, x = sorted(left, key=lambda array: (len(array.shape), array.shape))
        if x in numbers and y.shape != x.shape:
            found["x"] = x.name
            if given["y"] is None:
                found["y"] = y.name
