"""The extra ``fast`` trains as NumPy alone does, and keeps what is promised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dllab.fast import version
from dllab.optimizers import adam, compiled
from dllab.training.facts import facts
from dllab.training.team import Team
from dllab.training.waiting import counter, looking

WIDE = {"hidden_layers": [120, 120], "mini_batch_size": 64, "learning_rate": 1e-3}


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLLAB_FAST", "on")
    if version("mkl") is None and version("numba") is None:
        pytest.skip("the extra fast is not installed")


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    "values", [{"optimizer": "adam"}, {"optimizer": "adamw", "clip_norm": 0.1}]
)
def test_that_it_trains_as_numpy_alone_does(values: Any, make_session: Any, monkeypatch) -> None:
    found = {}
    for fast in ("on", "off"):
        monkeypatch.setenv("DLLAB_FAST", fast)
        session = make_session(precision="float64", keep_prob=[0.9, 1.0], **WIDE, **values)
        session.run(steps=25)
        found[fast] = session.network.theta.copy()
    assert np.abs(found["on"] - found["off"]).max() < 1e-12


@pytest.mark.usefixtures("fast")
def test_that_a_rollback_gives_the_same_bits_with_it(make_session: Any) -> None:
    session = make_session(optimizer="adam", **WIDE)
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=9)
    after = session.fingerprint()
    session.rollback(key)
    session.run(steps=9)
    assert session.fingerprint() == after


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_compiled_adam_is_adam(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    monkeypatch.setenv("DLLAB_FAST", "on")
    rng = np.random.default_rng(3)
    numbers = [rng.standard_normal(12_345).astype(dtype) for _ in range(4)]
    theta, gradient, v, s = numbers
    np.square(s, out=s)
    theirs = [each.copy() for each in numbers]
    apply = compiled.adam(theta.size, theta.dtype)
    assert apply is not None
    constants = (1e-3, 0.9, 0.999, 1e-8)
    for _ in range(3):
        apply(theta, gradient, (v, s), np.empty_like(theta), constants)
        adam.apply(theirs[0], theirs[1], (theirs[2], theirs[3]), np.empty_like(theta), constants)
    for mine, other in zip(numbers, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=0, atol=8 * np.finfo(dtype).eps)


def test_that_numpy_makes_adam_of_a_small_network_and_on_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DLLAB_FAST", "on")
    assert compiled.adam(100, np.dtype(np.float32)) is None
    monkeypatch.setenv("DLLAB_FAST", "off")
    assert compiled.adam(10**6, np.dtype(np.float32)) is None


@pytest.mark.parametrize("fast", ["on", "off"])
def test_that_the_facts_name_it_when_it_is_used(fast: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLLAB_FAST", fast)
    facts.cache_clear()
    try:
        found = facts()
    finally:
        facts.cache_clear()
    for package, key in (("mkl", "blas"), ("numba", "numpy")):
        used = version(package)
        assert (f"with {package} {used}" in found[key]) == (used is not None)
        assert used is None or fast == "on"


def test_that_a_team_that_looks_for_its_tasks_does_all_of_them_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("numba")
    monkeypatch.setenv("DLLAB_FAST", "on")
    team, done = Team(2), np.zeros((2, 11), np.int64)

    def task(member: int, stage: int) -> Callable[[], None]:
        def step() -> None:
            # What the other member did in the stage before is to be seen.
            done[member, stage] = 1 + (done[:, stage - 1].sum() if stage else 0)

        return step

    team.run(*([task(0, stage), task(1, stage)] for stage in range(9)))
    assert done[:, 8].tolist() == [2**9 - 1] * 2
    with pytest.raises(ZeroDivisionError):
        team.run([lambda: None, lambda: 1 // 0], [task(0, 9)])
    assert done[0, 9] == 0
    team.run([task(0, 10), task(1, 10)])
    assert done[:, 10].tolist() == [1, 1]
    team.close()


def test_that_looking_ends_by_itself_when_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    monkeypatch.setenv("DLLAB_FAST", "on")
    number = counter()
    number[0] = 3
    wait = looking()
    assert wait(number, 3)
    assert not wait(number, 4)
    monkeypatch.setenv("DLLAB_FAST", "off")
    assert looking() is not wait
