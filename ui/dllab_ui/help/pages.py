"""The pages of the help: Markdown files of the resources, and tables made from the program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

from dllab_ui.actions import ActionSet
from dllab_ui.help.tables import hyperparameters_page, keys_page, symbols_page

_LINK = re.compile(r"\[([^\]]+)\]\((\w+):([^)\s]+)\)")
_TEST = re.compile(r"`([\w/]+)\.py::test_(?:that_)?(\w+)`( (?=`))?")
# Markdown knows no line break inside a cell, Qt's documents do.
_LINE_BREAK = "\u2028"
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Link:
    """A link inside the program: ``[text](kind:target)``.

    Kinds are ``page`` (another page), ``recipe`` (start a session from it), ``dock`` (bring it to
    the front), ``action`` (carry it out). ``https`` links lead outside.
    """

    text: str
    kind: str
    target: str


@dataclass(frozen=True)
class Page:
    """One page: its identity, the section of the list it stands in, its Markdown."""

    id: str
    section: str
    markdown: str

    @property
    def title(self) -> str:
        """The first heading."""
        found = _TITLE.search(self.markdown)
        return found[1] if found else self.id

    @property
    def links(self) -> list[Link]:
        """Every link, in order."""
        return [Link(*match.groups()) for match in _LINK.finditer(self.markdown)]

    @property
    def recipes(self) -> dict[str, str]:
        """Recipes that the page starts, by name, each with the words of its first link."""
        found: dict[str, str] = {}
        for link in self.links:
            if link.kind == "recipe":
                found.setdefault(link.target, link.text)
        return found

    @property
    def shown(self) -> str:
        """The Markdown for the screen: names of tests become the sentences that they are."""
        return _TEST.sub(
            lambda m: f"• {m[2].replace('_', ' ')} (*{m[1]}*){_LINE_BREAK if m[3] else ''}",
            self.markdown,
        )

    def matches(self, text: str) -> bool:
        """Whether every word of ``text`` occurs, in any case."""
        content = self.shown.casefold()
        return all(word in content for word in text.casefold().split())


def all_pages(actions: ActionSet) -> list[Page]:
    """Every page in the order of the list.

    ``contents.toml`` has the order. A page named there is a Markdown file beside it, or one of the
    three made from tables: keys, symbols, hyperparameters.
    """
    made = {
        "keys": lambda: keys_page(actions),
        "symbols": symbols_page,
        "hyperparameters": hyperparameters_page,
    }
    return [
        Page(page, section, made[page]() if page in made else page_text(page))
        for section, page in contents()
    ]


def contents() -> Iterator[tuple[str, str]]:
    """Pairs of section and page, in order."""
    text = (resources.files("dllab_resources") / "help" / "contents.toml").read_text("utf-8")
    for section in tomllib.loads(text)["section"]:
        for page in section["pages"]:
            yield section["title"], page


def page_text(page: str) -> str:
    """The Markdown of a page that is a file, such as ``experiments/initialization``."""
    return (resources.files("dllab_resources") / "help" / f"{page}.md").read_text("utf-8")
