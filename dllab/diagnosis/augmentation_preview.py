"""What training images look like after augmentation, with the strengths in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation import Augmenter, is_on
from dllab.data.normalization import Normalization
from dllab.diagnosis.progress import Progress
from dllab.hyperparameters import TABLE
from dllab.training.replica import Replica
from dllab.training.streams import stream

Array = npt.NDArray[Any]

IMAGES, VARIANTS = 4, 5


@dataclass(frozen=True, eq=False)
class AugmentationPreview:
    """Some training images and how each may look in a mini-batch.

    ``images`` (k, 1 + n, height, width, channels) are bytes with 1 or 3 channels; the first of each
    row is the image as it is. ``labels`` (k,) are names of classes, or empty. ``strengths`` says in
    words what is in force, ``why_not`` in a sentence why there is no image to show.
    """

    images: npt.NDArray[np.uint8]
    labels: tuple[str, ...] = ()
    strengths: str = ""
    why_not: str = ""


def preview_augmentation(
    replica: Replica,
    progress: Progress,
    page: int = 0,
    images: int = IMAGES,
    variants: int = VARIANTS,
) -> AugmentationPreview:
    """Augment some training examples with the replica's hyperparameters.

    The variants stay the same ones while strengths move, so that a knob can be followed. ``page``
    counts on to other images.
    """
    prepared, values = replica.prepared, replica.state.hyperparameters
    shape = prepared.dataset.image_shape
    if shape is None or (len(shape) == 3 and shape[2] not in (1, 3)):
        return AugmentationPreview(np.empty((0, 0, 0, 0, 0), np.uint8), why_not=_why_not(values))
    progress.report(0.0, "augmenting")
    shuffled = stream(values["seed"], "augmentation preview").permutation(prepared.train.m)
    rows = shuffled[(page * images + np.arange(images)) % prepared.train.m]
    X = prepared.train.X[rows]
    augmenter = Augmenter(X.shape[1], shape, prepared.normalization, prepared.dtype)
    varied = augmenter.preview(X, values, values["seed"], variants)
    shown = np.concatenate([X[:, np.newaxis], varied], axis=1)
    names, y = prepared.dataset.classes, prepared.train.y[rows]
    return AugmentationPreview(
        _bytes(shown, prepared.normalization, prepared.split.train.X[rows]).reshape(
            *shown.shape[:2], *shape[:2], -1
        ),
        tuple(names[int(c)] for c in y) if names else (),
        strengths_in_words(values),
    )


def strengths_in_words(values: Any) -> str:
    """The strengths that are on, as the table shows them; nothing if augmentation is off."""
    if not is_on(values):
        return ""
    records = [TABLE[key] for key in TABLE if key.startswith("augment_")]
    elastic = values["augment_elastic"]
    return ", ".join(
        f"{record.name} {record.show(values[record.key])}"
        for record in records
        if values[record.key] not in (0, "none")
        and (record.key != "augment_elastic_sigma" or elastic)
    )


def _why_not(values: Any) -> str:
    noise = values["augment_noise"]
    sentence = "The rows of this data are no images, so there is nothing to bend or shift."
    if noise:
        return (
            f"{sentence} Input noise is on: each input of a training mini-batch gets Gaussian "
            f"noise of standard deviation {noise:g}, in units of the normalized input."
        )
    return f"{sentence} Input noise suits any data; it is off."


def _bytes(
    normalized: Array, normalization: Normalization, originals: Array
) -> npt.NDArray[np.uint8]:
    """Pixels 0 to 255 of normalized rows; the scale is that of the images as they came."""
    raw = normalized.astype(np.float64) * normalization.std + normalization.mean
    if originals.dtype == np.uint8:
        low, high = 0.0, 255.0
    else:
        low, high = float(originals.min()), float(originals.max())
    scaled = (raw - low) * (255.0 / ((high - low) or 1.0))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
