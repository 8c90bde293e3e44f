"""Lanes, places, marks and ticks of the timeline, without a window."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.recipe import Recipe
from dllab.training.history import HistoryView
from dllab.training.journal import Entry
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot
from dllab.training.snapshot_of import snapshot_of
from dllab.training.timeline import Branch
from dllab_ui.ledger import knob_moves, latest_notes, reasons_left
from dllab_ui.timeline.content import Content, Mark, content_of
from dllab_ui.timeline.glyphs import GLYPHS, outline
from dllab_ui.timeline.lanes import lane_order, lineage
from dllab_ui.timeline.layout import Frame, hit, marks_in
from dllab_ui.timeline.places import Places
from dllab_ui.timeline.ticks import ticks
from dllab_ui.timeline.tips import mark_tip, mark_words
from dllab_ui.timeline.walk import beside
from timeline_records import WHEN, checkpoint, nudge, segment


@pytest.fixture(scope="module")
def empty() -> Snapshot:
    """A session of circles before its first step."""
    with Session.create(Recipe.builtin("circles"), None) as session:
        return snapshot_of(session, False, 0.0, None, 0)


def tree(empty: Snapshot, **changes: Any) -> Snapshot:
    """main of 100 updates, left for branch-2 at 40, which is left for branch-3 at 60."""
    branches = {
        "main": Branch("main"),
        "branch-2": Branch("branch-2", "main", 40, "000001"),
        "branch-3": Branch("branch-3", "branch-2", 60, "000002", title="gentler"),
    }
    history = HistoryView(
        "branch-3",
        {
            "main": segment("main", "", 1, 100),
            "branch-2": segment("branch-2", "main", 41, 50),
            "branch-3": segment("branch-3", "branch-2", 61, 20),
        },
    )
    entries = (
        Entry(1, "rollback", 41, 4.0, "branch-2", WHEN, note="α too high",
              detail={"from_branch": "main", "from_step": 100}),
        Entry(2, "rollback", 61, 6.0, "branch-3", WHEN, note="bumpy",
              detail={"from_branch": "branch-2", "from_step": 90}),
        Entry(3, "note", 61, 6.0, "branch-3", WHEN, of=2, note="β made it bumpy"),
    )  # fmt: skip
    found = replace(
        empty, branch="branch-3", step=80, epoch=8.0, branches=branches, history=history,
        entries=entries,
        checkpoints=(checkpoint("000001", "main", 40), checkpoint("000002", "branch-2", 60)),
    )  # fmt: skip
    return replace(found, **changes)


# --- lanes ----------------------------------------------------------------------------------


@st.composite
def trees(draw: Any) -> dict[str, Branch]:
    """Branches as a session makes them: each leaves one that is there, after its own fork."""
    branches = {"main": Branch("main")}
    for number in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from(sorted(branches)))
        fork = draw(st.integers(branches[parent].fork_step, branches[parent].fork_step + 20))
        name = f"branch-{number + 2}"
        branches[name] = Branch(name, parent, fork)
    return branches


@given(trees())
@settings(max_examples=80, deadline=None)
def test_that_no_fork_crosses_a_lane(branches: dict[str, Branch]) -> None:
    order = lane_order(branches)
    assert sorted(order) == sorted(branches)
    row = {name: number for number, name in enumerate(order)}
    for name, branch in branches.items():
        if not branch.parent:
            continue
        assert row[branch.parent] < row[name]
        for between in order[row[branch.parent] + 1 : row[name]]:
            assert branches[between].fork_step >= branch.fork_step


def test_that_a_branch_whose_parent_is_unknown_has_a_lane() -> None:
    assert lane_order({"b": Branch("b", "gone", 5)}) == ["b"]


def test_that_the_way_to_the_present_ends_at_each_fork(empty: Snapshot) -> None:
    branches = tree(empty).branches
    assert lineage(branches, "branch-3") == {"branch-3": None, "branch-2": 60, "main": 40}
    lanes = {lane.branch: lane for lane in content_of(tree(empty), "step").lanes}
    assert (lanes["main"].leads_to, lanes["main"].end, lanes["main"].has_ghost) == (40, 100, True)
    assert (lanes["branch-2"].start, lanes["branch-2"].leads_to) == (40, 60)
    assert (lanes["branch-3"].end, lanes["branch-3"].has_ghost) == (80, False)


def test_that_a_lane_says_why_its_branch_was_left(empty: Snapshot) -> None:
    lanes = {lane.branch: lane for lane in content_of(tree(empty), "step").lanes}
    assert lanes["main"].reason == "α too high"
    assert lanes["branch-2"].reason == "β made it bumpy", "the latest word wins"
    assert (lanes["branch-3"].reason, lanes["branch-3"].label) == ("", "gentler")


def test_that_the_reason_is_that_of_the_last_time_a_branch_was_left(empty: Snapshot) -> None:
    again = Entry(9, "continue", 101, 10.0, "main", WHEN, note="",
                  detail={"from_branch": "branch-3", "from_step": 80})  # fmt: skip
    reasons = reasons_left((*tree(empty).entries, again))
    assert reasons == {"main": "α too high", "branch-2": "β made it bumpy", "branch-3": ""}


# --- places on the axis ---------------------------------------------------------------------


def clocked(empty: Snapshot) -> HistoryView:
    """branch-2 has mini-batches twice as large from its fork on."""
    steps = np.array([0, 50, 100])
    later = np.array([40, 90])
    return HistoryView(
        "branch-2",
        {
            "main": segment("main", "", 1, 100, examples=(steps, steps * 10.0)),
            "branch-2": segment("branch-2", "main", 41, 50, examples=(later, later * 20.0 - 400)),
        },
    )


def test_that_each_branch_has_its_own_clock(empty: Snapshot) -> None:
    places = Places(clocked(empty), "examples")
    assert places.of("main", [0, 25, 40, 100]).tolist() == [0, 250, 400, 1000]
    assert places.of("branch-2", [40, 65, 90]).tolist() == [400, 900, 1400]
    assert Places(clocked(empty), "step").of("branch-2", [65]).tolist() == [65]


def test_that_a_branch_without_a_clock_yet_begins_where_it_forked(empty: Snapshot) -> None:
    history = clocked(empty)
    bare = segment("branch-2", "main", 41, 0)
    places = Places(HistoryView("branch-2", {**history.segments, "branch-2": bare}), "examples")
    assert places.of("branch-2", [40, 41]).tolist() == [400, 400]


def test_that_a_clock_that_begins_late_is_continued_from_the_fork(empty: Snapshot) -> None:
    history = clocked(empty)
    late = segment(
        "branch-2", "main", 41, 50, examples=(np.array([60, 90]), np.array([800.0, 1400]))
    )
    places = Places(HistoryView("branch-2", {**history.segments, "branch-2": late}), "examples")
    assert places.of("branch-2", [40, 50, 60, 75, 95]).tolist() == [400, 600, 800, 1100, 1400]


# --- marks ----------------------------------------------------------------------------------


def test_that_a_long_line_of_branches_is_gone_up_once(
    empty: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    depth, asked = 300, []
    branches = {"main": Branch("main")}
    segments = {"main": segment("main", "", 1, 1, epoch=(np.array([1]), np.array([0.5])))}
    for number in range(1, depth):
        name, parent = f"b{number}", f"b{number - 1}" if number > 1 else "main"
        branches[name] = Branch(name, parent, number)
        steps, values = np.array([number + 1]), np.array([0.5 * number])
        segments[name] = segment(name, parent, number + 1, 1, epoch=(steps, values))
    history = HistoryView(f"b{depth - 1}", segments)
    real = Places.of
    monkeypatch.setattr(Places, "of", lambda *a: (asked.append(a[1]), real(*a))[1])
    snapshot = replace(empty, history=history, branches=branches, branch=f"b{depth - 1}")
    content = content_of(snapshot, "epoch")
    assert len(content.lanes) == depth
    assert len(asked) < 5 * depth


def test_that_every_reason_has_a_shape_of_its_own(empty: Snapshot) -> None:
    shapes = [str(outline(glyph)) for glyph in GLYPHS]
    assert len(set(shapes)) == len(shapes)
    for reason in GLYPHS:
        info = checkpoint("000001", "main", 5, reason)
        if reason != "nudge":
            marks = content_of(tree(empty, checkpoints=(info,)), "step").marks
            assert [mark.glyph for mark in marks] == [reason]


def test_that_an_unknown_reason_of_a_newer_version_is_a_plain_dot(empty: Snapshot) -> None:
    content = content_of(
        tree(empty, checkpoints=(checkpoint("000001", "main", 5, "dream"),)), "step"
    )
    assert content.marks[0].glyph == "automatic"


FRAME = Frame(800, 200, 100, (0.0, 100.0))


def crowd(empty: Snapshot) -> Content:
    checkpoints = (
        checkpoint("000001", "main", 50, "automatic"),
        checkpoint("000002", "main", 50, "best"),
        checkpoint("000003", "main", 50, "safety"),
        checkpoint("000004", "main", 90, "automatic", pinned=True),
        checkpoint("000005", "main", 90, "manual"),
    )
    return content_of(tree(empty, checkpoints=checkpoints, entries=()), "step")


def test_that_the_most_important_of_a_crowd_is_drawn(empty: Snapshot) -> None:
    placed = marks_in(FRAME, crowd(empty), None)
    assert {(p.mark.key, p.covers) for p in placed} == {("000002", 2), ("000004", 1)}


def test_that_the_selected_one_of_a_crowd_is_drawn_on_top(empty: Snapshot) -> None:
    placed = marks_in(FRAME, crowd(empty), "000003")
    assert placed[-1].mark.key == "000003"
    assert "000002" not in {p.mark.key for p in placed}


def test_that_a_mark_and_its_surroundings_can_be_hit(empty: Snapshot) -> None:
    content = crowd(empty)
    placed = marks_in(FRAME, content, None)
    star = next(p for p in placed if p.mark.key == "000002")
    assert hit(FRAME, content, placed, star.x + 6, star.y - 5).mark == star.mark
    assert hit(FRAME, content, placed, star.x + 40, star.y).kind == "lane"
    assert hit(FRAME, content, placed, star.x, 190).kind == "nothing"
    label = hit(FRAME, content, placed, 20, star.y)
    assert (label.kind, label.lane.branch if label.lane else "") == ("label", "main")
    assert hit(FRAME, content, placed, 86, star.y).kind == "box"
    assert hit(FRAME, content, placed, 300, 170).kind == "nothing"


# --- by key ---------------------------------------------------------------------------------


def walked(content: Content, start: str, *ways: str) -> str:
    mark: Mark | None = content.mark(start) if start else None
    for way in ways:
        mark = beside(content, mark, way)
    assert mark is not None
    return mark.key


def test_that_arrow_keys_go_along_the_branch_and_back_over_its_fork(empty: Snapshot) -> None:
    checkpoints = (
        checkpoint("000001", "main", 40),
        checkpoint("000002", "branch-2", 60),
        checkpoint("000003", "main", 95),
        checkpoint("000004", "branch-3", 70),
        checkpoint("000005", "branch-2", 90),
    )
    content = content_of(tree(empty, checkpoints=checkpoints), "step")
    assert walked(content, "", "left") == "000005", "from none to the newest"
    assert walked(content, "000005", "left") == "000002"
    assert walked(content, "000005", "left", "left") == "000001"
    assert walked(content, "000004", "left") == "000002"
    assert walked(content, "000001", "left") == "000001"
    assert walked(content, "000001", "right") == "000003"
    assert walked(content, "000001", "right", "right") == "000003"
    assert walked(content, "000001", "end") == "000003"
    assert walked(content, "000003", "home") == "000001"
    assert walked(content, "000001", "down") == "000002"
    assert walked(content, "000003", "down", "down") == "000004"
    assert walked(content, "000004", "up", "up", "up") == "000001"
    assert beside(Content(), None, "left") is None


# --- words ----------------------------------------------------------------------------------


def test_that_the_mouse_reads_everything_about_a_checkpoint(empty: Snapshot) -> None:
    then = dict(empty.hyperparameters)
    now = {**then, "learning_rate": 0.5}
    checkpoints = (
        checkpoint("000001", "main", 10, hyperparameters=then),
        checkpoint("000002", "main", 30, "best", hyperparameters=now, train_cost=0.25,
                   dev_cost=0.5, note="<b>bold</b>", saved=True, pinned=True),
    )  # fmt: skip
    content = content_of(tree(empty, checkpoints=checkpoints, entries=()), "step")
    tip = mark_tip(content, content.marks_by_id["000002"], covers=2)
    for part in (
        "Checkpoint 2", "step 30 (epoch 3.00)", "lowest dev cost", "pinned", "train cost 0.2500",
        "dev cost 0.5000", "since checkpoint 1", "learning rate", "→ 0.5", "on the disk",
        "2 more lie here", "&lt;b&gt;bold",
    ):  # fmt: skip
        assert part in tip, part
    assert "<b>bold" not in tip, "a note is text, not markup"
    unsaved = mark_tip(content, content.marks_by_id["000001"])
    assert "not on the disk yet" in unsaved
    assert "step 30, branch main, pinned, <b>bold</b>" in mark_words(
        content, content.marks_by_id["000002"]
    )


def test_that_a_note_added_later_is_read_instead(empty: Snapshot) -> None:
    entries = (
        nudge(1, "main", 20, changes={"l2": (0.0, 0.5)}, note="try", dev_cost=0.5),
        Entry(2, "note", 20, 2.0, "main", WHEN, of=1, note="it helped"),
    )
    content = content_of(tree(empty, entries=entries, checkpoints=()), "step")
    tip = mark_tip(content, content.marks_by_id[1])
    assert "it helped" in tip
    assert "“try”" not in tip
    assert "dev cost 0.5000" in tip
    assert latest_notes(entries) == {1: "it helped"}


def test_that_only_knobs_that_differ_are_named(empty: Snapshot) -> None:
    then = dict(empty.hyperparameters)
    assert knob_moves(then, then) == {}
    assert knob_moves(then, {**then, "l2": 0.5}) == {"l2": (then["l2"], 0.5)}
    assert knob_moves({}, then) == {}


# --- ticks ----------------------------------------------------------------------------------


@given(
    mode=st.sampled_from(["step", "epoch", "examples", "time"]),
    low=st.floats(0, 1e6),
    span=st.floats(0.1, 1e9),
    width=st.floats(100, 3000),
)
@settings(max_examples=100, deadline=None)
def test_that_ticks_are_in_view_evenly_apart_and_do_not_touch(
    mode: Any, low: float, span: float, width: float
) -> None:
    found = ticks(mode, (low, low + span), width)
    values = [value for value, _ in found]
    assert all(low - 1e-6 * span <= v <= low + span * (1 + 1e-6) for v in values)
    if len(values) > 1:
        gaps = [b - a for a, b in pairwise(values)]
        assert math.isclose(min(gaps), max(gaps), rel_tol=1e-6)
        assert min(gaps) / span * width > 70


def test_that_an_axis_without_extent_has_no_ticks() -> None:
    assert ticks("step", (5.0, 5.0), 300) == []
