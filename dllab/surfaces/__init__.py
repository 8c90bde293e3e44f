"""A small lab: cost surfaces of one or two weights, and moving averages of noisy series."""

from dllab.surfaces.catalogue import SURFACES
from dllab.surfaces.descent import Path, paths
from dllab.surfaces.surface import Surface, Trial

__all__ = ["SURFACES", "Path", "Surface", "Trial", "paths"]
