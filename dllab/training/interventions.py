"""What a person does to a run: nudge, checkpoint, roll back. `Session` has the same verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dllab.checkpoint import Contents
from dllab.errors import HyperparameterError, SessionError
from dllab.hyperparameters import changed, live_knobs, with_changes
from dllab.training.entry_form import check_detail
from dllab.training.facts import facts
from dllab.training.history import since
from dllab.training.journal import Entry, Kind, Who, now
from dllab.training.outcomes import is_beside_training
from dllab.training.timeline import PASSING, CheckpointInfo, Reason

if TYPE_CHECKING:
    from dllab.training.session import Session

# An HDF5 attribute holds 64 KB, and a character takes up to four bytes.
LONGEST_NOTE = 10_000
MOST_TWIN_STEPS = 100_000
_ASKED_BY: Mapping[Reason, Who] = {"manual": "person", "rule": "rule"}


def nudge(
    session: Session,
    changes: Mapping[str, Any],
    note: str,
    who: Who,
    detail: Mapping[str, Any],
    twin: int,
) -> Entry:
    """See `Session.nudge`."""
    moves = changed(session.hyperparameters, changes)
    session.trainer.check_values(with_changes(session.hyperparameters, moves))
    check_note(note)
    _check_detail("nudge", detail)
    if not moves:
        raise HyperparameterError("Nothing changes: the knobs have these values already.")
    _check_twin(twin)
    session.outcomes.settle()
    trains = not is_beside_training(moves)
    before = _safety_point(session)
    if before is None and trains and twin:
        before = contents_now(session, "safety")
    session.trainer.set_values(with_changes(session.hyperparameters, moves))
    session.watch.adopt_values()
    for knob, (_, new) in moves.items():
        session.watch.record_knob(knob, new)
    session.watch.record_learning_rate()
    entry = session.record(
        "nudge",
        step=session.step + 1,
        who=who,
        changes=moves,
        note=note,
        costs=True,
        detail=dict(detail),
    )
    if trains:
        session.outcomes.waiting.append(entry)
        session.twins.stop("the knobs were turned again")
        if before is not None and twin:
            session.twins.start(entry, before, twin)
    return entry


def _safety_point(session: Session) -> Contents | None:
    """Store the state before a nudge, unless it is stored already; what was stored."""
    last = session.timeline.last_on(session.branch)
    if last is not None and last.step == session.step:
        # An autosave gives way to newer ones, but one must be able to go back to before the nudge,
        # and not to before an earlier one that has not been used yet.
        passes = last.reason == "automatic" and last.branch == session.branch
        if not passes and dict(last.hyperparameters) == dict(session.hyperparameters):
            return None
    return _store_now(session, "safety")


def checkpoint(session: Session, note: str, reason: Reason) -> str:
    """Hand a checkpoint to the store, without waiting for it, and return its key."""
    check_note(note)
    if reason in ("automatic", "close"):
        session.best_state.keep()
    return _store_now(session, reason, note).info.key


def wait_for(session: Session, key: str) -> None:
    """Wait until a checkpoint and the line that names it are on the disk.

    Raises
    ------
    SessionError
        If one of them could not be written.
    """
    session.store.flush()
    session.keeper.heed_news()
    if key not in session.timeline or not session.store.journal_is_written:
        raise SessionError(session.keeper.not_saved)


def _store_now(session: Session, reason: Reason, note: str = "") -> Contents:
    contents = contents_now(session, reason, note)
    take_in(session, contents)
    return contents


def contents_now(session: Session, reason: Reason, note: str = "") -> Contents:
    """What a checkpoint of this moment holds."""
    session.watch.record_clock()
    parent = session.keeper.parent_on(session.branch, session.step)
    info = CheckpointInfo(
        key=session.timeline.next_key(),
        parent=parent.key if parent else "",
        branch=session.branch,
        step=session.step,
        epoch=session.trainer.progress,
        reason=reason,
        when=now(),
        note=note,
        train_cost=session.watch.recent_train_cost(),
        dev_cost=session.watch.last_dev_cost(),
        hyperparameters=dict(session.hyperparameters),
    )
    return _contents(session, info, parent.step if parent else -1)


def take_in(session: Session, contents: Contents) -> None:
    """Give contents to the store and tell the ledger."""
    info = contents.info
    session.keeper.add(contents)
    session.record(
        "checkpoint",
        step=info.step,
        # The best state is stored later than the moment it is of.
        epoch=info.epoch,
        branch=info.branch,
        who=_ASKED_BY.get(info.reason, "session"),
        note=info.note,
        checkpoint=info.key,
        train_cost=info.train_cost,
        dev_cost=info.dev_cost,
        detail={"reason": info.reason, "parent": info.parent},
    )


def rollback(
    session: Session,
    key: str,
    keep: bool,
    changes: Mapping[str, Any],
    note: str,
    who: Who,
    detail: Mapping[str, Any],
) -> str:
    """See `Session.rollback`."""
    target = session.timeline[key]
    check_note(note)
    _check_detail("rollback", {**_left(session), **detail})
    # What has been written by now may let older ones go; not the one that is gone back to.
    with session.keeper.using(key):
        contents = session.store.load(target.key)
        session.keeper.heed_news()
        then = contents.state.hyperparameters
        knobs = live_knobs(session.hyperparameters) if keep else {}
        moves = changed(then, {**knobs, **changes})
        session.trainer.check_values(with_changes(then, moves))
        left = _leave(session)
        session.trainer.restore(contents.state)
        session.trainer.set_values(with_changes(then, moves))
        session.watch.adopt_values()
        session.branch = session.timeline.fork(target.branch, target.step, target.key).name
        session.history.begin(session.branch, target.branch, target.step + 1)
        session.watch.record_knobs()
        _arrive(session)
        session.record(
            "rollback",
            step=session.step + 1,
            who=who,
            changes=moves,
            note=note,
            checkpoint=target.key,
            detail={**left, "parent_branch": target.branch, "keep": keep, **detail},
        )
    return session.branch


def continue_branch(session: Session, branch: str) -> str:
    """See `Session.continue_branch`."""
    if branch not in session.timeline.branches:
        there = ", ".join(session.timeline.branches)
        raise SessionError(f"There is no branch {branch!r}; there are {there}.")
    if branch == session.branch:
        raise SessionError(f"The session stands on {branch} already.")
    session.store.flush()
    session.keeper.heed_news()
    mine = [c for c in session.timeline.checkpoints if c.branch == branch and c.saved]
    if not mine:
        raise SessionError(f"No checkpoint of {branch} is left to continue from.")
    # The best one too, which may be all that could be stored of the branch's end.
    tip = max(mine, key=lambda c: c.order)
    contents = session.store.load(tip.key)
    left = _leave(session)
    session.branch = branch
    session.history.resume(branch, tip.step)
    session.trainer.restore(contents.state)
    session.watch.adopt_values()
    session.watch.record_moved_knobs()
    _arrive(session)
    session.record("continue", step=session.step + 1, checkpoint=tip.key, detail=left)
    return tip.key


def _leave(session: Session) -> dict[str, Any]:
    """Store the end of the branch that is left; what the ledger says about it."""
    session.outcomes.settle()
    session.twins.stop("the run went elsewhere")
    if not _stands_stored(session):
        session.checkpoint(reason="left", wait=False)
    return _left(session)


def _left(session: Session) -> dict[str, Any]:
    return {"from_branch": session.branch, "from_step": session.step}


def _arrive(session: Session) -> None:
    """Forget what was true of the branch that was left."""
    session.guard = None
    session.outcomes.waiting = []
    session.watch.find_best()
    session.watch.forget_model()
    session.best_state.forget()


def _stands_stored(session: Session) -> bool:
    """Whether the present state, knobs included, is in a checkpoint that stays."""
    last = session.timeline.last_on(session.branch)
    return (
        last is not None
        and last.reason not in PASSING
        and last.step == session.step
        and dict(last.hyperparameters) == dict(session.hyperparameters)
    )


def _contents(session: Session, info: CheckpointInfo, parent_step: int) -> Contents:
    return Contents(
        info=info,
        state=session.trainer.capture(),
        history=(since(session.history.now.view(), parent_step),),
        recipe=session.recipe.to_toml(),
        data_fingerprint=session.prepared.dataset.fingerprint,
        facts=facts(),
    )


def _check_detail(kind: Kind, detail: Mapping[str, Any]) -> None:
    # A line that cannot be read again would lose those after it.
    try:
        check_detail(kind, detail)
    except ValueError as error:
        raise SessionError(f"The detail of a {kind} cannot be kept: {error}.") from None


def _check_twin(steps: Any) -> None:
    whole = isinstance(steps, int) and not isinstance(steps, bool)
    if not whole or not 0 <= steps <= MOST_TWIN_STEPS:
        raise SessionError(
            f"A twin runs for a whole number of steps up to {MOST_TWIN_STEPS:,}; got {steps!r}."
        )


def check_note(note: str) -> None:
    """Refuse what cannot be kept as a note.

    Raises
    ------
    SessionError
        If it is no text, has more than `LONGEST_NOTE` characters, or holds a NUL.
    """
    if not isinstance(note, str):
        raise SessionError(f"A note is a text; got {note!r}.")
    if "\0" in note:
        # HDF5 fills texts up with them, and forgets those at the end.
        raise SessionError(
            "The note holds a NUL character, which a file does not keep; take it out."
        )
    if len(note) > LONGEST_NOTE:
        raise SessionError(
            f"The note has {len(note):,} characters; keep it within {LONGEST_NOTE:,}."
        )
