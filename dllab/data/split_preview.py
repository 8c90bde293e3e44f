"""A cut shown before it is made: sizes and classes of each set, without copying a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dllab.data.dataset import Dataset
from dllab.data.split import describe, split_sizes, stratum_counts

_FEW = 30
_NAMED = 3


@dataclass(frozen=True)
class SplitPreview:
    """What `split` with the same arguments would cut, whatever the seed.

    `train`, `dev` and `test` are numbers of examples. `given` names the sets that stay as the
    data bring them. `class_counts` has a row (name, in train, in dev, in test) for each class,
    and none for regression. `description` is that of the `Split`; `warnings` are sentences.
    """

    train: int
    dev: int
    test: int
    given: tuple[str, ...]
    class_counts: tuple[tuple[str, int, int, int], ...]
    description: str
    warnings: tuple[str, ...]

    @property
    def percentages(self) -> tuple[float, float, float]:
        """The shares of train, dev and test in percent."""
        whole = self.train + self.dev + self.test
        train, dev, test = (100 * size / whole for size in (self.train, self.dev, self.test))
        return train, dev, test


def preview_split(
    dataset: Dataset,
    *,
    dev: int | None = None,
    test: int | None = None,
    shares: str | None = None,
) -> SplitPreview:
    """What `split` would do; raises `DataError` as it does."""
    sizes = split_sizes(dataset, dev=dev, test=test, shares=shares)
    given = [name for name in ("dev", "test") if getattr(dataset, name) is not None]
    rows: list[tuple[str, int, int, int]] = []
    in_train = None
    if dataset.is_classification:
        classes = len(dataset.classes)
        counts, *cut = stratum_counts(dataset, dataset.train.y, sizes)
        in_train = counts - cut[0] - cut[1]
        own = [dataset.dev, dataset.test]
        in_dev, in_test = (
            some if examples is None else np.bincount(examples.y, minlength=classes)
            for some, examples in zip(cut, own, strict=True)
        )
        columns = [np.pad(c, (0, classes - len(c))).tolist() for c in (in_train, in_dev, in_test)]
        rows = list(zip(dataset.classes, *columns, strict=True))
    return SplitPreview(
        *sizes,
        tuple(given),
        tuple(rows),
        describe(dataset, sizes, in_train),
        tuple(_warnings(sizes, rows)),
    )


def _warnings(sizes: tuple[int, int, int], rows: list[tuple[str, int, int, int]]) -> list[str]:
    found = []
    for name, size in (("dev", sizes[1]), ("test", sizes[2])):
        if 0 < size < _FEW:
            found.append(
                f"The {name} set has {size:,} examples only: one of them is {100 / size:.3g} "
                "points of its error."
            )
    for which, name in ((1, "train"), (2, "dev"), (3, "test")):
        absent = [row[0] for row in rows if row[which] == 0]
        if absent and sizes[which - 1]:
            more = f" and {len(absent) - _NAMED:,} more" if len(absent) > _NAMED else ""
            found.append(f"No {name} example of class {', '.join(absent[:_NAMED])}{more}.")
    return found
