"""Reusable widgets: they know numbers and colours, and nothing of sessions."""
