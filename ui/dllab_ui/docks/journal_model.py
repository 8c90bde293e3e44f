"""The ledger as a table: one row per deed, all that was learned or said of it later merged in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from dllab.training.journal import Entry
from dllab.training.timeline import Branch
from dllab_ui import words
from dllab_ui.docks.journal_words import COLUMNS, group_of, is_quiet, row_texts
from dllab_ui.theme import LIGHT, Theme
from dllab_ui.unjudged import Unjudged
from dllab_ui.verdicts import Verdict, cut_short, verdict_on
from dllab_ui.widgets.headed_table import RIGHT, HeadedTable, Heading, Index

NOTE, VERDICT = COLUMNS.index("note"), COLUMNS.index("verdict")
NUMBERS = (COLUMNS.index("step"), COLUMNS.index("epoch"))
# Shorter than the name it has in the exported table, so that the verdict beside it is in sight.
_SHORT = {"dev before → after": "dev cost"}
_TIPS = {
    "dev before → after": "The dev cost before a nudge, and some steps after it",
    "verdict": "What a nudge did to the dev cost; a cell tells more under the mouse",
}
_HEADINGS = tuple(
    Heading(
        _SHORT.get(name, name), _TIPS.get(name, ""), alignment=RIGHT if column in NUMBERS else None
    )
    for column, name in enumerate(COLUMNS)
)
# Of the kinds that are about another entry, these are never rows of their own.
_MERGED = ("outcome", "twin")


class JournalModel(HeadedTable):
    """Rows are appended as the ledger grows; only the rows that learned something change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_HEADINGS, parent)
        self._theme: Theme = LIGHT
        self._branches: Mapping[str, Branch] = {}
        self._forget()

    def _forget(self) -> None:
        self._rows: list[Entry] = []
        self._row_of: dict[int, int] = {}
        self._outcomes: dict[int, Entry] = {}
        self._twins: dict[int, Entry] = {}
        self._notes: dict[int, list[Entry]] = {}
        self._unjudged = Unjudged()
        self._texts: list[list[str] | None] = []
        self._taken = 0

    def clear(self) -> None:
        """Forget everything: another session."""
        self.beginResetModel()
        self._forget()
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._changed(0, len(self._rows) - 1)

    def take(self, entries: tuple[Entry, ...], branches: Mapping[str, Branch]) -> bool:
        """Show the ledger, passing over entries shown before; False if there was nothing to do."""
        if len(entries) < self._taken:
            self.clear()
        before, self._branches = self._branches, dict(branches)
        if len(entries) == self._taken and before == self._branches:
            return False
        # A new branch says nothing of the rows there are; a new name does.
        if any(branches[name].label != b.label for name, b in before.items() if name in branches):
            self._texts = [None] * len(self._rows)
            self._changed(0, len(self._rows) - 1)
        new = entries[self._taken :]
        self._taken = len(entries)
        rows = []
        coming = set(self._row_of)
        for entry in new:
            if self._has_row(entry, coming):
                rows.append(entry)
                coming.add(entry.id)
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            for entry in rows:
                self._row_of[entry.id] = len(self._rows)
                self._rows.append(entry)
                self._texts.append(None)
            self.endInsertRows()
        for entry in new:
            self._merge(entry)
        return True

    @staticmethod
    def _has_row(entry: Entry, there: set[int]) -> bool:
        """A note has a row of its own only if what it is about has none.

        Checkpoints made by themselves are in their own list and on the timeline.
        """
        if entry.kind == "note":
            return entry.of not in there
        if entry.kind == "checkpoint":
            return entry.who == "person"
        return entry.kind not in _MERGED

    def _merge(self, entry: Entry) -> None:
        for number in self._unjudged.read(entry):
            self._has_learned(number)
        if entry.of is None:
            return
        if entry.kind == "outcome":
            self._outcomes[entry.of] = entry
        elif entry.kind == "twin":
            self._twins[entry.of] = entry
        elif entry.kind == "note":
            self._notes.setdefault(entry.of, []).append(entry)
        else:
            return
        self._has_learned(entry.of)

    def _has_learned(self, number: int) -> None:
        row = self._row_of.get(number)
        if row is not None:
            self._texts[row] = None
            self._changed(row, row)

    def _changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))

    # --- what others ask ------------------------------------------------------------------

    def entry(self, row: int) -> Entry | None:
        """The entry of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, entry_id: int) -> int | None:
        """The row that shows an entry."""
        return self._row_of.get(entry_id)

    def note(self, entry: Entry) -> str:
        """The latest word on an entry."""
        later = self._notes.get(entry.id)
        return later[-1].note if later else entry.note

    def outcome(self, entry: Entry) -> Entry | None:
        """What was measured some steps after an intervention."""
        return self._outcomes.get(entry.id)

    def verdict(self, entry: Entry) -> Verdict | None:
        """What it did to the dev cost."""
        told = verdict_on(entry, self._outcomes.get(entry.id), self._twins.get(entry.id))
        between = self._unjudged.between.get(entry.id)
        return cut_short(between) if told is None and between is not None else told

    def texts(self, row: int) -> list[str]:
        """The cells of a row."""
        known = self._texts[row]
        if known is None:
            entry = self._rows[row]
            known = self._texts[row] = row_texts(
                entry, self._branches, self._outcomes.get(entry.id), self.verdict(entry),
                self.note(entry), self._unjudged.waits(entry),
            )  # fmt: skip
        return known

    def sought_in(self, row: int) -> str:
        """All cells of a row in one text without capitals, to search in."""
        return "\n".join(self.texts(row)).casefold()

    def groups(self, row: int) -> frozenset[str]:
        """The groups that a row belongs to."""
        return group_of(self._rows[row])

    def line(self, row: int) -> str:
        """A row as text with tabs, for the clipboard."""
        return "\t".join(self.texts(row))

    # --- Qt's questions -------------------------------------------------------------------

    def row_total(self) -> int:
        """A row per deed that has one."""
        return len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's question for a cell."""
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(index.row())[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(entry, index.row(), column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(entry, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return RIGHT
        return None

    def cell(self, row: int, column: int) -> tuple[str, QColor | None]:
        """What stands in a cell, and its colour unless it is that of all text."""
        return self.texts(row)[column], self._colour(self._rows[row], column)

    def _colour(self, entry: Entry, column: int) -> QColor | None:
        if column == VERDICT:
            verdict = self.verdict(entry)
            return None if verdict is None else QColor(self._theme.colour(verdict.role))
        return QColor(self._theme.muted) if is_quiet(entry) else None

    def _tip(self, entry: Entry, row: int, column: int) -> str | None:
        lines = [self.texts(row)[column]]
        if column == VERDICT and (verdict := self.verdict(entry)) is not None:
            lines = [verdict.sentence]
        elif column == NOTE:
            later = self._notes.get(entry.id, [])
            lines = [f"{note.note or '(note taken away)'} · {words.clock(note.when)}"
                     for note in reversed(later)]  # fmt: skip
            # A note that is a row of its own is not the note of something else.
            lines += [entry.note] if entry.note or later else []
        told = "<br>".join(escape(line) for line in lines if line)
        # Rich text, whatever a note may hold.
        return f"<p>{told}</p>" if told else None
