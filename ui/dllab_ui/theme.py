"""The two looks of the application: colours, palette and where the style sheet is put on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dllab_ui.style_sheet import style_sheet_text

ThemeChoice = Literal["light", "dark", "system"]

# After Paul Tol's scheme "bright", which colour-blind eyes tell apart, with three more.
_CLASSES_ON_LIGHT = (
    "#4477aa", "#d9485f", "#228833", "#9c8412", "#2796b8",
    "#aa3377", "#6b6b6b", "#994f00", "#5b4fcf", "#777733",
)  # fmt: skip
_CLASSES_ON_DARK = (
    "#7aa6d8", "#f2808e", "#5fbf74", "#d4c355", "#66ccee",
    "#d672ac", "#b0b0b0", "#d99a55", "#a79bff", "#b5b56b",
)  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """Named colours as ``#rrggbb``.

    Text colours keep a contrast of at least 4.5:1 on ``window`` and ``panel``, curve colours 3:1
    on ``panel`` (``train_raw`` and ``ghost`` are faint on purpose, and opaque: a see-through pen
    is many times slower to draw). Hues follow Okabe and Ito, so that they stay apart for
    colour-blind eyes; they mean the same on every plot.
    """

    name: str
    window: str
    panel: str
    raised: str
    border: str
    grid: str
    text: str
    muted: str
    disabled: str
    accent: str
    on_accent: str
    train: str
    train_raw: str
    probe: str
    twin: str
    dev: str
    best: str
    ghost: str
    danger: str
    warning: str

    @property
    def dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return QColor(self.window).lightnessF() < 0.5

    def colour(self, role: str) -> str:
        """Colour of a role of this theme ("train", "dev", …), or the ``#rrggbb`` given."""
        return role if role.startswith("#") else str(getattr(self, role))

    def class_colour(self, index: int) -> str:
        """Colour of a class by its index; the colours begin anew after ten classes."""
        colours = _CLASSES_ON_DARK if self.dark else _CLASSES_ON_LIGHT
        return colours[index % len(colours)]

    def faint(self, role: str) -> str:
        """Opaque faint variant of a role, for the raw values under a smoothed curve."""
        return self.train_raw if role == "train" else mixed(self.colour(role), self.panel, 0.35)


LIGHT = Theme(
    name="light",
    window="#f2f4f7",
    panel="#ffffff",
    raised="#e6eaef",
    border="#c9d0d9",
    grid="#e8ebef",
    text="#1a1f26",
    muted="#55606d",
    disabled="#98a2ae",
    accent="#0069a6",
    on_accent="#ffffff",
    train="#0072b2",
    train_raw="#b9d8ec",
    probe="#b0508f",
    twin="#6a4fd0",
    dev="#d67200",
    best="#008a64",
    ghost="#b3bac3",
    danger="#b3261e",
    warning="#875a00",
)

DARK = Theme(
    name="dark",
    window="#15181c",
    panel="#1c2025",
    raised="#2a3038",
    border="#3b434d",
    grid="#2a2f36",
    text="#e6e9ed",
    muted="#a0aab6",
    disabled="#6a7480",
    accent="#56b4e9",
    on_accent="#0c1217",
    train="#56b4e9",
    train_raw="#28506b",
    probe="#d793bd",
    twin="#b3a1ff",
    dev="#f0a020",
    best="#22bd90",
    ghost="#59626d",
    danger="#ff8178",
    warning="#e6b545",
)


def mixed(colour: str, ground: str, share: float) -> str:
    """``share`` (0 … 1) of ``colour`` mixed into ``ground``, as an opaque ``#rrggbb``."""
    front, back = QColor(colour), QColor(ground)
    pairs = (
        (front.red(), back.red()),
        (front.green(), back.green()),
        (front.blue(), back.blue()),
    )
    return "#" + "".join(f"{round(share * one + (1 - share) * two):02x}" for one, two in pairs)


def contrast(colour: str, ground: str) -> float:
    """Contrast ratio of two colours as WCAG defines it, 1 … 21."""
    one, two = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (one + 0.05) / (two + 0.05)


def stylesheet(theme: Theme) -> str:
    """Style sheet of the whole application; what it does not name, Fusion draws."""
    return style_sheet_text(vars(theme))


def palette(theme: Theme) -> QPalette:
    """Every colour role of the palette, for the active, inactive and disabled state."""
    role = QPalette.ColorRole
    plain = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: mixed(theme.raised, theme.panel, 0.45),
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Text: theme.text,
        role.Button: theme.raised if theme.dark else theme.panel,
        role.ButtonText: theme.text,
        role.BrightText: theme.danger,
        role.Link: theme.accent,
        role.LinkVisited: theme.probe,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Light: mixed("#ffffff", theme.raised, 0.15 if theme.dark else 0.8),
        role.Midlight: theme.raised,
        role.Mid: theme.border,
        role.Dark: mixed(theme.text, theme.window, 0.35),
        role.Shadow: "#000000",
    }
    filled = QPalette()
    for each, colour in plain.items():
        filled.setColor(each, QColor(colour))
    group = QPalette.ColorGroup.Disabled
    for each in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText, role.Link):
        filled.setColor(group, each, QColor(theme.disabled))
    filled.setColor(group, role.Base, QColor(theme.window))
    filled.setColor(group, role.Highlight, QColor(theme.border))
    filled.setColor(group, role.HighlightedText, QColor(theme.disabled))
    filled.setColor(group, role.Accent, QColor(theme.disabled))
    return filled


def theme_for(choice: ThemeChoice) -> Theme:
    """The theme a choice stands for just now; "system" asks the desktop."""
    if choice == "system":
        choice = (
            "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
        )
    return DARK if choice == "dark" else LIGHT


def apply(app: QApplication, choice: ThemeChoice) -> Theme:
    """Put a theme on the whole application and return it, for the widgets that paint themselves.

    For "system" the caller connects ``styleHints().colorSchemeChanged`` and applies again.
    """
    theme = theme_for(choice)
    sheet = stylesheet(theme)
    # Each of these goes over every widget there is, so not for a theme that stands already.
    if app.styleSheet() != sheet:
        app.setStyle("Fusion")
        app.setPalette(palette(theme))
        app.setStyleSheet(sheet)
    return theme


def _luminance(colour: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    parts = QColor(colour)
    red, green, blue = (linear(p) for p in (parts.redF(), parts.greenF(), parts.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
