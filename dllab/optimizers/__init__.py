"""Update rules and learning-rate schedules: pure functions with explicit state."""

from dllab.optimizers.clipping import clip_factor
from dllab.optimizers.decay import decay_factor, shrink
from dllab.optimizers.max_norm import constrain
from dllab.optimizers.needs import uses
from dllab.optimizers.rules import RULES, Rule, slots_kept
from dllab.optimizers.schedules import learning_rate_at

__all__ = [
    "RULES",
    "Rule",
    "clip_factor",
    "constrain",
    "decay_factor",
    "learning_rate_at",
    "shrink",
    "slots_kept",
    "uses",
]
