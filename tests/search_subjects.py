"""What the tests of random search search around."""

from __future__ import annotations

from dllab.recipe import Recipe
from dllab.search import SearchSpace, Span

MOONS = Recipe.builtin("moons").with_values(
    optimizer="momentum", schedule="constant", hidden_layers=[8, 8]
)
ALPHA = SearchSpace((Span("learning_rate", 1e-3, 1.0),))
