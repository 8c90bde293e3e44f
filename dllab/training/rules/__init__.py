"""Rules that look after a run while nobody does: each firing is an entry of the ledger."""

from dllab.training.rules.rules import Rules

__all__ = ["Rules"]
