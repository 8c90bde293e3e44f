"""What to search around a recipe, in which order, and over which ranges to begin with.

The order is the method's: α first; then β, hidden units, mini-batch size; then layers and decay;
Adam's β₁, β₂, ε last, if ever (Ng, Deep Learning Specialization, course 2, week 3).
"""

from __future__ import annotations

from dllab.optimizers.rules import RULES
from dllab.recipe import Recipe
from dllab.search.dimension import Choices, Dimension, Span
from dllab.search.searchable import searchable
from dllab.search.space import SearchSpace

_ALPHA = Span("learning_rate", 1e-4, 1.0)
_BETA = Span("beta", 0.9, 0.999)
_AVERAGES = (_BETA, Span("beta2", 0.99, 0.9999), Span("epsilon", 1e-10, 1e-6))
_DECAY = {
    "inverse_epoch": Span("decay_rate", 1e-2, 10),
    "exponential": Span("decay_base", 0.8, 1.0),
    "sqrt_epoch": Span("decay_k", 0.1, 10),
    "sqrt_step": Span("decay_k", 0.1, 10),
}
_PENALTIES = (Span("keep_prob", 0.5, 1.0), Span("l2", 1e-4, 10))
_FURTHER = (
    Span("leaky_slope", 0.0, 0.3),
    Span("batch_norm_momentum", 0.9, 0.999),
    Span("staircase", 1, 20),
    Span("warm_up", 1, 1000),
    Span("clip_norm", 0.1, 10),
    Span("max_norm", 1, 10),
    Span("units", 8, 128),
    Span("layers", 1, 3),
)


def in_order(recipe: Recipe) -> tuple[tuple[Dimension, ...], ...]:
    """What to search around a recipe, in four groups: first, second, third and last.

    α is log-uniform in [10⁻⁴, 1], 1 − β in [10⁻³, 10⁻¹]; units, layers and mini-batch size lie
    around the recipe's own. What its optimizer or schedule does not use is left out.
    """
    values = recipe.values
    used = RULES[values["optimizer"]].uses
    shape, decay = values["hidden_layers"], _DECAY.get(values["schedule"])
    adaptive = "beta2" in used
    second = [] if adaptive or "beta" not in used else [_BETA]
    if shape:
        second.append(Span("units", max(1, max(shape) // 2), 2 * max(shape)))
    second.append(_mini_batch(values["mini_batch_size"]))
    third = [decay] if decay is not None else []
    if shape:
        third.insert(0, Span("layers", max(1, len(shape) - 1), max(3, len(shape) + 1)))
    third += _PENALTIES if shape else _PENALTIES[1:]
    last = tuple(span for span in _AVERAGES if adaptive and span.key in used)
    return (_ALPHA,), tuple(second), tuple(third), last


def suggested_space(recipe: Recipe) -> SearchSpace:
    """The first two groups of `in_order`: what is tuned before all else."""
    first, second, *_ = in_order(recipe)
    return SearchSpace((*first, *second))


def suggested(key: str, recipe: Recipe) -> Dimension:
    """The range to begin with for any hyperparameter that can be searched.

    Raises
    ------
    SearchError
        If it cannot be searched.
    """
    near = (dimension for group in in_order(recipe) for dimension in group)
    for dimension in (*near, *_AVERAGES, *_DECAY.values(), *_PENALTIES, *_FURTHER):
        if dimension.key == key:
            return dimension
    record = searchable(key)
    if record.kind == "choice":
        return Choices(key, record.choices)
    return Span(key, record.low, record.high)


def suggested_epochs(recipe: Recipe) -> int:
    """A tenth of the recipe's epochs per trial: a coarse search need not train to the end."""
    epochs: int = recipe.values["epochs"]
    return max(1, epochs // 10)


def _mini_batch(size: int) -> Span:
    low, high = (max(1, size // 4), 4 * size) if size else (16, 512)
    return Span("mini_batch_size", low, high)
