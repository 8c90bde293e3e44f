"""Schedules beside PyTorch's, followed by a trainer update for update."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.hyperparameters import complete
from dllab.network.model import Network
from dllab.training.prepare import Labelled
from dllab.training.trainer import Trainer

torch = pytest.importorskip("torch")
lr_scheduler = torch.optim.lr_scheduler

ALPHA, EPOCHS = 0.05, 9


def learning_rates(**values):
    """The learning rate of every update of some epochs with 3 updates each."""
    rng = np.random.default_rng(0)
    values = complete({"hidden_layers": [], "mini_batch_size": 4, "learning_rate": ALPHA} | values)
    train = Labelled(rng.standard_normal((10, 2)).astype(np.float32), rng.integers(0, 2, 10))
    found = []
    with closing(Trainer(Network((2, 2)), train, values)) as trainer:
        for _ in range(3 * EPOCHS):
            found.append(trainer.learning_rate)
            trainer.update()
    return found


def expected_rates(make, per_epoch=True):
    """What a scheduler of PyTorch's gives, moved on after each epoch or after each update."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=ALPHA)
    scheduler, found = make(optimizer), []
    for update in range(1, 3 * EPOCHS + 1):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not per_epoch or update % 3 == 0:
            scheduler.step()
    return found


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 1))
def test_that_exponential_decay_is_pytorchs(base):
    found = learning_rates(schedule="exponential", decay_base=base)
    same(found, expected_rates(lambda optimizer: lr_scheduler.ExponentialLR(optimizer, base)))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 5))
def test_that_halving_is_pytorchs_step_schedule(interval):
    found = learning_rates(schedule="halving", staircase=interval)
    same(
        found, expected_rates(lambda optimizer: lr_scheduler.StepLR(optimizer, interval or 1, 0.5))
    )


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 1), st.integers(1, 5))
def test_that_a_staircase_of_exponential_decay_is_pytorchs_step_schedule(base, interval):
    found = learning_rates(schedule="exponential", decay_base=base, staircase=interval)
    gamma = base**interval
    same(found, expected_rates(lambda optimizer: lr_scheduler.StepLR(optimizer, interval, gamma)))


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 40))
def test_that_warm_up_is_pytorchs_linear_schedule(updates):
    found = learning_rates(warm_up=updates)
    same(
        found,
        expected_rates(
            lambda optimizer: lr_scheduler.LinearLR(optimizer, 1 / updates, 1, updates - 1),
            per_epoch=False,
        ),
    )


def test_that_a_staircase_by_updates_holds_for_whole_epochs():
    found = learning_rates(schedule="sqrt_step", staircase=2)
    same(found, [ALPHA / (update // 6 * 6 + 1) ** 0.5 for update in range(3 * EPOCHS)])
