"""What every released version wrote opens today, to the same numbers, and trains on like then."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tomllib
from pathlib import Path

import h5py
import numpy as np
import pytest

from dllab import Recipe, Session, open_data
from dllab.checkpoint import read_checkpoint
from dllab.checkpoint.migrations import STEPS, VERSION
from dllab.errors import CheckpointError, DllabError
from dllab.replay import open_recording, replay
from dllab.training.facts import facts
from dllab.training.journal import read_journal
from golden import make

GOLDEN = Path(make.__file__).parent
VERSIONS = sorted(path for path in GOLDEN.glob("v*") if path.is_dir())


@pytest.fixture(params=VERSIONS, ids=lambda path: path.name)
def golden(request, tmp_path):
    """A copy of the files of one version, and what that version read from them."""
    copy = tmp_path / request.param.name
    shutil.copytree(request.param, copy)
    return copy, json.loads((copy / "expected.json").read_text("utf-8"))


def test_that_every_version_before_this_one_has_golden_files_and_a_step():
    assert [path.name for path in VERSIONS] == [f"v{number}" for number in range(1, VERSION)]
    assert set(STEPS) == set(range(1, VERSION))


@pytest.mark.parametrize("what", ["session", "archive.h5"])
def test_that_an_old_session_opens_to_the_same_numbers_and_trains_on_like_then(golden, what):
    folder, expected = golden
    then = expected[what.removesuffix(".h5")]
    with Session.open(folder / what) as session:
        assert session.notices == []
        now = make.parts(session)
        for part in ("arrays", "slots", "streams", "remaining", "scalars", "branch"):
            assert now[part] == then[part], part
        assert now["branches"] == then["branches"]
        for name, curve in then["curves"].items():
            assert now["curves"][name] == curve, name
        for key, value in then["hyperparameters"].items():
            assert now["hyperparameters"][key] == value, key
        for key, about in then["checkpoints"].items():
            assert now["checkpoints"][key] == about, key
        # Opening writes an entry, which has another time; what was there is as it was.
        there = [entry for entry in then["journal"] if entry["kind"] != "open"]
        found = [entry for entry in now["journal"] if entry["kind"] != "open"]
        assert len(there) > 15
        found = [{k: v for k, v in e.items() if k != "when"} for e in found]
        assert found == [{k: v for k, v in e.items() if k != "when"} for e in there]
        session.run(steps=make.FURTHER)
        theta, later = session.capture().theta, then["later"]
        assert session.step == later["step"]
        if dict(facts()) == expected["facts"]:
            assert make.digest(theta) == later["theta"]
        np.testing.assert_allclose(theta, later["values"], rtol=2e-3, atol=2e-4)


def test_that_every_old_checkpoint_can_be_gone_back_to(golden):
    folder, expected = golden
    with Session.open(folder / "session") as session:
        for key, (_, _, step, *_) in expected["session"]["checkpoints"].items():
            session.rollback(key)
            assert session.step == step
            session.run(steps=2)


@pytest.mark.parametrize("what", ["session", "archive.h5"])
def test_that_an_old_session_is_replayed_to_the_same_hash(golden, what):
    folder, expected = golden
    report = replay(open_recording(folder / what))
    if dict(facts()) == expected["facts"]:
        assert report.same, report.sentence
    assert report.step == expected["session"]["scalars"]["step"]


def test_that_old_data_and_recipes_open(golden):
    folder, expected = golden
    assert open_data(folder / "data.h5").fingerprint == expected["data"]
    recipe = Recipe.load(folder / "recipe.toml")
    old = tomllib.loads((folder / "recipe.toml").read_text("utf-8"))
    values = {k: v for table in ("data", "network", "training") for k, v in old[table].items()}
    for key, value in values.items():
        if key in recipe.values:
            now = recipe.values[key]
            assert (list(now) if isinstance(now, tuple) else now) == value, key


def test_that_an_old_session_becomes_one_of_this_version_when_it_is_written(golden):
    folder, _ = golden
    path = folder / "session" / "session.toml"
    before = path.read_bytes()
    lines = (folder / "session" / "journal.jsonl").read_bytes()
    with Session.open(folder / "session", read_only=True) as session:
        knobs = dict(session.hyperparameters)
    assert path.read_bytes() == before
    for _ in range(2):
        with Session.open(folder / "session") as session:
            assert dict(session.hyperparameters) == knobs
            entries = session.journal.entries
    now = tomllib.loads(path.read_text("utf-8"))
    count = len(lines.splitlines())
    assert now["version"] == VERSION
    assert now["former"] == [{"version": int(folder.name[1:]), "entries": count}]
    old = tomllib.loads(before.decode())
    same = set(old) - {"version", "recipe"}
    assert {key: now[key] for key in same} == {key: old[key] for key in same}
    assert (folder / "session" / "journal.jsonl").read_bytes().startswith(lines)
    assert read_journal(folder / "session" / "journal.jsonl").entries == entries


def test_that_what_is_newer_is_refused_politely_and_left_alone(golden, tmp_path):
    folder, _ = golden
    path = folder / "session" / "session.toml"
    text = path.read_text("utf-8").replace("version = ", f"version = {VERSION}", 1)
    path.write_text(text, "utf-8")
    listing = sorted(p.name for p in (folder / "session").iterdir())
    with pytest.raises(DllabError, match=r"newer dllab.*left as it is.*update dllab"):
        Session.open(folder / "session")
    assert path.read_text("utf-8") == text
    assert sorted(p.name for p in (folder / "session").iterdir()) == listing


def test_that_version_1_had_no_reasons_of_version_2(golden):
    folder, _ = golden
    path = folder / "archive.h5"
    stream = io.BytesIO(path.read_bytes())
    with h5py.File(stream, "r+") as file:
        file["info"].attrs["reason"] = np.bytes_("emergency")
    image = stream.getvalue()[512:]
    head = f"dllab checkpoint 1\nlength {len(image)}\nsha256 {hashlib.sha256(image).hexdigest()}\n"
    path.write_bytes(head.encode().ljust(512, b"\0") + image)
    with pytest.raises(CheckpointError, match="no reason 'emergency'"):
        read_checkpoint(path)
