"""What an update changes: θ and the optimizer's slots, in pieces, shared by the team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.network.arrays import empty
from dllab.network.model import Network
from dllab.optimizers import Rule, clip_factor, constrain, decay_factor, shrink
from dllab.training.team import Team, shares

Array = npt.NDArray[Any]

# Entries of θ per piece. A piece of θ, gradient, v, s and scratch should about fit a core's L2
# cache; shorter pieces pay the fixed cost of a dozen calls more often, which measured worse. A rule
# that makes one pass needs no pieces.
PIECE = 131_072


@dataclass(frozen=True, eq=False)
class _Piece:
    theta: Array
    gradient: Array
    slots: tuple[Array, ...]
    work: Array
    weights: tuple[Array, ...]


class Commit:
    """Applies a rule to the network's θ; gradient and slots are vectors of its layout."""

    def __init__(
        self, network: Network, gradient: Array, slots: Mapping[str, Array], rule: Rule, team: Team
    ) -> None:
        self.network, self.team, self.rule = network, team, rule
        self._slots = dict(slots)
        self._coefficients: tuple[float, ...] = ()
        self._clip = self._decay = 1.0
        self._constraint_work = np.empty(0, network.dtype)
        self._steps = []
        size = network.layout.size
        one_pass = rule.compiled and rule.compiled(size, network.dtype)
        self._apply = one_pass or rule.apply
        longest = size if one_pass else PIECE
        for part in shares(size, team.members):
            work = empty((min(longest, max(1, part.stop - part.start)),), network.dtype)
            pieces = [
                self._piece(slice(start, min(start + longest, part.stop)), gradient, slots, work)
                for start in range(part.start, part.stop, longest)
            ]
            self._steps.append(self._step(pieces))

    def suits(self, slots: Mapping[str, Array], rule: Rule, team: Team) -> bool:
        """Whether it changes these very slots by this rule and with this team."""
        return (
            rule is self.rule
            and team is self.team
            and slots.keys() == self._slots.keys()
            and all(slots[name] is slot for name, slot in self._slots.items())
        )

    def _piece(
        self, place: slice, gradient: Array, slots: Mapping[str, Array], work: Array
    ) -> _Piece:
        theta = self.network.theta
        inside = [
            (max(block.start, place.start), min(block.stop, place.stop))
            for block in self.network.layout.blocks
            if block.penalized
        ]
        return _Piece(
            theta[place],
            gradient[place],
            tuple(slots[name][place] for name in self.rule.slots),
            work[: place.stop - place.start],
            tuple(theta[start:stop] for start, stop in inside if start < stop),
        )

    def _step(self, pieces: list[_Piece]) -> Any:
        apply = self._apply

        def step() -> None:
            coefficients, clip, decay = self._coefficients, self._clip, self._decay
            for piece in pieces:
                if clip != 1:
                    np.multiply(piece.gradient, clip, out=piece.gradient)
                if decay != 1:
                    for weights in piece.weights:
                        shrink(weights, decay)
                apply(piece.theta, piece.gradient, piece.slots, piece.work, coefficients)

        return step

    def run(
        self,
        values: Mapping[str, Any],
        alpha: float,
        remaining: Mapping[str, float],
        gradient_norm: float,
    ) -> None:
        """Change θ and slots in place; the gradient is shortened where it is clipped.

        ``remaining`` is, per slot, the weight ∏β that its start at zero has after this update.
        """
        self._coefficients = self.rule.coefficients(values, alpha, remaining)
        self._clip = clip_factor(gradient_norm, values["clip_norm"])
        self._decay = decay_factor(values, alpha) if self.rule.decays else 1.0
        self.team.run(self._steps)
        if values["max_norm"]:
            self._constrain(values["max_norm"])

    def _constrain(self, limit: float) -> None:
        for weights in self.network.weights[:-1]:
            if self._constraint_work.size < weights.size:
                self._constraint_work = np.empty(weights.size, weights.dtype)
            work = self._constraint_work[: weights.size].reshape(weights.shape)
            constrain(weights, limit, work)
