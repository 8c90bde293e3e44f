"""The slider, its field, its buttons, and the scales behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab_ui.widgets.log_slider import ScaledSlider
from dllab_ui.widgets.scales import Scale

ALPHA = Scale("log", 1e-6, 10)
BETA = Scale("one-minus-log", 0, 0.9999)
LAMBDA = Scale("log", 1e-6, 10, allow_off=True)
KEEP = Scale("linear", 0.1, 1, decimals=2)


@pytest.fixture
def alpha(qtbot: QtBot) -> ScaledSlider:
    made = ScaledSlider(
        "learning_rate", "α", 1e-6, 10, 0.001, "log", help_text="step size", quick_buttons=True
    )
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize("scale", [ALPHA, BETA, LAMBDA, KEEP])
@given(position=st.floats(0, 1))
def test_that_every_position_is_an_allowed_value_near_itself(scale: Scale, position: float) -> None:
    value = scale.value(position)
    assert scale.contains(value)
    if value:
        assert scale.position(value) == pytest.approx(position, abs=0.01)


def test_that_the_ends_are_the_ends() -> None:
    for scale in (ALPHA, BETA, KEEP):
        assert scale.value(0) == scale.low
        assert scale.value(1) == scale.high
    assert LAMBDA.value(0) == 0.0
    assert LAMBDA.position(0.0) == 0.0


@pytest.mark.parametrize(
    ("scale", "value", "text"),
    [
        (ALPHA, 0.001, "0.001"),
        (ALPHA, 3e-5, "3e-05"),
        (ALPHA, 10.0, "10"),
        (BETA, 0.9995, "0.9995"),
        (LAMBDA, 0.0, "off"),
        (KEEP, 0.8, "0.8"),
    ],
)
def test_that_values_are_written_short(scale: Scale, value: float, text: str) -> None:
    assert scale.text(value) == text


def test_that_multiplying_respects_scale_and_off() -> None:
    assert ALPHA.multiplied(8.0, 2) == 10
    assert BETA.multiplied(0.9, 2) == pytest.approx(0.95)
    assert LAMBDA.multiplied(0.0, 2) == 1e-6
    assert LAMBDA.multiplied(1e-6, 0.5) == 0.0


@pytest.mark.parametrize(("kind", "low", "high"), [("log", 0, 1), ("one-minus-log", 0, 1)])
def test_that_an_impossible_scale_is_refused(kind: str, low: float, high: float) -> None:
    with pytest.raises(ValueError, match=r"no .* scale"):
        Scale(kind, low, high)


def test_that_dragging_changes_and_releasing_chooses(alpha: ScaledSlider, qtbot: QtBot) -> None:
    alpha.slider.setSliderDown(True)
    with qtbot.waitSignal(alpha.value_changing), qtbot.assertNotEmitted(alpha.value_chosen):
        alpha.slider.setSliderPosition(600)
    dragged = alpha.value
    alpha.set_value(5.0)
    assert alpha.value == dragged
    with qtbot.waitSignal(alpha.value_chosen) as caught:
        alpha.slider.setSliderDown(False)
    assert caught.args == [pytest.approx(dragged)]


@pytest.mark.parametrize(
    ("key", "up"),
    [
        (Qt.Key.Key_Right, True),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_PageUp, True),
        (Qt.Key.Key_PageDown, False),
        (Qt.Key.Key_End, True),
        (Qt.Key.Key_Home, False),
    ],
)
def test_that_a_key_step_chooses(alpha: ScaledSlider, qtbot: QtBot, key: Qt.Key, up: bool) -> None:
    with qtbot.waitSignal(alpha.value_chosen) as caught:
        QTest.keyClick(alpha.slider, key)
    assert (caught.args[0] > 0.001) == up
    assert alpha.edit.text() == alpha.scale.text(caught.args[0])


@pytest.mark.parametrize(("typed", "value"), [("3e-4", 3e-4), (" 0,02 ", 0.02), ("10", 10.0)])
def test_that_a_typed_value_is_chosen_exactly(
    alpha: ScaledSlider, qtbot: QtBot, typed: str, value: float
) -> None:
    alpha.edit.selectAll()
    QTest.keyClicks(alpha.edit, typed)
    with qtbot.waitSignal(alpha.value_chosen) as caught:
        QTest.keyClick(alpha.edit, Qt.Key.Key_Return)
    assert caught.args == [value]
    assert alpha.value == value


@pytest.mark.parametrize("typed", ["abc", "11", "-1", "nan", "inf", "0", ""])
def test_that_a_bad_value_is_refused_with_the_range_and_the_old_one_stands(
    alpha: ScaledSlider, qtbot: QtBot, typed: str
) -> None:
    alpha.edit.selectAll()
    QTest.keyClick(alpha.edit, Qt.Key.Key_Delete)
    QTest.keyClicks(alpha.edit, typed)
    with qtbot.waitSignal(alpha.refused) as caught, qtbot.assertNotEmitted(alpha.value_chosen):
        QTest.keyClick(alpha.edit, Qt.Key.Key_Return)
    assert "from 1e-06 to 10" in caught.args[0]
    assert "0.001 stands" in caught.args[0]
    assert alpha.edit.text() == "0.001"
    assert alpha.value == 0.001


def test_that_escape_takes_typing_back(alpha: ScaledSlider, qtbot: QtBot) -> None:
    QTest.keyClicks(alpha.edit, "7")
    with qtbot.assertNotEmitted(alpha.value_chosen):
        QTest.keyClick(alpha.edit, Qt.Key.Key_Escape)
    assert alpha.edit.text() == "0.001"


def test_that_off_can_be_typed_and_is_the_leftmost_place(qtbot: QtBot) -> None:
    made = ScaledSlider("weight_decay", "λ", 1e-6, 10, 0.1, "log", allow_off=True)
    qtbot.addWidget(made)
    made.edit.selectAll()
    QTest.keyClicks(made.edit, "off")
    QTest.keyClick(made.edit, Qt.Key.Key_Return)
    assert made.value == 0.0
    assert made.slider.value() == made.slider.minimum()
    assert made.edit.text() == "off"


@pytest.mark.parametrize(("place", "value"), [(0, 3.333e-4), (1, 5e-4), (2, 2e-3), (3, 3e-3)])
def test_that_quick_buttons_multiply(
    alpha: ScaledSlider, qtbot: QtBot, place: int, value: float
) -> None:
    with qtbot.waitSignal(alpha.value_chosen) as caught:
        QTest.mouseClick(alpha.buttons[place], Qt.MouseButton.LeftButton)
    assert caught.args[0] == pytest.approx(value, rel=1e-3)


def test_that_setting_a_value_is_silent(alpha: ScaledSlider, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(alpha.value_chosen), qtbot.assertNotEmitted(alpha.value_changing):
        alpha.set_value(0.5)
    assert alpha.edit.text() == "0.5"


def test_that_the_wheel_over_an_unfocused_slider_does_nothing(alpha: ScaledSlider) -> None:
    alpha.edit.setFocus()
    at = QPointF(alpha.slider.rect().center())
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(alpha.slider, event)
    assert alpha.value == 0.001


def test_that_status_and_note_are_shown(alpha: ScaledSlider) -> None:
    alpha.set_note("averages ≈ 10 steps")
    alpha.set_status("requested 0.003 →", "requested")
    assert alpha._status.text() == "requested 0.003 →"
    assert alpha._status.property("tone") == "accent"
    alpha.set_status("applied @ 12,840 (epoch 3.2)", "applied")
    assert alpha._status.property("tone") == "muted"
    assert alpha._note.isVisible()


def test_that_every_part_has_a_tooltip_and_a_name(alpha: ScaledSlider) -> None:
    for part in (alpha.slider, alpha.edit, *alpha.buttons):
        assert part.toolTip()
        assert part.accessibleName()
    assert "α" in alpha.slider.toolTip()
    assert "from 1e-06 to 10" in alpha.slider.toolTip()
