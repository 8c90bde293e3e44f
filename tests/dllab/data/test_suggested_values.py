"""What a session on unknown data starts from."""

import numpy as np
import pytest

from dllab.data import Dataset, Examples
from dllab.data.suggested import suggested_values
from dllab.hyperparameters import complete


def dataset(n_x=3, image_shape=None):
    y = np.arange(8) % 2
    return Dataset("any", Examples(np.zeros((8, n_x)), y), None, ("a", "b"), image_shape)


@pytest.mark.parametrize("train", [1, 300, 2000, 2001, 10_000, 99_999, 100_000, 5_000_000])
def test_that_batch_descent_is_suggested_up_to_2000_examples_and_powers_of_two_above(train):
    size = suggested_values(dataset(), train)["mini_batch_size"]
    assert size == 0 if train <= 2000 else size in (64, 128, 256, 512)


@pytest.mark.parametrize("train", [1, 2000, 50_000, 10**7])
def test_that_what_is_suggested_is_allowed(train):
    for data in (dataset(), dataset(784, (28, 28))):
        complete(suggested_values(data, train))


def test_that_images_share_one_mean_and_deviation():
    assert suggested_values(dataset(4, (2, 2)), 100)["normalization"] == "overall"
    assert suggested_values(dataset(4), 100)["normalization"] == "per_feature"
