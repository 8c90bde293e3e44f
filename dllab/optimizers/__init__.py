"""Update rules and learning-rate schedules: pure functions with explicit state."""

from dllab.optimizers.rules import RULES, Rule
from dllab.optimizers.schedules import learning_rate_at

__all__ = ["RULES", "Rule", "learning_rate_at"]
