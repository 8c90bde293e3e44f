"""Patience, the best weights, and what comes after."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Session

# Few noisy examples and a large network: dev cost falls, then rises.
OVERFITTING = {
    "source": "moons",
    "examples": 60,
    "hidden_layers": [64, 64],
    "learning_rate": 0.01,
    "mini_batch_size": 0,
    "evaluate_every": 5,
    "epochs": 3000,
}


def test_that_early_stopping_is_off_unless_asked_for(make_session):
    session = make_session(**{**OVERFITTING, "epochs": 60})
    assert session.hyperparameters["patience"] == 0
    assert session.run() == "done"


def test_that_the_weights_of_the_best_dev_point_come_back_bit_for_bit(make_session):
    free = make_session(**OVERFITTING)
    stopping = make_session(**OVERFITTING, patience=50)
    said = stopping.run()
    best = stopping.watch.best_dev
    assert said.startswith("Stopped early: no lower dev cost for 50 epochs")
    assert stopping.step == best.step
    free.run(steps=best.step)
    assert stopping.network.theta.tobytes() == free.network.theta.tobytes()
    assert stopping.evaluate("dev").cost == pytest.approx(best.cost, abs=1e-12)
    entry = stopping.journal.entries[-1]
    assert (entry.kind, entry.who) == ("rollback", "rule")
    assert stopping.timeline[entry.checkpoint].reason == "best"


def test_that_training_can_go_on_after_an_early_stop_and_stops_again(make_session):
    session = make_session(**OVERFITTING, patience=40)
    session.run()
    best = session.watch.best_dev
    assert session.run().startswith("Stopped early")
    assert session.watch.best_dev == best
    session.nudge(patience=0, epochs=session.trainer.epoch + 100)
    assert session.run() == "done"


@pytest.mark.parametrize("patience", [1, 5])
def test_that_patience_ends_only_where_dev_was_looked_at(patience, make_session):
    # Between two evaluations, several times patience apart, dev may have become better unseen.
    values = {**OVERFITTING, "evaluate_every": 40, "epochs": 400}
    session = make_session(**values, patience=patience)
    session.run()
    left = [e.detail["from_step"] for e in session.journal if e.kind == "rollback"]
    assert left
    assert all(step % 40 == 0 for step in left)
    own = session.watch.best_dev
    free = make_session(**values)
    free.run(steps=left[0])
    steps, costs = free.history["dev_cost"]
    assert (own.step, own.cost) == (steps[costs.argmin()], costs.min())


def test_that_patience_counts_epochs_from_the_best_dev_point(make_session):
    session = make_session(**{**OVERFITTING, "mini_batch_size": 8}, patience=20)
    session.run()
    left = next(e for e in session.journal if e.kind == "rollback").detail["from_step"]
    waited = (left - session.watch.best_dev.step) / session.trainer.steps_per_epoch
    assert 20 <= waited < 21


def test_that_the_best_weights_survive_closing_and_opening(make_recipe, tmp_path):
    with Session.create(make_recipe(**OVERFITTING, patience=300), tmp_path / "s") as first:
        first.run(steps=250)
        best = first.watch.best_dev
        assert best.step < 200
        first.checkpoint(reason="close")
    with Session.open(tmp_path / "s") as again:
        assert again.step == 250
        assert again.watch.best_dev == best
        assert again.run().endswith(f"back at the best, {best.cost:.4g} at step {best.step:,}.")
        assert again.step == best.step


def test_that_a_best_point_of_another_branch_is_not_taken(make_session):
    session = make_session(**OVERFITTING)
    session.run(steps=10)
    early = session.checkpoint()
    session.run(steps=300)
    session.rollback(early)
    session.nudge(patience=1)
    session.run(steps=1)
    assert session.watch.best_dev.step <= 10
    said = session.run(steps=20)
    best = session.watch.best_dev
    assert session.step == best.step or said == "done"
    assert np.isfinite(session.network.theta).all()
