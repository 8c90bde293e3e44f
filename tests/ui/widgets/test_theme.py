"""Both looks: legible, complete, told apart."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

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


def test_that_a_role_or_a_plain_colour_can_be_asked_for() -> None:
    assert LIGHT.colour("dev") == LIGHT.dev
    assert LIGHT.colour("#123456") == "#123456"
    assert LIGHT.faint("train") == LIGHT.train_raw
    assert LIGHT.faint("#000000") == themes.mixed("#000000", LIGHT.panel, 0.35)
