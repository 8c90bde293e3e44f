"""y ← βy + αx, by BLAS and without it."""

import numpy as np
import pytest

from dllab.network import blas


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("without", [False, True])
@pytest.mark.parametrize("size", [1, 7, 64, 1001, 40_000])
def test_that_blend_is_the_weighted_sum(monkeypatch, dtype, without, size):
    if without:
        monkeypatch.setattr(blas, "_ROUTINES", {})
    rng = np.random.default_rng(size)
    y, x = rng.standard_normal((2, size)).astype(dtype)
    expected = 0.9 * y.astype(np.float64) - 0.3 * x.astype(np.float64)
    blas.blend(y, 0.9, -0.3, x, np.empty_like(x))
    np.testing.assert_allclose(y, expected, rtol=0, atol=20 * np.finfo(dtype).eps)


def test_that_scratch_may_be_the_second_operand(monkeypatch):
    for routines in (blas._ROUTINES, {}):
        monkeypatch.setattr(blas, "_ROUTINES", routines)
        y, x = np.ones(5), np.full(5, 2.0)
        blas.blend(y, 0.5, 3.0, x, x)
        np.testing.assert_array_equal(y, np.full(5, 6.5))


def test_that_a_matrix_is_blended_like_a_vector():
    y, x = np.ones((3, 4), np.float32), np.arange(12, dtype=np.float32).reshape(3, 4)
    blas.blend(y, 1, 2, x, np.empty_like(x))
    np.testing.assert_array_equal(y, 1 + 2 * x)
