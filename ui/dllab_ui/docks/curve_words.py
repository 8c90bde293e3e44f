"""What the mouse reads on the curves: at markers and at ghosts."""

from __future__ import annotations

from html import escape

from dllab.training.journal import Entry
from dllab.training.snapshot import Snapshot
from dllab_ui import words
from dllab_ui.ledger import reasons_left


def marker_text(entry: Entry) -> str:
    """What the mouse reads at the marker of an entry: what was done, where, and the note."""
    place = words.at_step(entry.step, entry.epoch)
    what = words.changes(entry.changes) if entry.changes else entry.kind
    note = f"\n“{entry.note}”" if entry.note else ""
    return f"{what}\n{place}{note}"


def ghost_words(snapshot: Snapshot) -> dict[str, str]:
    """What the mouse reads at the ghost of each branch: its name and why it was left."""
    reasons = reasons_left(snapshot.entries)
    told = {}
    for name, branch in snapshot.branches.items():
        why = f"\n“{reasons[name]}”" if reasons.get(name) else ""
        # Plain text, whatever a person wrote: Qt would take it for markup.
        text = escape(f"{branch.label} (left){why}")
        told[name] = f"<p style='white-space:pre; margin:0'>{text}</p>"
    return told
