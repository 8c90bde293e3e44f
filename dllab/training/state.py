"""Everything that decides the future of a run, as one value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class State:
    """What `Trainer.capture` gives and `Trainer.restore` takes: the same bits come after.

    ``order`` (m_train,) is the shuffled order of epoch ``order_epoch`` (−1: none drawn yet),
    ``position`` the number of its examples already used. ``statistics`` are batch norm's running μ
    and σ², empty without it. ``slots`` are the optimizer's vectors, of θ's layout; ``remaining``
    the weight ∏β that the start at zero still has in each. ``streams`` holds six words per random
    stream. ``members`` threads share an update; their number can change the last bits. ``seconds``
    of training do not decide anything and are left out of the fingerprint.
    """

    step: int
    epoch: int
    position: int
    examples: int
    order_epoch: int
    order: Array
    theta: Array
    statistics: Array
    slots: Mapping[str, Array]
    remaining: Mapping[str, float]
    streams: Mapping[str, Array]
    hyperparameters: Mapping[str, Any]
    first_cost: float | None
    members: int
    seconds: float

    def fingerprint(self) -> str:
        """SHA-256 (hex) over all of it but the clock: same hash, same future."""
        scalars = {
            "step": self.step,
            "epoch": self.epoch,
            "position": self.position,
            "examples": self.examples,
            "order_epoch": self.order_epoch,
            "remaining": {name: value.hex() for name, value in sorted(self.remaining.items())},
            "hyperparameters": {
                key: value.hex() if isinstance(value, float) else value
                for key, value in sorted(self.hyperparameters.items())
            },
            "first_cost": None if self.first_cost is None else self.first_cost.hex(),
            "members": self.members,
        }
        digest = hashlib.sha256(json.dumps(scalars, sort_keys=True).encode())
        arrays = {"order": self.order.astype("<i8"), "theta": self.theta}
        if self.statistics.size:
            arrays["statistics"] = self.statistics
        arrays |= {f"slots/{name}": slot for name, slot in self.slots.items()}
        arrays |= {f"streams/{name}": words for name, words in self.streams.items()}
        for name in sorted(arrays):
            array = np.ascontiguousarray(arrays[name])
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            digest.update(f"{name} {little.dtype.str} {little.shape}\n".encode())
            digest.update(little.data)
        return digest.hexdigest()
