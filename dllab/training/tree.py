"""What a person does to the tree of a session, never to the model: notes, names, pins, trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dllab.errors import SessionError
from dllab.training.interventions import check_note
from dllab.training.journal import Entry

if TYPE_CHECKING:
    from dllab.training.session import Session

LONGEST_TITLE = 80


def add_note(session: Session, entry_id: int, text: str) -> Entry:
    """See `Session.add_note`."""
    check_note(text)
    about = session.journal.with_id(entry_id)
    return session.record("note", step=about.step, of=entry_id, note=text)


def rename_branch(session: Session, branch: str, title: str) -> Entry:
    """See `Session.rename_branch`."""
    if branch not in session.timeline.branches:
        there = ", ".join(session.timeline.branches)
        raise SessionError(f"There is no branch {branch!r}; there are {there}.")
    if not isinstance(title, str):
        raise SessionError(f"The name of a branch is a text; got {title!r}.")
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise SessionError(
            f"The name has {len(title):,} characters; keep it within {LONGEST_TITLE}."
        )
    if title and set(session.timeline.called(title)) - {branch}:
        raise SessionError(f"Another branch is called {title!r} already; choose another name.")
    session.timeline.rename(branch, title)
    return session.record("rename", step=session.step, detail={"branch": branch, "title": title})


def pin(session: Session, key: str, pinned: bool) -> Entry:
    """See `Session.pin`."""
    info, pinned = session.timeline[key], bool(pinned)
    session.timeline.pin(key, pinned)
    return session.record("pin", step=info.step, checkpoint=key, detail={"pinned": pinned})


def delete(session: Session, key: str) -> Entry:
    """See `Session.delete`."""
    session.store.flush()
    session.keeper.heed_news()
    info = session.timeline[key]
    # What the best state continues is known once it is in the tree.
    session.best_state.keep()
    needed = session.timeline.needed_by(key)
    last = session.timeline.last_on(session.branch)
    if not needed and last is not None and last.key == key:
        needed = (
            f"Checkpoint {int(key)} is the newest of this branch, where the session would be "
            f"opened again; it has to stay until there is a newer one."
        )
    if needed:
        raise SessionError(needed)
    # The line first: a file that is gone without one would look lost.
    entry = session.record("delete", step=info.step, checkpoint=key)
    session.keeper.discard(key)
    return entry
