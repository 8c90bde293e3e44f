"""Which hyperparameters a search may vary."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from dllab.errors import SearchError
from dllab.hyperparameters import TABLE, Hyperparameter

_SHAPE = (
    Hyperparameter(
        "units", "n[l]", "hidden units", "network", "Network", "int", 128,
        "Units of every hidden layer, the same number in each.",
        low=1, high=100_000, unit="units",
    ),
    Hyperparameter(
        "layers", "L-1", "hidden layers", "network", "Network", "int", 1,
        "Number of hidden layers. Without a search over units the recipe's layers are kept, the "
        "last one repeated or left out.",
        low=1, high=100, unit="layers",
    ),
)  # fmt: skip

# What the trials of a search have in common, or they could not be compared: data, chance, length.
_COMMON = ("hidden_layers", "output", "precision", "seed", "patience")

SEARCHABLE: Mapping[str, Hyperparameter] = {
    record.key: record
    for record in (*_SHAPE, *TABLE.values())
    if record.section != "data"
    and record.group not in ("Run", "Rules")
    and record.key not in _COMMON
}
"""Every hyperparameter that a search may vary, by key: of the table, and ``units`` and ``layers``.

One with a value per hidden layer (keep_prob) is searched as one value for all of them.
"""


def searchable(key: str) -> Hyperparameter:
    """The record of a hyperparameter that can be searched.

    Raises
    ------
    SearchError
        If there is none of that name, or all trials of a search have it in common.
    """
    if key in SEARCHABLE:
        return SEARCHABLE[key]
    if key == "hidden_layers":
        raise SearchError("Search units and layers; hidden_layers is made of the two.")
    if key in TABLE:
        raise SearchError(
            f"{TABLE[key].name} ({key}) cannot be searched: the trials must have it in common to "
            f"be compared."
        )
    near = difflib.get_close_matches(key, SEARCHABLE, n=2, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see dllab --help."
    raise SearchError(f"There is no hyperparameter called {key!r}; {hint}")
