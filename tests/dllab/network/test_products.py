"""Products bound to their arrays, by NumPy and by MKL where the extra ``fast`` is installed."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from dllab.fast import version
from dllab.network import mkl
from dllab.network.products import product

# The first and the last are for MKL, the others too small.
SHAPES = ((90, 120, 70), (2, 3, 4), (5, 1, 7), (1, 40, 1), (1, 2000, 300))
LAYOUTS = ("rows", "columns", "part")


@pytest.fixture(params=["numpy", "mkl"])
def way(request: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DLLAB_FAST", "on" if request.param == "mkl" else "off")
    if request.param == "mkl" and version("mkl") is None:
        pytest.skip("MKL is not installed")
    return str(request.param)


def made(rng: np.random.Generator, shape: tuple[int, int], layout: str, dtype: str) -> Any:
    rows, columns = shape
    if layout == "rows":
        return rng.standard_normal(shape).astype(dtype)
    if layout == "columns":
        return rng.standard_normal((columns, rows)).astype(dtype).T
    return rng.standard_normal((columns, rows + 7)).astype(dtype)[:, 3 : 3 + rows].T


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_a_product_is_the_product(way: str, dtype: str) -> None:
    rng = np.random.default_rng(1)
    for (n, k, m), left, right in itertools.product(SHAPES, LAYOUTS, LAYOUTS):
        a, b = made(rng, (n, k), left, dtype), made(rng, (k, m), right, dtype)
        out = np.full((n, m), np.nan, dtype)
        multiply = product(a, b, out)
        multiply()
        exact = a.astype(np.longdouble) @ b.astype(np.longdouble)
        bound = 20 * np.sqrt(k) * np.finfo(dtype).eps * max(1.0, float(np.abs(exact).max()))
        np.testing.assert_allclose(out, exact.astype(dtype), rtol=0, atol=bound)
        a *= 2
        multiply()
        np.testing.assert_allclose(out, 2 * exact.astype(dtype), rtol=0, atol=2 * bound)


def test_that_a_product_has_the_same_bits_wherever_its_arrays_lie(way: str) -> None:
    rng = np.random.default_rng(2)
    n, k, m = 64, 131, 77
    a, b = rng.standard_normal((n, k), np.float32), rng.standard_normal((k, m), np.float32)
    found = set()
    for offset in range(17):
        moved = [np.empty(x.size + offset, np.float32)[offset:].reshape(x.shape) for x in (a, b)]
        moved[0][:], moved[1][:] = a, b
        out = np.empty(n * m + offset, np.float32)[offset:].reshape(n, m)
        product(*moved, out)()
        found.add(out.tobytes())
    assert len(found) == 1


def test_that_mkl_is_left_alone_for_small_products_and_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DLLAB_FAST", "on")
    if version("mkl") is None:
        pytest.skip("MKL is not installed")
    large, small = np.zeros((100, 100)), np.zeros((10, 10))
    assert mkl.product(large, large, np.empty((100, 100))) is not None
    assert mkl.product(small, small, np.empty((10, 10))) is None
    monkeypatch.setenv("DLLAB_FAST", "off")
    assert mkl.product(large, large, np.empty((100, 100))) is None


def test_that_mkl_is_not_looked_for_where_it_is_not_to_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise AssertionError("MKL was loaded")

    monkeypatch.setenv("DLLAB_FAST", "off")
    monkeypatch.setattr(mkl, "_routines", fail)
    a, out = np.ones((100, 100)), np.empty((100, 100))
    product(a, a, out)()
    assert (out == 100).all()
    assert mkl.routine(out.dtype) is None
