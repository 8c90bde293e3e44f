"""The plot, used as the window and a person use it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from dllab_ui.theme import DARK, LIGHT
from dllab_ui.widgets.curve_plot import CurvePlot


def with_train(plot: CurvePlot, count: int = 1000) -> CurvePlot:
    plot.add_curve("train", "train", "train", style="raw", dense_from=1)
    plot.extend("train", None, np.linspace(2.0, 0.5, count))
    plot.refresh()
    QApplication.processEvents()
    return plot


def x_range(plot: CurvePlot) -> tuple[float, float]:
    low, high = plot.canvas.view_box.viewRange()[0]
    return float(low), float(high)


def y_range(plot: CurvePlot) -> tuple[float, float]:
    low, high = plot.canvas.view_box.viewRange()[1]
    return float(low), float(high)


def pixel(plot: CurvePlot, across: float, down: float) -> QPoint:
    """Viewport point at shares of the plot area."""
    rect = plot.canvas.view_box.sceneBoundingRect()
    at = QPointF(rect.left() + across * rect.width(), rect.top() + down * rect.height())
    return plot.canvas.mapFromScene(at)


def drag(
    plot: CurvePlot,
    start: tuple[float, float],
    end: tuple[float, float],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    view = plot.canvas.viewport()
    left = Qt.MouseButton.LeftButton
    a, b = pixel(plot, *start), pixel(plot, *end)
    QTest.mousePress(view, left, keys, a)
    for share in (0.3, 0.7, 1.0):
        _move(plot, a + (b - a) * share, keys)
    QTest.mouseRelease(view, left, keys, b)
    QApplication.processEvents()


def _move(plot: CurvePlot, at: QPoint, keys: Qt.KeyboardModifier) -> None:
    view = plot.canvas.viewport()
    place = QPointF(at)
    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, QPointF(view.mapToGlobal(at)), button, button, keys
    )
    QApplication.sendEvent(view, event)


def hover(plot: CurvePlot, across: float, down: float) -> None:
    place = plot.canvas.mapToScene(pixel(plot, across, down))
    plot.canvas.scene().sigMouseMoved.emit(place)


def wheel(plot: CurvePlot, delta: int) -> None:
    view = plot.canvas.viewport()
    at = pixel(plot, 0.5, 0.5)
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, delta),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    QApplication.processEvents()


def test_that_ranges_grow_in_steps_and_hold_everything(plot: CurvePlot) -> None:
    with_train(plot)
    ranges = set()
    for _ in range(200):
        plot.extend("train", None, np.full(10, 0.4))
        plot.refresh()
        assert x_range(plot)[1] >= plot._layer.curves["train"].series.last_step
        ranges.add(x_range(plot))
    assert len(ranges) <= 8


def test_that_a_box_zoom_stays_when_points_come(plot: CurvePlot, qtbot: QtBot) -> None:
    with_train(plot)
    with qtbot.waitSignal(plot.steps_chosen):
        drag(plot, (0.2, 0.2), (0.6, 0.7))
    zoomed = x_range(plot), y_range(plot)
    assert zoomed[0][0] > 100
    plot.extend("train", None, np.full(5000, 9.0))
    plot.refresh()
    assert (x_range(plot), y_range(plot)) == zoomed


def test_that_a_double_click_shows_the_whole_run_again(plot: CurvePlot, qtbot: QtBot) -> None:
    with_train(plot)
    whole = x_range(plot)
    drag(plot, (0.2, 0.2), (0.6, 0.7))
    assert x_range(plot) != whole
    at = pixel(plot, 0.5, 0.5)
    with qtbot.waitSignal(plot.steps_chosen) as caught:
        QTest.mouseClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseDClick(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseRelease(plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    plot.refresh()
    assert caught.args == [None]
    assert x_range(plot) == whole


def test_that_the_wheel_zooms_x_and_leaves_y(plot: CurvePlot) -> None:
    with_train(plot)
    before_x, before_y = x_range(plot), y_range(plot)
    wheel(plot, 240)
    assert x_range(plot)[1] - x_range(plot)[0] < before_x[1] - before_x[0]
    assert y_range(plot) == before_y


def test_that_a_shift_drag_moves_the_view(plot: CurvePlot) -> None:
    with_train(plot)
    before = x_range(plot)
    drag(plot, (0.6, 0.5), (0.4, 0.5), Qt.KeyboardModifier.ShiftModifier)
    after = x_range(plot)
    assert after[0] > before[0]
    assert after[1] - after[0] == pytest.approx(before[1] - before[0])


@pytest.mark.parametrize(
    ("key", "moved"),
    [
        (Qt.Key.Key_Right, lambda old, new: new[0] > old[0]),
        (Qt.Key.Key_Left, lambda old, new: new[0] < old[0]),
        (Qt.Key.Key_Plus, lambda old, new: new[1] - new[0] < old[1] - old[0]),
        (Qt.Key.Key_Minus, lambda old, new: new[1] - new[0] > old[1] - old[0]),
    ],
)
def test_that_keys_move_and_zoom(
    plot: CurvePlot, qtbot: QtBot, key: Qt.Key, moved: Callable[..., bool]
) -> None:
    with_train(plot)
    before = x_range(plot)
    QTest.keyClick(plot, key)
    assert moved(before, x_range(plot))
    with qtbot.waitSignal(plot.steps_chosen) as caught:
        QTest.keyClick(plot, Qt.Key.Key_Home)
    assert caught.args == [None]
    plot.refresh()
    assert x_range(plot) == before


def test_that_log_y_leaves_out_what_is_not_above_zero(plot: CurvePlot) -> None:
    plot.add_curve("train", "train", "train", dense_from=0)
    plot.extend("train", None, [1.0, -5.0, 0.0, 0.01, np.inf, np.nan])
    plot.set_log_y(True)
    plot.refresh()
    low, high = y_range(plot)
    assert -3 < low <= -2
    assert 0 <= high < 1
    y = plot._layer._drawn["train"].plain._picture.y
    np.testing.assert_allclose(y[np.isfinite(y)], [0.0, -2.0], atol=1e-6)


def test_that_smoothing_keeps_raw_underneath_and_catches_up(plot: CurvePlot) -> None:
    with_train(plot, 300_000)
    plot.set_smoothing(0.9)
    plot.prepare_picture()
    drawn = plot._layer._drawn["train"]
    assert drawn.plain.isVisible()
    assert drawn.smooth.isVisible()
    assert drawn.smooth.zValue() > drawn.plain.zValue()
    assert drawn.plain._pen.color().name() == LIGHT.train_raw
    assert len(plot._layer.curves["train"].smoothed) == 300_000
    plot.set_smoothing(0)
    plot.refresh()
    assert not drawn.smooth.isVisible()
    assert drawn.plain._pen.color().name() == LIGHT.train


def test_that_only_the_tail_is_repainted_while_the_view_stays(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_train(plot, 900)
    item = plot._layer._drawn["train"].plain
    seen: list[float | None] = []
    original = item.set_picture
    monkeypatch.setattr(
        item, "set_picture", lambda picture, start: (seen.append(start), original(picture, start))
    )
    plot.extend("train", None, [0.6] * 5)
    plot.refresh()
    assert seen[0] is not None
    assert seen[0] > 890
    plot.refresh()
    assert len(seen) == 1


def test_that_epochs_are_read_from_knots_and_a_zoom_keeps_its_steps(plot: CurvePlot) -> None:
    with_train(plot)
    plot.show_steps(200, 400)
    plot.set_axis("epoch", ([0, 100], [0.0, 1.0]))
    assert x_range(plot) == pytest.approx((2.0, 4.0))
    plot.set_axis_knots([100, 200], [1.0, 3.0])
    plot.set_axis("step")
    assert "epoch" in plot._all_knots
    assert len(plot._all_knots["epoch"]) == 3


def test_that_the_first_steps_can_be_left_out(plot: CurvePlot) -> None:
    plot.add_curve("train", "train", "train", dense_from=0)
    plot.extend("train", None, np.r_[np.full(10, 1000.0), np.linspace(1, 0.5, 100)])
    plot.set_ignore_first(10)
    plot.refresh()
    assert y_range(plot)[1] < 2
    assert x_range(plot)[0] == 10


def test_that_a_reference_line_is_inside_the_range(plot: CurvePlot) -> None:
    with_train(plot)
    plot.set_reference_line("human", 5.0, "human error")
    plot.refresh()
    assert y_range(plot)[1] > 5
    plot.set_reference_line("human", None)
    plot.show_whole_run()
    plot.refresh()
    assert y_range(plot)[1] < 5


def test_that_a_click_on_a_marker_selects_it(plot: CurvePlot, qtbot: QtBot) -> None:
    with_train(plot)
    plot.add_marker("n1", 500, "nudge", "α 0.001 → 0.003")
    plot.add_marker("c1", 700, "checkpoint", "before the night")
    plot.refresh()
    rect = plot.canvas.view_box.sceneBoundingRect()
    marker = plot._markers._markers["n1"]
    place = QPointF(rect.left() + plot._markers.column(marker), rect.top() + 11)
    with qtbot.waitSignal(plot.marker_selected) as caught:
        QTest.mouseClick(
            plot.canvas.viewport(), Qt.MouseButton.LeftButton, pos=plot.canvas.mapFromScene(place)
        )
    assert caught.args == ["n1"]
    with qtbot.waitSignal(plot.marker_selected) as caught:
        QTest.keyClick(plot, Qt.Key.Key_PageDown)
    assert caught.args == ["c1"]
    plot.remove_marker("c1")
    plot.select_marker("c1")
    assert plot._markers.selected is None


def test_that_the_crosshair_reads_all_curves_at_the_nearest_step(plot: CurvePlot) -> None:
    with_train(plot)
    plot.add_curve("dev", "dev", "dev", style="points")
    plot.extend("dev", [100, 600], [1.5, 0.75])
    plot.add_curve("alpha", "α", "best", style="step")
    plot.extend("alpha", [1, 700], [0.1, 0.01])
    plot.refresh()
    low, high = x_range(plot)
    hover(plot, (620 - low) / (high - low), 0.5)
    label = plot._reader.label
    assert label.isVisible()
    assert label.title.startswith("step 6")
    rows = {row.label: row.value for row in label.readings}
    assert rows["dev"] == "0.75 @ 600"
    assert rows["α"] == "0.1"
    assert "train" in rows
    plot.canvas.left_by_mouse.emit()
    assert not label.isVisible()


def test_that_a_curve_is_hidden_by_its_number(plot: CurvePlot, qtbot: QtBot) -> None:
    with_train(plot)
    with qtbot.waitSignal(plot.visibility_changed) as caught:
        QTest.keyClick(plot, Qt.Key.Key_1)
    assert caught.args == ["train", False]
    plot.refresh()
    assert not plot._layer._drawn["train"].plain.isVisible()


def test_that_ghosts_stay_out_of_the_legend(plot: CurvePlot) -> None:
    with_train(plot)
    plot.add_curve("left", "abandoned", "ghost", style="line", dense_from=400)
    assert [curve.key for curve in plot._legend._curves] == ["train"]


def test_that_a_table_holds_every_point_of_every_curve(plot: CurvePlot, tmp_path: Path) -> None:
    with_train(plot, 30_000)
    plot.add_curve("dev", "dev, all", "dev", style="points")
    plot.extend("dev", [10, 40_000], [0.123456789, 0.25])
    plot.set_axis("epoch", ([0, 100], [0, 1]))
    path = tmp_path / "cost.csv"
    plot.save_csv(path)
    rows = list(csv.reader(path.open()))
    assert rows[0] == ["step", "epoch", "train", "dev, all"]
    assert len(rows) == 1 + 30_000 + 1
    assert rows[10] == ["10", "0.1", rows[10][2], "0.123456789"]
    assert np.float32(rows[10][2]) == plot._layer.curves["train"].series.values[9]
    assert rows[-1] == ["40000", "400", "", "0.25"]


def test_that_pictures_hold_plot_and_legend(plot: CurvePlot, tmp_path: Path) -> None:
    with_train(plot)
    plot.apply_theme(DARK)
    plot.save_image(tmp_path / "cost.png")
    image = QImage(str(tmp_path / "cost.png"))
    assert image.width() == 2 * plot.canvas.width()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert {DARK.panel, DARK.train} <= colours
    plot.save_image(tmp_path / "cost.svg")
    svg = (tmp_path / "cost.svg").read_text()
    assert ">train<" in svg.replace("\n", "").replace(" <", "<")
    assert "<image" not in svg


def test_that_copying_puts_an_image_on_the_clipboard(plot: CurvePlot) -> None:
    with_train(plot)
    QTest.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert not QGuiApplication.clipboard().image().isNull()


def test_that_a_file_that_cannot_be_written_gives_a_sentence(
    plot: CurvePlot, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_train(plot)
    for kind in ("png", "csv"):
        path = tmp_path / "no such folder" / f"cost.{kind}"
        monkeypatch.setattr("dllab_ui.widgets.plot_frame.ask_path", lambda *_, p=path: p)
        with qtbot.waitSignal(plot.failed) as caught:
            plot.save_as(kind)
        assert "was not saved" in caught.args[0]


def test_that_a_table_is_written_between_other_events(
    plot: CurvePlot, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_train(plot)
    path = tmp_path / "cost.csv"
    monkeypatch.setattr("dllab_ui.widgets.plot_frame.ask_path", lambda *_: path)
    with qtbot.waitSignal(plot.saved):
        plot.save_as("csv")
    assert len(path.read_text().splitlines()) == 1001
    assert list(tmp_path.iterdir()) == [path]


def test_that_the_context_menu_opens_from_the_keyboard(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _: shown.append(menu))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(plot, event)
    texts = [action.text() for action in shown[0].actions() if action.text()]
    assert len(texts) == 5
    shown[0].close()


def test_that_nothing_is_drawn_when_nothing_changed_or_hidden(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_train(plot)
    plot.refresh()
    calls: list[int] = []
    monkeypatch.setattr(plot, "_draw", lambda: calls.append(1))
    plot.refresh()
    plot.hide()
    plot.extend("train", None, [1.0])
    plot.refresh()
    assert not calls
    plot.show()
    plot.refresh()
    assert calls


def test_that_a_second_curve_of_the_same_key_is_refused(plot: CurvePlot) -> None:
    with_train(plot)
    with pytest.raises(ValueError, match="already"):
        plot.add_curve("train", "again", "dev")


def test_that_clearing_and_removing_leave_no_picture(plot: CurvePlot) -> None:
    with_train(plot)
    plot.clear("train")
    plot.refresh()
    assert plot._layer._drawn["train"].plain._picture.x.size == 0
    plot.remove_curve("train")
    plot.refresh()
    QApplication.processEvents()
    assert plot.last_frame_ms >= 0


def test_that_a_stacked_plot_can_do_without_its_x_axis(plot: CurvePlot) -> None:
    with_train(plot)
    before = plot.canvas.view_box.height()
    plot.set_x_axis_visible(False)
    QApplication.processEvents()
    assert plot.canvas.view_box.height() > before
    plot.set_x_axis_visible(True)
    QApplication.processEvents()
    assert plot.canvas.view_box.height() == pytest.approx(before)
