"""What is measured once a setting has been trained."""

from __future__ import annotations

import numpy as np

from dllab import Session


def test_error(session: Session) -> float:
    """Train to the goal and look at the test set, once."""
    session.run()
    return 100 * session.evaluate("test").error


def train_accuracy(session: Session) -> float:
    """Train to the goal; % of the training set that is classified rightly."""
    session.run()
    return 100 * (1 - session.evaluate("train").error)


def steps_to_95(session: Session) -> float:
    """Updates until the dev error is first at most 5 %, or all of them."""
    goal = session.hyperparameters["epochs"]
    while session.trainer.epoch < goal:
        session.run(steps=session.evaluate_every)
        steps, errors = session.history["dev_error"]
        there = np.flatnonzero(errors <= 0.05)
        if len(there):
            return float(steps[there[0]])
    return float(session.step)


# pytest would take it for a test of its own.
test_error.__test__ = False  # type: ignore[attr-defined]
