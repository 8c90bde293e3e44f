"""A session steered as a restless person would: nudges of every kind, rollbacks, branches."""

from __future__ import annotations

import random
from typing import Any

from dllab import Session

_KNOBS: dict[str, tuple[Any, ...]] = {
    "learning_rate": (0.001, 0.003, 0.01, 0.03),
    "optimizer": ("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adamw"),
    "mini_batch_size": (8, 16, 32, 50, 0),
    "keep_prob[1]": (1.0, 0.9, 0.7),
    "l2": (0.0, 0.01, 0.1),
    "beta": (0.8, 0.9, 0.95),
    "augment_noise": (0.0, 0.05),
    "evaluate_every": (7, 20, 0),
}


def turn(rng: random.Random, session: Session) -> dict[str, Any]:
    """Another value for one knob of the session."""
    knob = rng.choice(list(_KNOBS))
    now = session.hyperparameters
    current = now["keep_prob"][0] if knob == "keep_prob[1]" else now[knob]
    return {knob: rng.choice([value for value in _KNOBS[knob] if value != current])}


def branches_to_continue(session: Session) -> list[str]:
    """The other branches that have a checkpoint of their own."""
    own = {info.branch for info in session.timeline.checkpoints if info.reason != "best"}
    return [name for name in session.timeline.branches if name in own - {session.branch}]


def steered(
    session: Session, nudges: int, rollbacks: int, seed: int, longest_run: int = 12
) -> Session:
    """Nudge and roll back so many times, training in between; back to any checkpoint that is left.

    Now and then another branch is continued at its tip. Give the session small data: it makes about
    ``nudges * longest_run / 2`` updates.
    """
    rng = random.Random(seed)
    turns = ["nudge"] * nudges + ["rollback"] * rollbacks
    rng.shuffle(turns)
    for what in turns:
        session.run(steps=rng.randrange(longest_run + 1))
        if what == "nudge":
            session.nudge(turn(rng, session))
        else:
            _go_elsewhere(session, rng)
    session.run(steps=longest_run)
    session.checkpoint("steered")
    return session


def _go_elsewhere(session: Session, rng: random.Random) -> None:
    if rng.random() < 0.5:
        session.checkpoint(wait=False)
    others = branches_to_continue(session)
    if rng.random() < 0.2 and others:
        session.continue_branch(rng.choice(others))
        session.run(steps=rng.randrange(5))
    session.store.flush()
    session.keeper.heed_news()
    key = rng.choice([info.key for info in session.timeline.checkpoints])
    changes = turn(rng, session) if rng.random() < 0.3 else None
    session.rollback(key, keep_hyperparameters=rng.random() < 0.5, changes=changes)
