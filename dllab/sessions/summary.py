"""What is known of a session without opening it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from dllab.checkpoint import Owner
from dllab.errors import DllabError, SessionError
from dllab.sessions.newest import curves_before, damage_of, newest_of
from dllab.sessions.small_curve import SmallCurve, dev_points, small_curve
from dllab.sessions.standing import SessionState, state_of
from dllab.sessions.title import title_of
from dllab.training.home import read_description
from dllab.training.journal import Journal, read_journal
from dllab.training.links import check_links

_ENOUGH_POINTS = 24


@dataclass(frozen=True)
class Summary:
    """One session of the list. What is not known is None or empty.

    Attributes
    ----------
    name, recipe:
        The person's title, else the recipe's name; the recipe's name.
    created, last_used, stored:
        ISO 8601, UTC: of its first and last journal entry, and the checkpoint it goes on from.
    step, epoch, dev_cost, dev_error:
        Where it goes on, and the latest evaluation there.
    best_dev_cost, best_step:
        The lowest dev cost known on the way there.
    later_knobs:
        Knobs turned since that checkpoint; they are turned again when the session is opened.
    problem:
        Why it cannot be opened, as a sentence; "" if it can.
    notices:
        What opening will have to work around, as sentences.
    """

    folder: Path
    name: str
    state: SessionState = "closed"
    recipe: str = ""
    created: str = ""
    last_used: str = ""
    stored: str = ""
    bytes: int = 0
    step: int | None = None
    epoch: float | None = None
    dev_cost: float | None = None
    dev_error: float | None = None
    best_dev_cost: float | None = None
    best_step: int | None = None
    checkpoints: int = 0
    branches: int = 0
    later_knobs: int = 0
    curve: SmallCurve = field(default_factory=SmallCurve)
    problem: str = ""
    notices: tuple[str, ...] = ()


def summary_of(folder: Path) -> Summary:
    """Read what is needed for a list; a damaged session is described with its ``problem``.

    Of the checkpoints only the newest one that is whole is read, and a few before it for the
    curve. Nothing is written.
    """
    known = Summary(folder, title_of(folder, folder.name), state_of(folder))
    known = replace(known, bytes=size_of(folder), last_used=_changed(folder))
    try:
        recipe, _, owner = read_description(folder)
        known = replace(known, name=title_of(folder, recipe.name), recipe=recipe.name)
        journal = read_journal(folder / "journal.jsonl")
        check_links(journal)
        known = _from_journal(known, journal)
        return _from_newest(known, journal, owner)
    except DllabError as error:
        return replace(known, problem=str(error))
    except OSError as error:
        return replace(known, problem=f"Cannot read {folder}: {error.strerror or error}.")


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder, however deep; what goes away meanwhile counts as nothing."""
    total = 0
    for path in _files(folder):
        try:
            total += path.lstat().st_size
        except OSError:
            continue
    return total


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)


def _changed(folder: Path) -> str:
    for name in ("journal.jsonl", "session.toml", "."):
        try:
            moment = (folder / name).stat().st_mtime
        except OSError:
            continue
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return ""


def _from_journal(known: Summary, journal: Journal) -> Summary:
    branches = 1 + sum(entry.kind == "rollback" for entry in journal)
    if not len(journal):
        return replace(known, branches=branches)
    first, last = journal[0].when, journal[-1].when
    return replace(known, branches=branches, created=first, last_used=last)


def _from_newest(known: Summary, journal: Journal, owner: Owner) -> Summary:
    newest = newest_of(known.folder, journal, owner)
    files = list((known.folder / "checkpoints").glob("*.h5"))
    if newest is None:
        if known.state.startswith("open") and not files:
            raise SessionError("It is being made just now.")
        damaged = damage_of(known.folder, owner)
        if not damaged:
            raise SessionError(f"{known.folder} holds no checkpoint, so it cannot be opened.")
        raise SessionError(
            f"None of its checkpoints ({len(damaged)}) can be read, so it cannot be opened. The "
            f"newest: {damaged[0]}"
        )
    contents = newest.contents
    pieces = list(reversed(contents.history))
    dev = dev_points(pieces, newest.branch, journal)
    if len(dev[0]) < _ENOUGH_POINTS:
        # The journal of a run that is steered much tells enough without a look into more files.
        pieces += curves_before(known.folder, contents, owner)
        dev = dev_points(pieces, newest.branch, journal)
    finite = np.flatnonzero(np.isfinite(dev[1]))
    best = finite[dev[1][finite].argmin()] if len(finite) else None
    errors = [p.sparse["dev_error"][1] for p in contents.history if "dev_error" in p.sparse]
    return replace(
        known,
        stored=contents.info.when,
        step=contents.info.step,
        epoch=contents.info.epoch,
        dev_cost=contents.info.dev_cost,
        dev_error=float(errors[-1][-1]) if errors and len(errors[-1]) else None,
        best_dev_cost=None if best is None else float(dev[1][best]),
        best_step=None if best is None else int(dev[0][best]),
        checkpoints=len(files),
        later_knobs=len({knob for entry in newest.later for knob in entry.changes}),
        curve=small_curve(pieces, dev),
        notices=newest.damaged,
    )
