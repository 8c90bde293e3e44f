"""What a ledger says of the tree: its branches, and what cannot be, so that nobody builds on it."""

from __future__ import annotations

from dllab.errors import SessionError
from dllab.training.journal import WAY_OUT, Entry, Journal
from dllab.training.timeline import Branch, is_key


def check_links(journal: Journal) -> None:
    """Refuse a ledger whose checkpoints have no numbers or whose branches hang on nothing.

    Raises
    ------
    SessionError
        If there is such an entry; it says which.
    """
    broken = broken_link(journal)
    if broken:
        raise SessionError(f"The journal's {broken}. {WAY_OUT}")


def broken_link(journal: Journal) -> str:
    """The first entry that cannot be and why, as the rest of a sentence; "" if there is none."""
    forks = {"main": 0}
    for entry in journal:
        wants_key = entry.kind == "checkpoint"
        if (entry.checkpoint or wants_key) and not is_key(entry.checkpoint):
            # A key may be of any length, and the sentence is to be read.
            return (
                f"entry {entry.id} names a checkpoint {entry.checkpoint[:20]!r}, which is no number"
            )
        if entry.kind == "rollback":
            branch = _branch_of(entry)
            known = branch.parent in forks and branch.name and branch.name not in forks
            if not known or branch.fork_step < forks[branch.parent]:
                return f"entry {entry.id} begins {branch.name} at {branch.parent}, which cannot be"
            forks[branch.name] = branch.fork_step
    return ""


def branches_of(journal: Journal) -> dict[str, Branch]:
    """The branches that a ledger without a broken link tells of, in order of creation."""
    told = [_branch_of(entry) for entry in journal if entry.kind == "rollback"]
    return {branch.name: branch for branch in (Branch("main"), *told)}


def _branch_of(entry: Entry) -> Branch:
    parent = str(entry.detail.get("parent_branch", "main"))
    return Branch(entry.branch, parent, entry.step - 1, entry.checkpoint)
