"""The loop's body: the order of mini-batches, one update after another."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.data.augmentation import Augmenter, MiniBatches, check_augmentation, is_on, pays_ahead
from dllab.data.normalization import Normalization
from dllab.diagnosis.layer_health import LayerHealth, layer_health
from dllab.hyperparameters import Values
from dllab.network.arrays import zeros
from dllab.network.compiled import make_ready
from dllab.network.model import Network
from dllab.optimizers import RULES, learning_rate_at, slots_kept
from dllab.optimizers.rules import FLUSH_EVERY, SLOT_DECAY, flush_subnormals
from dllab.training import standing
from dllab.training.commit import Commit
from dllab.training.guard import GuardError, diagnose
from dllab.training.mini_batch import check_mini_batch
from dllab.training.prepare import Labelled
from dllab.training.state import State
from dllab.training.streams import get_state, set_state, stream
from dllab.training.team import Team, hold_blas_to_one_thread, members_for
from dllab.training.update import GradientPass

Array = npt.NDArray[Any]

_PASSES_KEPT = 4
NOT_NORMALIZED = Normalization("none", np.zeros(1), np.ones(1))


class Trainer:
    """Makes updates. Owns θ's optimizer state, the order of examples and the random streams.

    Attributes
    ----------
    step:
        Updates made so far.
    epoch, position:
        Whole epochs done, and examples used in the one under way.
    order, order_epoch:
        The order of examples, and the epoch that it was drawn for, −1 before the first.
    values:
        Hyperparameters in force; replace them with `set_values`.
    is_watched:
        Asked before update ``step`` whether it should leave the layers' ``health`` behind.
    health:
        Of the layers at the latest such update, empty before the first.
    """

    def __init__(
        self,
        network: Network,
        train: Labelled,
        values: Mapping[str, Any],
        image_shape: tuple[int, ...] | None = None,
    ) -> None:
        check_augmentation(values, image_shape)
        hold_blas_to_one_thread()
        self.network, self.train, self.image_shape = network, train, image_shape
        self.values: Values = dict(values)
        self.step = self.epoch = self.position = self.examples = 0
        self.seconds = 0.0
        self.first_cost: float | None = None
        self.is_watched: Callable[[int], bool] = _never
        self.health: tuple[LayerHealth, ...] = ()
        self.gradient = zeros(network.theta.shape, network.dtype)
        self.gradient_norm = 0.0
        self.slots: dict[str, Array] = {}
        self.remaining: dict[str, float] = {}
        self.shuffle = stream(values["seed"], "shuffle")
        self.dropout = stream(values["seed"], "dropout")
        self.order: Array = np.arange(train.m)
        self.order_epoch = -1
        self.team = Team(1)
        augmenter = Augmenter(
            train.X.shape[1], image_shape, network.normalization or NOT_NORMALIZED, network.dtype
        )
        self._augmented = MiniBatches(train.X, augmenter, values["seed"])
        self._commit: Commit | None = None
        self._passes: dict[int, GradientPass] = {}
        self._adopt(members=self._members_wanted())

    def _members_wanted(self) -> int:
        return members_for(self.network.update_flops(self.mini_batch))

    @property
    def mini_batch(self) -> int:
        """Examples in a full mini-batch."""
        size: int = self.values["mini_batch_size"]
        return min(size, self.train.m) if size else self.train.m

    @property
    def steps_per_epoch(self) -> int:
        """Updates that an epoch takes with the mini-batch size in force."""
        return math.ceil(self.train.m / self.mini_batch)

    @property
    def learning_rate(self) -> float:
        """The learning rate that the next update uses: α₀ and the schedule."""
        return learning_rate_at(self.values, self.epoch, self.step, self.steps_per_epoch)

    @property
    def progress(self) -> float:
        """Epochs done, with the part of the one under way."""
        return self.epoch + self.position / self.train.m

    def check_values(self, values: Mapping[str, Any]) -> None:
        """Refuse hyperparameters that do not suit the data.

        Raises
        ------
        DataError
            If they augment images and the data has none.
        """
        check_augmentation(values, self.image_shape)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Put new hyperparameters in force for the next update.

        A change of optimizer keeps the slots that `slots_kept` says and drops the others.
        """
        self.values = dict(values)
        self._adopt(self._members_wanted())

    def _adopt(self, members: int) -> None:
        if members != self.team.members:
            self.team.close()
            self.team = Team(members)
            if members > 1:
                make_ready(self.network.dtype)
        self.rule = RULES[self.values["optimizer"]]
        kept = slots_kept(self.rule, self.slots)
        self.slots = {
            name: self.slots[name] if name in kept else np.zeros_like(self.network.theta)
            for name in self.rule.slots
        }
        self.remaining = {
            name: self.remaining[name] if name in kept else 1.0 for name in self.rule.slots
        }
        # What need not be made anew stays: a nudge of the learning rate waits for neither.
        if self._commit is None or not self._commit.suits(self.slots, self.rule, self.team):
            self._commit = Commit(self.network, self.gradient, self.slots, self.rule, self.team)
        sizes = (self.mini_batch, self.train.m % self.mini_batch)
        self._passes = {
            m: work
            for m, work in self._passes.items()
            if m in sizes and work.adopt(self.values, self.team)
        }
        self._augments = is_on(self.values)
        self._augmented.ahead = pays_ahead(self.network.update_flops(self.mini_batch))

    def _pass_for(self, m: int) -> GradientPass:
        if m not in self._passes:
            if len(self._passes) >= _PASSES_KEPT:
                self._passes.pop(next(iter(self._passes)))
            self._passes[m] = GradientPass(self.network, self.gradient, m, self.values, self.team)
        return self._passes[m]

    def update(self) -> tuple[float, float]:
        """Make the next update of the epoch; return cost and error of its mini-batch.

        Raises
        ------
        GuardError
            If the cost or gradient is not finite or the cost explodes. Nothing has changed then;
            the same mini-batch comes next.
        """
        begins = self.order_epoch != self.epoch
        if begins:
            before = get_state(self.shuffle), self.order, self.order_epoch
            self.order = self.shuffle.permutation(self.train.m)
            self.order_epoch = self.epoch
        start = self.position
        rows = self.order[start : start + self.mini_batch]
        work = self._pass_for(len(rows))
        if self._augments:
            batch = self._augmented.take(self.epoch, start, rows, self.values, self._upcoming())
            work.read(batch, self.train.y.take(rows, axis=0))
        else:
            work.read_rows(self.train.X, self.train.y, rows)
        try:
            result = self._update(work)
        except GuardError:
            if begins:
                words, self.order, self.order_epoch = before
                set_state(self.shuffle, words)
            raise
        self.position = start + work.m
        if self.position >= self.train.m:
            self.position = 0
            self.epoch += 1
        return result

    def _upcoming(self) -> tuple[int, int, Array] | None:
        """The mini-batch after the present one, if it is of the same epoch."""
        start = self.position + self.mini_batch
        rows = self.order[start : start + self.mini_batch]
        return (self.epoch, start, rows) if len(rows) else None

    def update_on(self, X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
        """Make one update on the caller's mini-batch; the order of the epoch is left alone.

        Parameters
        ----------
        X:
            Normalized inputs (m, n_x).
        y:
            Class of each example (m,), or normalized targets (m, n_y) for a linear output.

        Raises
        ------
        SessionError
            If the shapes or labels do not fit the network.
        GuardError
            As `update`.
        """
        X, y = check_mini_batch(self.network, X, y)
        work = self._pass_for(len(X))
        work.read(X, y)
        return self._update(work)

    def _update(self, work: GradientPass) -> tuple[float, float]:
        before = get_state(self.dropout) if work.drops else None
        if before is not None:
            work.draw_dropout(self.dropout)
        cost, error, squared = work.run()
        limit = math.inf
        if self.first_cost is not None:
            limit = self.values["explosion_factor"] * max(self.first_cost, 1e-3)
        # A finite sum of squares bounds every entry, so that no rule can make θ overflow.
        if not (math.isfinite(squared) and math.isfinite(cost) and cost <= limit):
            wrong = self._diagnose(work, cost, limit)
            if before is not None:
                set_state(self.dropout, before)
            raise wrong
        remaining = {
            name: weight * self.values[SLOT_DECAY[name]] for name, weight in self.remaining.items()
        }
        self.gradient_norm = math.sqrt(squared)
        watched = self.is_watched(self.step + 1)
        theta_before = self.network.theta.copy() if watched else None
        assert self._commit is not None
        self._commit.run(self.values, self.learning_rate, remaining, self.gradient_norm)
        if theta_before is not None:
            self.health = layer_health(self.network, work.buffers, self.gradient, theta_before)
        self.remaining = remaining
        self._follow_statistics(work)
        if self.first_cost is None:
            self.first_cost = cost
        self.step += 1
        self.examples += work.m
        if self.step % FLUSH_EVERY == 0:
            for slot in self.slots.values():
                flush_subnormals(slot)
        return cost, error

    def _follow_statistics(self, work: GradientPass) -> None:
        """running ← β·running + (1 − β)·mini-batch, for batch norm's μ and σ²."""
        running = self.network.statistics
        if running.size:
            beta = self.values["batch_norm_momentum"]
            np.multiply(running, beta, out=running)
            np.add(running, (1 - beta) * work.buffers.batch_statistics, out=running)

    def _diagnose(self, work: GradientPass, cost: float, limit: float) -> GuardError:
        first, last = self.position + 1, self.position + work.m
        batch = "the given mini-batch"
        if work.source is not None or self._augments:
            batch = f"examples {first:,} to {last:,} of the epoch"
        return diagnose(work, self.gradient, cost, limit, self.step + 1, batch)

    def capture(self) -> State:
        """A copy of everything that decides the future."""
        return standing.capture(self)

    def restore(self, state: State) -> None:
        """Stand where `capture` was taken; what follows has the same bits.

        Raises
        ------
        CheckpointError, DataError
            If the state belongs to another network or training set. Nothing has changed then.
        """
        standing.put_in_place(self, state)
        self._adopt(state.members)

    def close(self) -> None:
        """End the threads; whoever makes an update all the same does it alone."""
        self._augmented.close()
        self._adopt(members=1)


def _never(step: int) -> bool:
    return False
