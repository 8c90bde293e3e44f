"""F1: every page is there, leads where it says, and is as true as the program."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QPushButton, QTextBrowser
from pytestqt.qtbot import QtBot

from dllab.diagnosis.planted_bug import KINDS as KINDS_OF_BUGS
from dllab.hyperparameters import TABLE
from dllab.recipe import builtin_recipes, recipe_groups
from dllab.surfaces import SURFACES
from dllab_ui.actions import ACTIONS, ActionSet
from dllab_ui.dialogs.help import HelpDialog
from dllab_ui.docks.panels import PANELS
from dllab_ui.help.pages import Page, all_pages, contents
from dllab_ui.help.tables import plain
from window import LabWindow

DOCKS = {"nudge", "checkpoints", "journal"}
KINDS = {"page", "recipe", "dock", "action"}
# Code spans of the experiments that are no keys: values, knobs, commands.
NO_KEYS = {"all"}


@pytest.fixture
def actions(qtbot: QtBot) -> ActionSet:
    window = QMainWindow()
    qtbot.addWidget(window)

    class Deaf:
        def __getattr__(self, name: str) -> Any:
            return lambda *_: None

    made = ActionSet(window, Deaf())
    made.window = window  # type: ignore[attr-defined]
    return made


@pytest.fixture
def pages(actions: ActionSet) -> dict[str, Page]:
    return {page.id: page for page in all_pages(actions)}


def experiments(pages: dict[str, Page]) -> list[Page]:
    return [page for page in pages.values() if page.section == "Experiments"]


def shown_text(markdown: str) -> str:
    document = QTextDocument()
    document.setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    return " ".join(document.toPlainText().split())


# --- pages --------------------------------------------------------------------------------------


def test_that_every_file_of_the_help_is_in_its_list_once(pages: dict[str, Page]) -> None:
    folder = resources.files("dllab_resources") / "help"
    files = {f.name[:-3] for f in folder.iterdir() if f.name.endswith(".md")}
    inside = (folder / "experiments").iterdir()
    files |= {f"experiments/{f.name[:-3]}" for f in inside if f.name.endswith(".md")}
    listed = [page for _, page in contents()]
    assert len(listed) == len(set(listed))
    assert set(listed) == files | {"keys", "symbols", "hyperparameters"}
    titles = [page.title for page in pages.values()]
    assert len(titles) == len(set(titles))


def test_that_every_link_leads_somewhere(pages: dict[str, Page]) -> None:
    there = {
        "page": set(pages),
        "recipe": set(builtin_recipes()),
        "dock": DOCKS | {record.id for record in PANELS},
        "action": {record.id for record in ACTIONS},
    }
    lost = [
        f"{page.id}: [{link.text}]({link.kind}:{link.target})"
        for page in pages.values()
        for link in page.links
        if link.kind in KINDS and link.target not in there[link.kind]
    ]
    assert lost == []
    kinds = {link.kind for page in pages.values() for link in page.links}
    assert kinds <= KINDS | {"https"}


def test_that_every_experiment_of_the_recipes_has_a_page(pages: dict[str, Page]) -> None:
    started = {name for page in experiments(pages) for name in page.recipes}
    assert set(recipe_groups()["Experiments"]) <= started
    for page in experiments(pages):
        assert page.recipes or any(link.kind == "action" for link in page.links), page.id


def test_that_every_experiment_says_what_to_try_what_to_see_and_why(
    pages: dict[str, Page],
) -> None:
    for page in experiments(pages):
        headings = re.findall(r"^## (.+)$", page.markdown, re.MULTILINE)
        assert headings == ["Try", "See", "Why"], page.id
        before, tried, _, why = re.split(r"^## .+$", page.markdown, flags=re.MULTILINE)
        assert 1 <= len(re.findall(r"[.:?](?:\s|$)", before)) <= 4, page.id
        assert len(re.findall(r"^\d\. ", tried, re.MULTILINE)) >= 3, page.id
        assert re.search(r"^\*Sources?: ", why, re.MULTILINE), page.id


def test_that_every_key_that_an_experiment_names_is_a_key(pages: dict[str, Page]) -> None:
    keys = {record.key for record in ACTIONS if record.key}
    for page in experiments(pages):
        named = set(re.findall(r"`([^`]+)`", page.markdown))
        assert named <= keys | NO_KEYS, page.id


def test_that_every_knob_that_an_experiment_names_exists(pages: dict[str, Page]) -> None:
    names = {record.name for record in TABLE.values()} | set(TABLE)
    choices = {choice for record in TABLE.values() for choice in record.choices}
    symbols = {record.symbol for record in TABLE.values()}
    screen = {"smoothing", "train", *KINDS_OF_BUGS.values()}
    screen |= {surface.name for surface in SURFACES.values()}
    screen |= {trial.name for surface in SURFACES.values() for trial in surface.trials}
    for page in experiments(pages):
        tried = page.markdown.split("## Try")[1].split("## See")[0]
        for words in re.findall(r"\*([^*]+)\*", tried):
            known = words in names | choices | symbols | screen
            assert known or any(words.startswith(name) for name in names), f"{page.id}: {words}"


def test_that_every_hyperparameter_is_explained_as_the_table_has_it(
    pages: dict[str, Page],
) -> None:
    text = shown_text(pages["hyperparameters"].markdown)
    for record in TABLE.values():
        for part in (record.name, record.key, record.range_text, record.help, record.source):
            assert " ".join(part.split()) in text, f"{record.key}: {part}"


def test_that_the_keys_are_those_in_force(actions: ActionSet) -> None:
    actions.apply_keys({"step": "F7"})
    keys = shown_text({page.id: page for page in all_pages(actions)}["keys"].markdown)
    assert "F7 One step" in keys
    for record in ACTIONS:
        assert record.text.replace("&", "") in keys


@pytest.mark.parametrize("text", ["a|b", "2*x*y", "_under_", "[l-1]", "z < 0 > y", "`", "\\", "#"])
def test_that_plain_text_is_shown_as_it_is(qapp: Any, text: str) -> None:
    assert shown_text(f"| {plain(text)} | x |\n|---|---|\n") == f"{text} x"


def test_that_a_search_wants_every_word_in_any_case() -> None:
    page = Page("x", "Reference", "# Title\nMomentum averages the gradient.")
    assert page.matches("MOMENTUM gradient")
    assert page.matches("")
    assert not page.matches("momentum adam")


# --- the window ---------------------------------------------------------------------------------


def open_help(window: LabWindow) -> HelpDialog:
    window.trigger("help")
    dialog = window.window.findChild(HelpDialog)
    assert isinstance(dialog, HelpDialog)
    window.until(dialog.isVisible)
    return dialog


def test_that_f1_opens_one_help_with_every_page(circles: LabWindow) -> None:
    dialog = open_help(circles)
    for identity, page in dialog.pages.items():
        dialog.show_page(identity)
        assert dialog.current is page
        assert dialog.page.toPlainText().startswith(page.title)
    circles.trigger("help")
    assert len(circles.window.findChildren(HelpDialog)) == 1
    dialog.close()


def test_that_searching_leaves_the_pages_that_match_and_marks_the_words(
    circles: LabWindow,
) -> None:
    dialog = open_help(circles)
    circles.qtbot.keyClicks(circles.child(QLineEdit, "help.search"), "he et al circles")
    dialog.list.search.setText("rectifiers")
    assert dialog.current is not None
    assert dialog.current.id == "experiments/initialization"
    marked = [mark.cursor.selectedText() for mark in dialog.page.extraSelections()]
    assert [word.casefold() for word in marked] == ["rectifiers"]
    assert "of" in dialog.list.found.text()
    dialog.list.search.setText("nothing has this word: xyzzy")
    assert dialog.list.found.text() == "on no page"
    dialog.list.search.clear()
    assert dialog.page.extraSelections() == []
    dialog.close()


def test_that_an_experiment_starts_from_its_page(circles: LabWindow) -> None:
    dialog = open_help(circles)
    dialog.show_page("experiments/over-fitting")
    button = circles.child(QPushButton, "help.start.over-fitting")
    assert button.text() == "Start this experiment"
    button.click()
    circles.until(lambda: circles.lab.latest is not None and circles.now.name == "over-fitting")
    assert circles.now.train_examples == 100
    assert circles.now.folder is not None
    assert dialog.isVisible()
    dialog.close()


def test_that_a_page_with_several_recipes_offers_each(circles: LabWindow) -> None:
    dialog = open_help(circles)
    dialog.show_page("experiments/initialization")
    words = [b.text() for b in dialog.findChildren(QPushButton) if b.property("recipe")]
    assert words == [
        "Start with all weights zero",
        "Start with large random weights",
        "Start with weights after He",
    ]
    dialog.show_page("keys")
    circles.until(lambda: not [b for b in dialog.findChildren(QPushButton) if b.isVisible()])
    dialog.close()


def test_that_links_show_pages_and_docks_and_carry_out_actions(
    circles: LabWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_help(circles)
    page = circles.child(QTextBrowser, "help.page")
    page.anchorClicked.emit(QUrl("page:experiments/softmax"))
    assert dialog.current is not None
    assert dialog.current.id == "experiments/softmax"
    dock = circles.child(QDockWidget, "dock.boundary")
    dock.hide()
    page.anchorClicked.emit(QUrl("dock:boundary"))
    assert dock.isVisible()
    circles.lab.run_steps(1)
    circles.until_paused(1)
    page.anchorClicked.emit(QUrl("action:step"))
    circles.until_paused(2)
    dialog.close()


def test_that_the_page_takes_the_colours_of_the_theme(circles: LabWindow) -> None:
    circles.window.choose_theme("light")
    dialog = open_help(circles)
    dialog.show_page("experiments/softmax")
    for choice in ("dark", "light"):
        circles.window.choose_theme(choice)
        theme = circles.window.theme
        html = dialog.page.toHtml()
        assert f"color:{theme.accent}" in html
        assert theme.window in html
    dialog.close()
