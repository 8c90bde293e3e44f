"""From what the command line names to a session that is ready to train."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

from dllab.cli.data import with_data_option
from dllab.cli.usage import UsageError
from dllab.data import OPTIONS
from dllab.hyperparameters import TABLE, changed, with_changes
from dllab.places import new_session_folder, remember_last_session
from dllab.recipe import Recipe, builtin_recipes, parse_assignment
from dllab.sessions.take_up import go_on
from dllab.training.session import Session

_DATA: dict[str, type] = {"source": str, "examples": int, "noise": float}
_HEADS = (b"dllab checkpoint ", b"\x89HDF\r\n\x1a\n")


def begin(what: str, changes: list[str], folder: str | None, note: str) -> Session:
    """The session to train: opened and nudged, or made from a recipe.

    ``what`` is a session's folder, a self-contained file, a recipe file or the name of a built-in
    recipe; ``changes`` are texts like ``learning_rate=0.003``; ``folder`` is for a new session.

    Raises
    ------
    DllabError
        If there is no such thing, a change is refused, or the disk refuses. No new folder is left.
    """
    path = Path(what)
    if path.name == "session.toml":
        path = path.parent
    if path.is_dir() and ((path / "session.toml").exists() or what not in builtin_recipes()):
        if folder is not None:
            raise UsageError(f"{path} is a session already; leave out --session.")
        session = _nudged(go_on(path), changes, note)
    elif path.is_file() and _is_saved_session(path):
        place = Path(folder) if folder is not None else new_session_folder(path.stem)
        session = _nudged(Session.open(path, place), changes, note)
    else:
        recipe = with_settings(recipe_called(what), changes)
        place = Path(folder) if folder is not None else new_session_folder(recipe.name)
        session = Session.create(recipe, place)
    if session.folder is not None:
        remember_last_session(session.folder)
    return session


def _is_saved_session(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).startswith(_HEADS) or path.suffix in (".h5", ".hdf5")


def recipe_called(what: str) -> Recipe:
    """The recipe in a file, or the built-in one of that name; `UsageError` if there is neither."""
    if Path(what).exists():
        return Recipe.load(what)
    recipes = builtin_recipes()
    if what in recipes:
        return recipes[what]
    near = difflib.get_close_matches(what, recipes, n=1)
    hint = f"did you mean {near[0]}?" if near else f"built in are {', '.join(recipes)}."
    raise UsageError(f"There is no recipe, session or file {what!r}; {hint}")


def with_settings(recipe: Recipe, changes: list[str]) -> Recipe:
    """The recipe with texts like ``learning_rate=0.003`` put in; `DllabError` if one is refused."""
    whole: dict[str, Any] = {}
    layers: dict[str, Any] = {}
    for text in changes:
        key, equals, typed = (part.strip() for part in text.partition("="))
        if key in _DATA and equals:
            recipe = replace(recipe, **{key: _data_value(key, typed)})
            continue
        if key in OPTIONS and equals:
            recipe = replace(recipe, data=with_data_option(recipe.data, key, typed))
            continue
        knob, value = parse_assignment(text)
        (whole if knob in TABLE else layers)[knob] = value
    recipe = recipe.with_values(**whole)
    moves = changed(recipe.values, layers)
    return replace(recipe, values=with_changes(recipe.values, moves))


def _data_value(key: str, text: str) -> Any:
    try:
        return _DATA[key](text)
    except ValueError:
        raise UsageError(f"{key} must be a number; got {text!r}.") from None


def _nudged(session: Session, changes: list[str], note: str) -> Session:
    try:
        wanted = dict(parse_assignment(text) for text in changes)
        if changed(session.hyperparameters, wanted):
            session.nudge(wanted, note=note)
        elif wanted:
            print("No knob moves: the session has these values already.")
    except BaseException:
        session.close()
        raise
    return session
