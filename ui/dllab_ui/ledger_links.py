"""Curves, timeline and journal show the same ledger: one selection, one way back, one note."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.dialogs.one_line import OneLineDialog
from dllab_ui.docks.timeline import TimelinePanel
from dllab_ui.ledger import latest_notes
from dllab_ui.way_back import checkpoint_before, steps_lost

if TYPE_CHECKING:
    from dllab_ui.main_window import MainWindow

LONGEST_NOTE = 2000


class LedgerLinks(QObject):
    """Leads what is selected in one part to the others, and asks for notes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._lab, self._window = window.lab, window
        self._curves, self._journal = window.curves, window.journal
        curves, journal = self._curves, self._journal
        timeline = self._timeline = cast(TimelinePanel, window.panels.panels["timeline"])
        self._selected: int | None = None
        curves.entry_selected.connect(self._from_curves)
        journal.entry_selected.connect(self._from_journal)
        timeline.place_selected.connect(self._from_timeline)
        curves.axis_shown.connect(timeline.show_axis)
        curves.range_shown.connect(timeline.show_range)
        curves.ghosts_shown.connect(timeline.show_ghosts)
        timeline.ghost_toggled.connect(curves.show_ghost)
        timeline.branch_meant.connect(curves.light_ghost)
        curves.marker_menu_wanted.connect(self._fill_marker_menu)
        for part in (journal, timeline):
            part.rollback_wanted.connect(window.intents.rollback_to)
            part.note_wanted.connect(self.ask_note)
        journal.said.connect(window.status.say)

    def clear(self) -> None:
        """Another session."""
        self._selected = None

    # --- selection ------------------------------------------------------------------------

    def _entry(self, entry_id: int | None) -> Entry | None:
        snapshot = self._lab.latest
        if snapshot is None or entry_id is None:
            return None
        return next((e for e in snapshot.entries if e.id == entry_id), None)

    def _from_curves(self, entry_id: int) -> None:
        self._selected = entry_id
        self._journal.select_entry(entry_id)
        self._timeline.select_entry(self._entry(entry_id))

    def _from_journal(self, entry_id: int) -> None:
        self._selected = entry_id
        entry = self._entry(entry_id)
        if entry is not None:
            self._curves.select_place(entry_id, entry.step)
        self._timeline.select_entry(entry)

    def _from_timeline(self, entry_id: int, step: int) -> None:
        self._selected = entry_id or None
        self._curves.select_place(entry_id, step)
        self._journal.select_entry(entry_id)

    # --- the way back ---------------------------------------------------------------------

    def roll_back_before_selected(self) -> None:
        """Ask the one question of a rollback to just before the selected entry."""
        entry = self._entry(self._selected)
        if entry is None:
            self._say("Select a nudge or another entry first: a marker, a row or a mark.")
            return
        snapshot = self._lab.latest
        info = checkpoint_before(snapshot, entry) if snapshot is not None else None
        if info is None:
            self._say("No checkpoint is left before this entry.")
        else:
            self._window.intents.rollback_to(info.key)

    def _say(self, text: str) -> None:
        self._window.status.say(text, "warning")

    def _fill_marker_menu(self, entry_id: int, menu: QMenu) -> None:
        entry, snapshot = self._entry(entry_id), self._lab.latest
        if entry is None or snapshot is None or not menu.actions():
            return
        first = menu.actions()[0]
        for text, do in self._marker_deeds(entry, snapshot):
            action = menu.addAction(text)
            menu.insertAction(first, action)
            if do is None:
                action.setEnabled(False)
            else:
                action.triggered.connect(do)
        menu.insertSeparator(first)

    def _marker_deeds(
        self, entry: Entry, snapshot: Snapshot
    ) -> list[tuple[str, Callable[[], None] | None]]:
        info = checkpoint_before(snapshot, entry)
        note: Callable[[], None] = lambda: self.ask_note(entry.id)  # noqa: E731
        if info is None:
            text = "Roll back to just before this: no checkpoint is left there"
            return [(text, None), ("Note …", note)]
        behind = words.left_behind(steps_lost(snapshot, info))
        text = f"Roll back to just before this (step {words.count(info.step)}, {behind}) …"
        key = info.key
        return [(text, lambda: self._window.intents.rollback_to(key)), ("Note …", note)]

    # --- notes ----------------------------------------------------------------------------

    def ask_note(self, entry_id: int) -> None:
        """Ask for a note to an entry; an earlier one stays in the ledger."""
        entry, snapshot = self._entry(entry_id), self._lab.latest
        if entry is None or snapshot is None:
            return
        known = latest_notes(snapshot.entries).get(entry_id, entry.note)
        where = words.at_step(entry.step, entry.epoch)
        dialog = OneLineDialog(
            self._window, "note", "Note", "Keep note",
            f"A note to the {entry.kind} at {where}. Earlier notes stay in the ledger.",
            known, LONGEST_NOTE,
        )  # fmt: skip

        def keep(text: str) -> None:
            if text != known:
                self._lab.add_note(entry_id, text)

        dialog.chosen.connect(keep)
        dialog.open()
