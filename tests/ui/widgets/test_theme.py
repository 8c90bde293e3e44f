"""Both looks: legible, complete, told apart."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QRadioButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from dllab_ui import theme as themes
from dllab_ui.theme import DARK, LIGHT, Theme, contrast, stylesheet

both = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@both
@pytest.mark.parametrize("ground", ["window", "panel", "raised"])
@pytest.mark.parametrize("role", ["text", "muted", "danger", "warning"])
def test_that_text_has_enough_contrast(theme: Theme, role: str, ground: str) -> None:
    assert contrast(theme.colour(role), theme.colour(ground)) >= 4.5


@both
def test_that_text_on_the_accent_has_enough_contrast(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.accent, theme.panel) >= 4.5


@both
def test_that_curves_stand_out_and_apart(theme: Theme) -> None:
    curves = [theme.train, theme.probe, theme.dev, theme.best]
    assert all(contrast(colour, theme.panel) >= 3 for colour in curves)
    assert all(a != b for a, b in itertools.combinations(curves, 2))


@both
def test_that_the_style_sheet_has_no_colour_left_open(theme: Theme) -> None:
    assert "$" not in stylesheet(theme)
    assert theme.accent in stylesheet(theme)


@pytest.mark.parametrize("choice", ["light", "dark", "system"])
def test_that_a_theme_fills_the_palette(qapp: QApplication, choice: themes.ThemeChoice) -> None:
    before = qapp.palette(), qapp.styleSheet()
    theme = themes.apply(qapp, choice)
    try:
        palette = qapp.palette()
        assert palette.color(QPalette.ColorRole.Window).name() == theme.window
        group = QPalette.ColorGroup.Disabled
        assert palette.color(group, QPalette.ColorRole.Text).name() == theme.disabled
        assert palette.color(QPalette.ColorRole.PlaceholderText).name() == theme.muted
    finally:
        qapp.setPalette(before[0])
        qapp.setStyleSheet(before[1])


@pytest.fixture
def in_theme(qapp: QApplication, theme: Theme) -> Iterator[Theme]:
    """The whole application in a theme, and afterwards as it was."""
    before = qapp.palette(), qapp.styleSheet()
    themes.apply(qapp, "dark" if theme.dark else "light")
    yield theme
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])


def colours_of(button: QAbstractButton, qtbot: QtBot) -> list[str]:
    """The colours of the button's picture, pixel by pixel."""
    qtbot.addWidget(button)
    button.resize(40, 24)
    image = button.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return [image.pixelColor(x, y).name() for x, y in pixels]


@both
def test_that_a_checked_box_has_a_tick(in_theme: Theme, qtbot: QtBot) -> None:
    box = QCheckBox()
    box.setChecked(True)
    colours = colours_of(box, qtbot)
    on_accent = QColor(in_theme.on_accent).lightnessF()
    ticked = [c for c in colours if abs(QColor(c).lightnessF() - on_accent) < 0.05]
    # The ground around the box may be as light as the tick, so that it does not count.
    assert len(ticked) - colours.count(in_theme.window) >= 6
    assert colours.count(in_theme.accent) > 60


@both
def test_that_a_radio_button_stands_out_of_its_ground(in_theme: Theme, qtbot: QtBot) -> None:
    plain, chosen = QRadioButton(), QRadioButton()
    chosen.setChecked(True)
    seen = [c for c in colours_of(plain, qtbot) if contrast(c, in_theme.window) >= 3]
    assert len(seen) > 10
    assert colours_of(chosen, qtbot).count(in_theme.accent) > 40


@both
def test_that_the_buttons_of_a_file_dialog_show_their_icons(in_theme: Theme, qtbot: QtBot) -> None:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    button = dialog.findChild(QToolButton, "toParentButton")
    assert isinstance(button, QToolButton)
    button.setEnabled(True)
    image = button.grab().toImage()
    seen = Counter(
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    )
    ground = seen.most_common(1)[0][0]
    assert sum(count for colour, count in seen.items() if contrast(colour, ground) >= 3) > 30


def test_that_a_role_or_a_plain_colour_can_be_asked_for() -> None:
    assert LIGHT.colour("dev") == LIGHT.dev
    assert LIGHT.colour("#123456") == "#123456"
    assert LIGHT.faint("train") == LIGHT.train_raw
    assert LIGHT.faint("#000000") == themes.mixed("#000000", LIGHT.panel, 0.35)
