"""The journal dock: every deed with what came of it; narrowed, searched, noted, copied, written."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from dllab.training.journal import Entry
from dllab.training.timeline import Branch
from dllab_ui.docks.journal import JournalDock
from dllab_ui.docks.journal_table import QuickDelegate
from dllab_ui.docks.journal_words import COLUMNS, GROUPS
from dllab_ui.theme import DARK, LIGHT, Theme
from dllab_ui.verdicts import verdict_on
from timeline_records import WHEN, nudge

BRANCHES = {"main": Branch("main"), "branch-2": Branch("branch-2", "main", 40, title="gentler")}
NUDGE = nudge(2, "main", 41, changes={"l2": (0.0, 0.5)}, note="try", dev_cost=0.212)
OUTCOME = Entry(
    3, "outcome", 61, 6.1, "main", WHEN, who="session", of=2, dev_cost=0.198,
    detail={"steps": 21, "expected": 0.209, "band": 0.004, "verdict": "better"},
)  # fmt: skip
TWIN = Entry(
    4, "twin", 61, 6.1, "main", WHEN, who="session", of=2, note="The nudge helped.",
    detail={"difference": -0.011, "band": 0.003, "verdict": "better"},
)  # fmt: skip
LEDGER = (
    Entry(1, "start", 0, 0.0, "main", WHEN, who="session"),
    NUDGE,
    OUTCOME,
    Entry(5, "checkpoint", 70, 7.0, "main", WHEN, checkpoint="000004", note="here"),
    Entry(6, "checkpoint", 75, 7.5, "main", WHEN, who="session", checkpoint="000005"),
    Entry(7, "guard", 80, 8.0, "main", WHEN, who="guard", note="the cost exploded"),
    nudge(8, "main", 81, who="rule", changes={"learning_rate": (0.1, 0.05)}),
    Entry(9, "rollback", 41, 4.1, "branch-2", WHEN, checkpoint="000004",
          detail={"from_branch": "main", "from_step": 90}, note="λ too high"),
    Entry(10, "rename", 41, 4.1, "branch-2", WHEN,
          detail={"branch": "branch-2", "title": "gentler"}),
    Entry(11, "pin", 70, 7.0, "branch-2", WHEN, checkpoint="000004", detail={"pinned": True}),
    Entry(12, "note", 75, 7.5, "branch-2", WHEN, of=6, note="about an automatic one"),
)  # fmt: skip


@pytest.fixture
def dock(qtbot: QtBot) -> JournalDock:
    made = JournalDock()
    qtbot.addWidget(made)
    made.model.take(LEDGER, BRANCHES)
    return made


def cell(dock: JournalDock, entry: int, column: str) -> str:
    row = dock.model.row_of(entry)
    assert row is not None
    return dock.model.texts(row)[COLUMNS.index(column)]


def shown(dock: JournalDock) -> list[int]:
    entries = [dock.model.entry(row) for row in dock.rows_shown()]
    return [entry.id for entry in entries if entry is not None]


def tip(dock: JournalDock, entry: int, column: str) -> str:
    row = dock.model.row_of(entry)
    index = dock.model.index(row, COLUMNS.index(column))
    return str(dock.model.data(index, Qt.ItemDataRole.ToolTipRole))


# --- rows -------------------------------------------------------------------------------------


def test_that_what_is_learned_later_is_merged_and_what_keeps_house_is_quiet(
    dock: JournalDock,
) -> None:
    assert shown(dock) == [1, 2, 5, 7, 8, 9, 10, 11, 12]
    assert cell(dock, 2, "dev before → after") == "0.2120 → 0.1980"
    assert cell(dock, 8, "who") == "rule"
    assert cell(dock, 9, "branch") == "gentler"
    assert cell(dock, 9, "what") == "roll back to 4"
    assert cell(dock, 9, "old → new") == "left main at step 90"
    assert cell(dock, 10, "old → new") == "branch-2 → gentler"
    assert cell(dock, 11, "what") == "pinned 4"
    quiet = dock.model.index(dock.model.row_of(11), 0)
    loud = dock.model.index(dock.model.row_of(2), 0)
    dock.apply_theme(DARK)
    role = Qt.ItemDataRole.ForegroundRole
    assert dock.model.data(quiet, role) == QColor(DARK.muted)
    assert dock.model.data(loud, role) is None


def test_that_the_verdict_stands_with_its_band(dock: JournalDock) -> None:
    assert cell(dock, 2, "verdict") == "better: expected 0.2090 ± 0.004000"
    told = tip(dock, 2, "verdict")
    assert "dev cost 0.2120 → 0.1980 after 21 steps" in told
    assert "0.2090 ± 0.004000" in told
    index = dock.model.index(dock.model.row_of(2), COLUMNS.index("verdict"))
    colour = dock.model.data(index, Qt.ItemDataRole.ForegroundRole)
    assert colour == QColor(dock.model._theme.best)
    assert cell(dock, 5, "verdict") == ""


def test_that_the_verdict_against_the_twin_wins(dock: JournalDock) -> None:
    dock.model.take((*LEDGER, TWIN), BRANCHES)
    assert cell(dock, 2, "verdict") == "better than its twin: −0.01100 ± 0.003000"
    assert "The nudge helped." in tip(dock, 2, "verdict")
    assert cell(dock, 2, "dev before → after") == "0.2120 → 0.1980"


@pytest.mark.parametrize(
    ("detail", "short"),
    [
        ({}, None),
        ({"verdict": "unclear", "steps": 4}, "unclear"),
        ({"verdict": "worse", "expected": 0.2, "band": 0.01}, "worse: expected 0.2000 ± 0.01000"),
        ({"verdict": "worse", "expected": float("nan"), "band": "wide"}, "worse"),
    ],
)
def test_that_an_outcome_says_what_it_knows(detail: Any, short: str | None) -> None:
    outcome = Entry(3, "outcome", 50, 5.0, "main", WHEN, of=2, dev_cost=0.3, detail=detail)
    verdict = verdict_on(NUDGE, outcome, None)
    assert (verdict.short if verdict else None) == short
    if short == "unclear":
        assert verdict is not None
        assert "Too few evaluations" in verdict.sentence


def test_that_the_latest_note_stands_and_the_earlier_ones_are_read(dock: JournalDock) -> None:
    later = (
        Entry(20, "note", 41, 4.1, "main", WHEN, of=2, note="it <helped>"),
        Entry(21, "note", 41, 4.1, "main", WHEN, of=2, note="it really helped"),
    )
    dock.model.take((*LEDGER, *later), BRANCHES)
    assert cell(dock, 2, "note") == "it really helped"
    told = tip(dock, 2, "note")
    assert told.index("it really helped") < told.index("it &lt;helped&gt;") < told.index("try")
    assert 20 not in shown(dock)


def test_that_a_new_name_of_a_branch_reaches_every_row(dock: JournalDock) -> None:
    dock.model.take(LEDGER, {**BRANCHES, "main": Branch("main", title="first try")})
    assert cell(dock, 2, "branch") == "first try"
    assert cell(dock, 9, "old → new") == "left first try at step 90"


def test_that_a_new_branch_leaves_the_rows_as_they_are(dock: JournalDock, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dock.model.dataChanged):
        dock.model.take(LEDGER, {**BRANCHES, "branch-3": Branch("branch-3", "main", 50)})
    assert cell(dock, 2, "branch") == "main"


def test_that_columns_take_the_room_there_is_until_a_person_sets_a_width(
    dock: JournalDock, qtbot: QtBot
) -> None:
    header, verdict = dock.view.horizontalHeader(), COLUMNS.index("verdict")
    dock.resize(500, 200)
    dock.show()
    narrow = header.sectionSize(verdict)
    dock.resize(2000, 200)
    qtbot.waitUntil(lambda: header.sectionSize(verdict) > narrow)
    header.resizeSection(verdict, 111)
    dock.resize(1800, 200)
    assert header.sectionSize(verdict) == 111


@pytest.mark.parametrize("width", [526, 800, 1900])
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_that_rows_look_as_those_that_qt_paints(
    dock: JournalDock, width: int, theme: Theme
) -> None:
    odd = ["two\nlines", "\nleading", "trailing\n", "a\ttab", "a & b <i>"]
    noted = [nudge(20 + i, "main", 90, note=note) for i, note in enumerate(odd)]
    dock.model.take((*LEDGER, TWIN, *noted), BRANCHES)
    dock.apply_theme(theme)
    dock.resize(width, 500)
    dock.show()
    dock.view.selectRow(2)
    ours = dock.view.viewport().grab().toImage()
    for column in range(len(COLUMNS)):
        delegate = dock.view.itemDelegateForColumn(column) or dock.view.itemDelegate()
        assert isinstance(delegate, QuickDelegate)
        # Qt's own painting of what the delegate makes of the cell.
        delegate.paint = partial(QStyledItemDelegate.paint, delegate)
    assert ours == dock.view.viewport().grab().toImage()


def painted(dock: JournalDock, entry: int) -> str:
    """What the verdict's cell shows of its text."""
    row = dock.shown.mapFromSource(dock.model.index(dock.model.row_of(entry) or 0, 4))
    option = QStyleOptionViewItem()
    dock.view.initViewItemOption(option)
    option.rect = dock.view.visualRect(row)
    dock.view.itemDelegateForIndex(row).initStyleOption(option, row)
    return option.text


def test_that_the_verdict_is_in_sight_whole_where_room_is_short(
    dock: JournalDock, qtbot: QtBot
) -> None:
    dock.model.take((*LEDGER, TWIN), BRANCHES)
    # What the dock has beside the timeline at 1280×800.
    dock.resize(526, 200)
    dock.show()
    verdict, table = COLUMNS.index("verdict"), dock.view
    assert list(COLUMNS[: verdict + 1]) == [
        "step", "what", "old → new", "dev before → after", "verdict"
    ]  # fmt: skip
    right = table.columnViewportPosition(verdict) + table.columnWidth(verdict)
    assert right <= table.viewport().width()
    assert painted(dock, 2) == "better"
    dock.resize(1900, 200)
    qtbot.waitUntil(lambda: painted(dock, 2) == "better than its twin: −0.01100 ± 0.003000")
    # All columns are in sight then.
    assert table.columnViewportPosition(len(COLUMNS) - 1) < table.viewport().width()


def later(kind: str, step: int, branch: str = "main", **detail: Any) -> Entry:
    return Entry(5, kind, step, 1.0, branch, WHEN, who="session", detail=detail)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("between", "short", "told"),
    [
        (later("guard", 57), "stopped", "The guard stopped step 57"),
        (nudge(5, "main", 50), "overtaken", "for step 50"),
        (later("rollback", 41, "branch-2", from_branch="main", from_step=52), "left", "step 52"),
        (later("continue", 9, "branch-2", from_branch="main", from_step=52), "left", "step 52"),
    ],
)
def test_that_the_journal_says_why_a_nudge_was_never_judged(
    dock: JournalDock, between: Entry, short: str, told: str
) -> None:
    dock.model.clear()
    dock.model.take((NUDGE,), BRANCHES)
    assert cell(dock, 2, "dev before → after") == "0.2120 → …"
    assert cell(dock, 2, "verdict") == ""
    dock.model.take((NUDGE, between), BRANCHES)
    assert cell(dock, 2, "dev before → after") == "0.2120"
    assert cell(dock, 2, "verdict") == short
    assert told in tip(dock, 2, "verdict")


def test_that_what_the_guard_met_is_in_sight_where_the_note_is_not(dock: JournalDock) -> None:
    dock.model.clear()
    dock.model.take((replace(later("guard", 57), detail={"kind": "explosion"}),), BRANCHES)
    assert cell(dock, 5, "old → new") == "the cost exploded"


def test_that_a_nudge_that_was_gone_on_with_after_the_guard_has_its_verdict(
    dock: JournalDock,
) -> None:
    dock.model.clear()
    dock.model.take((NUDGE, later("guard", 57), replace(OUTCOME, id=6)), BRANCHES)
    assert cell(dock, 2, "verdict") == "better: expected 0.2090 ± 0.004000"


@pytest.mark.parametrize(
    "other",
    [nudge(5, "main", 41), nudge(5, "branch-2", 50),
     later("rollback", 41, "branch-3", from_branch="branch-2", from_step=52)],
    ids=["of the same update", "on another branch", "leaving another branch"],
)  # fmt: skip
def test_that_a_nudge_waits_on_whatever_happens_elsewhere(dock: JournalDock, other: Entry) -> None:
    dock.model.clear()
    dock.model.take((NUDGE, other), BRANCHES)
    assert cell(dock, 2, "dev before → after") == "0.2120 → …"


def test_that_nothing_is_awaited_of_a_nudge_that_leaves_training_as_it_is(
    dock: JournalDock,
) -> None:
    dock.model.clear()
    entry = nudge(2, "main", 41, changes={"epochs": (10, 20)}, dev_cost=0.212)
    dock.model.take((entry,), BRANCHES)
    assert cell(dock, 2, "dev before → after") == "0.2120"


# --- narrowing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "left"),
    [
        ("all", [1, 2, 5, 7, 8, 9, 10, 11, 12]),
        ("nudge", [2, 8]),
        ("checkpoint", [5, 11]),
        ("rollback", [9]),
        ("rule", [7, 8]),
    ],
)
def test_that_the_list_narrows_to_a_group(dock: JournalDock, group: str, left: list[int]) -> None:
    box = dock.bar.group
    box.setCurrentIndex(box.findData(group))
    assert shown(dock) == left
    assert dock.bar.count.text() == ("" if group == "all" else f"{len(left)} of 9")
    assert box.currentText() == GROUPS[group]


def test_that_the_search_goes_over_all_columns_word_by_word(dock: JournalDock) -> None:
    for sought, left in (
        ("L2 TRY", [2]), ("gentler", [9, 10, 11, 12]), ("exploded", [7]), ("λ too", [9]),
        ("0.209", [2]), ("no such thing", []),
    ):  # fmt: skip
        dock.bar.search.setText(sought)
        assert shown(dock) == left, sought
    assert dock.bar.count.text() == "nothing matches"
    dock.bar.search.clear()
    assert len(shown(dock)) == 9


def test_that_rows_that_come_are_narrowed_too(dock: JournalDock) -> None:
    dock.bar.search.setText("l2")
    more = nudge(30, "main", 95, changes={"l2": (0.5, 0.1)})
    other = nudge(31, "main", 96, changes={"learning_rate": (0.5, 0.1)})
    dock.model.take((*LEDGER, more, other), BRANCHES)
    assert shown(dock) == [2, 30]


def test_that_what_is_copied_is_what_is_shown(dock: JournalDock) -> None:
    dock.bar.search.setText("l2")
    dock.copy_table()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    assert lines[0].split("\t") == list(COLUMNS)
    assert lines[1].startswith("41\tnudge\t")
    dock.view.selectRow(0)
    dock.copy_row()
    assert QGuiApplication.clipboard().text() == lines[1]


# --- export -----------------------------------------------------------------------------------


def test_that_the_rows_shown_are_written_with_full_numbers(
    dock: JournalDock, tmp_path: Path
) -> None:
    several = nudge(
        30, "main", 95, changes={"l2": (0.5, 0.1), "beta": (0.9, 0.99)}, note='a, "b"\nc'
    )
    dock.model.take((*LEDGER, several), BRANCHES)
    file, said = tmp_path / "journal.csv", []
    dock.said.connect(lambda text, tone: said.append((text, tone)))
    dock.bar.group.setCurrentIndex(1)
    dock.export(file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["id"], row["knob"]) for row in rows] == [
        ("2", "l2"), ("8", "learning_rate"), ("30", "l2"), ("30", "beta"),
    ]  # fmt: skip
    first = rows[0]
    assert (float(first["dev_cost"]), float(first["dev_cost_after"])) == (0.212, 0.198)
    assert (float(first["expected"]), float(first["band"])) == (0.209, 0.004)
    assert (first["verdict"], first["old"], first["new"]) == ("better", "0.0", "0.5")
    assert rows[2]["note"] == 'a, "b"\nc'
    assert said == [(f"Saved 3 of 10 rows of the journal: {file}", "muted")]


def test_that_a_file_that_cannot_be_written_is_a_sentence(
    dock: JournalDock, tmp_path: Path
) -> None:
    said: list[tuple[str, str]] = []
    dock.said.connect(lambda text, tone: said.append((text, tone)))
    dock.export(tmp_path / "no" / "such" / "folder.csv")
    assert len(said) == 1
    assert "was not saved" in said[0][0]
    assert said[0][1] == "danger"
