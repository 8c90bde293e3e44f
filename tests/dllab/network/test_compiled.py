"""A layer as one compiled call: what NumPy makes of the same product, bit for bit but for sums."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from dllab.diagnosis import gradient_subject
from dllab.fast import version
from dllab.network import compiled
from dllab.network.dropout import mask_from_bits
from dllab.network.products import product
from dllab.training import trainer
from dllab.training.session import Session
from gradient_subjects import checked, make_subject

pytestmark = pytest.mark.usefixtures("fast")
SHAPE = N, K, M = 96, 130, 70


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLLAB_FAST", "on")
    if version("mkl") is None or version("numba") is None:
        pytest.skip("the extra fast is not installed")


def arrays(dtype: str, *shapes: tuple[int, ...]) -> list[Any]:
    rng = np.random.default_rng(4)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("keep_prob", [1.0, 0.7])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_forward_has_the_bits_of_its_parts(dtype: str, keep_prob: float) -> None:
    weights, inputs, bias = arrays(dtype, (N, K), (M, K), (N, 1))
    a, mask, dropped = (np.full((N, M), np.nan, dtype) for _ in range(3))
    bits = np.random.default_rng(5).integers(0, 2**16, (N, M), np.uint16)
    parts = (bits, keep_prob, mask, dropped) if keep_prob < 1 else None
    call = compiled.relu_forward(weights, inputs.T, bias, a, parts)
    assert call is not None
    call()
    right, right_mask = np.empty((N, M), dtype), np.empty((N, M), dtype)
    product(weights, inputs.T, right)()
    right = np.maximum(right + bias, 0)
    assert a.tobytes() == right.tobytes()
    if parts:
        mask_from_bits(bits, keep_prob, np.empty((N, M), bool), right_mask)
        assert mask.tobytes() == right_mask.tobytes()
        assert dropped.tobytes() == (right * right_mask).tobytes()


@pytest.mark.parametrize("drops", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_backward_has_the_bits_of_its_parts(dtype: str, drops: bool) -> None:
    weights, above, a, mask = arrays(dtype, (K, N), (K, M), (N, M), (N, M))
    np.maximum(a, 0, out=a)
    delta, right = np.empty((N, M), dtype), np.empty((N, M), dtype)
    call = compiled.relu_backward(weights.T, above, a, delta, mask if drops else None)
    assert call is not None
    call()
    product(weights.T, above, right)()
    if drops:
        right *= mask
    assert (delta == np.where(a > 0, right, 0)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_gradients_are_those_of_numpy_and_the_same_anywhere_in_memory(dtype: str) -> None:
    delta, inputs = arrays(dtype, (N, M), (K, M))
    right = np.empty((N, K), dtype)
    product(delta, inputs.T, right)()
    sums = delta.astype("float64").sum(axis=1)
    squares = np.square(right, dtype="float64").sum() + np.square(sums).sum()
    found = set()
    for offset in range(9):
        moved = np.empty(delta.size + offset, dtype)[offset:].reshape(delta.shape)
        moved[:] = delta
        g_weights = np.empty(N * K + offset, dtype)[offset:].reshape(N, K)
        g_bias = np.empty(N, dtype)
        call = compiled.gradients(moved, inputs, g_weights, g_bias)
        assert call is not None
        total = call()
        assert g_weights.tobytes() == right.tobytes()
        np.testing.assert_allclose(g_bias, sums, rtol=0, atol=1e3 * np.finfo(dtype).eps)
        np.testing.assert_allclose(total, squares, rtol=1e2 * np.finfo(dtype).eps)
        found.add((total, g_bias.tobytes()))
    assert len(found) == 1


def test_that_what_is_not_finite_is_not_hidden() -> None:
    weights, inputs, bias = arrays("float32", (N, K), (M, K), (N, 1))
    a = np.empty((N, M), np.float32)
    weights[3, 5], inputs[7, 9] = np.nan, np.inf
    call = compiled.relu_forward(weights, inputs.T, bias, a, None)
    assert call is not None
    call()
    assert np.isnan(a[3]).all()
    assert not np.isfinite(a[:, 7]).all()
    delta = np.ones((N, M), np.float32)
    delta[2, 2] = np.nan
    (right,) = arrays("float32", (K, M))
    sums = compiled.gradients(delta, right, np.empty((N, K), np.float32), np.empty(N, np.float32))
    assert sums is not None
    assert not np.isfinite(sums())


def test_that_other_activations_small_products_and_numpy_alone_are_left_to_numpy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weights, inputs, bias = arrays("float32", (N, K), (M, K), (N, 1))
    a = np.empty((N, M), np.float32)
    few = slice(0, 4)
    assert compiled.relu_forward(weights[few], inputs.T, bias[few], a[few], None) is None
    monkeypatch.setenv("DLLAB_FAST", "off")
    assert compiled.relu_forward(weights, inputs.T, bias, a, None) is None


VALUES: dict[str, dict[str, Any]] = {
    "plain": {},
    "dropout": {"keep_prob": [0.8, 0.9]},
    "l2": {"l2": 0.5},
    "l1": {"l1": 0.1},
    "tanh": {"activation": "tanh"},
    "batch_norm": {"batch_norm": "on"},
    "clipped": {"clip_norm": 0.1, "optimizer": "momentum"},
}


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two members share every layer, however small."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(trainer, "members_for", lambda flops: 2)
    monkeypatch.setattr("dllab.training.update.WORTH_SPLITTING", 0)


def made(make_session: Any, **values: Any) -> Session:
    session: Session = make_session(
        source="spiral", hidden_layers=[256, 256], mini_batch_size=64, learning_rate=1e-3, **values
    )
    return session


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("kind", VALUES)
def test_that_two_members_train_as_numpy_alone_does(
    kind: str, make_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {}
    for fast in ("on", "off"):
        monkeypatch.setenv("DLLAB_FAST", fast)
        session = made(make_session, precision="float64", **VALUES[kind])
        session.run(steps=25)
        assert session.trainer.team.members == 2
        found[fast] = session.network.theta.copy()
    assert np.abs(found["on"] - found["off"]).max() < 1e-12


@pytest.mark.usefixtures("shared")
def test_that_a_rollback_gives_the_same_bits(make_session: Any) -> None:
    session = made(make_session, keep_prob=[0.8, 0.9])
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=9)
    after = session.fingerprint()
    session.rollback(key)
    session.nudge(learning_rate=2e-3)
    session.rollback(key)
    session.run(steps=9)
    assert session.fingerprint() == after


@pytest.mark.usefixtures("shared")
def test_that_the_guard_stops_it_before_anything_changes(make_session: Any) -> None:
    session = made(make_session)
    session.run(steps=5)
    before = session.network.theta.copy()
    session.trainer.train.X[:] = np.nan
    session.run(steps=5)
    assert session.guard is not None
    assert session.network.theta.tobytes() == before.tobytes()


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("spoiled", [False, True])
def test_that_the_gradient_check_sees_the_passes_that_train(
    spoiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradient_subject, "members_for", lambda flops: 2)
    real, made = compiled.relu_backward, []

    def backward(*arrays: Any) -> Any:
        call, delta = real(*arrays), arrays[3]
        if call is None or not spoiled:
            made.append(call)
            return call

        def twice() -> None:
            call()
            np.multiply(delta, 2, out=delta)

        made.append(twice)
        return twice

    monkeypatch.setattr(compiled, "relu_backward", backward)
    report = checked(make_subject((40, 128, 128, 3), m=80, activation="relu"), entries=8)
    assert any(made)
    assert (report.verdict == "great") is not spoiled
