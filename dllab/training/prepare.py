"""From a recipe to normalized arrays, ready for the loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data import Dataset, Examples, Normalization, Split, open_data, split
from dllab.errors import DataError
from dllab.network.model import Network
from dllab.recipe import Recipe
from dllab.training.streams import stream

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Normalized inputs (m, n_x) of the run's precision and class labels (m,) as intp."""

    X: Array
    y: Array

    @property
    def m(self) -> int:
        """Number of examples."""
        return len(self.y)


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of a run: as read, as split, and normalized. The test set is left as it is."""

    dataset: Dataset
    split: Split
    normalization: Normalization
    train: Labelled
    dev: Labelled
    dtype: np.dtype[Any]

    def normalized(self, examples: Examples) -> Labelled:
        """Examples with the training set's μ and σ applied."""
        return Labelled(
            self.normalization.apply(examples.X, self.dtype),
            np.ascontiguousarray(examples.y, np.intp),
        )


def prepare(recipe: Recipe) -> Prepared:
    """Open, split and normalize the recipe's data.

    Raises
    ------
    DataError
        If the data cannot be had, or does not suit a classifier.
    """
    values = recipe.values
    dataset = open_data(
        recipe.source, examples=recipe.examples, noise=recipe.noise, seed=values["seed"]
    )
    if not dataset.is_classification:
        raise DataError(
            f"{dataset.name} has numbers to predict, not classes; this version trains classifiers."
        )
    parts = split(dataset, rng=stream(values["seed"], "split"), dev=values["dev_examples"] or None)
    normalization = Normalization.fit(values["normalization"], parts.train.X)
    dtype = np.dtype(values["precision"])
    empty = Labelled(np.empty((0, 0)), np.empty(0, np.intp))
    made = Prepared(dataset, parts, normalization, empty, empty, dtype)
    return Prepared(
        dataset,
        parts,
        normalization,
        made.normalized(parts.train),
        made.normalized(parts.dev),
        dtype,
    )


def build_network(recipe: Recipe, prepared: Prepared) -> Network:
    """The recipe's network for this data, its parameters initialized.

    Raises
    ------
    DataError
        If one sigmoid unit is asked for more than two classes.
    """
    values = recipe.values
    classes = len(prepared.dataset.classes)
    output = values["output"]
    if output == "auto":
        output = "sigmoid" if classes == 2 else "softmax"
    if output == "sigmoid" and classes != 2:
        raise DataError(
            f"{prepared.dataset.name} has {classes} classes; one sigmoid unit tells two apart. "
            f"Set output to softmax."
        )
    n_out = 1 if output == "sigmoid" else classes
    network = Network(
        (prepared.split.train.n_x, *values["hidden_layers"], n_out),
        output,
        values["activation"],
        values["leaky_slope"],
        values["precision"],
        prepared.normalization,
    )
    network.initialize(
        values["initialization"],
        stream(values["seed"], "initialization"),
        values["initialization_scale"],
    )
    return network
