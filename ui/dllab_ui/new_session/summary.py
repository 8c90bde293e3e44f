"""The network that a recipe makes of the data, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dllab.data import Dataset, SplitPreview
from dllab.data.augmentation.knobs import check_augmentation
from dllab.network.layout import Layout
from dllab.training.prepare import output_of
from dllab_ui import words


def summary(values: Mapping[str, Any], dataset: Dataset, cut: SplitPreview) -> str:
    """Shape, number of parameters, sizes of the sets and steps per epoch.

    Raises
    ------
    DllabError
        If the output or the augmentation does not suit the data.
    """
    output = output_of(values["output"], dataset)
    check_augmentation(values, dataset.image_shape)
    targets = dataset.train.y.size // dataset.train.m
    n_out = {"sigmoid": 1, "softmax": len(dataset.classes)}.get(output, targets)
    sizes = (dataset.train.n_x, *values["hidden_layers"], n_out)
    batch_norm = values["batch_norm"] == "on"
    parameters = Layout.parameters(sizes, batch_norm=batch_norm).size
    batch = values["mini_batch_size"]
    steps = -(-cut.train // batch) if batch else 1
    test = f" / {words.count(cut.test)} test" if cut.test else ""
    return (
        f"{words.architecture(sizes)}, {output} · {words.count(parameters)} parameters · "
        f"{words.count(cut.train)} train / {words.count(cut.dev)} dev{test} examples · "
        f"{words.steps(steps)} per epoch"
    )
