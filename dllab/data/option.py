"""The record that declares one way in which data may be read, and how its values are checked."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dllab.data.shares import parse_shares
from dllab.errors import DataError

Kind = Literal[
    "text", "flag", "choice", "names", "columns", "size", "count", "encoding", "delimiter", "shares"
]

COLUMN_KINDS = ("number", "category", "ignore")
DELIMITER_NAMES = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "bar": "|",
    "whitespace": "whitespace",
}
_LARGEST_SIDE = 4096
_LARGEST_COUNT = 1000
_LARGEST_TEXT = 10_000


@dataclass(frozen=True)
class Option:
    """One option of reading: its key in recipes, its meaning, the values it takes.

    ``formats`` are the formats that it applies to (`dllab.data.formats`), or empty for all.
    ``choices`` are the values of a choice. ``help`` is a sentence for a tooltip.
    """

    key: str
    name: str
    kind: Kind
    help: str
    choices: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()

    def check(self, value: Any) -> Any:
        """Return ``value`` in its canonical, hashable form.

        Raises
        ------
        DataError
            If it is of the wrong type or not a value of this option; the message says which are.
        """
        checked = _CHECKS[self.kind](self, value)
        if checked is None:
            raise DataError(
                f"{self.name} ({self.key}) must be {self.range_text}; got {_briefly(value)}.",
                f"{self.name} must be {self.range_text}, not {_told(value)}.",
            )
        return checked

    def parse(self, text: str) -> Any:
        """Read a value as typed: ``yes``, ``tab``, ``28x28``, ``age:number, city:ignore``.

        Raises
        ------
        DataError
            As for `check`.
        """
        text = text if self.kind in ("text", "delimiter") else text.strip()
        parts = [part.strip() for part in text.split(",")] if text else []
        match self.kind:
            case "flag":
                words = {"yes": True, "true": True, "no": False, "false": False}
                return self.check(words.get(text.lower(), text))
            case "names":
                return self.check(parts)
            case "columns":
                pairs = [part.rpartition(":") for part in parts]
                return self.check({name.strip(): kind.strip() for name, _, kind in pairs})
            case "size":
                sides = text.lower().replace("×", "x").split("x") if text else []
                whole = all(side.strip().isdigit() for side in sides)
                return self.check([int(side) for side in sides] if whole else text)
            case "count":
                return self.check(int(text) if text.isdigit() else text)
            case "choice":
                return self.check(text.lower() or text)
        return self.check(text)

    def record(self, value: Any) -> Any:
        """A canonical value as TOML writes it; `check` takes it back."""
        if self.kind == "columns":
            return dict(value)
        return list(value) if isinstance(value, tuple) else value

    @property
    def range_text(self) -> str:
        """The allowed values in words."""
        return {
            "text": "a text",
            "flag": "true or false",
            "choice": "one of " + ", ".join(self.choices),
            "names": "a text or a list of texts",
            "columns": f"columns with one of {', '.join(COLUMN_KINDS)} each",
            "size": f"height and width from 1 to {_LARGEST_SIDE:,}, or empty for none",
            "count": f"a whole number from 0 to {_LARGEST_COUNT:,}",
            "encoding": "the name of a text encoding such as utf-8, utf-16 or cp1252",
            "delimiter": f"one character, or one of {', '.join(DELIMITER_NAMES)}",
            "shares": "percentages train/dev/test such as 60/20/20, 70/30 or 98/1/1",
        }[self.kind]


def _text(option: Option, value: Any) -> str | None:
    fits = isinstance(value, str) and len(value) <= _LARGEST_TEXT and "\0" not in value
    return value if fits else None


def _flag(option: Option, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _choice(option: Option, value: Any) -> str | None:
    return value if isinstance(value, str) and value in option.choices else None


def _names(option: Option, value: Any) -> tuple[str, ...] | None:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple):
        return None
    return tuple(names) if all(_text(option, name) is not None for name in names) else None


def _columns(option: Option, value: Any) -> tuple[tuple[str, str], ...] | None:
    try:
        pairs = dict(value if isinstance(value, Mapping) else list(value)).items()
    except (TypeError, ValueError):
        return None
    sound = all(isinstance(name, str) and kind in COLUMN_KINDS for name, kind in pairs)
    return tuple(sorted(pairs)) if sound else None


def _size(option: Option, value: Any) -> tuple[int, ...] | None:
    if not isinstance(value, list | tuple) or len(value) not in (0, 2):
        return None
    whole = all(isinstance(side, int) and not isinstance(side, bool) for side in value)
    return tuple(value) if whole and all(1 <= side <= _LARGEST_SIDE for side in value) else None


def _count(option: Option, value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value <= _LARGEST_COUNT else None


def _encoding(option: Option, value: Any) -> str | None:
    sample = "a,1\n"
    try:
        info = codecs.lookup(value)
        # Codecs such as base64 or zip turn bytes into bytes, and some of them unpack bombs.
        usable = info._is_text_encoding and info.incrementaldecoder is not None
        sound = usable and sample.encode(info.name).decode(info.name) == sample
    except (LookupError, TypeError, ValueError):
        return None
    return str(info.name) if sound else None


def _delimiter(option: Option, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    value = DELIMITER_NAMES.get(value.strip().lower(), value)
    if value == " ":
        return "whitespace"
    if value == "whitespace":
        return "whitespace"
    usable = len(value) == 1 and not value.isalnum() and value not in '"\r\n+-._\0\ufeff'
    return str(value) if usable else None


def _shares(option: Option, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        parse_shares(value)
    except DataError:
        return None
    return value.replace(" ", "")


_CHECKS = {
    "text": _text,
    "flag": _flag,
    "choice": _choice,
    "names": _names,
    "columns": _columns,
    "size": _size,
    "count": _count,
    "encoding": _encoding,
    "delimiter": _delimiter,
    "shares": _shares,
}


def _told(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str) and 0 < len(value) <= 60 else _briefly(value)


def _briefly(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]}…"
