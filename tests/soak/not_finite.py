"""Promise 9: NaN is caught before it is stored; the last good parameters are what stands.

Networks of every kind are driven to NaN, Inf and explosion: by a learning rate a person might
type, by poisoned examples in the training set, by a poisoned mini-batch of the caller's, by
poisoned parameters, and by NaN put into the gradient between backpropagation and the update.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dllab import Session
from dllab.errors import SessionError
from dllab.training.update import GradientPass
from soak import subjects

PROMISE = 9
TITLE = "NaN is caught before it is stored"
FULL, QUICK = 2_000, 15
CHUNK = 500

_POISONS = (np.nan, np.inf, -np.inf, 1e30)
_LONGEST = 3_000


def _finite(session: Session) -> None:
    trainer = session.trainer
    arrays = {"θ": trainer.network.theta, "statistics": trainer.network.statistics, **trainer.slots}
    for name, array in arrays.items():
        assert np.isfinite(array).all(), f"{name} is not finite after the guard"


def _until_stopped(session: Session) -> bool:
    """Train until the guard trips; the state then must be that before the update it stopped."""
    for _ in range(_LONGEST):
        before = session.fingerprint()
        if not session.advance():
            assert session.guard is not None
            assert session.guard.message
            assert session.fingerprint() == before, "the guard came after something had changed"
            _finite(session)
            return True
        _finite(session)
    return False


def _huge_alpha(session: Session, rng: random.Random) -> bool:
    session.nudge(learning_rate=10.0, optimizer="gradient_descent", l2=50.0)
    session.nudge(mini_batch_size=rng.choice((8, 40)))
    return _until_stopped(session)


def _poisoned_examples(session: Session, rng: random.Random) -> bool:
    X = session.prepared.train.X
    row, column = rng.randrange(len(X)), rng.randrange(X.shape[1])
    kept = X[row, column]
    X.flags.writeable = True
    X[row, column] = rng.choice(_POISONS[:3])
    try:
        return _until_stopped(session)
    finally:
        X[row, column] = kept


def _poisoned_mini_batch(session: Session, rng: random.Random) -> bool:
    train = session.prepared.train
    rows = rng.sample(range(train.m), 8)
    X, y = train.X[rows].copy(), train.y[rows]
    X[rng.randrange(8), rng.randrange(X.shape[1])] = rng.choice(_POISONS[:3])
    before = session.fingerprint()
    try:
        session.update(X, y)
    except SessionError:
        assert session.fingerprint() == before, "a refused mini-batch has changed something"
        _finite(session)
        return True
    return False


def _poisoned_parameter(session: Session, rng: random.Random) -> bool:
    theta = session.network.theta
    blocks = [block for block in session.network.layout.blocks if block.penalized]
    block = rng.choice(blocks)
    place = rng.randrange(block.start, block.stop)
    kept = theta[place].copy()
    theta[place] = rng.choice(_POISONS[:3])
    before = session.fingerprint()
    # A unit that dropout has left out hides it for an update; it must not spread meanwhile.
    for _ in range(50):
        others = np.delete(theta, place)
        assert np.isfinite(others).all(), "a poisoned parameter has spread"
        if not session.advance():
            assert np.isfinite(np.delete(session.network.theta, place)).all()
            theta[place] = kept
            return True
        before = session.fingerprint()
    assert session.fingerprint() == before
    return False


def _poisoned_gradient(session: Session, rng: random.Random) -> bool:
    real = GradientPass.run
    poison, when = rng.choice(_POISONS[:3]), session.step + rng.randrange(3)

    def run(work: GradientPass) -> Any:
        cost, error, squared = real(work)
        if session.step >= when:
            # Where backpropagation itself would have left it: in the vector, and in its norm.
            session.trainer.gradient[rng.randrange(len(session.trainer.gradient))] = poison
            squared = float(np.dot(session.trainer.gradient, session.trainer.gradient))
        return cost, error, squared

    GradientPass.run = run  # type: ignore[method-assign]
    try:
        return _until_stopped(session)
    finally:
        GradientPass.run = real  # type: ignore[method-assign]


_WAYS: tuple[tuple[str, Callable[[Session, random.Random], bool]], ...] = (
    ("huge learning rate", _huge_alpha),
    ("poisoned example", _poisoned_examples),
    ("poisoned mini-batch", _poisoned_mini_batch),
    ("poisoned parameter", _poisoned_parameter),
    ("poisoned gradient", _poisoned_gradient),
)


def _go_back(session: Session, again: bool) -> None:
    """The offered way back must lead to a finite state that trains on."""
    assert session.guard is not None
    key = session.guard.way_back
    assert key, "the guard offers no way back"
    session.rollback(key, changes=session.guard.suggestion)
    _finite(session)
    assert again or session.run(steps=3) == "done", "it cannot be trained on"
    for info in session.timeline.checkpoints:
        state = session.store.load(info.key).state
        assert np.isfinite(state.theta).all(), f"checkpoint {info.key} holds what is not finite"


def soak(count: int, seed: int, workdir: Path) -> dict[str, int | float | str]:
    """Drive ``count`` networks to it.

    Raises
    ------
    AssertionError
        If anything that is not finite reached the parameters or a checkpoint.
    """
    rng = random.Random(seed)
    stopped = {name: 0 for name, _ in _WAYS}
    for number in range(count):
        name, way = _WAYS[number % len(_WAYS)]
        # A file now and then; the guard itself is the same in memory.
        folder = workdir / "session" if number % 20 == 19 else None
        try:
            with (
                np.errstate(all="ignore"),
                Session.create(subjects.recipe(rng, explosion_factor=10.0), folder) as session,
            ):
                session.run(steps=rng.randrange(1, 20))
                tripped = way(session, rng)
                stopped[name] += tripped
                if tripped and way is not _poisoned_mini_batch:
                    _go_back(session, way is _huge_alpha)
                else:
                    # A cost that is huge and finite may be learned from.
                    assert way is _huge_alpha or tripped, "nothing was caught"
        except Exception as error:
            raise AssertionError(
                f"promise {PROMISE}, seed {seed}, {name} {number}: {error}"
            ) from error
        finally:
            shutil.rmtree(workdir / "session", ignore_errors=True)
    return {"driven there": count, **{f"stopped: {name}": n for name, n in stopped.items()}}
