"""Promise 12: old files open, and newer ones are refused politely and left as they are.

What every released version wrote lies in ``tests/golden``. Each try takes a copy, may tear it as a
crash would, opens it, and compares with what the version itself had read.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from dllab import Session
from dllab.checkpoint.migrations import VERSION
from dllab.errors import DllabError
from dllab.training.facts import facts
from golden import make

PROMISE = 12
TITLE = "Old files open"
FULL, CHUNK, QUICK = 400, 100, 1
VERSIONS = sorted(path for path in Path(make.__file__).parent.glob("v*") if path.is_dir())


def _whole(copy: Path, expected: dict[str, Any], rng: random.Random) -> None:
    what = rng.choice(("session", "archive.h5"))
    then = expected[what.removesuffix(".h5")]
    with Session.open(copy / what) as session:
        now = make.parts(session)
        for part in ("arrays", "slots", "streams", "remaining", "scalars", "branch", "branches"):
            assert now[part] == then[part], part
        assert then["curves"].items() <= now["curves"].items()
        assert then["hyperparameters"].items() <= now["hyperparameters"].items()
        session.run(steps=make.FURTHER)
        if dict(facts()) == expected["facts"]:
            assert make.digest(session.capture().theta) == then["later"]["theta"]


def _torn(copy: Path, expected: dict[str, Any], rng: random.Random) -> None:
    """A line of the journal half written, and some of the newest checkpoints gone."""
    journal = copy / "session" / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"id":99,"kind":"nud'[: rng.randrange(1, 20)])
    files = sorted((copy / "session" / "checkpoints").iterdir())
    for path in files[len(files) - rng.randrange(4) :]:
        path.unlink()
    left = sorted((copy / "session" / "checkpoints").iterdir())
    about = expected["session"]["checkpoints"]
    with Session.open(copy / "session") as session:
        assert {path.stem for path in left} <= {c.key for c in session.timeline.checkpoints}
        key = rng.choice(left).stem
        session.rollback(key)
        assert session.step == about[key][2]
        session.run(steps=rng.randrange(1, 30))
        session.checkpoint("by this version")
        before = session.fingerprint()
    with Session.open(copy / "session") as again:
        assert again.fingerprint() == before


def _newer(copy: Path, expected: dict[str, Any], rng: random.Random) -> None:
    path = copy / "session" / "session.toml"
    number = VERSION + rng.randrange(1, 100)
    text = path.read_text("utf-8")
    old = f"version = {copy.name[1:]}\n"
    assert old in text
    path.write_text(text.replace(old, f"version = {number}\n", 1), "utf-8")
    before = {p: p.read_bytes() for p in (copy / "session").rglob("*") if p.is_file()}
    try:
        Session.open(copy / "session").close()
    except DllabError as error:
        said = str(error)
    else:
        raise AssertionError(f"version {number} was opened")
    assert "newer dllab" in said, said
    assert "left as it is" in said, said
    assert before == {p: p.read_bytes() for p in (copy / "session").rglob("*") if p.is_file()}


_WAYS = (_whole, _torn, _newer)


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """``count`` openings of the golden files.

    Raises
    ------
    AssertionError
        If one did not open to the same numbers, or a newer one was not left alone.
    """
    rng = random.Random(seed)
    done: Counter[str] = Counter()
    assert VERSIONS, "there are no golden files"
    for number in range(count):
        version, way = VERSIONS[number % len(VERSIONS)], rng.choice(_WAYS)
        with tempfile.TemporaryDirectory(dir=workdir) as place:
            copy = Path(place) / version.name
            shutil.copytree(version, copy)
            expected = json.loads((copy / "expected.json").read_text("utf-8"))
            try:
                way(copy, expected, rng)
            except Exception as error:
                raise AssertionError(
                    f"promise {PROMISE}, seed {seed}, try {number}, {version.name} {way.__name__}: "
                    f"{error!r}"
                ) from error
        done[way.__name__.strip("_")] += 1
    names = {
        "whole": "opened and trained on",
        "torn": "opened after a crash",
        "newer": "newer refused",
    }
    return {names[name]: number for name, number in done.items()} | {"most versions": len(VERSIONS)}
