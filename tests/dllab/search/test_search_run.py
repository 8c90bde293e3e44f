"""A search trains what it drew: replayable, on data read once, past every trial that diverges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dllab import Recipe, Session
from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import SearchError
from dllab.search import (
    Choices,
    Plan,
    SearchSpace,
    Span,
    Trial,
    compare,
    new_search_folder,
    open_search,
    run_search,
    search_into,
    searches,
    suggested_space,
)
from dllab.search import run as run_module
from search_subjects import ALPHA, MOONS


def plan(**changes: Any) -> Plan:
    given: dict[str, Any] = {"space": suggested_space(MOONS), "trials": 4, "epochs": 3} | changes
    return Plan(MOONS, **given)


def without_clock(trials: Any) -> list[Trial]:
    return [replace(trial, seconds=0.0) for trial in trials]


def test_that_a_trial_is_what_a_session_of_its_recipe_comes_to() -> None:
    given = plan(trials=2)
    for trial in run_search(given):
        with Session.create(given.recipe_of(trial.values)) as session:
            session.run(epochs=3)
            last = session.evaluate("dev")
            steps, costs = session.history["dev_cost"]
        assert (trial.dev_cost, trial.dev_error) == (last.cost, last.error)
        assert trial.steps == session.step
        assert trial.best_dev_cost == min([*costs, last.cost])
        assert trial.best_step in (*steps, session.step)
        assert trial.seconds > 0


def test_that_the_same_plan_gives_the_same_trials_again() -> None:
    given = plan()
    assert without_clock(run_search(given)) == without_clock(run_search(given))


def test_that_the_data_is_read_once_and_not_per_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Recipe] = []
    prepare = run_module.prepare

    def counted(recipe: Recipe) -> Any:
        reads.append(recipe)
        return prepare(recipe)

    monkeypatch.setattr(run_module, "prepare", counted)
    run_search(plan(trials=5, epochs=1))
    assert len(reads) == 1


def test_that_a_diverging_learning_rate_is_written_down_and_the_search_goes_on() -> None:
    recipe = MOONS.with_values(
        optimizer="gradient_descent", activation="linear", initialization="random",
        initialization_scale=10, explosion_factor=10,
    )  # fmt: skip
    given = Plan(recipe, SearchSpace((Span("learning_rate", 1e-4, 10),)), trials=12, steps=200)
    trials = run_search(given)
    assert len(trials) == 12
    diverged = [t for t in trials if t.status == "diverged"]
    done = [t for t in trials if t.status == "done"]
    assert diverged
    assert done
    rates = sorted(t.values["learning_rate"] for t in diverged)
    assert rates[0] > min(t.values["learning_rate"] for t in done)
    for trial in diverged:
        assert "exploded" in trial.note or "not finite" in trial.note
        assert trial.steps < 200
        assert trial.dev_cost is None
        assert not trial.is_ranked


def test_that_early_stopping_ends_a_trial_at_its_best_weights() -> None:
    recipe = MOONS.with_values(patience=2, evaluate_every=1)
    given = Plan(recipe, SearchSpace((Span("learning_rate", 1, 1),)), trials=1, epochs=1000)
    (trial,) = run_search(given)
    assert trial.status == "done"
    assert "Stopped early" in trial.note
    assert trial.dev_cost == trial.best_dev_cost
    assert trial.steps == trial.best_step


def test_that_values_the_data_cannot_take_are_refused_and_the_search_goes_on() -> None:
    recipe = Recipe.builtin("spiral").with_values(hidden_layers=[4])
    given = Plan(recipe, ALPHA, trials=2, steps=5)
    prepared = run_module.prepare(recipe)
    sigmoid = replace(given, recipe=recipe.with_values(output="sigmoid"))
    trials = run_search(sigmoid, prepared=prepared)
    assert [trial.status for trial in trials] == ["refused", "refused"]
    assert "sigmoid" in trials[0].note


def test_that_progress_grows_and_names_the_trial() -> None:
    told: list[tuple[float, str]] = []
    run_search(plan(), Progress(lambda share, words: told.append((share, words))))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any("trial 3 of 4" in words for _, words in told)


def cancelling_at(words: str) -> Progress:
    def listen(_: float, said: str) -> None:
        if words in said:
            progress.cancel()

    progress = Progress(listen)
    return progress


def test_that_cancelling_within_a_trial_keeps_what_it_came_to() -> None:
    heard: list[Trial] = []
    long = plan(epochs=None, steps=1_000_000)
    with pytest.raises(Cancelled):
        run_search(long, cancelling_at("step 1 of"), heard.append)
    (trial,) = heard
    assert trial.status == "cancelled"
    assert 0 < trial.steps < 100_000
    assert trial.best_dev_cost is not None
    assert "Cancelled at step" in trial.note


def test_that_cancelling_between_two_trials_writes_no_empty_trial() -> None:
    heard: list[Trial] = []
    with pytest.raises(Cancelled):
        run_search(plan(), cancelling_at("trial 3 of 4 · step 0"), heard.append)
    assert [(t.number, t.status) for t in heard][:2] == [(1, "done"), (2, "done")]
    assert all(t.steps for t in heard)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trials": 0}, "number of trials"),
        ({"trials": 2.5}, "number of trials"),
        ({"epochs": 0}, "epochs per trial"),
        ({"epochs": None, "steps": 0}, "steps per trial"),
        ({"epochs": 1, "steps": 1}, "not both"),
        ({"epochs": None}, "not both"),
        ({"seed": -1}, "seed of a search"),
    ],
)
def test_that_a_plan_out_of_range_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SearchError, match=words):
        plan(**changes)


def test_that_units_alone_need_a_recipe_with_a_hidden_layer() -> None:
    flat = MOONS.with_values(hidden_layers=[])
    with pytest.raises(SearchError, match="no hidden layer"):
        Plan(flat, SearchSpace((Span("units", 2, 4),)), epochs=1)
    both = SearchSpace((Span("units", 2, 4), Span("layers", 1, 2)))
    assert Plan(flat, both, epochs=1).draw()


# --- on the disk ------------------------------------------------------------------------------


def test_that_a_search_reads_back_as_it_was_written(tmp_path: Path) -> None:
    space = SearchSpace((*suggested_space(MOONS), Choices("activation", ("relu", "tanh"))))
    given = plan(space=space)
    heard: list[Trial] = []
    search = search_into(tmp_path / "search", given, on_trial=heard.append)
    assert search.plan == given
    assert list(search.trials) == heard
    assert search.missing == 0
    assert search.notices == ()
    assert search.best == min(heard, key=lambda t: (t.best_dev_error, t.best_dev_cost))
    assert open_search(tmp_path / "search") == search


def test_that_a_search_run_again_from_its_folder_gives_the_same_trials(tmp_path: Path) -> None:
    one = search_into(tmp_path / "one", plan())
    other = search_into(tmp_path / "other", open_search(tmp_path / "one").plan)
    laid = compare(one, other)
    assert laid.same_plan
    assert laid.same_data
    assert len(laid.pairs) == 4
    assert laid.changed == 0
    assert "4 trials of the same values came out the same" in laid.words


def test_that_a_comparison_says_what_came_out_otherwise(tmp_path: Path) -> None:
    one = search_into(tmp_path / "one", plan(space=ALPHA))
    trial = one.trials[1]
    assert trial.best_dev_error is not None
    worse = replace(trial, best_dev_error=trial.best_dev_error + 0.125)
    trials = (one.trials[0], worse, *one.trials[2:])
    other = replace(one, trials=trials, data_fingerprint="another")
    laid = compare(one, other)
    assert laid.changed == 1
    assert laid.largest_difference == pytest.approx(0.125)
    assert "The data is not the same" in laid.words
    assert "1 came out otherwise, by up to 12.50 points" in laid.words
    longer = replace(one, plan=replace(one.plan, epochs=99))
    assert compare(one, longer).pairs == ()


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_that_a_torn_last_line_is_left_out_and_trained_again(tmp_path: Path, cut: int) -> None:
    whole = search_into(tmp_path, plan())
    file = tmp_path / "trials.jsonl"
    file.write_bytes(file.read_bytes()[: -cut - 1])
    torn = open_search(tmp_path)
    assert torn.trials == whole.trials[:-1]
    assert torn.missing == 1
    assert "1 line of trials.jsonl" in torn.notices[0]
    trained: list[int] = []
    mended = search_into(tmp_path, whole.plan, on_trial=lambda t: trained.append(t.number))
    assert trained == [4]
    assert without_clock(mended.trials) == without_clock(whole.trials)


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[1]",
        b'{"number":1}',
        b'{"number":1,"values":{"learning_rate":0.5},"status":"done"}',
        b'{"number":true,"values":{},"status":"done"}',
        b'{"number":1,"values":{},"status":"splendid"}',
        b'{"number":1,"values":{},"status":"done","best_dev_error":NaN}',
        b'{"number":1,"values":{},"status":"done","steps":"many"}',
        b"[" * 100_000,
    ],
)
def test_that_a_foreign_line_is_left_out_with_a_notice(tmp_path: Path, line: bytes) -> None:
    whole = search_into(tmp_path, plan(space=ALPHA, trials=2, epochs=1))
    file = tmp_path / "trials.jsonl"
    file.write_bytes(line + b"\n" + file.read_bytes())
    read = open_search(tmp_path)
    assert read.trials == whole.trials
    assert len(read.notices) == 1


def test_that_a_cancelled_search_goes_on_where_it_was(tmp_path: Path) -> None:
    given = plan()
    with pytest.raises(Cancelled):
        search_into(tmp_path / "s", given, cancelling_at("trial 3 of 4 · step 1 "))
    half = open_search(tmp_path / "s")
    assert half.missing == 2
    assert [t.status for t in half.trials[:2]] == ["done", "done"]
    whole = search_into(tmp_path / "s", given)
    assert whole.missing == 0
    assert without_clock(whole.trials) == without_clock(run_search(given))


def test_that_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SearchError, match="new or empty"):
        search_into(tmp_path, plan())
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    search_into(tmp_path / "one", plan(trials=1, epochs=1))
    with pytest.raises(SearchError, match="holds another search"):
        search_into(tmp_path / "one", plan(trials=2, epochs=1))


def test_that_changed_data_is_not_mixed_into_an_old_search(tmp_path: Path) -> None:
    search_into(tmp_path, plan(trials=1, epochs=1))
    file = tmp_path / "search.toml"
    text = file.read_text()
    found = open_search(tmp_path).data_fingerprint
    file.write_text(text.replace(found, "0" * len(found)))
    with pytest.raises(SearchError, match="has changed since"):
        search_into(tmp_path, plan(trials=1, epochs=1))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('format = "dllab-search"', 'format = "else"', "does not describe a dllab search"),
        ("version = 1", "version = 99", "newer dllab"),
        ("[plan]", "[plan", "is damaged"),
        ("trials = 4", "trials = -4", "number of trials"),
        ("trials = 4", "tries = 4", "no key called 'tries'"),
        ('key = "learning_rate"', 'key = "magic"', "no hyperparameter called 'magic'"),
        ('key = "learning_rate"', 'name = "learning_rate"', "cannot be read"),
        ("low = 0.001", 'low = "low"', "must be a number"),
        ('source = "moons"', "", "source is missing"),
    ],
)
def test_that_a_plan_that_cannot_be_read_is_refused_with_a_sentence(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    search_into(tmp_path, plan(space=ALPHA, epochs=1))
    file = tmp_path / "search.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(SearchError) as refused:
        open_search(tmp_path)
    assert words in str(refused.value)
    assert "search.toml" in str(refused.value)


def test_that_a_disk_that_refuses_a_trial_stops_the_search_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Trial] = []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dllab.search.folder.append_lines", full)
    with pytest.raises(SearchError, match=r"Trial 1 cannot be written .* No space left"):
        search_into(tmp_path / "s", plan(), on_trial=heard.append)
    assert heard == []


def test_that_no_folder_is_made_when_the_data_is_not_there(tmp_path: Path) -> None:
    lost = replace(plan(space=ALPHA), recipe=Recipe("lost", "/no/such/data.h5"))
    with pytest.raises(Exception, match="no/such/data"):
        search_into(tmp_path / "s", lost)
    assert not (tmp_path / "s").exists()


def test_that_a_search_on_a_file_goes_on_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "\n".join(f"{n % 7},{n % 5},{'ab'[n % 2]}" for n in range(200))
    (tmp_path / "mine.csv").write_text(f"x,y,label\n{rows}\n")
    monkeypatch.chdir(tmp_path)
    mine = MOONS.with_values(hidden_layers=[3])
    given = Plan(replace(mine, source="mine.csv", examples=None, noise=None), ALPHA, 2, epochs=1)
    search_into(tmp_path / "s", given)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = search_into(tmp_path / "t", open_search(tmp_path / "s").plan)
    assert [trial.status for trial in again.trials] == ["done", "done"]


def test_that_searches_are_listed_newest_first(sessions_in_tmp: Path) -> None:
    assert searches() == []
    names = []
    for _ in range(2):
        folder = new_search_folder("my moons")
        search_into(folder, plan(trials=1, epochs=1))
        names.append(folder)
    assert set(searches()) == set(names)
    assert all(sessions_in_tmp in folder.parents for folder in names)
