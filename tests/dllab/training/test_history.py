"""Curves: growth, branches, what a checkpoint stores of them and how they come back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.training.history import Growing, History, extend, since


@given(pieces=st.lists(st.lists(st.floats(width=32), max_size=40), max_size=12))
@settings(max_examples=60, deadline=None)
def test_that_a_growing_array_keeps_what_was_written_and_old_views(pieces):
    growing, views, flat = Growing(np.float32, capacity=2), [], []
    for number, piece in enumerate(pieces):
        if number % 2:
            growing.extend(np.array(piece, np.float32))
        else:
            for value in piece:
                growing.append(value)
        flat += piece
        views.append((len(flat), growing.view()))
    expected = np.array(flat, np.float32)
    for length, view in views:
        assert view.tobytes() == expected[:length].tobytes()
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0


def grown(steps):
    """A history of one branch whose values tell their step."""
    history = History(np.float64)
    main = history.begin("main")
    for step in range(1, steps + 1):
        main.dense["train_cost"].append(step)
        main.dense["train_error"].append(-step)
        if step % 3 == 0:
            main.record("dev_cost", step, step)
    return history


def test_that_a_branch_reads_its_ancestors_up_to_the_fork():
    history = grown(10)
    history.begin("two", "main", 8)
    for step in range(8, 13):
        history.now.dense["train_cost"].append(100 + step)
    history.now.record("dev_cost", 9, 109)
    history.begin("three", "two", 11)
    history.now.dense["train_cost"].append(211)
    view = history.view()
    assert view.series("train_cost")[0].tolist() == list(range(1, 12))
    assert view.series("train_cost")[1].tolist() == [*range(1, 8), 108, 109, 110, 211]
    assert view.series("dev_cost")[0].tolist() == [3, 6, 9]
    assert view.series("dev_cost")[1].tolist() == [3, 6, 109]
    assert view.series("train_cost", "main")[1].tolist() == list(range(1, 11))
    assert [segment.branch for segment, _ in view.lineage()] == ["main", "two", "three"]
    assert [limit for _, limit in view.lineage()] == [7, 10, None]
    assert history.last("dev_cost") == (9, 109)


def test_that_a_branch_forked_below_its_parent_cuts_all_ancestors():
    history = grown(10)
    history.begin("two", "main", 8)
    history.now.dense["train_cost"].append(108)
    # From a checkpoint at step 4, which stands on main but is kept under the branch two.
    history.begin("three", "two", 5)
    history.now.dense["train_cost"].append(205)
    steps, values = history["train_cost"]
    assert steps.tolist() == [1, 2, 3, 4, 5]
    assert values.tolist() == [1, 2, 3, 4, 205]


def test_that_a_view_stays_as_it_was():
    history = grown(5)
    view = history.view()
    for step in range(6, 5000):
        history.now.dense["train_cost"].append(step)
    history.begin("two", "main", 3)
    assert view.current == "main"
    assert view.series("train_cost")[1].tolist() == [1, 2, 3, 4, 5]


def test_that_an_unknown_series_is_empty():
    steps, values = grown(3)["nothing"]
    assert len(steps) == len(values) == 0


@given(
    steps=st.integers(0, 30),
    cuts=st.lists(st.integers(-1, 30), max_size=5),
    overlap=st.integers(0, 6),
)
@settings(max_examples=100, deadline=None)
def test_that_pieces_since_earlier_checkpoints_put_together_give_the_whole(steps, cuts, overlap):
    whole = grown(steps).now.view()
    cuts = sorted({min(cut, steps) for cut in cuts} | {-1})
    rebuilt = History(np.float64)
    target = rebuilt.begin("main")
    for cut in cuts:
        extend(target, since(whole, max(-1, cut - overlap)))
    for name, values in whole.dense.items():
        assert target.view().dense[name].tolist() == values.tolist()
    for name, pair in whole.sparse.items():
        for one, other in zip(pair, target.view().sparse[name], strict=True):
            assert one.tolist() == other.tolist()


def test_that_a_gap_is_filled_with_nan():
    whole = grown(9).now.view()
    rebuilt = History(np.float64)
    target = rebuilt.begin("main")
    extend(target, since(whole, 6))
    values = target.view().dense["train_cost"]
    assert np.isnan(values[:6]).all()
    assert values[6:].tolist() == [7, 8, 9]


def curves(session):
    view = session.history.view()
    names = {n for s in view.segments.values() for n in (*s.dense, *s.sparse)} - {"seconds"}
    return {
        (branch, name): [array.tolist() for array in view.series(name, branch)]
        for branch in view.segments
        for name in sorted(names)
    }


def reopened(session, folder):
    session.close()
    return Session.open(folder)


def test_that_all_branches_and_knobs_come_back_as_they_were(make_session, tmp_path):
    folder = tmp_path / "s"
    session = make_session(folder, evaluate_every=7, schedule="inverse_epoch")
    session.run(steps=40)
    first = session.checkpoint()
    session.run(steps=13)
    session.nudge(learning_rate=0.01)
    session.run(steps=20)
    session.rollback(first)
    session.run(steps=30)
    session.nudge({"keep_prob[1]": 0.5})
    session.run(steps=5)
    second = session.checkpoint()
    session.run(steps=5)
    session.rollback(second, keep_hyperparameters=True)
    session.run(steps=17)
    session.checkpoint()
    expected, best, branches = curves(session), session.watch.best_dev, session.timeline.branches
    with reopened(session, folder) as again:
        assert curves(again) == expected
        assert again.watch.best_dev == best
        assert again.timeline.branches == branches
        again.run(steps=10)
        assert len(again.history["train_cost"][0]) == again.step


def test_that_knobs_turned_twice_before_the_same_update_come_back(make_session, tmp_path):
    folder = tmp_path / "s"
    session = make_session(folder)
    session.run(steps=10)
    session.nudge(learning_rate=0.1)
    session.checkpoint()
    session.nudge(learning_rate=0.2)
    session.run(steps=10)
    session.checkpoint()
    expected = curves(session)
    assert expected["main", "learning_rate"][1][-1] == 0.2
    with reopened(session, folder) as again:
        assert curves(again) == expected


def test_that_the_end_of_a_branch_outlives_the_thinning_of_checkpoints(make_session, tmp_path):
    folder = tmp_path / "s"
    session = make_session(folder)
    start = session.timeline.checkpoints[0].key
    session.run(steps=40)
    session.nudge(learning_rate=0.1)
    session.rollback(start)
    for number in range(30):
        session.run(steps=1)
        session.nudge(learning_rate=(number + 1) / 100)
    session.checkpoint()
    expected = curves(session)
    assert len(expected["main", "train_cost"][0]) == 40
    with reopened(session, folder) as again:
        assert curves(again) == expected


def test_that_thinned_autosaves_leave_no_hole_in_the_curve(make_session, tmp_path):
    folder = tmp_path / "s"
    session = make_session(folder, evaluate_every=4)
    for _ in range(12):
        session.run(steps=9)
        session.checkpoint(reason="automatic", wait=False)
    session.store.flush()
    session.keeper.heed_news()
    kept = [info for info in session.timeline.checkpoints if info.reason == "automatic"]
    # The two newest, and one for each doubling of the age.
    assert [info.step for info in kept[-2:]] == [99, 108]
    assert 2 < len(kept) <= 6
    expected = curves(session)
    with reopened(session, folder) as again:
        assert curves(again) == expected


@pytest.mark.parametrize(
    "values",
    [{"warm_up": 100}, {"warm_up": 1000}, {"schedule": "sqrt_step", "decay_k": 1.0}],
    ids=["short warm-up", "long warm-up", "sqrt_step"],
)
def test_that_the_curve_of_the_learning_rate_is_what_updates_used(values, make_session):
    session = make_session(mini_batch_size=1, evaluate_every=25, epochs=100, **values)
    used = []
    for _ in range(1100):
        used.append(session.trainer.learning_rate)
        assert session.advance()
    steps, shown = session.history["learning_rate_used"]
    at = np.searchsorted(steps, np.arange(1, len(used) + 1), side="right") - 1
    # A warm-up has 64 points, and what changes at every update one at each evaluation.
    bound = used[-1] / 60 if "warm_up" in values else 0.12 * used[100]
    late = slice(0, None) if "warm_up" in values else slice(100, None)
    assert np.abs(np.array(used) - shown[at])[late].max() <= bound
    assert len(steps) <= 200
    if "warm_up" in values:
        assert shown[at][values["warm_up"] - 1] == used[values["warm_up"] - 1] == used[-1]
