"""A plot of curves on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dllab_ui.widgets.curve_plot import CurvePlot


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot("cost", "cost J")
    qtbot.addWidget(made)
    made.resize(640, 400)
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    return made
