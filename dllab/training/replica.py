"""A copy of a run at one step, for probes that must leave the run untouched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dllab.network.model import Network
from dllab.recipe import Recipe
from dllab.training.journal import Entry
from dllab.training.prepare import Prepared, build_network
from dllab.training.session import Session
from dllab.training.state import State
from dllab.training.trainer import Trainer


@dataclass(frozen=True, eq=False)
class Replica:
    """What stands at ``state.step``: the recipe, the data (shared, read-only), the whole state.

    ``entries`` are the ledger that led there, ``folder`` where the session is kept, None in memory.
    """

    recipe: Recipe
    prepared: Prepared
    state: State
    entries: tuple[Entry, ...] = ()
    folder: Path | None = None

    def network(self) -> Network:
        """A network of its own with the run's parameters."""
        network = build_network(self.recipe, self.prepared, initialize=False)
        network.theta[:] = self.state.theta
        network.statistics[:] = self.state.statistics
        return network

    def trainer(self) -> Trainer:
        """A trainer of its own that goes on exactly as the run would; close it after use."""
        values, images = dict(self.state.hyperparameters), self.prepared.dataset.image_shape
        trainer = Trainer(self.network(), self.prepared.train, values, images)
        trainer.restore(self.state)
        return trainer


def replica_of(session: Session) -> Replica:
    """Copy a session as it stands; call it on the session's own thread, between two updates."""
    entries, folder = session.way_here, session.folder
    return Replica(session.recipe, session.prepared, session.trainer.capture(), entries, folder)
