"""The one table of hyperparameters.

Every hyperparameter is declared once, in one of the files gathered here. Recipes, ledger,
checkpoint files, command line, the widgets of the window and their messages are made from these
records.
"""

from __future__ import annotations

from collections.abc import Mapping

from dllab.hyperparameters.generalization import AUGMENTATION, REGULARIZATION
from dllab.hyperparameters.optimization import LEARNING_RATE, OPTIMIZER
from dllab.hyperparameters.record import Hyperparameter
from dllab.hyperparameters.running import RULES, RUN
from dllab.hyperparameters.starting import DATA, NETWORK

_GROUPS = (DATA, NETWORK, LEARNING_RATE, OPTIMIZER, REGULARIZATION, AUGMENTATION, RUN, RULES)

TABLE: Mapping[str, Hyperparameter] = {
    record.key: record for records in _GROUPS for record in records
}
