"""What every update goes through begins with a cache line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dllab.network.arrays import LINE, empty, zeros


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint16"])
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 5), (7, 0), (257, 33)])
def test_that_an_array_begins_with_a_cache_line(shape: tuple[int, ...], dtype: str) -> None:
    for make in (empty, zeros):
        made = make(shape, dtype)
        assert made.shape == shape
        assert made.dtype == np.dtype(dtype)
        assert made.flags.c_contiguous
        assert made.flags.writeable
        assert made.ctypes.data % LINE == 0 or made.size == 0
    assert not zeros(shape, dtype).any()


def test_that_parameters_and_gradient_of_a_session_do(make_session: Any) -> None:
    session = make_session()
    session.run(steps=1)
    for array in (session.network.theta, session.trainer.gradient):
        assert array.ctypes.data % LINE == 0
