"""What the checkpoints of a session tell and its ledger does not, as entries to be added to it.

A process that ended between a checkpoint's file and its line leaves one such file. More of them, or
one on a branch that the ledger does not know, mean that lines of the ledger were lost. Where a
branch began is written in its first checkpoint, and where a self-contained file was unpacked in the
first of the folder, which has the curves of all branches. So the tree can be had again; what a
person did and said in between cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

from dllab.checkpoint import Outline
from dllab.errors import SessionError
from dllab.training.history import Segment
from dllab.training.journal import Journal

_FOUND = "Found again in the checkpoints; the journal's own line is lost."


def with_the_untold(journal: Journal, files: Mapping[str, Outline]) -> tuple[Journal, str]:
    """The ledger with an entry for every checkpoint file, and what a person has to know of it.

    ``files`` are those that can be read, by key. What is added stands at the end, in the order of
    the keys. The sentence is "" if no more is missing than a process leaves that is killed.

    Raises
    ------
    SessionError
        If a file's branch is unknown and no file tells where it began.
    """
    named = {entry.checkpoint for entry in journal if entry.kind == "checkpoint"}
    known = {"main"} | {entry.branch for entry in journal if entry.kind == "rollback"}
    grown, branches = Journal(journal.entries), []
    if not len(journal):
        first = files[min(files)].info
        grown.append("start", step=0, epoch=0.0, branch="main", when=first.when, who="session")
    untold = sorted(set(files) - named)
    for key in untold:
        # An unpacked file may be the only one to know a branch, on which nothing was stored since.
        told = [piece.branch for piece in files[key].history]
        for name in (*told, files[key].info.branch):
            for branch in _line_to(name, files, known):
                _begin(grown, branch, files)
                branches.append(branch)
                known.add(branch)
        _store(grown, files[key])
    return grown, _in_words(not len(journal), branches, len(untold))


def _line_to(name: str, files: Mapping[str, Outline], known: set[str]) -> list[str]:
    """The unknown branches up to one, the parent before its child."""
    line: list[str] = []
    branch = name
    while branch not in known:
        first = _first_of(branch, files)
        if first is None or branch in line:
            key = min(k for k, f in files.items() if name in _branches_of(f))
            raise SessionError(
                f"Checkpoint {int(key)} belongs to {name}; neither the journal nor another "
                f"checkpoint tells where {branch} began. Put the journal back from a copy."
            )
        line.append(branch)
        branch = first[1].parent
    return line[::-1]


def _branches_of(contents: Outline) -> set[str]:
    return {contents.info.branch, *(piece.branch for piece in contents.history)}


def _first_of(branch: str, files: Mapping[str, Outline]) -> tuple[Outline, Segment] | None:
    """The earliest piece of a branch's curves, and the checkpoint that has it."""
    pieces = [(c, p) for c in files.values() for p in c.history if p.branch == branch]
    return min(pieces, key=lambda one: (one[1].first_step, one[0].info.key), default=None)


def _begin(journal: Journal, branch: str, files: Mapping[str, Outline]) -> None:
    found = _first_of(branch, files)
    assert found is not None
    first, piece = found
    fork = files.get(first.info.parent) if first.info.branch == branch else None
    at_fork = fork is not None and fork.info.branch != branch
    journal.append(
        "rollback",
        step=piece.first_step,
        epoch=fork.info.epoch if fork is not None and at_fork else first.info.epoch,
        branch=branch,
        when=first.info.when,
        who="session",
        note=_FOUND,
        checkpoint=first.info.parent if at_fork else "",
        detail={"parent_branch": piece.parent},
    )


def _store(journal: Journal, contents: Outline) -> None:
    info = contents.info
    journal.append(
        "checkpoint",
        step=info.step,
        epoch=info.epoch,
        branch=info.branch,
        who="session",
        note=info.note,
        checkpoint=info.key,
        train_cost=info.train_cost,
        dev_cost=info.dev_cost,
        detail={"reason": info.reason, "parent": info.parent},
    )


def _in_words(empty: bool, branches: list[str], untold: int) -> str:
    if not (empty or branches or untold > 1):
        return ""
    what = "The journal is missing or empty" if empty else "The journal lacks its last lines"
    found = f"{untold} checkpoints" if untold > 1 else "one checkpoint"
    if branches:
        found += f" and the {'branches' if len(branches) > 1 else 'branch'} {', '.join(branches)}"
    return (
        f"{what}: {found} were found again in the files. Nudges, notes, names and pins that only "
        f"those lines told of are lost; to have them again, close the session and put the journal "
        f"back from a copy."
    )
