"""The journal as a table for other programs: full numbers, UTF-8, RFC 4180."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from dllab.training.journal import Entry
from dllab_ui.docks.journal_model import JournalModel

COLUMNS = (
    "id", "time", "who", "kind", "step", "epoch", "branch", "checkpoint", "knob", "old", "new",
    "train_cost", "dev_cost", "dev_cost_after", "expected", "band", "verdict", "note",
)  # fmt: skip


def journal_csv(model: JournalModel, rows: Iterable[int]) -> str:
    """The rows of the model; an entry that changed several knobs has one line for each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        entry = model.entry(row)
        if entry is not None:
            writer.writerows(_lines(model, entry))
    return out.getvalue()


def _lines(model: JournalModel, entry: Entry) -> list[list[Any]]:
    outcome, verdict = model.outcome(entry), model.verdict(entry)
    detail = outcome.detail if outcome is not None else {}
    head = [entry.id, entry.when, entry.who, entry.kind, entry.step, entry.epoch, entry.branch,
            entry.checkpoint]  # fmt: skip
    tail = [
        entry.train_cost, entry.dev_cost, outcome.dev_cost if outcome else None,
        detail.get("expected"), detail.get("band"), verdict.word if verdict else None,
        model.note(entry),
    ]  # fmt: skip
    moves = [[knob, old, new] for knob, (old, new) in entry.changes.items()]
    return [[*head, *move, *tail] for move in moves or [[None, None, None]]]
