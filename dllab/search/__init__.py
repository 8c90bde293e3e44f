"""Random search, coarse to fine: sample hyperparameters, train, zoom on the best, sample again.

>>> from dllab import Recipe
>>> from dllab.search import Plan, run_search, suggested_space, zoomed
>>> recipe = Recipe.builtin("moons")
>>> plan = Plan(recipe, suggested_space(recipe), trials=3, epochs=2)
>>> trials = run_search(plan)
>>> [trial.status for trial in trials]
['done', 'done', 'done']
>>> zoomed(plan, trials).round
2
"""

from dllab.search.compare import Comparison, Pair, compare
from dllab.search.dimension import Choices, Dimension, Span
from dllab.search.folder import new_search_folder, search_into, searches
from dllab.search.opening import Search, open_search
from dllab.search.plan import Plan, applied
from dllab.search.run import run_search
from dllab.search.searchable import SEARCHABLE, searchable
from dllab.search.space import SearchSpace
from dllab.search.suggestions import in_order, suggested, suggested_epochs, suggested_space
from dllab.search.trial import Trial, ranking
from dllab.search.typed import choices, parse_range, span
from dllab.search.zoom import zoomed

__all__ = [
    "SEARCHABLE",
    "Choices",
    "Comparison",
    "Dimension",
    "Pair",
    "Plan",
    "Search",
    "SearchSpace",
    "Span",
    "Trial",
    "applied",
    "choices",
    "compare",
    "in_order",
    "new_search_folder",
    "open_search",
    "parse_range",
    "ranking",
    "run_search",
    "search_into",
    "searchable",
    "searches",
    "span",
    "suggested",
    "suggested_epochs",
    "suggested_space",
    "zoomed",
]
