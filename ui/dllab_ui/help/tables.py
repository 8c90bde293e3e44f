"""Help pages made from the program's own tables, so that they are never out of date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dllab.hyperparameters import TABLE, Hyperparameter
from dllab_ui.actions import ActionSet

_SYMBOLS = (
    ("J", "cost: mean loss over examples, plus the penalties"),
    ("m", "number of examples; m_b of a mini-batch"),
    ("n_x, n[l]", "units of the input, of layer l"),
    ("W[l], b[l]", "weights (n[l], n[l-1]) and biases of layer l; θ is all of them"),
    ("z[l], a[l]", "what layer l makes before and after its activation"),
    ("◆", "a nudge, at the first update that uses it"),
    ("⚑", "a checkpoint"),
    ("◂", "a rollback: a new branch begins"),
    ("▲", "the guard stopped an update before it could do harm"),
)
_MOUSE = (
    ("drag", "zoom into a box"),
    ("wheel", "zoom along x (in the boundary: both axes)"),
    ("shift-drag", "move along"),
    ("double-click", "the whole run again"),
    ("right click", "copy, save as PNG, SVG or CSV"),
)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def keys_page(actions: ActionSet) -> str:
    """Keys as they are set now, with the name and meaning of each action."""
    rows = []
    for record, action in actions:
        sequence = action.shortcut()
        key = sequence.toString(sequence.SequenceFormat.NativeText)
        rows.append((key, record.text.replace("&", ""), record.tooltip))
    return "\n\n".join(
        (
            "# Keys and mouse",
            markdown_table(("key", "action", "what it does"), rows),
            "## On a plot",
            markdown_table(("mouse", "what it does"), _MOUSE),
        )
    )


def symbols_page() -> str:
    """What the symbols on screen stand for."""
    return "# Symbols\n\n" + markdown_table(("symbol", "meaning"), _SYMBOLS)


def hyperparameters_page() -> str:
    """Every hyperparameter with its range, by group."""
    groups: dict[str, list[Hyperparameter]] = {}
    for record in TABLE.values():
        groups.setdefault(record.group, []).append(record)
    parts = ["# Hyperparameters"]
    for group, records in groups.items():
        heading = ("name", "values", "meaning")
        rows = [
            (_named(record), plain(_values(record)), plain(_meaning(record))) for record in records
        ]
        parts += [f"## {group}", _table(heading, rows)]
    return "\n\n".join(parts)


def _named(record: Hyperparameter) -> str:
    symbol = f" {record.symbol}" if record.symbol else ""
    return f"{plain(record.name + symbol)} `{record.key}`"


def _values(record: Hyperparameter) -> str:
    start = record.show(record.default)
    if record.unit and start != record.off_name:
        start += f" {record.unit}"
    when = "moves while it runs" if record.live else "fixed for a run"
    return f"{record.range_text}; starts at {start}; {when}"


def _meaning(record: Hyperparameter) -> str:
    return record.help + (f" ({record.source})" if record.source else "")


def markdown_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; the cells are plain text."""
    return _table(heading, (tuple(map(plain, row)) for row in rows))


def plain(text: str) -> str:
    """``text`` so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(heading), "|" + "---|" * len(heading), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
