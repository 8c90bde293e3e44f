"""The reference point that anyone can check: make_circles, 300 points, noise 0.05, 2-10-5-1."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples
from dllab.data.hdf5 import write_dataset

STEPS = 1500


def train_accuracy(recipe: Recipe, steps: int = STEPS) -> float:
    """Share of training points that are right after some updates."""
    with Session.create(recipe) as session:
        assert session.network.layer_sizes == (2, 10, 5, 1)
        assert session.prepared.train.m == 300
        assert session.run(steps=steps) == "done"
        return 1 - session.evaluate("train").error


def test_that_circles_started_with_zeros_stay_at_50_percent_and_he_passes_99() -> None:
    zeros, large, he = (
        train_accuracy(Recipe.builtin(f"initialization-{kind}"))
        for kind in ("zeros", "large", "he")
    )
    assert zeros == 0.5
    assert he > 0.99
    assert zeros < large < he - 0.2


@pytest.mark.parametrize("seed", [1, 3, 4, 5])
def test_that_large_random_weights_trail_he_whatever_the_seed(seed: int) -> None:
    large, he = (
        train_accuracy(Recipe.builtin(f"initialization-{kind}").with_values(seed=seed), steps=600)
        for kind in ("large", "he")
    )
    assert he > large + 0.15


def test_that_zeros_keep_the_cost_at_ln_2() -> None:
    with Session.create(Recipe.builtin("initialization-zeros")) as session:
        session.run(steps=50)
        assert session.evaluate("train").cost == pytest.approx(np.log(2), abs=1e-6)


def test_that_it_holds_on_scikit_learns_own_circles(tmp_path: Path) -> None:
    """Points that are not ours; every update is made from all 300 of them."""
    datasets = pytest.importorskip("sklearn.datasets")
    X, y = datasets.make_circles(n_samples=300, noise=0.05, random_state=1)
    data = Dataset("theirs", Examples(X, y), None, ("outer", "inner"), None)
    write_dataset(tmp_path / "circles.h5", data)
    accuracy = {}
    for kind in ("zeros", "random", "he"):
        values = Recipe.builtin("initialization-large").values | {"initialization": kind}
        with Session.create(Recipe(kind, str(tmp_path / "circles.h5"), values)) as session:
            normalized = session.prepared.normalization.apply(X, session.network.dtype)
            for _ in range(STEPS):
                session.update(normalized, y)
            accuracy[kind] = float((session.network.predict(X) == y).mean())
    assert accuracy["zeros"] == 0.5
    assert accuracy["he"] > 0.99 > accuracy["random"] + 0.1
