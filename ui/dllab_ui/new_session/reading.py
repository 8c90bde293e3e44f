"""Reading data step by step, each step a value that the dialog can show. Knows no screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dllab.data import (
    BUILTIN,
    DataOptions,
    Dataset,
    Inspection,
    find_leakage,
    find_mismatch,
    inspect,
    open_data,
    split,
)
from dllab.data.formats import inspection_of
from dllab.data.sniff import format_of
from dllab.errors import DllabError
from dllab.training.streams import stream

BUILTIN_KIND = "builtin"
# Sorting more rows holds Python, and so the window, for longer than half a second.
MOST_ROWS = 1_000_000
_MOST_VALUES = 3 * 10**8
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Question:
    """Which data, and how they are to be read; equal questions have equal answers.

    ``options`` leave out the split, which is made of data that are open already.
    """

    source: str
    options: DataOptions = field(default_factory=DataOptions)
    examples: int | None = None
    noise: float | None = None
    seed: int = 0

    @property
    def is_builtin(self) -> bool:
        """Whether the data come with dllab."""
        return self.source in BUILTIN


@dataclass(frozen=True, eq=False)
class Reading:
    """What is known of the data by now.

    ``stage`` says what is being done, and is empty at the end. ``kind`` is the format where it is
    known, even of data that cannot be read. Either ``dataset`` or ``problem`` is there at the end.
    """

    question: Question
    stage: str = ""
    kind: str = ""
    inspection: Inspection | None = None
    dataset: Dataset | None = None
    problem: str = ""

    @property
    def finished(self) -> bool:
        """Whether no more will come."""
        return not self.stage


def read(question: Question) -> Iterator[Reading]:
    """Look at the data, then open them as a run would; every answer ends it."""
    if question.is_builtin:
        yield from _read_builtin(question)
        return
    name = Path(question.source).name or question.source
    yield Reading(question, stage=f"Looking at {name} …")
    try:
        found = inspect(question.source, question.options)
    except DllabError as error:
        yield Reading(question, kind=_kind(question.source), problem=str(error))
        return
    if found.problem:
        yield Reading(question, kind=found.format, inspection=found, problem=found.problem)
        return
    stage = f"Reading all of {name}{_amount(found)} …"
    yield Reading(question, stage=stage, kind=found.format, inspection=found)
    try:
        dataset = open_data(question.source, question.options)
    except DllabError as error:
        yield Reading(question, kind=found.format, inspection=found, problem=str(error))
        return
    yield Reading(question, kind=found.format, inspection=found, dataset=dataset)


def _read_builtin(question: Question) -> Iterator[Reading]:
    yield Reading(question, stage=f"Opening {question.source} …", kind=BUILTIN_KIND)
    try:
        dataset = open_data(
            question.source,
            question.options,
            examples=question.examples,
            noise=question.noise,
            seed=question.seed,
        )
    except DllabError as error:
        yield Reading(question, kind=BUILTIN_KIND, problem=str(error))
        return
    found = inspection_of(dataset, question.source, BUILTIN_KIND, question.options)
    yield Reading(question, kind=BUILTIN_KIND, inspection=found, dataset=dataset)


def _kind(source: str) -> str:
    """The format of data that cannot be read as they are: other options may help."""
    try:
        return format_of(Path(source))
    except DllabError:
        return ""


def _amount(found: Inspection) -> str:
    parts = []
    if found.rows is not None:
        what = "images" if found.image_shape and not found.columns else "rows"
        parts.append(f"{'' if found.rows_exact else 'about '}{found.rows:,} {what}")
    path = Path(found.path)
    try:
        size = float(path.stat().st_size) if path.is_file() else 0.0
    except OSError:
        size = 0.0
    if size:
        unit = 0
        while size >= 1000 and unit < len(_UNITS) - 1:
            size, unit = size / 1000, unit + 1
        parts.append(f"{size:.3g} {_UNITS[unit]}")
    return f" ({', '.join(parts)})" if parts else ""


@dataclass(frozen=True)
class Cut:
    """How the sets are cut: the arguments of `dllab.data.split` and the seed of a run."""

    dev: int | None
    shares: str | None
    seed: int


@dataclass(frozen=True, eq=False)
class Comparison:
    """Sentences on rows and features that the sets share or do not; ``alarms`` need a look."""

    stage: str = ""
    alarms: tuple[str, ...] = ()
    calm: tuple[str, ...] = ()


def compare(dataset: Dataset, cut: Cut) -> Iterator[Comparison]:
    """Leakage and duplicates of the sets as a run would cut them, mismatch of those given."""
    yield Comparison(stage="Comparing the sets row by row …")
    given = [one for one in (dataset.train, dataset.dev, dataset.test) if one is not None]
    rows, values = sum(one.m for one in given), sum(one.X.size for one in given)
    if rows > MOST_ROWS or values > _MOST_VALUES:
        yield Comparison(
            calm=("Sets as large as these are not compared here; dllab data FILE compares them.",)
        )
        return
    sets = split(dataset, rng=stream(cut.seed, "split"), dev=cut.dev, shares=cut.shares)
    leakage = find_leakage(sets.train, sets.dev, sets.test)
    alarming = leakage.found or leakage.repeated_in_train or leakage.contradictions
    alarms = list(leakage.sentences()) if alarming else []
    calm = [] if alarming else list(leakage.sentences())
    for name, own, there in (("dev", dataset.dev, sets.dev), ("test", dataset.test, sets.test)):
        if own is None or there is None:
            continue
        yield Comparison(
            f"Comparing the features of train and {name} …", tuple(alarms), tuple(calm)
        )
        mismatch = find_mismatch(dataset, sets.train, there, other=name)
        (alarms if mismatch.raised else calm).extend(mismatch.sentences())
    yield Comparison("", tuple(alarms), tuple(calm))
