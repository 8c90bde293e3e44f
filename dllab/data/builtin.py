"""Opening data by name or by path."""

from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from dllab.data.dataset import Dataset
from dllab.data.hdf5 import read_known
from dllab.data.inspection import Inspection
from dllab.data.options import DataOptions
from dllab.data.synthetic import blobs, circles, moons, spiral
from dllab.errors import DataError

FORMULAS: dict[str, Callable[..., Dataset]] = {
    "circles": circles,
    "moons": moons,
    "spiral": spiral,
    "blobs": blobs,
}
BUILTIN = ("mnist", *FORMULAS)
# Of the file that packaging/make_mnist.py has made: it is known, so it is read without ado.
MNIST_SHA256 = "865fd0ab16aaa1dce09998dd1345c70f36f5ebdb3bfa2c27106076278463af0d"


def open_data(
    source: str | Path,
    options: DataOptions | None = None,
    *,
    examples: int | None = None,
    noise: float | None = None,
    seed: int = 0,
) -> Dataset:
    """Open a built-in data set by its name, or a file or folder of one's own by its path.

    A string of `BUILTIN` is a name, anything else (and every `Path`) a path. `options` say how a
    file is read where that is not to be detected; see `dllab.data.options`. `examples`, `noise`
    and `seed` are for the data sets made by formula, whose defaults stand where None is given;
    see `dllab.data.synthetic` for their ranges. Raises `DataError` when there is no such data,
    it cannot be read or is not sound, a choice is missing, or an option does not apply.
    """
    options = options or DataOptions()
    if isinstance(source, str) and source in FORMULAS:
        options.check_format("builtin", source)
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
        options.check_format("builtin", source)
        return _mnist()
    # The readers of all formats are not loaded by runs on built-in data.
    from dllab.data.formats import open_file

    return open_file(_path(source), options)


def inspect(source: str | Path, options: DataOptions | None = None) -> Inspection:
    """Look at data before they are opened: what is detected, a preview, and what is to be chosen.

    `source` and `options` are those of `open_data`. Quick even on large files, of which it reads
    the first rows; MNIST and data made by formula are opened. Raises `DataError` when there is
    nothing to show; what `open_data` would refuse is otherwise the result's `problem`.
    """
    from dllab.data.formats import inspect_file, inspection_of

    options = options or DataOptions()
    if isinstance(source, str) and source in BUILTIN:
        return inspection_of(open_data(source, options), source, "builtin", options)
    return inspect_file(_path(source), options)


def _path(source: str | Path) -> Path:
    if isinstance(source, str) and not _exists(source):
        raise DataError(
            f"There is no data set or file {source!r}; give one of {', '.join(BUILTIN)}, or the "
            "path of a data file or of a folder of images."
        )
    return Path(source)


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
        return read_known(path, MNIST_SHA256)
