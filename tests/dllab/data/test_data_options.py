"""Options of reading: checked once, the same in Python, TOML and on the command line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Recipe
from dllab.data import OPTIONS, DataOptions
from dllab.errors import DataError, RecipeError

START = 'name = "x"\n[data]\nsource = "d.csv"\n'
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = {
    "text": texts,
    "flag": st.booleans(),
    "names": st.lists(texts, max_size=3),
    "columns": st.dictionaries(texts, st.sampled_from(["number", "category", "ignore"])),
    "size": st.just([]) | st.lists(st.integers(1, 4096), min_size=2, max_size=2),
    "count": st.integers(0, 1000),
    "encoding": st.sampled_from(["utf-8", "UTF-16", "latin-1", "cp1252", "utf-8-sig"]),
    "delimiter": st.sampled_from([",", ";", "\t", "|", "tab", "whitespace", " ", ":", "#"]),
    "shares": st.sampled_from(["60/20/20", "70/30", "98/1/1", "99.5/0.25/0.25", "50 / 50"]),
}


def any_value(option):
    return st.none() | VALUES.get(option.kind, st.sampled_from(option.choices or ("",)))


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({key: any_value(option) for key, option in OPTIONS.items()}))
def test_that_any_options_survive_a_recipe_in_toml(values):
    if values["delimiter"] == values["decimal"] == ",":
        values["decimal"] = "."
    recipe = Recipe("x", "d.csv", data=DataOptions(**values))
    assert Recipe.from_toml(recipe.to_toml()) == recipe
    assert hash(recipe.data) == hash(DataOptions(**values))


def test_that_options_left_out_are_none_and_stay_out_of_the_recipe():
    recipe = Recipe("x", "moons")
    assert recipe.data == DataOptions()
    assert set(recipe.to_record()["data"]) & set(OPTIONS) == set()
    assert Recipe.from_toml(START).data == DataOptions()


def test_that_options_take_their_canonical_form():
    options = DataOptions(
        label="y", delimiter="tab", encoding="UTF8", columns={"b": "ignore", "a": "number"}
    )
    assert options.label == ("y",)
    assert options.delimiter == "\t"
    assert options.encoding == "utf-8"
    assert options.columns == (("a", "number"), ("b", "ignore"))
    assert DataOptions(delimiter=" ").delimiter == "whitespace"
    assert DataOptions(split="60 / 20 / 20").split == "60/20/20"


WRONG = {
    "label": 3,
    "task": "clustering",
    "columns": {"a": "text"},
    "missing": "zero",
    "missing_words": [1],
    "duplicates": True,
    "split": "60/20/30",
    "delimiter": "ab",
    "decimal": ";",
    "header": "yes",
    "encoding": "utf-9",
    "skip_lines": -1,
    "dev_file": 7,
    "test_file": ["a"],
    "labels_file": False,
    "dev_labels_file": 1.5,
    "test_labels_file": {},
    "x": 1,
    "y": "a\0b",
    "dev_x": 2,
    "dev_y": 2,
    "test_x": 2,
    "test_y": "x" * 10_001,
    "image_size": [0, 5],
    "colour": "red",
}


@pytest.mark.parametrize(("key", "value"), WRONG.items())
def test_that_a_wrong_value_is_refused_with_its_key_and_what_it_may_be(key, value):
    with pytest.raises(DataError, match=rf"\({key}\) must be .*; got ") as caught:
        DataOptions(**{key: value})
    assert len(str(caught.value)) < 300


def test_that_every_option_has_a_wrong_value_tried():
    assert set(WRONG) == set(OPTIONS)


@pytest.mark.parametrize(
    "codec", ["base64", "zip", "rot13", "hex", "undefined", "nonsense", "a\0b"]
)
def test_that_codecs_that_are_no_text_encoding_are_refused(codec):
    with pytest.raises(DataError, match="encoding"):
        DataOptions(encoding=codec)


@pytest.mark.parametrize("mark", ["", "ab", '"', "\n", "a", "1", "-", ".", "\ufeff"])
def test_that_a_delimiter_that_could_be_part_of_a_cell_is_refused(mark):
    with pytest.raises(DataError, match="delimiter"):
        DataOptions(delimiter=mark)


def test_that_delimiter_and_decimal_mark_must_differ():
    with pytest.raises(DataError, match="two different ones"):
        DataOptions(delimiter=",", decimal=",")


@pytest.mark.parametrize(
    "shares", ["60", "0/100", "100/0", "50/25/25/0", "-10/110", "a/b", "60/40/", "1e2/0"]
)
def test_that_shares_that_cut_nothing_are_refused(shares):
    with pytest.raises(DataError, match="percentages"):
        DataOptions(split=shares)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('delimitr = ";"', ["[data]", "'delimitr'", "did you mean delimiter"]),
        ('missing = "zero"', ["[data]", "missing", "refuse, drop, mean", "'zero'"]),
        ("header = 1", ["[data]", "header", "true or false"]),
        ('columns = "age"', ["[data]", "columns", "number, category, ignore"]),
        ('[data.columns]\nage = "float"', ["[data]", "columns", "'age': 'float'"]),
        ("image_size = [28]", ["[data]", "image_size", "height and width"]),
        ('decimal = ","\ndelimiter = ","', ["[data]", "two different ones"]),
    ],
)
def test_that_a_recipe_with_a_wrong_option_is_refused_in_one_sentence(text, words):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_toml(START + text, "my.toml")
    for word in ("my.toml", *words):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("header", "yes", True),
        ("header", "False", False),
        ("delimiter", "tab", "\t"),
        ("delimiter", " ", "whitespace"),
        ("label", "p, q", ("p", "q")),
        ("missing_words", "", ()),
        ("columns", "age:number, a:b:ignore", (("a:b", "ignore"), ("age", "number"))),
        ("image_size", "28x32", (28, 32)),
        ("image_size", "", ()),
        ("skip_lines", "3", 3),
        ("missing", "Mean", "mean"),
        ("test_file", " a b.csv", " a b.csv"),
    ],
)
def test_that_options_are_read_as_typed(key, text, value):
    assert OPTIONS[key].parse(text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [("header", "maybe"), ("columns", "age"), ("image_size", "28"), ("skip_lines", "x")],
)
def test_that_options_typed_wrongly_are_refused(key, text):
    with pytest.raises(DataError, match=key):
        OPTIONS[key].parse(text)


def test_that_an_unknown_option_is_told_with_the_known_ones():
    with pytest.raises(DataError, match=r"no option 'lable'.*label"):
        DataOptions().with_changes(lable="y")


def test_that_paths_in_a_recipe_are_taken_from_its_folder(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    recipe = tmp_path / "r.toml"
    recipe.write_text('name = "x"\n[data]\nsource = "photos"\ndev_file = "d.csv"\ntest_file = ""')
    loaded = Recipe.load(recipe)
    assert loaded.source == str(tmp_path / "photos")
    assert loaded.data.dev_file == str(tmp_path / "d.csv")
    assert loaded.data.test_file == ""
    monkeypatch.chdir(tmp_path)
    anchored = Recipe("x", "photos", data=DataOptions(dev_file="d.csv")).anchored()
    assert (anchored.source, anchored.data.dev_file) == (
        (str(tmp_path / "photos"), str(tmp_path / "d.csv"))
    )
    (tmp_path / "moons").mkdir()
    assert Recipe("x", "moons").anchored().source == "moons"
