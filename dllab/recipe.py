"""How a run starts: a recipe, read from TOML and checked against the table of hyperparameters."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomli_w

from dllab.data.builtin import BUILTIN
from dllab.data.options import OPTIONS, DataOptions
from dllab.errors import DataError, HyperparameterError, RecipeError
from dllab.hyperparameters import TABLE, Values, complete, split_key

SECTIONS = ("data", "network", "training")
_DATA_KEYS = ("source", "examples", "noise", *OPTIONS)
_TOP_KEYS = ("name", "description")
_LARGEST_FILE = 1_000_000
_LARGEST_NUMBER = 10**15


@dataclass(frozen=True)
class Recipe:
    """A name, the data, and a value for every hyperparameter.

    ``source`` is a built-in data set or the path of a file or folder; ``examples`` and ``noise``
    shape the two-dimensional ones; ``data`` says how a file is read where that is not to be
    detected. ``values`` may be given in part: the rest comes from the table.

    Raises
    ------
    DllabError
        On creation, if a value is out of range or a key unknown.
    """

    name: str
    source: str
    values: Values = field(default_factory=dict)
    description: str = ""
    examples: int | None = None
    noise: float | None = None
    data: DataOptions = field(default_factory=DataOptions)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise RecipeError("The recipe has no name; give it one.")
        if not self.source.strip():
            raise RecipeError("The recipe names no data; set source in its table [data].")
        object.__setattr__(self, "values", complete(self.values))

    def with_values(self, **changes: Any) -> Recipe:
        """A copy with some hyperparameters changed; checked like a new one."""
        values = {**self.values, **changes}
        if "hidden_layers" in changes and "keep_prob" not in changes:
            layers = len(TABLE["hidden_layers"].check(changes["hidden_layers"]))
            kept = self.values["keep_prob"]
            values["keep_prob"] = kept if len(kept) == layers else (kept[:1] or (1.0,))[0]
        return replace(self, values=values)

    @classmethod
    def builtin(cls, name: str) -> Recipe:
        """The recipe of that name that comes with dllab.

        Raises
        ------
        RecipeError
            If there is none; the message names them all.
        """
        recipes = builtin_recipes()
        if name not in recipes:
            raise RecipeError(
                f"There is no built-in recipe called {name!r}; there are {', '.join(recipes)}."
            )
        return recipes[name]

    @classmethod
    def load(cls, path: str | Path) -> Recipe:
        """Read a recipe file; relative paths of data are taken from the file's folder.

        Raises
        ------
        RecipeError
            If the file cannot be read, is not TOML, or holds an unknown key or a value out of
            range; the message says where.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise RecipeError(f"{path} is too large for a recipe (over 1 MB).")
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            raise RecipeError(f"{path} is not a text file in UTF-8, so not a recipe.") from None
        except OSError as error:
            raise RecipeError(f"Cannot read the recipe {path}: {error.strerror}.") from None
        recipe = cls.from_toml(text, where=str(path))
        beside = path.parent / recipe.source
        source = str(beside) if _is_data(beside, recipe.source) else recipe.source
        return replace(recipe, source=source, data=recipe.data.anchored(path.parent))

    def anchored(self) -> Recipe:
        """A copy with whole paths of its data, so that these are found from any folder."""
        path = Path(self.source)
        own = self.source not in BUILTIN and _is_data(path, self.source)
        source = str(path.resolve()) if own else self.source
        return replace(self, source=source, data=self.data.anchored(Path.cwd()))

    @classmethod
    def from_toml(cls, text: str, where: str = "The recipe") -> Recipe:
        """Read a recipe from TOML text; ``where`` starts the messages of errors."""
        try:
            record = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            # Besides what is not TOML: numbers too long and tables too deep for Python.
            raise RecipeError(f"{where} is not valid TOML: {error}.") from None
        return cls.from_record(record, where)

    @classmethod
    def from_record(cls, record: Mapping[str, Any], where: str = "The recipe") -> Recipe:
        """Build a recipe from the tables of its TOML form."""
        if not isinstance(record, Mapping):
            raise RecipeError(f"{where} holds no recipe.")
        _no_strangers(record, (*_TOP_KEYS, *SECTIONS), where)
        values: Values = {}
        data: dict[str, Any] = {}
        for section in SECTIONS:
            table = record.get(section, {})
            if not isinstance(table, Mapping):
                raise RecipeError(f"{where}: {section} must be a table, written [{section}].")
            known = [key for key, h in TABLE.items() if h.section == section]
            extra = _DATA_KEYS if section == "data" else ()
            _no_strangers(table, (*known, *extra), f"{where}, table [{section}]")
            data.update({key: table[key] for key in extra if key in table})
            for key in known:
                if key in table:
                    values[key] = _checked(key, table[key], f"{where}, table [{section}]")
        try:
            return cls(
                name=_text(record, "name", where),
                source=_text(data, "source", f"{where}, table [data]"),
                values=values,
                description=str(record.get("description", "")),
                examples=_number(data, "examples", int, where),
                noise=_number(data, "noise", float, where),
                data=_data_options(data, where),
            )
        except HyperparameterError as error:
            # What is left to be wrong is the number of values of a knob with one per layer.
            raise RecipeError(f"{where}, table [training]: {error}") from None

    def to_record(self) -> dict[str, Any]:
        """The recipe as TOML tables."""
        data: dict[str, Any] = {"source": self.source}
        if self.examples is not None:
            data["examples"] = self.examples
        if self.noise is not None:
            data["noise"] = self.noise
        data |= self.data.to_record()
        record: dict[str, Any] = {"name": self.name, "description": self.description, "data": data}
        for key, value in self.values.items():
            section = record.setdefault(TABLE[key].section, {})
            section[key] = list(value) if isinstance(value, tuple) else value
        return record

    def to_toml(self) -> str:
        """The recipe as TOML text, every value written out."""
        # Asked for with every checkpoint, and nothing of a recipe changes.
        return self._toml

    @cached_property
    def _toml(self) -> str:
        return tomli_w.dumps(self.to_record())

    def save(self, path: str | Path) -> None:
        """Write the recipe to a file.

        Raises
        ------
        RecipeError
            If the file cannot be written.
        """
        try:
            Path(path).write_text(self.to_toml(), "utf-8")
        except OSError as error:
            raise RecipeError(f"Cannot write the recipe {path}: {error.strerror}.") from None


def builtin_recipes() -> dict[str, Recipe]:
    """The recipes that come with dllab, by file name; first those for data, then experiments."""
    return {name: recipe for group in recipe_groups().values() for name, recipe in group.items()}


def recipe_groups() -> dict[str, dict[str, Recipe]]:
    """The same under their headings: *Data* to start from, *Experiments* that a help page leads."""
    folder = resources.files("dllab_resources") / "recipes"
    return {"Data": _recipes_in(folder), "Experiments": _recipes_in(folder / "experiments")}


def _recipes_in(folder: Traversable) -> dict[str, Recipe]:
    names = (f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    return {
        name: Recipe.from_toml(
            (folder / f"{name}.toml").read_text("utf-8"),
            where=f"The built-in recipe {name}.toml",
        )
        for name in sorted(names)
    }


def parse_assignment(text: str) -> tuple[str, Any]:
    """Read ``learning_rate=0.003`` as typed on the command line.

    Raises
    ------
    RecipeError
        If there is no equals sign.
    HyperparameterError
        If the key is unknown or the value out of range.
    """
    knob, equals, value = text.partition("=")
    if not equals:
        raise RecipeError(f"{text!r} sets nothing; write it as learning_rate=0.003.")
    record, _ = split_key(knob.strip())
    return knob.strip(), record.parse(value)


def _checked(key: str, value: Any, where: str) -> Any:
    try:
        return TABLE[key].check(value)
    except HyperparameterError as error:
        raise RecipeError(f"{where}: {error}") from None


def _data_options(table: Mapping[str, Any], where: str) -> DataOptions:
    try:
        return DataOptions.from_record({key: table[key] for key in OPTIONS if key in table})
    except DataError as error:
        raise RecipeError(f"{where}, table [data]: {error}") from None


def _is_data(path: Path, source: str) -> bool:
    """True for a file, and for a folder that is not called like data that are built in."""
    try:
        return path.is_file() or (source not in BUILTIN and path.is_dir())
    except (OSError, ValueError):
        # No name of a file; opening the data says so.
        return False


def _no_strangers(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    known = list(known)
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
            raise RecipeError(f"{where}: there is no key called {key!r}; {hint}")


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or not value.strip():
        raise RecipeError(f"{where}: {key} is missing; it must be a text.")
    return value


def _number(table: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise RecipeError(f"{where}, table [data]: {key} must be a number; got {value!r}.")
    if abs(value) > _LARGEST_NUMBER:
        raise RecipeError(f"{where}, table [data]: {key} is out of range; got {value!r}.")
    if kind is int and value != int(value):
        raise RecipeError(f"{where}, table [data]: {key} must be a whole number; got {value!r}.")
    return kind(value)
