"""The list of sessions agrees with what opening them finds."""

from __future__ import annotations

import math

import pytest

from dllab import Session
from dllab.sessions import Catalogue, rename, summary_of, title_of
from dllab.sessions.small_curve import MOST_POINTS


def steered(make_session, folder, steps=300):
    session = make_session(folder)
    session.run(steps=steps)
    session.nudge(learning_rate=0.003)
    session.run(steps=50)
    key = session.checkpoint("kept")
    session.run(steps=100)
    session.rollback(key)
    session.run(steps=70)
    return session


def test_that_a_summary_tells_where_the_session_goes_on(make_session, tmp_path):
    session = steered(make_session, tmp_path / "s")
    session.checkpoint()
    session.nudge(learning_rate=0.02, beta=0.8)
    session.close()
    known = summary_of(tmp_path / "s")
    with Session.open(tmp_path / "s") as again:
        assert (known.step, known.epoch) == (again.step, again.trainer.progress)
        steps, costs = again.history["dev_cost"]
        assert known.dev_cost == costs[-1]
        assert known.dev_error == again.history["dev_error"][1][-1]
        assert known.best_dev_cost == costs.min()
        assert known.best_step == steps[costs.argmin()]
        assert known.branches == len(again.timeline.branches) == 2
        assert known.checkpoints == len(again.timeline.checkpoints)
        assert again.hyperparameters["learning_rate"] == 0.02
    assert known.later_knobs == 2
    assert (known.recipe, known.name, known.problem) == ("test", "test", "")
    sizes = (p.stat().st_size for p in (tmp_path / "s").rglob("*") if p.is_file())
    assert summary_of(tmp_path / "s").bytes == sum(sizes)


def test_that_after_a_rollback_the_session_is_listed_where_it_stands(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    key = session.checkpoint()
    session.run(steps=200)
    session.rollback(key)
    session.close()
    known = summary_of(tmp_path / "s")
    with Session.open(tmp_path / "s") as again:
        assert known.step == again.step == 0


def test_that_the_thumbnail_keeps_every_spike_and_few_points(make_session, tmp_path):
    session = make_session(tmp_path / "s", evaluate_every=1)
    session.run(steps=150)
    session.nudge(learning_rate=10.0)
    session.run(steps=5)
    session.nudge(learning_rate=0.001)
    session.run(steps=150)
    session.close()
    curve = summary_of(tmp_path / "s").curve
    with Session.open(tmp_path / "s") as again:
        steps, costs = again.history["dev_cost"]
    assert curve.name == "dev_cost"
    assert len(curve.steps) == len(curve.values) <= MOST_POINTS
    assert list(curve.steps) == sorted(set(curve.steps))
    assert max(curve.values) == costs.max()
    assert min(curve.values) == costs.min()
    whole = dict(zip(steps.tolist(), costs.tolist(), strict=True))
    assert all(whole[step] == value for step, value in zip(curve.steps, curve.values, strict=True))


def test_that_the_thumbnail_goes_back_to_before_the_newest_file(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    for _ in range(4):
        session.run(steps=100)
        session.checkpoint(reason="close")
    session.close()
    curve = summary_of(tmp_path / "s").curve
    with Session.open(tmp_path / "s") as again:
        steps, costs = again.history["dev_cost"]
    assert curve.steps == tuple(steps.tolist())
    assert curve.values == tuple(costs.tolist())
    # Where older files are gone, the journal knows the dev cost at each of them.
    for path in sorted((tmp_path / "s" / "checkpoints").glob("*.h5"))[:-1]:
        path.unlink()
    curve = summary_of(tmp_path / "s").curve
    whole = dict(zip(steps.tolist(), costs.tolist(), strict=True))
    assert {100, 200, 300, 350, 400} <= set(curve.steps)
    assert all(whole[step] == value for step, value in zip(curve.steps, curve.values, strict=True))


def test_that_without_dev_costs_the_thumbnail_shows_the_mini_batches(make_session, tmp_path):
    session = make_session(tmp_path / "s", evaluate_every=10_000)
    session.run(steps=30)
    session.checkpoint()
    session.close()
    curve = summary_of(tmp_path / "s").curve
    assert curve.name == "train_cost"
    assert curve.steps == tuple(range(1, 31))
    assert all(map(math.isfinite, curve.values))


def test_that_a_damaged_newest_checkpoint_gives_way_to_the_one_before(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    session.run(steps=50)
    session.checkpoint()
    session.run(steps=50)
    last = session.checkpoint()
    session.close()
    damage(tmp_path / "s" / "checkpoints" / f"{last}.h5")
    known = summary_of(tmp_path / "s")
    assert known.step == 50
    assert known.problem == ""
    assert len(known.notices) == 1
    assert "damaged" in known.notices[0]
    with Session.open(tmp_path / "s") as again:
        assert again.step == 50


def damage(path):
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def write_twice(path):
    path.write_bytes(path.read_bytes() + path.read_bytes().replace(b'"main"', b'"other"'))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda s: [damage(p) for p in (s / "checkpoints").glob("*.h5")], "checksum"),
        (lambda s: [p.unlink() for p in (s / "checkpoints").glob("*.h5")], "holds no checkpoint"),
        (lambda s: (s / "session.toml").write_bytes(b"\xff"), "damaged"),
        (lambda s: (s / "session.toml").unlink(), "no session.toml"),
        (lambda s: write_twice(s / "journal.jsonl"), "repeats entry 1"),
    ],
    ids=["checksums", "no checkpoints", "description", "no description", "journal"],
)
def test_that_a_damaged_session_is_listed_with_its_sentence(spoil, words, make_session, tmp_path):
    for name in ("bad", "good"):
        session = make_session(tmp_path / name)
        session.run(steps=60)
        session.checkpoint()
        session.close()
    spoil(tmp_path / "bad")
    listed = {s.folder.name: s for s in Catalogue(tmp_path).each()}
    assert words in listed["bad"].problem
    assert listed["bad"].bytes > 0
    assert listed["bad"].last_used
    assert (listed["good"].problem, listed["good"].step) == ("", 60)


def test_that_what_is_no_session_is_not_listed(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    (tmp_path / "notes").mkdir()
    (tmp_path / ".trash" / "old").mkdir(parents=True)
    (tmp_path / ".trash" / "old" / "session.toml").write_text("x")
    (tmp_path / "last-session.txt").write_text("x")
    assert [s.folder.name for s in Catalogue(tmp_path).each()] == ["s"]
    assert list(Catalogue(tmp_path / "nowhere").each()) == []


def test_that_the_last_used_session_comes_first_and_changes_are_seen(make_session, tmp_path):
    catalogue = Catalogue(tmp_path)
    for name in ("a", "b"):
        make_session(tmp_path / name).close()
    assert [p.name for p in catalogue.folders()] == ["b", "a"]
    assert [s.step for s in catalogue.each()] == [0, 0]
    with Session.open(tmp_path / "a") as session:
        session.run(steps=60)
        session.checkpoint()
    assert [(s.folder.name, s.step) for s in catalogue.each()] == [("a", 60), ("b", 0)]


def test_that_a_title_is_kept_and_the_folder_and_its_description_stay(make_session, tmp_path):
    make_session(tmp_path / "s").close()
    before = (tmp_path / "s" / "session.toml").read_bytes()
    assert title_of(tmp_path / "s", "test") == "test"
    assert rename(tmp_path / "s", "  Ünder\n the  sea ") == "Ünder the sea"
    assert summary_of(tmp_path / "s").name == "Ünder the sea"
    assert (tmp_path / "s" / "session.toml").read_bytes() == before
    with Session.open(tmp_path / "s") as session:
        rename(tmp_path / "s", "while it is open")
        assert session.recipe.name == "test"
    assert rename(tmp_path / "s", " ") == ""
    assert summary_of(tmp_path / "s").name == "test"


def test_that_a_title_that_cannot_be_is_refused_and_the_old_one_stands(make_session, tmp_path):
    from dllab.errors import SessionError

    make_session(tmp_path / "s").close()
    rename(tmp_path / "s", "old")
    with pytest.raises(SessionError, match="within 120"):
        rename(tmp_path / "s", "x" * 121)
    with pytest.raises(SessionError, match="not a session"):
        rename(tmp_path, "new")
    assert title_of(tmp_path / "s") == "old"
    (tmp_path / "s" / "title.txt").write_bytes(b"\xff\0" * 10_000_000)
    assert len(title_of(tmp_path / "s")) <= 120


def test_that_a_much_steered_session_is_listed_from_one_of_its_files(
    make_session, tmp_path, monkeypatch
):
    from dllab.checkpoint import Owner

    session = make_session(tmp_path / "s", evaluate_every=5)
    for number in range(30):
        session.run(steps=5)
        session.nudge(learning_rate=0.001 * (number + 2))
        if number % 10 == 9:
            session.checkpoint(reason="close")
    steps, costs = session.history["dev_cost"]
    session.checkpoint()
    session.close()
    read, real = [], Owner.outline
    monkeypatch.setattr(Owner, "outline", lambda *a: (read.append(1), real(*a))[1])
    summary = summary_of(tmp_path / "s")
    assert len(read) == 1
    assert (summary.step, summary.best_dev_cost) == (150, costs.min())
    known = dict(zip(steps.tolist(), costs.tolist(), strict=True))
    assert len(summary.curve.steps) >= 24
    assert [known[step] for step in summary.curve.steps] == list(summary.curve.values)
