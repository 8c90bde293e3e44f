"""The strengths in force, taken out of the hyperparameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

from dllab.errors import DataError
from dllab.hyperparameters import TABLE

_PREFIX = "augment_"
_AFFINE = ("flip", "shift", "rotation", "zoom", "shear")

OF_IMAGES = tuple(f"{_PREFIX}{name}" for name in (*_AFFINE, "elastic", "elastic_sigma"))
"""Hyperparameters that need images."""


@dataclass(frozen=True)
class Knobs:
    """The hyperparameters ``augment_…`` without that prefix; 0 and "none" are off."""

    flip: str = "none"
    shift: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    elastic: float = 0.0
    elastic_sigma: float = 4.0
    noise: float = 0.0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Those of a run's hyperparameters; one that is missing stays off."""
        return cls(**{name: values[key] for name, key in _KEYS.items() if key in values})

    @cached_property
    def affine(self) -> tuple[str, ...]:
        """Names of the affine transforms of images that are on."""
        return tuple(name for name in _AFFINE if getattr(self, name) not in (0, "none"))

    @cached_property
    def moving(self) -> tuple[str, ...]:
        """Names of all transforms of images that are on."""
        return (*self.affine, "elastic") if self.elastic else self.affine

    @property
    def is_on(self) -> bool:
        """Whether mini-batches are changed at all."""
        return self.noise != 0 or bool(self.moving)

    def check(self, image_shape: tuple[int, ...] | None) -> None:
        """Refuse transforms of images for rows that are none, as `check_augmentation`."""
        if image_shape is None and self.moving:
            record = TABLE[_PREFIX + self.moving[0]]
            raise DataError(
                f"{record.name} ({record.key}) needs images, and the rows of this data set are not "
                f"said to be any. Set {record.key} to {record.default}, or give the data an image "
                f"shape; input noise (augment_noise) suits any data."
            )


_KEYS = {field.name: _PREFIX + field.name for field in fields(Knobs)}


def is_on(values: Mapping[str, Any]) -> bool:
    """Whether a run's hyperparameters ask for any augmentation."""
    return Knobs.of(values).is_on


def check_augmentation(values: Mapping[str, Any], image_shape: tuple[int, ...] | None) -> None:
    """Refuse hyperparameters that need images when the data has no ``image_shape``.

    Raises
    ------
    DataError
        Naming the first hyperparameter that needs images.
    """
    Knobs.of(values).check(image_shape)
