"""The timeline dock in the real window: it shows the tree, and everything on it can be done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QFileDialog,
    QLineEdit,
    QMenu,
    QTableView,
    QTableWidget,
    QToolTip,
)
from pytestqt.qtbot import QtBot

from dllab.recipe import Recipe
from dllab.training.history import HistoryView
from dllab.training.session import Session
from dllab.training.timeline import Branch
from dllab_ui.docks.timeline import TimelinePanel
from dllab_ui.sessions.read_only_bar import REASON
from dllab_ui.theme import DARK, LIGHT, contrast
from dllab_ui.timeline.view import TimelineView
from timeline_records import checkpoint, nudge, segment
from window import LabWindow


def make_session(folder: Path | None = None) -> Session:
    """main of 100 updates with a nudge at 41, left at 80 for branch-2, which stands at 60.

    Checkpoints: 1 start, "early" at 20, a safety point at 40, "end of main" at 80.
    """
    recipe = Recipe.builtin("circles").with_values(evaluate_every=10, hidden_layers=(4,))
    session = Session.create(recipe, folder)
    session.run(steps=20)
    early = session.checkpoint(note="early")
    session.run(steps=20)
    session.nudge(l2=0.5, note="try")
    session.run(steps=40)
    session.checkpoint(note="end of main")
    session.rollback(early, note="λ too high")
    session.run(steps=40)
    session.checkpoint(note="branched")
    return session


@pytest.fixture(autouse=True)
def popups(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Menus and tooltips that would be shown; the unseen platform complains about real ones."""
    shown: list[Any] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _: shown.append(menu))
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *rest: shown.append(text))
    return shown


@pytest.fixture(scope="module")
def one_window(request: Any, tmp_path_factory: Any) -> Iterator[LabWindow]:
    """One window for all tests here: making it takes longer than most of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLLAB_SESSIONS", str(tmp_path_factory.mktemp("sessions")))
        request.getfixturevalue("qapp")
        made = LabWindow(QtBot(request))
        yield made
        made.lab.close()
        made.put_away()


@pytest.fixture
def steered(one_window: LabWindow, qtbot: QtBot) -> LabWindow:
    """The window over that session, as it was never touched."""
    one_window.qtbot = qtbot
    for open_one in one_window.window.findChildren(QDialog):
        open_one.reject()
    one_window.window.curves.controls.set_axis("step")
    one_window.start(make_session)
    one_window.until(lambda: one_window.now.step == 60 and len(one_window.now.branches) == 2)
    one_window.until(lambda: len(view(one_window).content.lanes) == 2)
    one_window.until(lambda: panel(one_window).ghosts == {"main": True})
    return one_window


def panel(lab: LabWindow) -> TimelinePanel:
    found = lab.window.panels.panels["timeline"]
    assert isinstance(found, TimelinePanel)
    return found


def view(lab: LabWindow) -> TimelineView:
    return panel(lab).view


def key_of(lab: LabWindow, note: str) -> str:
    return next(c.key for c in lab.now.checkpoints if c.note == note)


def click(lab: LabWindow, place: QPoint | None, button: Any = Qt.MouseButton.LeftButton) -> None:
    assert place is not None
    lab.qtbot.mouseClick(view(lab).viewport(), button, pos=place)


def point(lab: LabWindow, place: QPoint) -> None:
    """Move the mouse there, no button held."""
    viewport = view(lab).viewport()
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(place), QPointF(viewport.mapToGlobal(place)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(viewport, move)


def press(lab: LabWindow, key: Qt.Key) -> None:
    lab.qtbot.keyClick(view(lab), key)


def select(lab: LabWindow, note: str) -> str:
    key = key_of(lab, note)
    click(lab, view(lab).where(key))
    return key


def menu_at(lab: LabWindow, place: QPoint | None) -> QMenu:
    """The menu of a right click there."""
    assert place is not None
    viewport = view(lab).viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    return panel(lab).findChildren(QMenu, "timeline.menu")[-1]


def choose(menu: QMenu, words: str) -> None:
    """Choose the entry whose text holds these words."""
    texts = {action.text().replace("&", ""): action for action in menu.actions()}
    found = [action for text, action in texts.items() if words in text]
    assert len(found) == 1, (words, list(texts))
    assert found[0].isEnabled(), found[0].text()
    found[0].trigger()


def dialog(lab: LabWindow, name: str) -> Any:
    lab.until(lambda: lab.window.findChild(QDialog, name) is not None)
    return lab.child(QDialog, name)


# --- what is shown ----------------------------------------------------------------------------


def test_that_the_timeline_is_in_front_of_the_checkpoints_and_beside_the_journal(
    steered: LabWindow,
) -> None:
    window = steered.window
    timeline = window.panels.docks["timeline"]
    assert timeline.isVisible()
    checkpoints = steered.child(QDockWidget, "dock.checkpoints")
    journal = steered.child(QDockWidget, "dock.journal")
    assert window.tabifiedDockWidgets(timeline) == [checkpoints]
    assert journal.x() > timeline.x()
    assert abs(journal.y() - timeline.y()) < 4


def test_that_the_tree_of_the_session_is_shown(steered: LabWindow) -> None:
    content = view(steered).content
    assert [lane.branch for lane in content.lanes] == ["main", "branch-2"]
    assert [lane.current for lane in content.lanes] == [False, True]
    glyphs = {c.key: content.marks_by_id[c.key].glyph for c in steered.now.checkpoints}
    assert glyphs[key_of(steered, "early")] == "manual"
    assert set(glyphs.values()) >= {"start", "manual", "safety"}
    nudge = next(e for e in steered.now.entries if e.kind == "nudge")
    assert content.marks_by_id[nudge.id].step == 41
    view(steered).grab()


def test_that_the_ring_moves_while_training_and_nothing_else_is_done(steered: LabWindow) -> None:
    view(steered).grab()
    before = view(steered)._still
    assert before is not None
    steered.lab.run_steps(3)
    steered.until_paused(63)
    view(steered).viewport().repaint()
    assert view(steered)._still is before
    assert view(steered)._now == 63


def test_that_the_timeline_has_the_axis_of_the_curves(steered: LabWindow) -> None:
    controls = steered.window.curves.controls
    for mode, present in (
        ("epoch", steered.now.epoch), ("examples", steered.now.examples),
        ("time", steered.now.seconds), ("step", 60),
    ):  # fmt: skip
        controls.set_axis(mode)
        assert view(steered).mode == mode
        assert view(steered)._now == pytest.approx(present)
        marks = view(steered).content.marks_by_id
        info = next(c for c in steered.now.checkpoints if c.note == "branched")
        if mode == "time":
            # Between the checkpoint and the pause a little time has passed.
            assert 0 < marks[info.key].x <= present
        else:
            assert marks[info.key].x == pytest.approx(present, rel=1e-3)
        early = next(c for c in steered.now.checkpoints if c.note == "early")
        if mode == "epoch":
            assert marks[early.key].x == pytest.approx(early.epoch)


def test_that_the_timeline_follows_a_zoom_of_the_curves(steered: LabWindow) -> None:
    plot = steered.window.curves.cost
    plot.zoom_view(0.5)
    low, high = plot.canvas.view_box.viewRange()[0]
    assert view(steered)._frame.shown == (low, high)
    steered.window.curves.controls.set_axis("epoch")
    low, high = plot.canvas.view_box.viewRange()[0]
    assert view(steered)._frame.shown == pytest.approx((low, high))
    steered.trigger("whole_run")
    assert view(steered)._frame.shown[0] == 0
    assert view(steered)._frame.shown[1] >= steered.now.epoch


def test_that_a_theme_is_taken(steered: LabWindow) -> None:
    for theme in (DARK, LIGHT):
        panel(steered).apply_theme(theme)
        picture = view(steered).viewport().grab().toImage()
        assert picture.pixelColor(picture.width() - 3, 3).name() == theme.panel


def test_that_a_large_tree_is_laid_out_and_painted_in_time(steered: LabWindow) -> None:
    rng = np.random.default_rng(0)
    branches = {"main": Branch("main")}
    segments = {"main": segment("main", "", 1, 4000)}
    for number in range(20):
        name, fork = f"branch-{number + 2}", int(rng.integers(100, 3900))
        branches[name] = Branch(name, "main", fork)
        segments[name] = segment(name, "main", fork + 1, 1000)
    names = list(branches)
    reasons = ("manual", "automatic", "safety", "best", "left", "rule")
    found = [
        checkpoint(f"{i:06d}", name, int(branches[name].fork_step + rng.integers(1, 900)),
                   reasons[i % 6])
        for i, name in enumerate(names[int(n)] for n in rng.integers(0, 21, 300))
    ]  # fmt: skip
    nudges = [
        nudge(i + 1, names[i % 21], branches[names[i % 21]].fork_step + 4 * i) for i in range(200)
    ]
    big = replace(
        steered.now, branch=names[-1], branches=branches, checkpoints=tuple(found),
        entries=tuple(nudges), history=HistoryView(names[-1], segments),
    )  # fmt: skip
    steered.lab._timer.stop()
    costs = []
    for _ in range(5):
        panel(steered)._shown = ()
        # Processor time: the machine may be busy with other things.
        began = time.thread_time()
        panel(steered).show_snapshot(big)
        view(steered).viewport().repaint()
        costs.append(time.thread_time() - began)
    assert len(view(steered).content.marks) == 500
    assert min(costs) < 0.05
    began = time.thread_time()
    for _ in range(100):
        panel(steered).show_snapshot(big)
    assert (time.thread_time() - began) / 100 < 0.001
    steered.lab.hurry()


# --- mouse and selection ----------------------------------------------------------------------


def test_that_a_click_selects_on_the_curves_and_in_the_journal(steered: LabWindow) -> None:
    nudge = next(e for e in steered.now.entries if e.kind == "nudge")
    place = view(steered).where(nudge.id)
    click(steered, place)
    assert view(steered)._chosen == nudge.id
    entry = steered.window.journal.selected_entry()
    assert entry is not None
    assert entry.id == nudge.id
    # The nudge lies on the abandoned part: a line at its step, since there is no marker.
    assert all(p._markers.place == 41 for p in steered.window.curves.plots)
    key = select(steered, "branched")
    entry = next(e for e in steered.now.entries if e.checkpoint == key)
    assert all(p._markers.selected == entry.id for p in steered.window.curves.plots)
    assert all(p._markers.place is None for p in steered.window.curves.plots)


def test_that_a_journal_row_and_a_marker_select_here(steered: LabWindow) -> None:
    key = key_of(steered, "early")
    entry = next(e for e in steered.now.entries if e.checkpoint == key and e.kind == "checkpoint")
    steered.window.curves.cost.marker_selected.emit(entry.id)
    assert view(steered)._chosen == key
    nudge = next(e for e in steered.now.entries if e.kind == "nudge")
    row = steered.window.journal.model.row_of(nudge.id)
    steered.window.journal.view.selectRow(row)
    assert view(steered)._chosen == nudge.id
    start = next(e for e in steered.now.entries if e.kind == "start")
    steered.window.journal.view.selectRow(steered.window.journal.model.row_of(start.id))
    assert view(steered).chosen is None or view(steered).chosen.step == 0


def test_that_the_mouse_reads_a_checkpoint_a_branch_and_a_box(
    steered: LabWindow, popups: list[Any]
) -> None:
    key = key_of(steered, "early")
    place = view(steered).where(key)
    assert place is not None
    point(steered, place)
    assert view(steered)._hovered is not None
    assert view(steered)._hovered.key == key
    view(steered).viewport().repaint()
    assert "step 20" in popups[-1]
    assert "early" in popups[-1]
    box = view(steered).where_box("main")
    assert box is not None
    assert "Hide the ghost of “main”" in view(steered).tip(view(steered).hit_at(box))
    label = QPoint(20, box.y())
    tip = view(steered).tip(view(steered).hit_at(label))
    assert "λ too high" in tip
    assert "left at step 80" in tip


def test_that_a_box_hides_and_shows_the_ghost(steered: LabWindow) -> None:
    curves = steered.window.curves.cost._layer.curves
    assert "train_cost of main" in curves
    click(steered, view(steered).where_box("main"))
    assert "train_cost of main" not in curves
    assert panel(steered).ghosts == {"main": False}
    click(steered, view(steered).where_box("main"))
    ghost = curves["train_cost of main"]
    assert (ghost.series.first_step, ghost.series.last_step) == (21, 80)
    assert "λ too high" in ghost.tip


def test_that_the_branch_under_the_mouse_or_of_the_selected_mark_stands_out_on_the_curves(
    steered: LabWindow,
) -> None:
    ghost = steered.window.curves.cost._layer.curves["train_cost of main"]
    pen = steered.window.curves.cost._layer._drawn[ghost.key].plain._pen
    box = view(steered).where_box("main")
    faint = pen.color().name()
    point(steered, QPoint(20, box.y()))
    lit = steered.window.curves.cost._layer._drawn[ghost.key].plain._pen.color().name()
    assert contrast(lit, LIGHT.panel) > 2 * contrast(faint, LIGHT.panel)
    QApplication.sendEvent(view(steered), QEvent(QEvent.Type.Leave))
    assert ghost.role == "ghost"
    select(steered, "end of main")
    assert ghost.role == "muted", "the selected checkpoint is on it"
    click(steered, view(steered).where_box("main"))
    click(steered, view(steered).where_box("main"))
    again = steered.window.curves.cost._layer.curves["train_cost of main"]
    assert (again.role, again.in_legend) == ("muted", False)
    view(steered).select(None)
    point(steered, QPoint(5, 5))
    assert again.role == "ghost"


def test_that_a_hidden_ghost_stays_hidden_on_another_branch(steered: LabWindow) -> None:
    click(steered, view(steered).where_box("main"))
    steered.lab.rollback(key_of(steered, "early"), note="again")
    steered.until(lambda: steered.now.branch == "branch-3")
    steered.until(lambda: panel(steered).ghosts == {"main": False, "branch-2": True})
    curves = steered.window.curves.cost._layer.curves
    assert "train_cost of main" not in curves
    assert "train_cost of branch-2" in curves


def test_that_a_double_click_asks_for_the_rollback(steered: LabWindow) -> None:
    key = key_of(steered, "early")
    place = view(steered).where(key)
    steered.qtbot.mouseDClick(view(steered).viewport(), Qt.MouseButton.LeftButton, pos=place)
    found = dialog(steered, "dialog.rollback")
    assert found.choice.currentData() == key
    found.reject()


# --- keys -------------------------------------------------------------------------------------


def test_that_keys_walk_select_and_roll_back(steered: LabWindow) -> None:
    view(steered).setFocus()
    press(steered, Qt.Key.Key_Right)
    assert view(steered).chosen is not None
    assert view(steered).chosen.key == max(c.key for c in steered.now.checkpoints)
    press(steered, Qt.Key.Key_Home)
    press(steered, Qt.Key.Key_Left)
    assert view(steered)._chosen == key_of(steered, "early"), "left of a branch lies its fork"
    assert "checkpoint 2" in view(steered).accessibleDescription()
    press(steered, Qt.Key.Key_Return)
    found = dialog(steered, "dialog.rollback")
    assert found.choice.currentData() == key_of(steered, "early")
    steered.qtbot.keyClick(found, Qt.Key.Key_Return)
    steered.until(lambda: steered.now.branch == "branch-3")
    assert steered.now.step == 20
    steered.until(lambda: len(view(steered).content.lanes) == 3)


def test_that_f2_renames_the_branch_of_the_selected_checkpoint(steered: LabWindow) -> None:
    select(steered, "end of main")
    press(steered, Qt.Key.Key_F2)
    found = dialog(steered, "dialog.rename")
    field = found.findChild(QLineEdit, "rename.text")
    steered.qtbot.keyClicks(field, "too much L2")
    steered.qtbot.keyClick(field, Qt.Key.Key_Return)
    steered.until(lambda: steered.now.branches["main"].title == "too much L2")
    steered.until(lambda: view(steered).content.lanes[0].label == "too much L2")
    ghost = steered.window.curves.cost._layer.curves["train_cost of main"]
    steered.until(lambda: "too much L2" in ghost.tip)


def test_that_the_menu_key_opens_the_menu_of_the_selected_checkpoint(steered: LabWindow) -> None:
    select(steered, "early")
    press(steered, Qt.Key.Key_Menu)
    menu = panel(steered).findChildren(QMenu, "timeline.menu")[-1]
    assert "Roll back to here" in menu.actions()[0].text().replace("&", "")


# --- the menu ---------------------------------------------------------------------------------


def test_that_the_menu_continues_a_branch(steered: LabWindow) -> None:
    choose(menu_at(steered, view(steered).where(key_of(steered, "end of main"))), "Continue “main”")
    steered.until(lambda: steered.now.branch == "main")
    assert steered.now.step == 80
    steered.until(lambda: view(steered).content.lanes[0].current)
    steered.until(lambda: panel(steered).ghosts == {"branch-2": True})
    menu = menu_at(steered, view(steered).where(key_of(steered, "end of main")))
    assert any("is the present branch" in a.text() and not a.isEnabled() for a in menu.actions())


def test_that_the_menu_pins_and_lets_go(steered: LabWindow) -> None:
    key = key_of(steered, "branched")
    choose(menu_at(steered, view(steered).where(key)), "Pin: keep")
    steered.until(lambda: next(c for c in steered.now.checkpoints if c.key == key).pinned)
    steered.until(lambda: view(steered).content.marks_by_id[key].pinned)
    choose(menu_at(steered, view(steered).where(key)), "Unpin")
    steered.until(lambda: not next(c for c in steered.now.checkpoints if c.key == key).pinned)


def test_that_the_menu_adds_a_note_that_is_a_ledger_entry(steered: LabWindow) -> None:
    key = key_of(steered, "early")
    entry = next(e for e in steered.now.entries if e.checkpoint == key and e.kind == "checkpoint")
    choose(menu_at(steered, view(steered).where(key)), "Note")
    found = dialog(steered, "dialog.note")
    assert found.field.text() == "early"
    found.field.setText("a good place")
    steered.qtbot.keyClick(found.field, Qt.Key.Key_Return)
    steered.until(lambda: any(e.kind == "note" for e in steered.now.entries))
    note = next(e for e in steered.now.entries if e.kind == "note")
    assert (note.of, note.note) == (entry.id, "a good place")
    mark = view(steered).content.marks_by_id[key]
    steered.until(lambda: view(steered).content.note_of(mark) == "a good place")


def test_that_knobs_are_compared_with_now_and_copied(steered: LabWindow) -> None:
    choose(menu_at(steered, view(steered).where(key_of(steered, "end of main"))), "Compare knobs")
    found = dialog(steered, "dialog.compare_knobs")
    table = found.findChild(QTableWidget, "compare_knobs.table")
    assert [table.item(0, column).text() for column in range(4)][1:] == ["0.5", "off", "changed"]
    assert table.item(1, 3).text() == ""
    assert "1 of" in found.head.text()
    found.copy_table()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "knob\tthen\tnow\tdiffers"
    assert lines[1].endswith("0.5\toff\tchanged")
    assert len(lines) == table.rowCount() + 1
    found.reject()


def test_that_the_menu_saves_a_checkpoint_as_a_file(steered: LabWindow, tmp_path: Path) -> None:
    key, file = key_of(steered, "early"), tmp_path / "early.h5"
    choose(menu_at(steered, view(steered).where(key)), "Save as")
    found = steered.child(QFileDialog, "dialog.save_checkpoint")
    found.fileSelected.emit(str(file))
    found.reject()
    steered.until(file.exists)
    with Session.open(file) as session:
        assert session.step == 20


def test_that_what_is_needed_cannot_be_deleted_and_the_menu_says_why(steered: LabWindow) -> None:
    menu = menu_at(steered, view(steered).where(key_of(steered, "early")))
    last = next(a for a in menu.actions() if a.text().startswith("Delete"))
    assert not last.isEnabled()
    assert "checkpoint 2" in last.text()
    select(steered, "early")
    press(steered, Qt.Key.Key_Delete)
    assert steered.window.findChild(QDialog, "dialog.delete_checkpoint") is None


def test_that_what_nothing_needs_is_deleted_after_one_question(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    # A window of its own: the session has files and a thread that writes them.
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_Delete):
        press(lab_window, key)
    view(lab_window).grab()
    lab_window.start(lambda: make_session(tmp_path / "s"))
    lab_window.until(lambda: len(view(lab_window).content.lanes) == 2)
    lab_window.until(lambda: all(c.saved for c in lab_window.now.checkpoints))
    key = next(c.key for c in lab_window.now.checkpoints if c.reason == "safety")
    view(lab_window).select(key)
    view(lab_window).setFocus()
    press(lab_window, Qt.Key.Key_Delete)
    found = dialog(lab_window, "dialog.delete_checkpoint")
    assert str(tmp_path / "s" / "trash") in found.sentence.text()
    assert not found.ok.isDefault(), "Enter must not delete"
    lab_window.qtbot.mouseClick(found.ok, Qt.MouseButton.LeftButton)
    lab_window.until(lambda: key not in {c.key for c in lab_window.now.checkpoints})
    lab_window.until(lambda: view(lab_window).content.mark(key) is None)
    lab_window.until((tmp_path / "s" / "trash" / f"{key}.h5").exists)


def test_that_the_menu_of_a_nudge_goes_back_to_before_it(steered: LabWindow) -> None:
    nudge = next(e for e in steered.now.entries if e.kind == "nudge")
    choose(menu_at(steered, view(steered).where(nudge.id)), "just before this (step 40")
    found = dialog(steered, "dialog.rollback")
    target = next(c for c in steered.now.checkpoints if c.key == found.choice.currentData())
    assert (target.branch, target.step) == ("main", 40)
    found.reject()


def test_that_all_ghosts_go_and_come_from_the_empty_ground(steered: LabWindow) -> None:
    ground = QPoint(view(steered).viewport().width() - 4, 100)
    choose(menu_at(steered, ground), "Hide all ghosts")
    assert panel(steered).ghosts == {"main": False}
    choose(menu_at(steered, ground), "Show all ghosts")
    assert panel(steered).ghosts == {"main": True}


def test_that_the_menu_says_what_the_marks_mean(steered: LabWindow) -> None:
    menu = menu_at(steered, QPoint(view(steered).viewport().width() - 4, 100))
    legend = menu.findChild(QMenu, "timeline.menu.legend")
    assert legend is not None
    assert len(legend.actions()) == 10


def test_that_another_session_starts_with_an_empty_timeline(steered: LabWindow) -> None:
    select(steered, "early")
    recipe = Recipe.builtin("circles").with_values(hidden_layers=(5,))
    steered.start(lambda: Session.create(recipe, None))
    steered.until(lambda: [lane.branch for lane in view(steered).content.lanes] == ["main"])
    assert view(steered).chosen is None
    steered.until(lambda: panel(steered).ghosts == {})


def test_that_a_read_only_session_can_be_looked_at_and_no_more(steered: LabWindow) -> None:
    steered.lab._timer.stop()
    panel(steered)._snapshot = replace(steered.now, read_only=True)
    menu = menu_at(steered, view(steered).where(key_of(steered, "branched")))
    allowed = {a.text().replace("&", "") for a in menu.actions() if a.isEnabled() and a.text()}
    assert allowed == {"Compare knobs with now …", "Save as …", "What the marks mean"}
    steered.lab.hurry()


@pytest.mark.parametrize(
    ("where", "key"),
    [
        ("timeline", Qt.Key.Key_Return),
        ("timeline", Qt.Key.Key_F2),
        ("timeline", Qt.Key.Key_Delete),
        ("journal", Qt.Key.Key_Return),
        ("journal", Qt.Key.Key_F2),
    ],
)
def test_that_keys_of_a_read_only_session_say_why_they_do_nothing(
    steered: LabWindow, where: str, key: Qt.Key
) -> None:
    lab, journal = steered.lab, steered.window.journal
    steered.window.activateWindow()
    steered.until(steered.window.isActiveWindow)
    lab._timer.stop()
    lab.latest = panel(steered)._snapshot = journal._snapshot = replace(steered.now, read_only=True)
    if where == "timeline":
        view(steered).select(key_of(steered, "branched"))
        steered.qtbot.keyClick(view(steered), key)
    else:
        nudged = next(e for e in steered.now.entries if e.kind == "nudge")
        journal.select_entry(nudged.id)
        journal.view.setFocus()
        steered.until(journal.view.hasFocus)
        steered.qtbot.keyClick(journal.view, key)
    assert steered.window.findChildren(QDialog) == []
    assert steered.window.status.message.whole == REASON
    lab.hurry()


# --- the journal and the markers, over the same ledger ----------------------------------------


def dialog_gone(lab: LabWindow, found: Any) -> None:
    """Close a dialog and have the keys again."""
    name = found.objectName()
    found.reject()
    lab.until(lambda: lab.window.findChild(QDialog, name) is None)
    lab.window.activateWindow()
    lab.until(lab.window.isActiveWindow)


def test_that_the_journal_is_searched_by_key(steered: LabWindow) -> None:
    journal, table = steered.window.journal, steered.child(QTableView, "journal.table")
    steered.window.activateWindow()
    steered.until(steered.window.isActiveWindow)
    steered.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    search = steered.child(QLineEdit, "journal.search")
    steered.until(search.hasFocus)
    steered.qtbot.keyClicks(search, "l2 ")
    entries = [journal.model.entry(row) for row in journal.rows_shown()]
    assert [entry.kind for entry in entries if entry] == ["nudge"]
    # Typed, not heeded as the action of that key.
    steered.qtbot.keyClicks(search, "e")
    assert search.text() == "l2 e"
    steered.qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    steered.qtbot.keyClick(search, Qt.Key.Key_Escape)
    steered.until(table.hasFocus)
    assert journal.shown.rowCount() == journal.model.rowCount()


def test_that_a_row_is_noted_and_gone_back_before_by_key(steered: LabWindow) -> None:
    journal, table = steered.window.journal, steered.child(QTableView, "journal.table")
    steered.key(Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert steered.window.findChild(QDialog, "dialog.rollback") is None
    steered.trigger("rollback_before")
    assert "Select a nudge" in steered.window.status.message._whole
    nudge = next(e for e in steered.now.entries if e.kind == "nudge")
    journal.select_entry(nudge.id)
    steered.qtbot.keyClick(table, Qt.Key.Key_F2)
    note = dialog(steered, "dialog.note")
    assert note.field.text() == "try"
    note.field.setText("it helped")
    steered.qtbot.keyClick(note.field, Qt.Key.Key_Return)
    steered.until(lambda: journal.model.note(nudge) == "it helped")
    assert [e.note for e in steered.now.entries if e.of == nudge.id and e.kind == "note"] == [
        "it helped"
    ]
    steered.qtbot.keyClick(table, Qt.Key.Key_Return)
    back = dialog(steered, "dialog.rollback")
    target = next(c for c in steered.now.checkpoints if c.key == back.choice.currentData())
    assert (target.branch, target.step) == ("main", 40)
    dialog_gone(steered, back)
    # By its own key, from the selection that curves and timeline share.
    steered.key(Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    back = dialog(steered, "dialog.rollback")
    assert back.choice.currentData() == target.key
    dialog_gone(steered, back)


def test_that_the_journal_is_exported_from_the_window(steered: LabWindow, tmp_path: Path) -> None:
    steered.window.journal.bar.export.click()
    found = steered.child(QFileDialog, "dialog.export_journal")
    found.fileSelected.emit(str(tmp_path / "all.csv"))
    found.reject()
    lines = (tmp_path / "all.csv").read_text("utf-8").splitlines()
    assert len(lines) == steered.window.journal.model.rowCount() + 1


def test_that_a_marker_has_the_way_back_and_the_note_in_its_menu(steered: LabWindow) -> None:
    plot, key = steered.window.curves.cost, key_of(steered, "branched")
    entry = next(e for e in steered.now.entries if e.checkpoint == key and e.kind == "checkpoint")
    steered.until(lambda: entry.id in plot._markers)
    plot.draw()
    box = plot.canvas.view_box
    scene = box.mapToScene(QPointF(plot._markers.column(plot._markers._markers[entry.id]), 11.0))
    menu = QMenu(plot)
    menu.addAction("Whole run")
    plot.fill_menu(menu, plot.canvas.mapTo(plot, plot.canvas.mapFromScene(scene)))
    texts = [action.text() for action in menu.actions()]
    assert texts[0].startswith("Roll back to just before this (step 60, 0 steps")
    assert texts[1:] == ["Note …", "", "Whole run"]
    assert view(steered)._chosen == key
    menu.actions()[0].trigger()
    dialog_gone(steered, dialog(steered, "dialog.rollback"))
    elsewhere = QMenu(plot)
    plot.fill_menu(elsewhere, plot.rect().bottomRight())
    assert elsewhere.actions() == []


def test_that_undoing_a_continuation_goes_back_to_where_one_was(steered: LabWindow) -> None:
    steered.lab.continue_branch("main")
    steered.until(lambda: steered.now.branch == "main")
    steered.trigger("undo")
    steered.until(lambda: steered.now.branch == "branch-3")
    assert steered.now.step == 60
    assert steered.now.branches["branch-3"].parent == "branch-2"
