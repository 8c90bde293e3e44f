"""The window of dllab: shows snapshots of a session, turns gestures into commands.

It computes nothing: every number comes from the engine, which knows nothing of this package.
"""
