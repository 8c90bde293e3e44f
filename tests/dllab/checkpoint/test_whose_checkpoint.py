"""A checkpoint of another session is refused, however much it looks like one's own."""

from __future__ import annotations

import itertools
import shutil
import tomllib
from pathlib import Path

import pytest
import tomli_w

from dllab import Session
from dllab.checkpoint import read_checkpoint
from dllab.cli import main
from dllab.errors import CheckpointError, SessionError
from dllab.sessions import duplicate, summary_of
from dllab.training.home import read_description

GOLDEN = Path(__file__).parents[2] / "golden"


def files(folder):
    return folder / "checkpoints"


def two_alike(make_session, tmp_path):
    """Two sessions of one recipe; the second one is nudged, so its weights are its own."""
    keys = []
    for name, rate in (("s", 0.01), ("o", 0.5)):
        session = make_session(tmp_path / name, learning_rate=rate)
        session.run(steps=6)
        keys.append(session.checkpoint("mine"))
        session.run(steps=6)
        keys.append(session.checkpoint("later"))
        session.close()
    assert keys[:2] == keys[2:]
    return tmp_path / "s", tmp_path / "o", keys[0], keys[1]


def test_that_a_strangers_file_with_a_free_key_is_left_out(make_session, tmp_path):
    mine, other, _, last = two_alike(make_session, tmp_path)
    with Session.open(mine, read_only=True) as session:
        expected = session.fingerprint()
    session = Session.open(other)
    session.run(steps=1)
    free = f"{session.checkpoint()}.h5"
    session.close()
    assert free > f"{last}.h5"
    shutil.copy(files(other) / free, files(mine) / free)
    before = (files(mine) / free).read_bytes()
    assert summary_of(mine).step == 12
    for read_only in (True, False):
        with Session.open(mine, read_only=read_only) as again:
            assert again.fingerprint() == expected
            (notice,) = again.notices
            assert free in notice
            assert "another session" in notice
            assert free[:-3] not in again.timeline
    assert (files(mine) / free).read_bytes() == before


def test_that_a_strangers_file_in_the_place_of_ones_own_is_left_out(make_session, tmp_path):
    mine, other, key, last = two_alike(make_session, tmp_path)
    shutil.copy(files(other) / f"{last}.h5", files(mine) / f"{last}.h5")
    assert summary_of(mine).step == 6
    with Session.open(mine) as again:
        assert (again.step, again.fingerprint()) == (
            6,
            read_checkpoint(files(mine) / f"{key}.h5").state.fingerprint(),
        )
        assert last not in again.timeline


def test_that_a_file_replaced_while_the_session_is_open_is_refused(make_session, tmp_path):
    mine, other, key, last = two_alike(make_session, tmp_path)
    with Session.open(mine) as session:
        expected = session.fingerprint()
        shutil.copy(files(other) / f"{key}.h5", files(mine) / f"{key}.h5")
        with pytest.raises(CheckpointError, match="another session"):
            session.rollback(key)
        shutil.copy(files(mine) / f"{last}.h5", files(mine) / f"{key}.h5")
        with pytest.raises(CheckpointError, match="under another name"):
            session.rollback(key)
        assert session.fingerprint() == expected


def test_that_a_folder_of_strangers_is_refused_in_words(make_session, tmp_path):
    mine, other, *_ = two_alike(make_session, tmp_path)
    shutil.rmtree(files(mine))
    shutil.copytree(files(other), files(mine))
    with pytest.raises(SessionError, match="of another session"):
        Session.open(mine)
    assert "another session" in summary_of(mine).problem


def test_that_a_session_in_one_file_is_no_checkpoint_of_a_folder(make_session, tmp_path):
    mine, *_ = two_alike(make_session, tmp_path)
    with Session.open(mine) as session:
        expected, key = session.fingerprint(), session.timeline.next_key()
        session.run(steps=1)
        session.save_as(files(mine) / f"{key}.h5")
    with Session.open(mine) as again:
        assert again.fingerprint() == expected
        assert "session in one file" in again.notices[0]


def test_that_a_copy_opens_with_all_its_checkpoints_and_is_a_session_of_its_own(
    make_session, tmp_path
):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=5)
    session.rollback(key)
    session.run(steps=3)
    session.checkpoint()
    session.close()
    folders = [tmp_path / name for name in ("s", "copy", "copy of the copy")]
    for one, other in itertools.pairwise(folders):
        duplicate(one, other)
        with Session.open(one, read_only=True) as first, Session.open(other) as second:
            assert second.notices == []
            assert second.fingerprint() == first.fingerprint()
            assert [c.key for c in second.timeline.checkpoints] == [
                c.key for c in first.timeline.checkpoints
            ]
            second.run(steps=2)
            second.checkpoint("its own")
            second.rollback(key)
            second.checkpoint("a branch of its own")
    assert len({read_description(folder).owner.id for folder in folders}) == 3
    # What the copy has written since is not the original's, nor the other way round.
    with Session.open(folders[0]) as session:
        session.run(steps=9)
        session.checkpoint()
    for one, other in ((0, 1), (1, 0), (2, 1)):
        newest = max(files(folders[one]).glob("*.h5"))
        stranger = shutil.copy(newest, files(folders[other]) / "000099.h5")
        with Session.open(folders[other], read_only=True) as again:
            assert "another session" in again.notices[0]
        Path(stranger).unlink()


def test_that_an_archive_of_a_session_opens_in_a_folder_with_an_id_of_its_own(
    make_session, tmp_path
):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.save_as(tmp_path / "a.h5")
    session.close()
    for name in ("one", "two"):
        with Session.open(tmp_path / "a.h5", tmp_path / name) as unpacked:
            unpacked.run(steps=5)
            key, expected = unpacked.checkpoint(), unpacked.fingerprint()
        with Session.open(tmp_path / name) as again:
            assert again.notices == []
            assert again.fingerprint() == expected
    shutil.copy(files(tmp_path / "one") / f"{key}.h5", files(tmp_path / "two") / f"{key}.h5")
    with Session.open(tmp_path / "two") as again:
        assert "another session" in again.notices[0]


def test_that_a_session_begun_before_there_were_ids_gets_one_and_keeps_its_checkpoints(
    make_session, tmp_path
):
    old = tmp_path / "old"
    shutil.copytree(GOLDEN / "v1" / "session", old)
    for _ in range(2):
        with Session.open(old) as session:
            assert session.notices == []
            session.run(steps=3)
            key = session.checkpoint()
    assert read_description(old).owner.id
    assert read_checkpoint(files(old) / f"{key}.h5").session == read_description(old).owner.id
    # A file without an id that was not there when the session got its own is a stranger.
    shutil.copytree(GOLDEN / "v1" / "session", tmp_path / "another")
    newest = max((GOLDEN / "v1" / "session" / "checkpoints").glob("*.h5"))
    shutil.copy(newest, files(old) / "000099.h5")
    with Session.open(old, read_only=True) as session:
        assert "under another name" in session.notices[0]


def test_that_a_session_of_this_version_without_an_id_goes_on_without(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.store.owner = type(session.store.owner)()
    session.checkpoint()
    session.close()
    path = tmp_path / "s" / "session.toml"
    record = tomllib.loads(path.read_text("utf-8"))
    del record["id"]
    path.write_text(tomli_w.dumps(record), "utf-8")
    for start in files(tmp_path / "s").glob("*.h5"):
        if read_checkpoint(start).session:
            start.unlink()
    for _ in range(2):
        with Session.open(tmp_path / "s") as again:
            assert again.notices == []
            again.run(steps=5)
            again.checkpoint()


@pytest.mark.parametrize(
    "spoilt", [{"id": 7}, {"inherited": 3}, {"inherited": [{"id": "x"}]}, {"inherited": [{}]}]
)
def test_that_an_id_that_cannot_be_is_told(spoilt, make_session, tmp_path):
    make_session(tmp_path / "s").close()
    path = tmp_path / "s" / "session.toml"
    path.write_text(tomli_w.dumps(tomllib.loads(path.read_text("utf-8")) | spoilt), "utf-8")
    with pytest.raises(SessionError, match="damaged"):
        Session.open(tmp_path / "s")


def test_that_info_and_verify_tell_a_strangers_file(make_session, tmp_path, capsys):
    mine, other, key, _ = two_alike(make_session, tmp_path)
    shutil.copy(files(other) / f"{key}.h5", files(mine) / f"{key}.h5")
    assert main(["info", str(mine)]) == 2
    assert "another session" in capsys.readouterr().err
    assert main(["verify", str(mine), "--steps", "2"]) != 0
    assert "another session" in capsys.readouterr().out
