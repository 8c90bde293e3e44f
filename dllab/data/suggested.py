"""Values to start from with data that no recipe knows."""

from __future__ import annotations

from typing import Any

from dllab.data.dataset import Dataset
from dllab.hyperparameters import TABLE

_BATCH_UP_TO = 2_000
_STEPS = 3_000
_FEW_FEATURES = 32


def suggested_values(dataset: Dataset, train: int) -> dict[str, Any]:
    """Hyperparameters for a data set with ``train`` training examples.

    Batch gradient descent up to 2,000 examples, else mini-batches of 64, or 256 from 100,000 on;
    epochs for about 3,000 updates; one pair of μ and σ for images.
    """
    batch = 0 if train <= _BATCH_UP_TO else 64 if train < 100_000 else 256
    steps = -(-train // batch) if batch else 1
    epochs = min(1000, max(5, -(-_STEPS // steps)))
    return {
        "output": "auto",
        "dev_examples": 0,
        "normalization": "per_feature" if dataset.image_shape is None else "overall",
        "mini_batch_size": batch,
        "epochs": epochs,
        "learning_rate": 0.01 if batch == 0 else TABLE["learning_rate"].default,
        "hidden_layers": (32,) if dataset.train.n_x <= _FEW_FEATURES else (128,),
    }
