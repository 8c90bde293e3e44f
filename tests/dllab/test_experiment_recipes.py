"""Recipes in two groups: data to start from, and experiments that a page of the help leads."""

from __future__ import annotations

import pytest

from dllab import Recipe, Session
from dllab.cli import main
from dllab.recipe import builtin_recipes, recipe_groups

EXPERIMENTS = recipe_groups()["Experiments"]
STANDING = {"initialization-zeros", "deep-linear-vanishing", "deep-linear-exploding"}
"""Experiments that show how nothing is learned."""


def test_that_recipes_are_grouped_and_found_by_name_all_the_same() -> None:
    groups = recipe_groups()
    assert list(groups) == ["Data", "Experiments"]
    assert list(builtin_recipes()) == [*groups["Data"], *groups["Experiments"]]
    for name, recipe in EXPERIMENTS.items():
        assert Recipe.builtin(name) == recipe
        assert recipe.name == name
    for names in groups.values():
        assert list(names) == sorted(names)


@pytest.mark.parametrize("name", [n for n in EXPERIMENTS if not n.startswith("mnist")])
def test_that_an_experiment_on_toy_data_learns_unless_it_shows_how_not_to(name: str) -> None:
    with Session.create(EXPERIMENTS[name]) as session:
        before = session.evaluate("train").cost
        session.run(steps=60)
        learned = session.evaluate("train").cost < before - 1e-4
        assert learned == (name not in STANDING)


def test_that_the_command_line_lists_both_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    out = capsys.readouterr().out
    assert out.index("Data\n") < out.index("mnist-small") < out.index("Experiments\n")
    for name, recipe in EXPERIMENTS.items():
        assert out.index("Experiments\n") < out.index(f"  {name} ")
        assert recipe.description in out
    assert "hidden layers 20 × 16" in out
    assert "hidden layers none" in out
