"""Opening data by name or by path."""

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from dllab.data.dataset import Dataset
from dllab.data.hdf5 import read_dataset
from dllab.data.synthetic import blobs, circles, moons, spiral
from dllab.errors import DataError

FORMULAS: dict[str, Callable[..., Dataset]] = {
    "circles": circles,
    "moons": moons,
    "spiral": spiral,
    "blobs": blobs,
}
BUILTIN = ("mnist", *FORMULAS)


def open_data(
    source: str | Path,
    *,
    examples: int | None = None,
    noise: float | None = None,
    seed: int = 0,
) -> Dataset:
    """Open a built-in data set by its name, or a dllab dataset file by its path.

    A string of `BUILTIN` is a name, anything else (and every `Path`) a path. `examples`,
    `noise` and `seed` are for the data sets made by formula, whose defaults stand where None
    is given; see `dllab.data.synthetic` for their ranges. Raises `DataError` when there is no
    such data, it cannot be read or is not sound, or an option does not apply.
    """
    if isinstance(source, str) and source in FORMULAS:
        asked: dict[str, Any] = {"m": examples, "noise": noise}
        given = {name: value for name, value in asked.items() if value is not None}
        return FORMULAS[source](seed=seed, **given)
    for name, value in (("examples", examples), ("noise", noise)):
        if value is not None:
            raise DataError(
                f"The option {name} is for data made by formula ({', '.join(FORMULAS)}) and "
                f"cannot change {source}; leave it out."
            )
    if source == "mnist":
        return _mnist()
    if isinstance(source, str) and not _exists(source):
        raise DataError(
            f"There is no data set or file {source!r}; give one of {', '.join(BUILTIN)}, or the "
            "path of a dllab dataset file."
        )
    return read_dataset(source)


def _exists(source: str) -> bool:
    try:
        return bool(source) and Path(source).exists()
    except (OSError, ValueError):
        return False


def _mnist() -> Dataset:
    try:
        resource = files("dllab_resources.datasets") / "mnist.h5"
        present = resource.is_file()
    except ModuleNotFoundError:
        present = False
    if not present:
        raise DataError(
            "The built-in data set mnist is missing from this installation; install dllab again."
        )
    with as_file(resource) as path:
        return read_dataset(path)
