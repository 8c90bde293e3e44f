"""The loss that was put in is found again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.held_up import held_up, share_lost


def turn(rng, update, price, noise=0.1, seconds=5.0, every=0.5, work=0.02):
    """Updates of ``update`` s; every now and then a thread works and costs ``price`` times that."""
    ends, worked, other = [0.0], [0.0], []
    next_work, evaluation = every, 0
    while ends[-1] < seconds:
        duration, done = update * max(0.1, 1 + noise * rng.standard_normal()), 0.0
        if ends[-1] > next_work:
            next_work += every
            done = work
            duration += price * work
        evaluation += 1
        evaluates = evaluation % 37 == 0
        if evaluates:
            duration += 5 * update
        other.append(evaluates)
        ends.append(ends[-1] + duration)
        worked.append(worked[-1] + done)
    return held_up(np.array(ends), np.array(worked), np.array(other))


@pytest.mark.parametrize("update", [0.0003, 0.01, 0.15])
@pytest.mark.parametrize("price", [0.0, 0.5, 1.5])
def test_that_the_loss_that_was_put_in_is_found(update, price):
    rng = np.random.default_rng(1)
    turns = [turn(rng, update, price) for _ in range(10)]
    lost, error = share_lost(turns)
    true = price * sum(t.worked for t in turns) / sum(t.seconds for t in turns)
    assert error < 0.02
    assert lost == pytest.approx(true, abs=max(3 * error, 0.002))


def test_that_a_thread_that_never_works_costs_nothing():
    rng = np.random.default_rng(1)
    lost, error = share_lost([turn(rng, 0.01, 1.0, work=0.0) for _ in range(3)])
    assert lost == 0
    assert np.isnan(error)
