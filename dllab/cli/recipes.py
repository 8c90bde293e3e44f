"""``dllab recipes``: what comes with dllab to start from."""

from __future__ import annotations

import argparse

from dllab.hyperparameters import TABLE
from dllab.recipe import Recipe, builtin_recipes, recipe_groups


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
    width = max(map(len, builtin_recipes()))
    for group, recipes in recipe_groups().items():
        print(f"{group}\n")
        for name, recipe in recipes.items():
            print(f"  {name:<{width}}  {recipe.description}")
            print(f"  {'':<{width}}  {_in_short(recipe)}")
        print()
    print("The help (F1 in the window) has a page for each experiment: what to try, what to see.")
    print("dllab recipes NAME prints one as TOML; dllab run NAME trains it.")
    return 0


def _in_short(recipe: Recipe) -> str:
    show = {key: TABLE[key].show(recipe.values[key]) for key in TABLE}
    return (
        f"data {recipe.source} · hidden layers {_layers(recipe)} · {show['optimizer']}, "
        f"α {show['learning_rate']} · {show['epochs']} epochs"
    )


def _layers(recipe: Recipe) -> str:
    units = recipe.values["hidden_layers"]
    if len(units) > 3 and len(set(units)) == 1:
        return f"{len(units)} × {units[0]}"
    return TABLE["hidden_layers"].show(units) or "none"
