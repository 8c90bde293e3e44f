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
    """Normalized inputs (m, n_x) of the run's precision, and labels.

    ``y`` is the class of each example (m,) as intp, or normalized targets (m, n_y).
    """

    X: Array
    y: Array

    @property
    def m(self) -> int:
        """Number of examples."""
        return len(self.y)


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of a run: as read, as split, and normalized. The test set is left as it is.

    ``target_normalization`` is there for a regression only.
    """

    dataset: Dataset
    split: Split
    normalization: Normalization
    target_normalization: Normalization | None
    train: Labelled
    dev: Labelled
    dtype: np.dtype[Any]

    def normalized(self, examples: Examples) -> Labelled:
        """Examples with the training set's μ and σ applied."""
        return _normalized(examples, self.normalization, self.target_normalization, self.dtype)


def _normalized(
    examples: Examples,
    normalization: Normalization,
    target_normalization: Normalization | None,
    dtype: np.dtype[Any],
) -> Labelled:
    X = normalization.apply(examples.X, dtype)
    if target_normalization is None:
        return Labelled(X, np.ascontiguousarray(examples.y, np.intp))
    return Labelled(X, target_normalization.apply(_columns(examples.y), dtype))


def _columns(y: Array) -> Array:
    return y[:, np.newaxis] if y.ndim == 1 else y


def prepare(recipe: Recipe) -> Prepared:
    """Open, split and normalize the recipe's data.

    Raises
    ------
    DataError
        If the data cannot be had.
    """
    values = recipe.values
    dataset = open_data(
        recipe.source,
        recipe.data,
        examples=recipe.examples,
        noise=recipe.noise,
        seed=values["seed"],
    )
    parts = split(
        dataset,
        rng=stream(values["seed"], "split"),
        dev=values["dev_examples"] or None,
        shares=recipe.data.split,
    )
    normalization = Normalization.fit(values["normalization"], parts.train.X)
    targets = None
    if not dataset.is_classification:
        targets = Normalization.fit("per_feature", _columns(parts.train.y))
    dtype = np.dtype(values["precision"])
    train, dev = (_normalized(e, normalization, targets, dtype) for e in (parts.train, parts.dev))
    return Prepared(dataset, parts, normalization, targets, train, dev, dtype)


def build_network(recipe: Recipe, prepared: Prepared, *, initialize: bool = True) -> Network:
    """The recipe's network for this data, its parameters initialized (or left at 0).

    Raises
    ------
    DataError
        If the output does not suit the data.
    """
    values = recipe.values
    output = output_of(values["output"], prepared.dataset)
    n_out = {"sigmoid": 1, "softmax": len(prepared.dataset.classes)}.get(output)
    if n_out is None:
        n_out = prepared.train.y.shape[1]
    network = Network(
        (prepared.split.train.n_x, *values["hidden_layers"], n_out),
        output,
        values["activation"],
        values["leaky_slope"],
        values["precision"],
        prepared.normalization,
        batch_norm=values["batch_norm"] == "on",
        batch_norm_epsilon=values["batch_norm_epsilon"],
        target_normalization=prepared.target_normalization,
    )
    if initialize:
        network.initialize(
            values["initialization"],
            stream(values["seed"], "initialization"),
            values["initialization_scale"],
            values["initialization_gain"],
        )
    return network


def output_of(wanted: str, dataset: Dataset) -> str:
    """The output layer for this data: "softmax", "sigmoid" or "linear".

    Raises
    ------
    DataError
        If the one that is wanted does not suit the data.
    """
    classes = len(dataset.classes)
    if not dataset.is_classification:
        if wanted not in ("auto", "linear"):
            raise DataError(
                f"{dataset.name} has numbers to predict, not classes; set output to linear or auto."
            )
        return "linear"
    if wanted == "linear":
        raise DataError(
            f"{dataset.name} has {classes} classes; a linear output predicts numbers. Set output "
            f"to auto."
        )
    if wanted == "auto":
        return "sigmoid" if classes == 2 else "softmax"
    if wanted == "sigmoid" and classes != 2:
        raise DataError(
            f"{dataset.name} has {classes} classes; one sigmoid unit tells two apart. Set output "
            f"to softmax."
        )
    return wanted
