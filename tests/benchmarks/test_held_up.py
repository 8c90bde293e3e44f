"""The loss that was put in is found again, and none where none was put in."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.held_up import share_lost, stretches

WORK = (0.0002, 0.03)


def turn(rng, update, price, *, noise, stalls=0.0, seconds=5.0):
    """Training beside a thread that works at random moments, seldom much and often a little.

    The computer takes ``noise`` of each update's time, up or down, and ``stalls`` times a second
    20 ms.
    """
    often = np.cumsum(rng.exponential(0.25, 100))
    seldom = np.cumsum(rng.exponential(0.6, 100))
    works = sorted([(t, WORK[0]) for t in often] + [(t, WORK[1]) for t in seldom])
    halts = np.cumsum(rng.exponential(1 / stalls, 1000)).tolist() if stalls else []
    ends, worked, other = [0.0], [0.0], []
    while ends[-1] < seconds:
        evaluates = len(other) % 37 == 36
        left = update * max(0.2, 1 + noise * rng.standard_normal()) * (6 if evaluates else 1)
        now, done = ends[-1], 0.0
        while True:
            upcoming = min(works[0][0] if works else np.inf, halts[0] if halts else np.inf)
            if upcoming > now + left:
                break
            left -= max(0.0, upcoming - now)
            now = max(now, upcoming)
            if halts and halts[0] == upcoming:
                halts.pop(0)
                now += 0.02
            else:
                work = works.pop(0)[1]
                done += work
                now += price * work
        other.append(evaluates)
        ends.append(now + left)
        worked.append(worked[-1] + done)
    return stretches(np.array(ends), np.array(worked), np.array(other)), worked[-1] / ends[-1]


@pytest.mark.parametrize(
    ("update", "noise", "stalls"),
    [(0.0003, 0.1, 0), (0.0012, 0.1, 3), (0.011, 0.1, 1), (0.17, 0.05, 0), (0.17, 0.3, 1)],
)
@pytest.mark.parametrize("price", [0.0, 0.6, 1.5])
def test_that_the_loss_that_was_put_in_is_found(update, noise, stalls, price):
    rng = np.random.default_rng(1)
    made = [turn(rng, update, price, noise=noise, stalls=stalls) for _ in range(60)]
    lost, error = share_lost([cut for cut, _ in made])
    true = price * sum(share for _, share in made) / len(made)
    assert error < 0.006
    assert lost == pytest.approx(true, abs=3 * error)


def test_that_nothing_is_claimed_where_nothing_can_be_seen():
    ends, still = np.arange(0.0, 1.0, 0.01), np.zeros(100)
    idle = stretches(ends, still, np.zeros(99, bool))
    without_a_clock = stretches(ends, still * np.nan, np.zeros(99, bool))
    busy, _ = turn(np.random.default_rng(1), 0.01, 1.0, noise=0.1)
    for turns in ([idle] * 3, [without_a_clock] * 3, [busy]):
        assert np.isnan(share_lost(turns)[0])
