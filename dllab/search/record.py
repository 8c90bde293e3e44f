"""A plan as TOML tables, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dllab.errors import DllabError, SearchError
from dllab.recipe import Recipe
from dllab.search.dimension import Choices, Dimension, Span
from dllab.search.plan import Plan
from dllab.search.space import SearchSpace

_NUMBERS = ("trials", "epochs", "steps", "seed", "round")


def record_of(plan: Plan) -> dict[str, Any]:
    """The plan as the tables ``plan``, ``space`` (a list) and ``recipe``."""
    numbers = {key: getattr(plan, key) for key in _NUMBERS}
    return {
        "plan": {key: number for key, number in numbers.items() if number is not None},
        "space": [_dimension_record(dimension) for dimension in plan.space],
        "recipe": plan.recipe.to_record(),
    }


def plan_from(record: Mapping[str, Any], where: str) -> Plan:
    """The plan behind tables made by `record_of`; ``where`` starts the messages of errors.

    Raises
    ------
    SearchError
        If something is missing, unknown or out of range.
    """
    numbers, space = record.get("plan"), record.get("space")
    if not isinstance(numbers, Mapping) or not isinstance(space, list):
        raise SearchError(f"{where} holds no plan of a search.")
    strangers = [key for key in numbers if key not in _NUMBERS]
    if strangers:
        raise SearchError(f"{where}, table [plan]: there is no key called {strangers[0]!r}.")
    try:
        recipe = Recipe.from_record(record.get("recipe", {}), f"{where}, table [recipe]")
        return Plan(recipe, SearchSpace(tuple(map(_dimension, space))), **numbers)
    except (KeyError, TypeError):
        raise SearchError(f"{where}: the space of the search cannot be read.") from None
    except SearchError as error:
        raise SearchError(f"{where}: {error}") from None
    except DllabError as error:
        raise SearchError(str(error), error.plain) from None


def _dimension_record(dimension: Dimension) -> dict[str, Any]:
    if isinstance(dimension, Choices):
        return {"key": dimension.key, "choices": list(dimension.options)}
    return {
        "key": dimension.key,
        "low": dimension.low,
        "high": dimension.high,
        "scale": dimension.scale,
    }


def _dimension(record: Mapping[str, Any]) -> Dimension:
    if "choices" in record:
        return Choices(record["key"], tuple(record["choices"]))
    return Span(record["key"], record["low"], record["high"], record["scale"])
