"""Augmentation: training mini-batches that never look the same twice.

Only mini-batches are changed; whatever is evaluated is not. What a mini-batch looks like depends on
the run's seed and on its place in training alone, so that it can be made again at any time, and
ahead of time.
"""

from dllab.data.augmentation.ahead import MiniBatches, pays_ahead
from dllab.data.augmentation.augmenter import Augmenter
from dllab.data.augmentation.knobs import OF_IMAGES, check_augmentation, is_on

__all__ = ["OF_IMAGES", "Augmenter", "MiniBatches", "check_augmentation", "is_on", "pays_ahead"]
