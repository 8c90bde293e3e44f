"""The recipe to learn babysitting with, on the real digits."""

from __future__ import annotations

from dllab import Recipe, Session


def test_that_five_epochs_of_mnist_reach_the_promised_dev_error():
    recipe = Recipe.builtin("mnist")
    with Session.create(recipe) as session:
        assert session.network.layer_sizes == (784, 128, 10)
        assert session.hyperparameters["optimizer"] == "adam"
        assert session.hyperparameters["keep_prob"] == (0.9,)
        assert (session.prepared.train.m, session.prepared.dev.m) == (50_000, 10_000)
        assert session.run(epochs=5) == "done"
        dev = session.evaluate("dev")
        assert dev.m == 10_000
        assert dev.error <= 0.025
        low, high = dev.interval
        assert low < dev.error < high
        X, y = session.prepared.split.dev.X, session.prepared.split.dev.y
        assert (session.network.predict(X) != y).mean() == dev.error
