"""``dllab recipes``: what comes with dllab to start from."""

from __future__ import annotations

import argparse

from dllab.hyperparameters import TABLE
from dllab.recipe import Recipe, builtin_recipes


def show_recipes(options: argparse.Namespace) -> int:
    """Print the list of built-in recipes, or one of them as TOML with every value written out.

    Raises
    ------
    RecipeError
        If there is none of that name.
    """
    if options.name:
        print(Recipe.builtin(options.name).to_toml(), end="")
        return 0
    recipes = builtin_recipes()
    width = max(map(len, recipes))
    for name, recipe in recipes.items():
        print(f"{name:<{width}}  {recipe.description}")
        print(f"{'':<{width}}  {_in_short(recipe)}")
    print("\ndllab recipes NAME prints one as TOML; dllab run NAME trains it.")
    return 0


def _in_short(recipe: Recipe) -> str:
    show = {key: TABLE[key].show(recipe.values[key]) for key in TABLE}
    layers = show["hidden_layers"] or "none"
    return (
        f"data {recipe.source} · hidden layers {layers} · {show['optimizer']}, "
        f"α {show['learning_rate']} · {show['epochs']} epochs"
    )
