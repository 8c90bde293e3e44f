"""An array that grows at its end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


class GrowingArray:
    """One-dimensional array with amortised O(1) append per element.

    ``view`` is the filled part, shape (len,). A view handed out stays valid and unchanged when
    the array grows, because filled elements are never written again.
    """

    def __init__(self, dtype: Any = np.float64, capacity: int = 256) -> None:
        self._buffer: NDArray[Any] = np.empty(capacity, dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def view(self) -> NDArray[Any]:
        """The filled part, shape (len,); not a copy."""
        return self._buffer[: self._length]

    def extend(self, values: ArrayLike) -> None:
        """Append values of shape (n,)."""
        values = np.asarray(values)
        length = self._length + values.size
        if length > self._buffer.size:
            # 1.5 rather than 2: a long run's curve should not reserve twice its bytes.
            buffer = np.empty(max(length, self._buffer.size * 3 // 2), dtype=self._buffer.dtype)
            buffer[: self._length] = self.view
            self._buffer = buffer
        self._buffer[self._length : length] = values
        self._length = length
