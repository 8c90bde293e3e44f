"""A session closed, or killed, and opened again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import h5py
import pytest

from dllab import DllabError, Recipe, Session
from dllab.errors import SessionError


def checkpoints(folder):
    return sorted((folder / "checkpoints").glob("*.h5"))


def test_that_an_untouched_session_opens_as_it_was_made(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    fingerprint = session.fingerprint()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == fingerprint
        assert again.step == 0
        assert again.notices == []
        assert again.recipe == session.recipe
        assert again.folder == tmp_path / "s"


def test_that_nudges_after_the_last_checkpoint_are_applied_again(make_session, tmp_path):
    session = make_session(tmp_path / "s", hidden_layers=[8, 8])
    session.run(steps=20)
    session.nudge(learning_rate=0.05, note="one")
    session.nudge({"keep_prob[2]": 0.6}, optimizer="momentum", note="two")
    session.nudge(learning_rate=0.07, note="three")
    fingerprint = session.fingerprint()
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == fingerprint
        assert again.hyperparameters["learning_rate"] == 0.07
        again.run(steps=10)
        session.run(steps=10)
        assert again.fingerprint() == session.fingerprint()
        assert again.history["learning_rate"][1][-1] == 0.07


def test_that_knobs_changed_by_a_rollback_are_in_force_after_opening(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=20)
    key = session.checkpoint()
    session.run(steps=20)
    session.nudge(beta=0.5)
    session.rollback(key, keep_hyperparameters=True, changes={"learning_rate": 0.2})
    session.nudge(l2=0.5)
    fingerprint, branch = session.fingerprint(), session.branch
    session.close()
    with Session.open(tmp_path / "s") as again:
        assert (again.fingerprint(), again.branch) == (fingerprint, branch)
        assert again.hyperparameters["beta"] == 0.5
        assert again.hyperparameters["learning_rate"] == 0.2
        assert again.hyperparameters["l2"] == 0.5


def test_that_a_session_can_be_opened_many_times(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    twin = make_session()
    for number in range(5):
        with Session.open(tmp_path / "s") as session:
            session.run(steps=7)
            twin.run(steps=7)
            session.nudge(learning_rate=(number + 1) / 100)
            twin.nudge(learning_rate=(number + 1) / 100)
            assert session.fingerprint() == twin.fingerprint()
            if number % 2:
                session.checkpoint()
            assert [entry.id for entry in session.journal] == list(
                range(1, len(session.journal) + 1)
            )
            for one, other in zip(
                session.history["train_cost"], twin.history["train_cost"], strict=True
            ):
                assert one.tolist() == other.tolist()


def test_that_a_damaged_newest_checkpoint_falls_back_with_a_notice(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=20)
    session.checkpoint("good")
    good = session.fingerprint()
    session.run(steps=20)
    lost = session.checkpoint("will be damaged")
    session.close()
    path = checkpoints(tmp_path / "s")[-1]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == good
        assert len(again.notices) == 1
        assert path.name in again.notices[0]
        assert "damaged" in again.notices[0]
        assert len(again.history["train_cost"][0]) == 20
        again.run(steps=20)
        assert again.fingerprint() == session.fingerprint()
        # The damaged file may still be of use to somebody: its name is not taken again.
        assert again.checkpoint("new") != lost
        assert path.read_bytes() == data


def test_that_a_damaged_checkpoint_in_the_middle_leaves_only_a_gap_in_the_curve(
    make_session, tmp_path
):
    session = make_session(tmp_path / "s")
    for _ in range(3):
        session.run(steps=10)
        session.checkpoint(reason="close")
    fingerprint = session.fingerprint()
    session.close()
    checkpoints(tmp_path / "s")[2].write_bytes(b"")
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == fingerprint
        steps, costs = again.history["train_cost"]
        assert steps.tolist() == list(range(1, 31))
        assert [bool(cost == cost) for cost in costs] == [True] * 10 + [False] * 10 + [True] * 10


def test_that_a_session_without_any_good_checkpoint_says_so(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    for path in checkpoints(tmp_path / "s"):
        path.write_bytes(b"rubbish")
    with pytest.raises(SessionError, match="no readable checkpoint"):
        Session.open(tmp_path / "s")


def test_that_a_file_without_its_journal_line_counts(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=20)
    session.nudge(learning_rate=0.05)
    session.run(steps=20)
    session.checkpoint()
    session.close()
    journal = tmp_path / "s" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b'"checkpoint"' in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:30])
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == session.fingerprint()
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == session.fingerprint()
        assert [entry.id for entry in again.journal] == list(range(1, len(again.journal) + 1))


@pytest.mark.parametrize("lines", range(1, 8))
def test_that_every_cut_of_the_journal_opens(lines, make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=10)
    key = session.checkpoint()
    session.run(steps=10)
    session.rollback(key)
    session.run(steps=10)
    session.nudge(learning_rate=0.1)
    session.checkpoint()
    session.close()
    journal = tmp_path / "s" / "journal.jsonl"
    whole = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole[:-lines]))
    with Session.open(tmp_path / "s") as again:
        assert again.branch == "branch-2"
        again.run(steps=5)
        again.checkpoint()
        fingerprint = again.fingerprint()
    with Session.open(tmp_path / "s") as later:
        assert later.fingerprint() == fingerprint


def test_that_a_second_opener_is_refused_while_the_first_holds_the_session(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    before = session.fingerprint(), len(session.journal)
    for _ in range(2):
        with pytest.raises(SessionError, match="open in another"):
            Session.open(tmp_path / "s")
    assert (session.fingerprint(), len(session.journal)) == before
    session.checkpoint()
    session.close()
    Session.open(tmp_path / "s").close()


HOLD = """
import sys
from dllab import Session
session = Session.open(sys.argv[1])
session.run(steps=30)
session.nudge(learning_rate=0.5, note="the last word")
session.store.flush()
print(session.fingerprint(), flush=True)
while True:
    session.run(steps=1)
"""


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_that_the_lock_of_a_killed_process_clears_itself_and_its_nudge_is_there(
    make_session, tmp_path
):
    make_session(tmp_path / "s").close()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "s"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        fingerprint = process.stdout.readline().strip()
        with pytest.raises(SessionError, match="open in another"):
            Session.open(tmp_path / "s")
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == fingerprint
        assert again.step == 30
        assert "the last word" in [entry.note for entry in again.journal]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\0", "damaged"),
        (b"not toml at all", "damaged"),
        (b"x = " + b"9" * 5000, "damaged"),
        (b'title = "something else"', "not describe a dllab session"),
        (b'format = "dllab-session"\nversion = 99', "newer dllab"),
        (b'format = "dllab-session"\nversion = "one"', "not describe a dllab session"),
        (b'format = "dllab-session"\nversion = 1', "session.toml"),
        (b'format = "dllab-session"\nversion = 1\nrecipe = 5', "session.toml"),
    ],
    ids=["binary", "text", "digits", "foreign", "newer", "version", "no recipe", "bad recipe"],
)
def test_that_a_description_that_is_none_is_told(content, words, make_session, tmp_path):
    make_session(tmp_path / "s").close()
    (tmp_path / "s" / "session.toml").write_bytes(content)
    with pytest.raises(DllabError, match=words):
        Session.open(tmp_path / "s")
    assert (tmp_path / "s" / "session.toml").read_bytes() == content


def test_that_what_is_no_session_is_told(tmp_path):
    with pytest.raises(SessionError, match="no session"):
        Session.open(tmp_path / "nowhere")
    with pytest.raises(SessionError, match=r"no session\.toml"):
        Session.open(tmp_path)


def dataset_file(path, noise=0.1):
    from dllab.data import circles, write_dataset

    write_dataset(path, circles(120, noise))


def test_that_data_that_has_changed_is_refused_and_put_back_it_opens(tmp_path):
    data, folder = tmp_path / "data.h5", tmp_path / "s"
    dataset_file(data)
    recipe = Recipe("own data", str(data), {"hidden_layers": [4]})
    with Session.create(recipe, folder) as session:
        session.run(steps=5)
        session.checkpoint()
        fingerprint = session.fingerprint()
    kept = data.read_bytes()
    data.unlink()
    with pytest.raises(DllabError, match=r"data\.h5"):
        Session.open(folder)
    dataset_file(data, noise=0.2)
    with pytest.raises(DllabError, match="has changed"):
        Session.open(folder)
    data.write_bytes(kept)
    with Session.open(folder) as again:
        assert again.fingerprint() == fingerprint


def test_that_a_session_finds_its_data_from_any_working_folder(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    dataset_file(tmp_path / "work" / "data.h5")
    (tmp_path / "work" / "my.toml").write_text(
        'name = "mine"\n[data]\nsource = "data.h5"\n[network]\nhidden_layers = [4]\n'
    )
    monkeypatch.chdir(tmp_path / "work")
    by_hand = Recipe("mine", "data.h5", {"hidden_layers": [4]})
    for name, recipe in (("loaded", Recipe.load("my.toml")), ("by hand", by_hand)):
        Session.create(recipe, tmp_path / name).close()
        monkeypatch.chdir(tmp_path)
        Session.open(tmp_path / name).close()
        monkeypatch.chdir(tmp_path / "work")


def test_that_what_a_killed_writer_left_half_done_is_cleared_away(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    left = [tmp_path / "s" / ".session.toml.77.partial",
            tmp_path / "s" / "checkpoints" / ".000009.h5.77.partial"]  # fmt: skip
    for path in left:
        path.write_bytes(b"half")
    Session.open(tmp_path / "s").close()
    assert not [path for path in left if path.exists()]


def test_that_a_session_moved_elsewhere_opens(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    session.checkpoint()
    session.close()
    shutil.move(tmp_path / "s", tmp_path / "moved and renamed")
    with Session.open(tmp_path / "moved and renamed") as again:
        assert again.fingerprint() == session.fingerprint()


# One self-contained file -----------------------------------------------------------------------


def rich_session(make_session, folder=None):
    session = make_session(folder, keep_prob=0.8, evaluate_every=7)
    session.run(steps=20)
    key = session.checkpoint("fork here")
    session.run(steps=20)
    session.rollback(key)
    session.nudge(learning_rate=0.02, note="slower")
    session.run(steps=15)
    return session


@pytest.mark.parametrize("into_folder", [False, True], ids=["memory", "folder"])
def test_that_a_file_holds_the_whole_session(into_folder, make_session, tmp_path):
    session = rich_session(make_session)
    path = tmp_path / "mailed.h5"
    session.save_as(path)
    folder = tmp_path / "unpacked" if into_folder else None
    with Session.open(path, folder) as again:
        assert again.fingerprint() == session.fingerprint()
        assert again.journal.entries[: len(session.journal)] == session.journal.entries
        assert again.branch == session.branch
        for branch in ("main", session.branch):
            for name in ("train_cost", "dev_cost", "learning_rate"):
                series = session.history.view().series(name, branch)
                for one, other in zip(
                    series, again.history.view().series(name, branch), strict=True
                ):
                    assert one.tolist() == other.tolist()
        session.run(steps=10)
        again.run(steps=10)
        assert again.fingerprint() == session.fingerprint()
        assert again.recipe == session.recipe


def test_that_an_unpacked_file_is_a_session_like_any_other(make_session, tmp_path):
    session = rich_session(make_session)
    path, folder = tmp_path / "mailed.h5", tmp_path / "unpacked"
    session.save_as(path)
    session.run(steps=30)
    with Session.open(path, folder) as again:
        used = {entry.checkpoint for entry in session.journal if entry.checkpoint}
        (first,) = again.timeline.checkpoints
        assert first.key not in used
        again.run(steps=10)
        again.nudge(learning_rate=0.3)
        again.run(steps=20)
        again.rollback(first.key)
        again.run(steps=10)
        again.nudge(learning_rate=0.02 / 2)
        again.run(steps=5)
        last = again.checkpoint()
        fingerprint, curve = again.fingerprint(), again.history["train_cost"]
        branches = set(again.timeline.branches)
    with Session.open(folder) as later:
        assert later.fingerprint() == fingerprint
        assert set(later.timeline.branches) == branches
        assert later.notices == []
        for one, other in zip(curve, later.history["train_cost"], strict=True):
            assert one.tolist() == other.tolist()
        later.rollback(last)
        assert later.step == session.step - 30 + 15


def test_that_a_file_of_the_wrong_kind_leaves_no_folder_behind(make_session, tmp_path):
    session = rich_session(make_session)
    session.save_as(tmp_path / "a.h5")
    data = bytearray((tmp_path / "a.h5").read_bytes())
    data[-1] ^= 1
    (tmp_path / "a.h5").write_bytes(data)
    with pytest.raises(DllabError, match="damaged"):
        Session.open(tmp_path / "a.h5", tmp_path / "new")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(DllabError, match="not a dllab checkpoint"):
        Session.open(tmp_path / "b.h5", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_that_a_file_is_not_unpacked_over_something_else(make_session, tmp_path):
    session = rich_session(make_session)
    session.save_as(tmp_path / "a.h5")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "thesis.txt").write_text("years of work")
    with pytest.raises(SessionError, match="exists already"):
        Session.open(tmp_path / "a.h5", tmp_path / "new")
    assert os.listdir(tmp_path / "new") == ["thesis.txt"]


def test_that_opening_reads_one_state_and_falls_back_if_it_is_none(
    make_session, tmp_path, monkeypatch
):
    from dataclasses import replace

    from dllab.checkpoint import read, read_checkpoint, write_checkpoint

    session = make_session(tmp_path / "s")
    for _ in range(4):
        session.run(steps=10)
        session.checkpoint()
    expected = session.fingerprint()
    session.run(steps=10)
    last = session.checkpoint()
    session.close()
    path = tmp_path / "s" / "checkpoints" / f"{last}.h5"
    contents = read_checkpoint(path)
    # Sealed, and yet no state: whoever made this one did not follow the format.
    order = contents.state.order * 0
    write_checkpoint(path, replace(contents, state=replace(contents.state, order=order)))
    states, real = [], read.state_of
    monkeypatch.setattr(read, "state_of", lambda *a: (states.append(1), real(*a))[1])
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == expected
        assert "no permutation" in again.notices[0]
        assert last not in again.timeline
        assert len(again.timeline.checkpoints) == 5
    assert len(states) == 2
