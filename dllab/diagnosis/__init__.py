"""Looking into a model without touching it."""
