"""Cost, error and confidence interval of a fixed set against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from dllab.errors import SessionError
from dllab.training.evaluation import Evaluation


def plain(session, which):
    parts = {"train": session.prepared.train, "dev": session.prepared.dev}
    X, y = parts[which].X.astype(float), parts[which].y
    p = session.network.parameters
    hidden = np.maximum(X @ p["W1"].T.astype(float) + p["b1"], 0)
    z = hidden @ p["W2"].T.astype(float) + p["b2"]
    if z.shape[1] == 1:
        z = np.hstack([np.zeros_like(z), z])
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y)), y].mean(), (z.argmax(axis=1) != y).mean(), len(y)


@pytest.mark.parametrize("source", ["spiral", "circles"])
@pytest.mark.parametrize("which", ["train", "dev"])
@pytest.mark.parametrize("examples", [300, 5000])
def test_that_an_evaluation_is_the_mean_over_the_whole_set(source, which, examples, make_session):
    session = make_session(source=source, examples=examples, keep_prob=0.5, l2=3.0)
    session.run(steps=50)
    cost, error, m = plain(session, which)
    result = session.evaluate(which)
    assert result.cost == pytest.approx(cost, rel=1e-5)
    assert result.error == pytest.approx(error, abs=1e-12)
    assert result.m == m


def test_that_the_probe_is_a_fixed_part_of_the_training_set(make_session):
    session = make_session(probe_examples=40, evaluate_every=10)
    session.run(steps=20)
    assert session.evaluate("probe").m == 40
    steps, costs = session.history["probe_cost"]
    assert steps.tolist()[-1] == 20
    assert costs[-1] == session.evaluate("probe").cost
    assert session.history["dev_cost"][1][-1] == session.evaluate("dev").cost
    whole = make_session(probe_examples=10**6)
    assert whole.evaluate("probe") == whole.evaluate("train")


def test_that_an_unknown_set_names_those_there_are(make_session):
    with pytest.raises(SessionError, match=r"'devv'.*dev, train, probe, test"):
        make_session().evaluate("devv")


@pytest.mark.parametrize(
    ("error", "m", "low", "high"),
    [(0.1, 50, 0.0435, 0.2136), (0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0)],
)
def test_that_the_interval_is_wilsons(error, m, low, high):
    assert Evaluation(0.0, error, m).interval == pytest.approx((low, high), abs=5e-5)
