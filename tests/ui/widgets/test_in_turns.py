"""Work in pieces, with the event loop between them."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab_ui.widgets.in_turns import InTurns
from dllab_ui.widgets.one_shot import one_shot
from window import PATIENCE, LabWindow


def log_of(pieces: int) -> tuple[QObject, list[int], InTurns]:
    parent, done = QObject(), list[int]()
    turns = InTurns(parent, *(lambda number=n: done.append(number) for n in range(pieces)))
    return parent, done, turns


def test_that_every_piece_is_done_once_and_in_order(qtbot: QtBot) -> None:
    _parent, done, turns = log_of(3)
    turns.start()
    turns.start()
    assert done == []
    assert turns.under_way
    qtbot.waitUntil(lambda: not turns.under_way)
    assert done == [0, 1, 2]


def test_that_something_else_gets_its_turn_between_two_pieces(qtbot: QtBot) -> None:
    parent, done, turns = log_of(3)
    seen = list[int]()
    tick = one_shot(parent, lambda: (seen.append(len(done)), tick.start()))
    tick.start()
    turns.start()
    qtbot.waitUntil(lambda: not turns.under_way)
    tick.stop()
    assert {0, 1, 2} <= set(seen)


def test_that_a_start_during_a_round_brings_one_more_round(qtbot: QtBot) -> None:
    _parent, done, turns = log_of(3)
    turns.start()
    qtbot.waitUntil(lambda: len(done) == 1)
    for _ in range(5):
        turns.start()
    qtbot.waitUntil(lambda: not turns.under_way)
    assert done == [0, 1, 2, 0, 1, 2]


def test_that_finishing_does_the_whole_round_at_once(qtbot: QtBot) -> None:
    _parent, done, turns = log_of(2)
    turns.start()
    turns.finish()
    assert done == [0, 1]
    assert not turns.under_way


def test_that_each_plot_is_painted_before_the_next_one_draws(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    lab_window.create(tmp_path / "run", epochs=1_000_000)
    curves = lab_window.window.curves
    happened = list[str]()

    def watch(name: str) -> None:
        plot = getattr(curves, name)
        draw, paint = plot._draw, plot.canvas.paintEvent
        plot._draw = lambda: (happened.append(f"draw {name}"), draw())
        plot.canvas.paintEvent = lambda event: (happened.append(f"paint {name}"), paint(event))

    lab_window.lab.run()
    lab_window.until_step(20)
    for name in ("cost", "error"):
        watch(name)
    # As somebody does who works with it: else a slow machine draws seldom.
    lab_window.qtbot.waitUntil(
        lambda: (lab_window.lab.hurry(), happened.count("draw error") > 3)[1], timeout=PATIENCE
    )
    assert ("draw cost", "draw error") not in pairwise(happened)


def test_that_all_rounds_of_the_program_take_turns(qtbot: QtBot) -> None:
    happened = list[str]()
    parent = QObject()
    tick = one_shot(parent, lambda: (happened.append("tick"), tick.start()), 1)
    rounds = [InTurns(parent, *[lambda: happened.append("piece")] * 3) for _ in range(2)]
    tick.start()
    for each in rounds:
        each.start()
    qtbot.waitUntil(lambda: happened.count("piece") == 6)
    tick.stop()
    assert ("piece", "piece") not in pairwise(happened)


def test_that_a_piece_that_changed_nothing_is_not_waited_for(qtbot: QtBot) -> None:
    happened = list[int]()

    def piece(number: int) -> bool:
        happened.append(number)
        return False

    turns = InTurns(parent := QObject(), *(partial(piece, number) for number in range(3)))
    free = InTurns._free_at
    turns.start()
    qtbot.waitUntil(lambda: not turns.under_way)
    assert happened == [0, 1, 2]
    assert InTurns._free_at == free
    del parent


def test_that_a_click_has_its_turn_between_drawing_a_plot_and_painting_it(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    lab_window.create(tmp_path / "run")
    plot, happened = lab_window.window.curves.cost, list[str]()
    QApplication.processEvents()
    draw, paint = plot._draw, plot.canvas.paintEvent
    plot._draw = lambda: (draw(), happened.append("draw"), tick.start())
    plot.canvas.paintEvent = lambda event: (happened.append("paint"), paint(event))
    tick = one_shot(plot, lambda: happened.append("tick"))
    plot.extend("train_cost", None, [0.5] * 50)
    plot.refresh(show_later=True)
    lab_window.qtbot.waitUntil(lambda: "paint" in happened)
    assert happened[:3] == ["draw", "tick", "paint"]


def test_that_a_plot_is_painted_once_for_new_points_that_change_its_ranges(
    lab_window: LabWindow, tmp_path: Path
) -> None:
    """The range, its transformation and the curves were painted one after the other."""
    lab_window.create(tmp_path / "run")
    plot, painted = lab_window.window.curves.cost, list[bool]()
    QApplication.processEvents()
    paint, before = plot.canvas.paintEvent, plot.canvas.view_box.viewRange()
    plot.canvas.paintEvent = lambda event: (painted.append(True), paint(event))
    plot.extend("train_cost", None, [9.5] * 5000)
    plot.refresh(show_later=True)
    lab_window.qtbot.waitUntil(lambda: bool(painted))
    for _ in range(5):
        QApplication.processEvents()
    assert plot.canvas.view_box.viewRange() != before
    assert painted == [True]


def test_that_a_piece_that_fails_stops_neither_the_others_nor_the_next_round(
    qtbot: QtBot,
) -> None:
    happened = list[str]()

    def failing() -> None:
        happened.append("failing")
        if happened.count("failing") == 1:
            raise RuntimeError("once")

    parent = QObject()
    turns = InTurns(parent, failing, lambda: happened.append("other"))
    turns.start()
    with qtbot.captureExceptions() as exceptions:
        qtbot.waitUntil(lambda: not turns.under_way)
    assert [str(error) for _, error, _ in exceptions] == ["once"]
    turns.start()
    qtbot.waitUntil(lambda: not turns.under_way)
    assert happened == ["failing", "other"] * 2
