"""All cost surfaces, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from dllab.surfaces.bowls import LONG_BOWL, TURNED_BOWL
from dllab.surfaces.parabola import PARABOLA
from dllab.surfaces.plateau import PLATEAU
from dllab.surfaces.saddle import SADDLE
from dllab.surfaces.several_minima import SEVERAL_MINIMA
from dllab.surfaces.surface import Surface

SURFACES: Mapping[str, Surface] = {
    surface.key: surface
    for surface in (LONG_BOWL, TURNED_BOWL, SADDLE, PLATEAU, PARABOLA, SEVERAL_MINIMA)
}
