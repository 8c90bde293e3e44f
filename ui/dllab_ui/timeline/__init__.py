"""The tree of checkpoints and branches, drawn like a commit graph along the axis of the curves."""
