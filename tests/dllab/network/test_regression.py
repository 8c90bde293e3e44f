"""Linear outputs and ½ mean squared error, through the whole of a session."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples, write_dataset
from dllab.errors import DataError, SessionError


@pytest.fixture
def line(tmp_path):
    """y = 3x₁ − 2x₂ + 100 with a little noise, and a second target."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 2))
    y = np.column_stack([3 * X[:, 0] - 2 * X[:, 1] + 100, X[:, 0] * 5])
    y += 0.01 * rng.normal(size=y.shape)
    path = tmp_path / "line.h5"
    write_dataset(path, Dataset("line", Examples(X, y), None, (), None))
    return path


@pytest.fixture
def recipe(line):
    values = {
        "hidden_layers": [], "precision": "float64", "learning_rate": 0.05, "mini_batch_size": 32,
        "evaluate_every": 20,
    }  # fmt: skip
    return Recipe("line", str(line), values)


def test_that_a_line_is_found_in_raw_units(recipe):
    with Session.create(recipe) as session:
        session.run(epochs=60)
        at_zero, at_one = session.network.predict(np.array([[0.0, 0.0], [1.0, 1.0]]))
        np.testing.assert_allclose(at_zero, [100, 0], atol=0.05)
        np.testing.assert_allclose(at_one, [101, 5], atol=0.05)
        assert session.evaluate("dev").error < 1e-3


def test_that_the_cost_is_half_the_mean_square_and_the_error_the_unexplained_variance(recipe):
    with Session.create(recipe) as session:
        train, network = session.prepared.train, session.network
        difference = network.logits(train.X) - train.y
        result = session.evaluate("train")
        assert result.cost == pytest.approx(0.5 * (difference**2).sum(axis=1).mean(), rel=1e-12)
        raw, y = session.prepared.split.train, session.prepared.split.train.y
        residual = ((network.predict(raw.X) - y) ** 2).mean(axis=0) / y.var(axis=0)
        assert result.error == pytest.approx(residual.mean(), rel=1e-9)
        per_example = (difference**2).mean(axis=1)
        spread = 1.959964 * per_example.std() / np.sqrt(len(per_example))
        low, high = result.interval
        assert high - result.error == pytest.approx(spread, rel=1e-4)
        assert low >= 0


def test_that_a_saved_regression_goes_on_with_the_same_bits(recipe, tmp_path):
    with Session.create(recipe.with_values(hidden_layers=[4]), tmp_path / "s") as session:
        session.run(steps=30)
        session.checkpoint()
        session.run(steps=30)
        after = session.fingerprint()
        session.checkpoint()
    with Session.open(tmp_path / "s") as again:
        assert again.fingerprint() == after


def test_that_outputs_that_do_not_suit_the_data_are_refused(recipe, make_recipe):
    with pytest.raises(DataError, match="numbers to predict"):
        Session.create(recipe.with_values(output="softmax"))
    with pytest.raises(DataError, match="a linear output predicts numbers"):
        Session.create(make_recipe(output="linear"))


def test_that_probabilities_of_a_regression_are_refused_in_words(recipe):
    with Session.create(recipe) as session, pytest.raises(DataError, match="use predict"):
        session.network.predict_proba(np.zeros((1, 2)))


def test_that_a_mini_batch_of_targets_is_taken_and_a_wrong_one_refused(recipe):
    with Session.create(recipe) as session:
        session.update(np.zeros((3, 2)), np.zeros((3, 2)))
        assert session.step == 1
        with pytest.raises(SessionError, match=r"y of shape \(m, 2\)"):
            session.update(np.zeros((3, 2)), np.zeros(3))
        with pytest.raises(SessionError, match="must be numbers"):
            session.update(np.zeros((3, 2)), np.full((3, 2), "a"))
