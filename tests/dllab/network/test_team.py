"""An update shared by two threads against one made by a single thread."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

SHAPE = {"hidden_layers": [700, 700], "precision": "float64", "mini_batch_size": 101}


@pytest.mark.parametrize("m", [1, 2, 3, 101])
@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
def test_that_two_members_make_the_update_that_one_makes(output, m, make_session, monkeypatch):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((m, 2)), rng.integers(0, 2, m)
    results = {}
    for cores in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        session = make_session(
            source="circles",
            output=output,
            optimizer="gradient_descent",
            learning_rate=1.0,
            l2=0.5,
            keep_prob=[0.8, 1.0],
            **SHAPE,
        )
        assert session.capture().members == cores
        start = session.network.theta.copy()
        measured = session.update(X, y)
        evaluated = session.evaluate("dev")
        results[cores] = start - session.network.theta, measured, evaluated
    (one, cost, dev), (two, shared_cost, shared_dev) = results[1], results[2]
    np.testing.assert_allclose(two, one, rtol=0, atol=1e-12)
    assert shared_cost == pytest.approx(cost, abs=1e-12)
    assert shared_dev.cost == pytest.approx(dev.cost, abs=1e-12)
    assert shared_dev.error == dev.error


def test_that_a_closed_session_leaves_no_thread_of_its_team(make_session, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    before = set(threading.enumerate())
    session = make_session(**SHAPE)
    session.run(steps=1)
    assert set(threading.enumerate()) - before
    session.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=10)
    assert not set(threading.enumerate()) - before
