"""``dllab search``: from a recipe to trials, to the next round, and once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from dllab.cli import main
from dllab.search import open_search


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["search", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["search", *map(str, arguments)]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    return message


@pytest.fixture
def coarse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A small search that is done."""
    folder = tmp_path / "coarse"
    said(capsys, "moons", "--trials", 4, "--epochs", 2, "--folder", folder)
    return folder


def test_that_a_recipe_is_searched_and_its_best_trial_comes_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(
        capsys, "moons", "--trials", 3, "--steps", 5, "--seed", 4, "--set", "hidden_layers=3",
        "--over", "learning_rate=1e-3:1e-1", "--over", "optimizer=adam,momentum",
        "--folder", tmp_path / "s",
    )  # fmt: skip
    search = open_search(tmp_path / "s")
    assert search.plan.space.keys == ("learning_rate", "optimizer")
    assert (search.plan.steps, search.plan.seed, len(search.trials)) == (5, 4, 3)
    assert search.plan.recipe.values["hidden_layers"] == (3,)
    assert search.best is not None
    first = text.split("best first\n")[1].split("\n")[0]
    assert first.split()[0] == str(search.best.number)
    assert f"{100 * search.best.best_dev_error:.2f} %" in first


def test_that_zoom_makes_the_next_round(coarse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, coarse, "--zoom", "--trials", 2, "--folder", coarse.with_name("fine"))
    assert "round 2: 2 trials of 2 epochs" in text
    assert open_search(coarse.with_name("fine")).plan.round == 2


def test_that_again_lays_the_same_trials_beside_the_old_ones(
    coarse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, coarse, "--again", "--folder", coarse.with_name("again"))
    assert "4 trials of the same values came out the same" in text


def test_that_a_search_that_was_interrupted_goes_on(
    coarse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = coarse / "trials.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:2]))
    said(capsys, coarse)
    assert open_search(coarse).missing == 0
    assert file.read_text().splitlines(keepends=True)[:2] == lines[:2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mons",), "did you mean moons"),
        (("moons", "--zoom"), "need the folder"),
        (("moons", "--over", "learning_rate"), "is no range"),
        (("moons", "--over", "learning_rate=1:0.1"), "upside down"),
        (("moons", "--over", "learning_rate=little:1"), "lower end"),
        (("moons", "--over", "alpha=0:1"), "no hyperparameter called"),
        (("moons", "--over", "optimizer=adam,best"), "one of gradient_descent"),
        (("moons", "--trials", 0), "at least 1"),
        (("moons", "--seed", -1), "seed of a search"),
    ],
)
def test_that_a_search_that_makes_no_sense_is_refused(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[object, ...],
    words: str,
) -> None:
    assert words in refused(capsys, *arguments, "--folder", tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_that_the_plan_of_a_search_that_exists_stands(
    coarse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "a plan of its own" in refused(capsys, coarse, "--epochs", 9)
    assert "add --zoom or --again" in refused(capsys, coarse, "--trials", 9)
