"""The map from the method to tests and places on screen: whole, and true."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

# The rows of the method, in its order.
ROWS = {
    "Setting up": (
        "split", "one rule", "test set", "bias, variance", "recipe", "L2", "L1", "dropout",
        "augmentation", "early stopping", "normalizing", "initialization",
        "vanishing, exploding", "gradient check",
    ),
    "Optimization": (
        "mini-batches", "moving average", "momentum", "RMSprop", "Adam", "beyond", "decay",
        "surfaces",
    ),
    "Tuning, batch norm, softmax": (
        "order", "scale", "panda", "caviar", "again", "batch norm", "softmax",
        "binary, regression", "hand-over",
    ),
    "Reference points": ("circles", "any number of inputs", "published figures", "PyTorch"),
}  # fmt: skip
NOT_YET: set[str] = set()


def the_map() -> dict[str, dict[str, tuple[str, str]]]:
    """Section → row → (cell of tests, cell of places)."""
    file = resources.files("dllab_resources") / "help" / "method-map.md"
    sections: dict[str, dict[str, tuple[str, str]]] = {}
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("## "):
            sections[line[3:]] = {}
        row = re.fullmatch(r"\| \*\*(.+?)\*\*: .+ \| (`.+`|none yet) \| (.+) \|", line)
        if row:
            *_, section = sections.values()
            assert row[1] not in section
            section[row[1]] = row[2], row[3]
    return sections


def named_tests(cell: str) -> list[tuple[str, str]]:
    return [(name[1], name[2]) for name in re.finditer(r"`([\w/]+\.py)::(\w+)`", cell)]


def test_that_every_row_of_the_method_is_on_the_map_in_order() -> None:
    assert {section: tuple(rows) for section, rows in the_map().items()} == ROWS


@pytest.mark.parametrize("row", [row for rows in ROWS.values() for row in rows])
def test_that_every_row_has_tests_that_exist_and_a_place(row: str) -> None:
    cell, place = next(rows[row] for rows in the_map().values() if row in rows)
    named = named_tests(cell)
    assert bool(named) == (row not in NOT_YET)
    assert cell == "none yet" or cell.count("`") == 2 * len(named)
    assert len(place.strip()) > 4
    for file, test in named:
        path = TESTS / file
        assert path.is_file(), f"there is no {file}"
        assert re.search(rf"^def {test}\(", path.read_text("utf-8"), re.MULTILINE), test
