"""Recipes: the built-in ones, the way to TOML and back, and one sentence for each mistake."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Recipe, Session
from dllab.errors import DllabError, HyperparameterError, RecipeError
from dllab.hyperparameters import TABLE
from dllab.recipe import builtin_recipes, parse_assignment, recipe_groups


@pytest.mark.parametrize("name", builtin_recipes())
def test_that_a_builtin_recipe_loads_and_survives_toml(name):
    recipe = Recipe.builtin(name)
    assert recipe.description.endswith(".")
    assert set(recipe.values) == set(TABLE)
    assert Recipe.from_toml(recipe.to_toml()) == recipe


@pytest.mark.parametrize("name", [n for n in recipe_groups()["Data"] if not n.startswith("mnist")])
def test_that_a_builtin_recipe_on_toy_data_trains(name):
    with Session.create(Recipe.builtin(name)) as session:
        before = session.evaluate("train").cost
        assert session.run(steps=300) == "done"
        assert session.evaluate("train").cost < before


def test_that_an_unknown_builtin_recipe_names_those_there_are():
    with pytest.raises(RecipeError, match=r"'mist'.*circles.*mnist"):
        Recipe.builtin("mist")


def any_value(record):
    if record.kind == "choice":
        return st.sampled_from(record.choices)
    if record.kind == "int":
        return st.integers(int(record.low), int(record.high))
    if record.kind == "units":
        return st.just([4, 3])
    numbers = st.floats(record.low, record.high, exclude_min=record.low_open,
                        exclude_max=record.high_open)  # fmt: skip
    return st.lists(numbers, min_size=2, max_size=2) if record.per_layer else numbers


texts = st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip)


@given(
    values=st.fixed_dictionaries({key: any_value(record) for key, record in TABLE.items()}),
    name=texts,
    source=texts,
    description=st.text(st.characters(exclude_categories=["Cs"])),
    examples=st.none() | st.integers(-5, 10**9),
    noise=st.none() | st.floats(0, 10),
)
@settings(max_examples=60, deadline=None)
def test_that_any_recipe_survives_toml(values, name, source, description, examples, noise):
    recipe = Recipe(name, source, values, description, examples, noise)
    assert Recipe.from_toml(recipe.to_toml()) == recipe


def test_that_a_saved_recipe_is_loaded_again(tmp_path):
    recipe = Recipe.builtin("spiral").with_values(learning_rate=0.123, hidden_layers=[5, 6, 7])
    recipe.save(tmp_path / "r.toml")
    assert Recipe.load(tmp_path / "r.toml") == recipe
    with pytest.raises(RecipeError, match="Cannot write the recipe"):
        recipe.save(tmp_path / "no" / "r.toml")


def test_that_a_minimal_recipe_is_filled_up_with_defaults():
    recipe = Recipe.from_toml('name = "x"\n[data]\nsource = "moons"\n')
    assert recipe.values["learning_rate"] == TABLE["learning_rate"].default
    assert recipe.values["keep_prob"] == (1.0,) * len(recipe.values["hidden_layers"])


START = 'name = "x"\n[data]\nsource = "moons"\n'
BAD = {
    "empty": ("", ["name is missing"]),
    "no data": ('name = "x"\n', ["[data]", "source is missing"]),
    "blank name": ('name = " "\n[data]\nsource = "moons"', ["name is missing"]),
    "name a number": ('name = 3\n[data]\nsource = "moons"', ["name", "text"]),
    "source a number": ('name = "x"\n[data]\nsource = 3', ["[data]", "source", "text"]),
    "not toml": ("name = x", ["not valid TOML", "line 1"]),
    "unknown table": (START + "[trainng]\n", ["'trainng'", "did you mean training"]),
    "unknown key": (
        START + "[training]\nlerning_rate = 1",
        ["[training]", "'lerning_rate'", "did you mean learning_rate"],
    ),
    "unknown in data": (START + "noize = 1", ["[data]", "'noize'", "did you mean noise"]),
    "key of another table": (
        START + "[network]\nlearning_rate = 1",
        ["[network]", "'learning_rate'"],
    ),
    "nothing like it": (START + "[network]\nxyzzy = 1", ["[network]", "'xyzzy'", "known are"]),
    "layer's key": (
        START + '[training]\n"keep_prob[1]" = 0.5',
        ["[training]", "keep_prob[1]", "did you mean keep_prob"],
    ),
    "table a value": ('name = "x"\ndata = "moons"', ["data must be a table"]),
    "out of range": (
        START + "[training]\nlearning_rate = 11",
        ["[training]", "learning_rate", "from 1e-06 to 10", "11"],
    ),
    "nan": (START + "[training]\nbeta = nan", ["[training]", "beta", "nan"]),
    "inf": (START + "[training]\nl2 = inf", ["[training]", "l2", "inf"]),
    "text for a number": (
        START + '[training]\nlearning_rate = "fast"',
        ["[training]", "learning_rate", "'fast'"],
    ),
    "boolean for a number": (START + "[training]\nepochs = true", ["[training]", "epochs", "True"]),
    "date for a number": (
        START + "[training]\nepochs = 2024-05-01",
        ["[training]", "epochs", "2024"],
    ),
    "huge number": (START + "[training]\nepochs = 1" + "0" * 400, ["[training]", "epochs"]),
    "endless number": (START + "[training]\nepochs = 1" + "0" * 5000, []),
    "deep table": (START + "[training]\nepochs = " + "[" * 20_000 + "]" * 20_000, []),
    "choice": (START + '[network]\nactivation = "swish"', ["activation", "relu", "'swish'"]),
    "layers": (START + "[network]\nhidden_layers = [3, 0]", ["hidden_layers"]),
    "keep_prob length": (
        START + "[network]\nhidden_layers = [3, 4]\n[training]\nkeep_prob = [1.0]",
        ["[training]", "keep_prob", "2 hidden layers"],
    ),
    "examples a text": (START + 'examples = "all"', ["[data]", "examples", "'all'"]),
    "examples half": (START + "examples = 2.5", ["[data]", "examples", "whole"]),
    "examples inf": (START + "examples = inf", ["[data]", "examples"]),
    "noise nan": (START + "noise = nan", ["[data]", "noise"]),
    "noise inf": (START + "noise = -inf", ["[data]", "noise"]),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_that_a_bad_recipe_gives_one_sentence_naming_file_table_and_key(text, words, tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RecipeError) as caught:
        Recipe.load(path)
    message = str(caught.value)
    for word in (str(path), *words):
        assert word in message
    assert message.endswith((".", "?"))
    assert len(message) < 1000
    assert "\n" not in message


def test_that_files_that_are_no_recipe_are_told(tmp_path):
    with pytest.raises(RecipeError, match="Cannot read the recipe"):
        Recipe.load(tmp_path / "none.toml")
    with pytest.raises(RecipeError, match="Cannot read the recipe"):
        Recipe.load(tmp_path)
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecipeError, match="not a text file"):
        Recipe.load(tmp_path / "b.toml")
    (tmp_path / "c.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(RecipeError, match="too large"):
        Recipe.load(tmp_path / "c.toml")


def test_that_a_source_too_long_for_a_file_name_is_told(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(f'name = "x"\n[data]\nsource = "{"y" * 5000}"\n')
    with pytest.raises(DllabError, match="yyy"):
        Session.create(Recipe.load(path))


def test_that_a_data_file_is_looked_for_beside_the_recipe(tmp_path):
    (tmp_path / "d.h5").write_bytes(b"")
    (tmp_path / "r.toml").write_text('name = "x"\n[data]\nsource = "d.h5"\n')
    assert Recipe.load(tmp_path / "r.toml").source == str(tmp_path / "d.h5")


def test_that_recipes_that_do_not_fit_the_data_are_refused(make_recipe):
    for recipe, words in (
        (make_recipe("spiral", output="sigmoid"), "3 classes"),
        (make_recipe("spiral", dev_examples=10**6), "examples"),
        (make_recipe("spiral", examples=1), "examples"),
        (make_recipe("spiral", examples=-4), "examples"),
        (make_recipe("mnist", examples=5), "leave it out"),
        (make_recipe("mistt"), "There is no data set"),
    ):
        with pytest.raises(DllabError, match=words):
            Session.create(recipe)


def test_that_with_values_keeps_keep_prob_in_step_with_the_layers():
    recipe = Recipe.builtin("mnist")
    assert recipe.values["keep_prob"] == (0.9,)
    assert recipe.with_values(hidden_layers=[64, 32]).values["keep_prob"] == (0.9, 0.9)
    assert recipe.with_values(hidden_layers=[]).values["keep_prob"] == ()
    assert recipe.with_values(keep_prob=0.5).values["keep_prob"] == (0.5,)
    assert recipe.values["keep_prob"] == (0.9,)
    with pytest.raises(HyperparameterError, match="did you mean beta"):
        recipe.with_values(betta=0.5)


def test_that_assignments_are_read_as_typed():
    assert parse_assignment("learning_rate=3e-4") == ("learning_rate", 3e-4)
    assert parse_assignment(" optimizer = ADAM ") == ("optimizer", "adam")
    assert parse_assignment("hidden_layers=128, 64") == ("hidden_layers", (128, 64))
    assert parse_assignment("keep_prob[2]=0.5") == ("keep_prob[2]", 0.5)
    assert parse_assignment("mini_batch_size=all") == ("mini_batch_size", 0)
    assert parse_assignment("mini_batch_size=1,024") == ("mini_batch_size", 1024)
    for text, words in (
        ("learning_rate", "sets nothing"),
        ("lerning_rate=1", "did you mean learning_rate"),
        ("learning_rate=fast", "learning_rate"),
        ("=1", "no hyperparameter"),
    ):
        with pytest.raises(DllabError, match=words):
            parse_assignment(text)
