"""What a person does to a run: nudge, checkpoint, roll back. `Session` has the same verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dllab.checkpoint import Contents
from dllab.errors import HyperparameterError, SessionError
from dllab.hyperparameters import changed, live_knobs, with_changes
from dllab.training.facts import facts
from dllab.training.history import since
from dllab.training.journal import Entry, Who, now
from dllab.training.timeline import PASSING, CheckpointInfo, Reason

if TYPE_CHECKING:
    from dllab.training.session import Session

# An HDF5 attribute holds 64 KB, and a character takes up to four bytes.
LONGEST_NOTE = 10_000


def nudge(session: Session, changes: Mapping[str, Any], note: str) -> Entry:
    """See `Session.nudge`."""
    moves = changed(session.hyperparameters, changes)
    session.trainer.check_values(with_changes(session.hyperparameters, moves))
    _check_note(note)
    if not moves:
        raise HyperparameterError("Nothing changes: the knobs have these values already.")
    session.settle_outcomes()
    last = session.timeline.last_on(session.branch)
    if last is None or last.step != session.step:
        session.checkpoint(reason="safety", wait=False)
    session.trainer.set_values(with_changes(session.hyperparameters, moves))
    session.watch.adopt_values()
    for knob, (_, new) in moves.items():
        session.watch.record_knob(knob, new)
    session.watch.record_learning_rate()
    entry = session.record("nudge", step=session.step + 1, changes=moves, note=note, costs=True)
    session.waiting.append(entry)
    return entry


def checkpoint(session: Session, note: str, reason: Reason) -> str:
    """Hand a checkpoint to the store, without waiting for it, and return its key."""
    _check_note(note)
    if reason in ("automatic", "close"):
        session.early_stopping.keep()
    contents = contents_now(session, reason, note)
    take_in(session, contents)
    return contents.info.key


def contents_now(session: Session, reason: Reason, note: str = "") -> Contents:
    """What a checkpoint of this moment holds."""
    session.watch.record_clock()
    parent = session.keeper.parent_on(session.branch)
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
        who="person" if info.reason == "manual" else "session",
        note=info.note,
        checkpoint=info.key,
        train_cost=info.train_cost,
        dev_cost=info.dev_cost,
        detail={"reason": info.reason, "parent": info.parent},
    )


def rollback(
    session: Session, key: str, keep: bool, changes: Mapping[str, Any], note: str, who: Who
) -> str:
    """See `Session.rollback`."""
    target = session.timeline[key]
    _check_note(note)
    contents = session.store.load(key)
    session.keeper.heed_news()
    then = contents.state.hyperparameters
    knobs = live_knobs(session.hyperparameters) if keep else {}
    moves = changed(then, {**knobs, **changes})
    session.trainer.check_values(with_changes(then, moves))
    session.settle_outcomes()
    if not _stands_stored(session):
        session.checkpoint(reason="left", wait=False)
    left = {"from_branch": session.branch, "from_step": session.step}
    session.trainer.restore(contents.state)
    session.trainer.set_values(with_changes(then, moves))
    session.watch.adopt_values()
    session.guard = None
    session.waiting = []
    session.branch = session.timeline.fork(target.branch, target.step, key).name
    session.history.begin(session.branch, target.branch, target.step + 1)
    session.watch.record_knobs()
    session.watch.find_best()
    session.watch.forget_model()
    session.early_stopping.forget()
    session.record(
        "rollback",
        step=session.step + 1,
        who=who,
        changes=moves,
        note=note,
        checkpoint=key,
        detail={**left, "parent_branch": target.branch, "keep": keep},
    )
    return session.branch


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


def _check_note(note: str) -> None:
    if not isinstance(note, str):
        raise SessionError(f"A note is a text; got {note!r}.")
    if len(note) > LONGEST_NOTE:
        raise SessionError(
            f"The note has {len(note):,} characters; keep it within {LONGEST_NOTE:,}."
        )
