"""Where a trainer stands, as a value: taken out of it, and put into it again.

Whatever has an influence on later updates goes both ways here, and nothing else does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dllab.errors import CheckpointError
from dllab.hyperparameters import fixed_difference
from dllab.training.state import State
from dllab.training.streams import get_state, set_state

if TYPE_CHECKING:
    from dllab.training.trainer import Trainer


def capture(trainer: Trainer) -> State:
    """See `Trainer.capture`."""
    # An epoch has an array of its own, which nobody writes into.
    order = trainer.order.view()
    order.flags.writeable = False
    return State(
        step=trainer.step,
        epoch=trainer.epoch,
        position=trainer.position,
        examples=trainer.examples,
        order_epoch=trainer.order_epoch,
        order=order,
        theta=trainer.network.theta.copy(),
        statistics=trainer.network.statistics.copy(),
        slots={name: slot.copy() for name, slot in trainer.slots.items()},
        remaining=dict(trainer.remaining),
        streams={
            "shuffle": get_state(trainer.shuffle),
            "dropout": get_state(trainer.dropout),
        },
        hyperparameters=dict(trainer.values),
        first_cost=trainer.first_cost,
        members=trainer.team.members,
        seconds=trainer.seconds,
    )


def put_in_place(trainer: Trainer, state: State) -> None:
    """The part of `Trainer.restore` that is the state's own.

    Raises
    ------
    CheckpointError, DataError
        If the state belongs to another network or training set. Nothing has changed then.
    """
    _check_that_it_fits(trainer, state)
    trainer.network.theta[:] = state.theta
    trainer.network.statistics[:] = state.statistics
    trainer.order = np.array(state.order, np.intp)
    trainer.order_epoch = state.order_epoch
    trainer.step, trainer.epoch, trainer.position = state.step, state.epoch, state.position
    trainer.examples, trainer.seconds = state.examples, state.seconds
    trainer.first_cost = state.first_cost
    trainer.values = dict(state.hyperparameters)
    trainer.slots = {name: np.array(slot) for name, slot in state.slots.items()}
    trainer.remaining = dict(state.remaining)
    set_state(trainer.shuffle, state.streams["shuffle"])
    set_state(trainer.dropout, state.streams["dropout"])


def _check_that_it_fits(trainer: Trainer, state: State) -> None:
    network = trainer.network
    if state.theta.shape != network.theta.shape or len(state.order) != trainer.train.m:
        raise CheckpointError(
            f"The checkpoint holds {len(state.theta):,} parameters and an order of "
            f"{len(state.order):,} examples; this session has "
            f"{len(network.theta):,} and {trainer.train.m:,}."
        )
    if state.statistics.shape != network.statistics.shape:
        raise CheckpointError(
            "The checkpoint and this session differ in batch norm: one has running statistics, "
            "the other not."
        )
    if state.theta.dtype != network.dtype:
        raise CheckpointError(
            f"The checkpoint is in {state.theta.dtype}, this session in {network.dtype}."
        )
    other = fixed_difference(trainer.values, state.hyperparameters)
    if other:
        raise CheckpointError(f"The checkpoint is of another session: {other}.")
    trainer.check_values(state.hyperparameters)
