"""The style sheet of the application, with colours left open."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from string import Template

_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
QMainWindow::separator { background: $window; width: 5px; height: 5px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $accent; }

QMenuBar { background: $window; color: $text; padding: 1px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $panel; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 22px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QToolBar { background: $window; border: none; spacing: 3px; padding: 3px 6px; }
QToolBar::separator { background: $border; width: 1px; margin: 4px 5px; }
QToolButton { background: transparent; color: $text; border: 1px solid transparent;
    border-radius: 5px; padding: 4px 8px; }
QToolButton:hover { background: $raised; }
QToolButton:focus { border-color: $accent; }
QToolButton:pressed, QToolButton:checked { background: $raised; border-color: $border; }
QToolButton[heading="true"], QToolButton[heading="true"]:checked { background: transparent;
    border-color: transparent; font-weight: 600; padding: 2px 0; }
QToolButton[heading="true"]:hover { color: $accent; }
QToolButton[heading="true"]:focus { border-color: $accent; }
QToolButton[tone="muted"], QToolButton[tone="muted"]:checked { background: transparent;
    border-color: transparent; color: $muted; padding: 2px 0; }
#rerun QToolButton[tone="best"] { color: $best; }
#rerun QToolButton[tone="danger"] { color: $danger; }
QToolButton:disabled { color: $disabled; }
QFileDialog QToolButton, QFileDialog QToolButton:hover { padding: 0; background: $ghost; }
QFileDialog QToolButton:hover { border-color: $accent; }
QFileDialog QToolButton:disabled { background: transparent; }

QPushButton { background: $raised; color: $text; border: 1px solid $border; border-radius: 5px;
    padding: 4px 12px; min-height: 16px; }
QPushButton:hover { border-color: $accent; }
QPushButton:focus { border-color: $accent; }
QPushButton:pressed, QPushButton:checked { background: $border; }
QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:disabled { color: $disabled; background: $window; border-color: $raised; }
QPushButton[quick="true"] { padding: 1px 0px; min-height: 14px; border-radius: 4px; }

QLineEdit, QPlainTextEdit, QTextEdit { background: $panel; color: $text;
    border: 1px solid $border; border-radius: 4px; padding: 2px 5px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit[wrong="true"] { border-color: $danger; }
QLineEdit:disabled { color: $disabled; background: $window; }

QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid $muted; border-radius: 3px;
    background: $panel; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:disabled { background: $window; border-color: $disabled; }
QCheckBox::indicator:checked:disabled { background: $disabled; }
QCheckBox:focus { color: $accent; }
QRadioButton::indicator { width: 13px; height: 13px; border: 1px solid $muted; border-radius: 7px;
    background: $panel; }
QRadioButton::indicator:checked { width: 7px; height: 7px; border: 4px solid $accent; }
QRadioButton::indicator:hover { border-color: $accent; }
QRadioButton::indicator:disabled { background: $window; border-color: $disabled; }
QRadioButton:focus { color: $accent; }

QSlider { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 7px;
    background: $panel; border: 2px solid $accent; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }
QSlider::handle:horizontal:disabled { border-color: $disabled; }

QDockWidget { color: $text; font-weight: 600; }
QDockWidget::title { background: $window; padding: 5px 8px; }
QDockWidget > QWidget { background: $panel; }
QTabBar::tab { background: $window; color: $muted; padding: 5px 12px;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { background: $raised; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }

QHeaderView::section { background: $window; color: $muted; border: none;
    border-bottom: 1px solid $border; padding: 4px 6px; }
QHeaderView[tight="true"]::section { padding: 4px 6px 4px 0; }
QTableView, QTreeView, QListView { background: $panel; color: $text; border: none;
    gridline-color: $grid; selection-background-color: $accent; selection-color: $on_accent; }
QTableCornerButton::section { background: $window; border: none; }

QProgressBar { background: $raised; color: $text; border: none; border-radius: 4px;
    text-align: center; min-height: 14px; max-height: 16px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: $panel; border: none; }

QLabel[tone="muted"] { color: $muted; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="best"] { color: $best; }
QLabel[tone="accent"] { color: $accent; }
QLabel[strong="true"] { font-weight: 600; }
""")


def style_sheet_text(colours: Mapping[str, str]) -> str:
    """Fill in the colours of a theme, by field name."""
    # A style sheet takes pictures from files only, so that the tick has one for each theme.
    tick = files("dllab_resources").joinpath("icons", f"tick_{colours['name']}.svg")
    return _SHEET.substitute(colours, tick=str(tick).replace("\\", "/"))
