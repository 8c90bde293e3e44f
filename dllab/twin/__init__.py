"""The same model without the nudge, in a process of its own."""
