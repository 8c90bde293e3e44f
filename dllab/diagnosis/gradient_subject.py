"""What a gradient check compares: backpropagation's gradient, and J without it, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dllab.diagnosis.planted_bug import PlantedBug
from dllab.diagnosis.reference_cost import Formula, ReferenceCost
from dllab.network.layout import Layout
from dllab.network.model import Network
from dllab.training.mini_batch import check_mini_batch
from dllab.training.prepare import build_network
from dllab.training.replica import Replica
from dllab.training.streams import stream
from dllab.training.team import Team, members_for
from dllab.training.update import GradientPass

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Subject:
    """One mini-batch at one θ (layout.size,).

    ``gradient`` (layout.size,) and ``cost`` are those of the passes that train the network, with
    ``bug`` put into the gradient; ``reference`` computes J by itself.
    """

    layout: Layout
    theta: Array
    gradient: Array
    cost: float
    reference: ReferenceCost
    m: int
    bug: PlantedBug | None = None


def subject_of(
    network: Network,
    X: npt.ArrayLike,
    y: npt.ArrayLike,
    values: Mapping[str, Any],
    dropout: np.random.Generator | None = None,
    bug: PlantedBug | None = None,
) -> Subject:
    """Backpropagate one mini-batch through a float64 network and set up its reference cost.

    Batch norm uses the statistics of the mini-batch, as in training.

    Parameters
    ----------
    X, y:
        Normalized inputs (m, n_x) and labels as the network's loss wants them.
    values:
        Hyperparameters: activation, penalties, batch norm, keep_prob.
    dropout:
        The stream that one mask is drawn from, which is then held still; None keeps every unit.
    bug:
        A fault to put into the gradient.

    Raises
    ------
    SessionError
        If the mini-batch does not fit the network.
    DiagnosisError
        If the bug does not fit it.
    """
    X, y = check_mini_batch(network, X, y)
    if dropout is None:
        kept = (1.0,) * len(values["keep_prob"])
        values = {**values, "keep_prob": kept, "input_keep_prob": 1.0}
    gradient = np.zeros_like(network.theta)
    # As many members as training has with such mini-batches: their passes are what is checked.
    team = Team(members_for(network.update_flops(len(y))))
    try:
        work = GradientPass(network, gradient, len(y), values, team)
        work.read(X, y)
        if dropout is not None:
            work.draw_dropout(dropout)
        cost, _, _ = work.run()
    finally:
        team.close()
    given = work.buffers.input_dropout
    masks = [None if given is None else given.mask]
    masks += [None if each is None else each.mask.T for each in work.buffers.dropout]
    reference = ReferenceCost(formula_of(network, values), network.theta, X, y, masks)
    if bug is not None:
        gradient = bug.spoil(
            gradient, network.layout, network.theta, len(y), values["l2"], values["l1"]
        )
    return Subject(network.layout, network.theta, gradient, cost, reference, len(y), bug)


def formula_of(network: Network, values: Mapping[str, Any]) -> Formula:
    """What the network's J is made of."""
    return Formula(
        layout=network.layout,
        depth=network.depth,
        output=network.output,
        activation=values["activation"],
        leaky_slope=values["leaky_slope"],
        batch_norm_epsilon=values["batch_norm_epsilon"] if network.batch_norms else None,
        l2=values["l2"],
        l1=values["l1"],
    )


def subject_of_replica(
    replica: Replica, mini_batch: int, *, hold_mask: bool = False, bug: PlantedBug | None = None
) -> Subject:
    """A run at its present θ, on a small sample of its training set that its seed decides.

    Parameters
    ----------
    mini_batch:
        Examples in the sample; all if the training set has fewer.
    hold_mask:
        Draw one dropout mask and hold it still, instead of keeping every unit.
    """
    values = replica.state.hyperparameters
    network = build_network(
        replica.recipe.with_values(precision="float64"), replica.prepared, initialize=False
    )
    network.theta[:] = replica.state.theta
    rng = stream(values["seed"], "gradient_check")
    train = replica.prepared.train
    rows = np.sort(rng.permutation(train.m)[:mini_batch])
    return subject_of(
        network, train.X[rows], train.y[rows], values, rng if hold_mask else None, bug
    )
