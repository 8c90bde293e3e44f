"""The page of moving averages shows what the engine averages."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab.surfaces.average_trials import AVERAGE_TRIALS
from dllab.surfaces.averages import moving_averages, weights
from dllab.surfaces.series import SERIES
from dllab_ui import theme as themes
from dllab_ui.surfaces.averages_page import AveragesPage
from dllab_ui.surfaces.window import SurfacesWindow
from dllab_ui.theme import LIGHT


@pytest.fixture
def averages(qtbot: QtBot, qapp: QApplication) -> AveragesPage:
    themes.apply(qapp, "light")
    made = AveragesPage()
    made.apply_theme(LIGHT)
    qtbot.addWidget(made)
    made.resize(1240, 720)
    made.show()
    settle(qtbot, made)
    return made


def settle(qtbot: QtBot, page: AveragesPage) -> None:
    qtbot.waitUntil(lambda: not page._soon.isActive())


def drawn(page: AveragesPage, key: str) -> list[float]:
    return list(page.curves._layer.curves[key].series.values)


def type_beta(qtbot: QtBot, page: AveragesPage, text: str) -> None:
    page.controls.beta.edit.setFocus()
    page.controls.beta.edit.selectAll()
    QTest.keyClicks(page.controls.beta.edit, text)
    QTest.keyClick(page.controls.beta.edit, Qt.Key.Key_Return)
    settle(qtbot, page)


def test_that_beta_changes_curve_weights_note_and_numbers(
    averages: AveragesPage, qtbot: QtBot
) -> None:
    values = SERIES["temperatures"].make(1)
    assert drawn(averages, "values") == values.tolist()
    for text in ("0.9", "0.98"):
        type_beta(qtbot, averages, text)
        expected = moving_averages(values, float(text))
        assert drawn(averages, "corrected") == expected.corrected.tolist()
        label = averages.curves._layer.curves["corrected"].label
        assert label == f"v/(1−βᵗ), β = {text}"
        points = round(1 / (1 - float(text)))
        assert averages.controls.beta._note.text() == f"averages ≈ {points} days"
        shown = list(averages.weights._layer.curves["weights"].series.values)
        assert shown == weights(float(text), 4 * points).tolist()
        assert f">{expected.plain[0]:.3f}<" in averages.controls.numbers.text()


def test_that_the_curve_follows_the_hand_while_it_drags(
    averages: AveragesPage, qtbot: QtBot
) -> None:
    before = drawn(averages, "corrected")
    averages.controls.beta.slider.setSliderDown(True)
    averages.controls.beta.slider.setSliderPosition(800)
    settle(qtbot, averages)
    assert drawn(averages, "corrected") != before
    averages.controls.beta.slider.setSliderDown(False)


def test_that_the_start_up_bias_is_seen_with_v_beside_its_correction(
    averages: AveragesPage, qtbot: QtBot
) -> None:
    row = next(i for i, t in enumerate(AVERAGE_TRIALS) if t.plain)
    averages.trials.names.setCurrentRow(row)
    settle(qtbot, averages)
    assert averages.controls.plain.isChecked()
    plain, corrected = drawn(averages, "plain"), drawn(averages, "corrected")
    assert corrected[0] == pytest.approx(drawn(averages, "values")[0])
    assert plain[0] == pytest.approx(0.02 * corrected[0])
    assert len(plain) == 100
    averages.controls.first.setChecked(False)
    averages.controls.plain.setChecked(False)
    settle(qtbot, averages)
    assert "plain" not in averages.curves._layer.curves
    assert len(drawn(averages, "corrected")) == 365


def test_that_every_trial_sets_the_controls(averages: AveragesPage, qtbot: QtBot) -> None:
    for row, trial in enumerate(AVERAGE_TRIALS):
        averages.trials.names.setCurrentRow(row)
        settle(qtbot, averages)
        assert averages.controls.series.key == trial.series
        assert averages.controls.beta.value == trial.beta
        assert trial.see in averages.trials.page.toPlainText()
        for beta, box in averages.controls.compared.items():
            assert box.isChecked() == (beta in trial.compared)
            if box.isChecked():
                expected = moving_averages(averages.values, beta).corrected
                assert drawn(averages, f"beta {beta:g}")[-1] == pytest.approx(expected[-1])


def test_that_another_seed_is_another_series(averages: AveragesPage, qtbot: QtBot) -> None:
    before = drawn(averages, "values")
    averages.controls.again.click()
    settle(qtbot, averages)
    assert drawn(averages, "values") == SERIES["temperatures"].make(2).tolist() != before


def test_that_axes_and_crosshair_speak_of_the_series(averages: AveragesPage, qtbot: QtBot) -> None:
    for key, series in SERIES.items():
        averages.controls.choice.setCurrentIndex(averages.controls.choice.findData(key))
        settle(qtbot, averages)
        assert averages.curves.canvas.bottom.labelText == f"{series.of} t"
        assert averages.curves.canvas.left.labelText == series.label
        assert averages.curves._reader.noun == series.of
        assert averages.controls.about.text() == series.about


def test_that_an_impossible_beta_is_refused_in_words(averages: AveragesPage, qtbot: QtBot) -> None:
    for text in ("1", "0.9995", "abc"):
        type_beta(qtbot, averages, text)
        assert "from 0 to 0.999" in averages.controls.beta._status.text()
        assert averages.controls.beta.value == 0.9


def test_that_beta_0_is_the_series_itself(averages: AveragesPage, qtbot: QtBot) -> None:
    type_beta(qtbot, averages, "0")
    assert drawn(averages, "corrected") == drawn(averages, "values")
    assert np.isfinite(averages.averaged.plain).all()


def test_that_the_numbers_fit_their_column(averages: AveragesPage, qtbot: QtBot) -> None:
    for row in range(len(AVERAGE_TRIALS)):
        averages.trials.names.setCurrentRow(row)
        settle(qtbot, averages)
        assert averages.controls.numbers.sizeHint().width() <= averages.controls.numbers.width()


def test_that_keys_for_playing_do_nothing_while_the_surfaces_are_not_shown(qtbot: QtBot) -> None:
    window = SurfacesWindow()
    qtbot.addWidget(window)
    window.tabs.setCurrentWidget(window.averages)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    before = window.surfaces.player.step
    window.averages.curves.setFocus()
    QTest.keyClick(window.averages.curves, Qt.Key.Key_Comma)
    assert window.surfaces.player.step == before
