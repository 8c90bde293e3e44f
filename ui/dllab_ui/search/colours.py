"""Dev errors as colours: the perceptual map viridis, which colour-blind eyes read as well."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from dllab_ui.theme import Theme, mixed

# Nine places of viridis (van der Walt & Smith 2015, CC0), dark to light.
_VIRIDIS = (
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30",
    "#fde725",
)  # fmt: skip


def map_colour(share: float, theme: Theme) -> str:
    """Colour of a place 0 (best) … 1 (worst); the best stands out most from the ground."""
    # The end that the ground would swallow is cut off.
    low, high = (1.0, 0.14) if theme.dark else (0.0, 0.96)
    share = (low + min(1.0, max(0.0, share)) * (high - low)) * (len(_VIRIDIS) - 1)
    index = min(int(share), len(_VIRIDIS) - 2)
    return mixed(_VIRIDIS[index + 1], _VIRIDIS[index], share - index)


@dataclass(frozen=True)
class ColourScale:
    """Errors (shares) from the best to the worst seen, logarithmic: the good ones lie close."""

    best: float
    worst: float

    @classmethod
    def over(cls, errors: Iterable[float]) -> ColourScale | None:
        """The scale of these errors, or None if there are none."""
        seen = list(errors)
        return cls(min(seen), max(seen)) if seen else None

    @property
    def _floor(self) -> float:
        # An error of 0 has no logarithm; a hundredth of the worst is as good.
        return max(self.best, self.worst / 100, 1e-12)

    def share(self, error: float) -> float:
        """The place of an error, 0 (best) … 1 (worst)."""
        if self.worst <= self._floor:
            return 0.0
        share = math.log(max(error, self._floor) / self._floor) / math.log(self.worst / self._floor)
        return min(1.0, share)

    def error(self, share: float) -> float:
        """The error at a place."""
        if share <= 0:
            return self.best
        return float(self._floor * (max(self.worst, self._floor) / self._floor) ** share)
