"""What goes to the trash can be had again, and nothing else is ever deleted."""

from __future__ import annotations

import errno
import os

import pytest

from dllab import Session
from dllab.errors import SessionError
from dllab.places import last_session, remember_last_session
from dllab.sessions import Trash, rename, state_of


def content_of(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def kept(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=40)
    session.checkpoint("kept")
    session.close()
    rename(tmp_path / "s", "My run")
    return tmp_path / "s"


def test_that_a_session_comes_back_from_the_trash_as_it_was(kept, tmp_path):
    before = content_of(kept)
    trash = Trash(tmp_path)
    trashed = trash.move(kept)
    assert not kept.exists()
    assert (trashed.name, trashed.origin) == ("My run", kept)
    assert trashed.bytes == sum(map(len, before.values()))
    assert trash.list() == [trashed]
    assert trash.restore(trashed.folder) == kept
    assert content_of(kept) == before
    assert trash.list() == []
    assert os.listdir(trash.folder) == []
    with Session.open(kept) as again:
        assert again.step == 40


def test_that_nothing_is_ever_overwritten_by_what_comes_back(kept, make_session, tmp_path):
    trash = Trash(tmp_path)
    trashed = trash.move(kept)
    kept.mkdir()
    (kept / "thesis.txt").write_text("years of work")
    assert trash.restore(trashed.folder) == tmp_path / "s-2"
    assert content_of(kept) != {}
    assert (kept / "thesis.txt").read_text() == "years of work"
    with pytest.raises(SessionError, match="not in the trash"):
        trash.restore(trashed.folder)
    with pytest.raises(SessionError, match="not in the trash"):
        trash.restore(kept)


def test_that_an_open_session_cannot_be_thrown_away(make_session, trainer, tmp_path):
    session = make_session(tmp_path / "here")
    make_session(tmp_path / "there").close()
    other = trainer(tmp_path / "there")
    for name in ("here", "there"):
        with pytest.raises(SessionError, match="open in another window"):
            Trash(tmp_path).move(tmp_path / name)
    session.close()
    other.kill()
    # What was left by a process that died is known to be so after it has come back, too.
    trashed = Trash(tmp_path).move(tmp_path / "there")
    Trash(tmp_path).restore(trashed.folder)
    assert state_of(tmp_path / "there") == "ended badly"
    with Session.open(tmp_path / "there") as again:
        assert again.fingerprint() == other.fingerprint


def test_that_emptying_deletes_what_is_in_the_trash_and_nothing_else(kept, make_session, tmp_path):
    make_session(tmp_path / "stays").close()
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "thesis.txt").write_text("years of work")
    trash = Trash(tmp_path)
    trashed = trash.move(kept)
    if os.name != "nt":
        os.symlink(outside, trashed.folder / "link")
        os.symlink(outside, trash.folder / "link")
    assert trash.empty() == 1
    assert trash.list() == []
    assert (outside / "thesis.txt").read_text() == "years of work"
    assert (tmp_path / "stays" / "session.toml").exists()
    assert trash.empty() == 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_that_a_trash_that_is_a_link_is_not_used(kept, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "x").mkdir(parents=True)
    (tmp_path / ".trash").symlink_to(elsewhere)
    trash = Trash(tmp_path)
    for act in (lambda: trash.move(kept), trash.empty):
        with pytest.raises(SessionError, match="is a link"):
            act()
    assert kept.exists()
    assert (elsewhere / "x").exists()


def test_that_a_session_of_another_disk_is_copied_before_it_goes(kept, tmp_path, monkeypatch):
    before = content_of(kept)
    rename_file = os.rename

    def other_disk(source, target):
        if os.fspath(source) == os.fspath(kept):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename_file(source, target)

    monkeypatch.setattr(os, "rename", other_disk)
    trashed = Trash(tmp_path / "far").move(kept)
    assert not kept.exists()
    assert content_of(trashed.folder) == before


def test_that_what_cannot_be_moved_stays_and_is_told(kept, tmp_path, monkeypatch):
    before = content_of(kept)

    def refuse(*_: object) -> None:
        raise OSError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", refuse)
        with pytest.raises(SessionError, match="Permission denied"):
            Trash(tmp_path).move(kept)
    assert content_of(kept) == before
    assert Trash(tmp_path).list() == []
    assert list((tmp_path / ".trash").iterdir()) == []
    with pytest.raises(SessionError, match="not a session"):
        Trash(tmp_path).move(tmp_path)


def test_that_a_session_whose_label_is_gone_comes_back_into_the_folder_of_sessions(kept, tmp_path):
    trash = Trash(tmp_path)
    trashed = trash.move(kept)
    for label in trash.folder.glob("*.toml"):
        label.write_bytes(b"\xff")
    (found,) = trash.list()
    assert found.name == "My run"
    assert trash.restore(trashed.folder).parent == tmp_path


def test_that_a_session_in_the_trash_is_not_gone_on_with(kept, tmp_path, sessions_in_tmp):
    remember_last_session(kept)
    assert last_session() == kept
    Trash(tmp_path).move(kept)
    assert last_session() is None
