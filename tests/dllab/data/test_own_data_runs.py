"""One's own data in a run: created only when all is well, opened again, told in the terminal."""

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.cli import main
from dllab.data import DataOptions
from dllab.errors import DataError, SessionError

VALUES = {"hidden_layers": [6], "mini_batch_size": 16, "learning_rate": 0.03}


@pytest.fixture
def table(tmp_path):
    """A table of two classes that can be learnt, with a gap and a category."""
    rng = np.random.default_rng(0)
    lines = ["size,colour,kind"]
    for index in range(120):
        red = rng.random() < 0.5
        size = "" if index == 50 else f"{rng.normal(3 if red else 0):.3f}"
        lines.append(f"{size},{'red' if red else 'blue'},{'apple' if red else 'plum'}")
    path = tmp_path / "fruit.csv"
    path.write_text("\n".join(lines))
    return path


def test_that_a_session_on_a_table_learns_and_opens_again_from_anywhere(
    table, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    recipe = Recipe("fruit", "fruit.csv", VALUES, data=DataOptions(missing="mean", split="70/30"))
    with Session.create(recipe, tmp_path / "s") as session:
        assert session.prepared.split.description == (
            "84 train / 36 dev, cut stratified by class; no test set"
        )
        assert not np.isnan(session.prepared.train.X).any()
        session.run(steps=100)
        assert session.evaluate("dev").error < 0.1
        session.checkpoint()
        fingerprint = session.fingerprint()
    monkeypatch.chdir("/")
    with Session.open(tmp_path / "s") as session:
        assert session.fingerprint() == fingerprint
        assert session.recipe.source == str(table)
        assert session.recipe.data == recipe.data


def test_that_a_table_with_gaps_creates_nothing_before_a_choice_is_made(table, tmp_path):
    with pytest.raises(DataError, match="line 52: column size has no value"):
        Session.create(Recipe("fruit", str(table), VALUES), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("change", ["value", "label", "order"])
def test_that_a_session_refuses_data_that_are_others_now(table, tmp_path, change):
    recipe = Recipe("fruit", str(table), VALUES, data=DataOptions(missing="drop"))
    Session.create(recipe, tmp_path / "s").close()
    lines = table.read_text().splitlines()
    if change == "value":
        lines[7] = "9.999" + lines[7][lines[7].index(",") :]
    elif change == "label":
        other = {"apple": "plum", "plum": "apple"}
        *cells, label = lines[7].split(",")
        lines[7] = ",".join([*cells, other[label]])
    else:
        lines[7], lines[8] = lines[8], lines[7]
    table.write_text("\n".join(lines))
    with pytest.raises(SessionError, match="is not what this session was started with"):
        Session.open(tmp_path / "s")


def test_that_a_change_in_a_given_dev_file_is_noticed(table, tmp_path):
    dev = tmp_path / "dev.csv"
    dev.write_text("size,colour,kind\n1,red,apple\n2,blue,plum\n")
    data = DataOptions(missing="drop", dev_file=str(dev))
    Session.create(Recipe("fruit", str(table), VALUES, data=data), tmp_path / "s").close()
    dev.write_text("size,colour,kind\n1,red,apple\n2.5,blue,plum\n")
    with pytest.raises(SessionError, match="is not what this session was started with"):
        Session.open(tmp_path / "s")


def test_that_regression_runs_on_a_table(tmp_path):
    path = tmp_path / "line.csv"
    rows = "".join(f"{i},{i % 7},{3 * i - 2 * (i % 7) + 0.5}\n" for i in range(100))
    path.write_text("a,b,price\n" + rows)
    with Session.create(Recipe("line", str(path), VALUES)) as session:
        before = session.evaluate("dev").cost
        session.run(steps=200)
        assert session.evaluate("dev").cost < before / 3


# --- the command line -----------------------------------------------------------------------------


def test_that_options_of_data_are_set_on_the_command_line(table, tmp_path):
    settings = ["missing=drop", "label=colour", "columns=kind:ignore", "split=50/50", "epochs=1"]
    recipe = tmp_path / "r.toml"
    Recipe("fruit", str(table), VALUES).save(recipe)
    arguments = [part for setting in settings for part in ("--set", setting)]
    assert main(["run", str(recipe), "--session", str(tmp_path / "s"), *arguments]) == 0
    with Session.open(tmp_path / "s") as session:
        assert session.recipe.data == DataOptions(
            missing="drop", label="colour", columns={"kind": "ignore"}, split="50/50"
        )
        assert session.prepared.dataset.classes == ("blue", "red")


def test_that_the_terminal_tells_what_a_file_holds_and_what_is_wrong(table, tmp_path, capsys):
    assert main(["data", str(table), "--set", "missing=mean"]) == 0
    told = capsys.readouterr().out
    for words in (
        "delimited text",
        "120",
        "label        kind  (detected)",
        "missing      mean  (given)",
        "duplicates   keep  (default)",
        "size: number, feature, 1 missing",
        "colour: category, feature, 0 missing, 2 different",
        "72 train / 24 dev / 24 test, cut stratified by class",
        "class apple:",
        "leakage",
        "mismatch",
        "fingerprint",
    ):
        assert words in told, words
    assert main(["data", str(table)]) == 2
    shown = capsys.readouterr()
    assert "1 value is missing in size" in shown.out
    assert "line 52: column size has no value" in shown.err
    assert [path.name for path in tmp_path.iterdir()] == ["fruit.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv"], "no data set or file 'nowhere.csv'"),
        (["circles", "--set", "lable=y"], "'lable=y' is no option of data"),
        (["circles", "--set", "header"], "no option of data"),
        (["circles", "--set", "missing=zero"], "one of refuse, drop"),
        (["circles", "--set", "header=yes"], "does not apply to circles"),
    ],
)
def test_that_the_terminal_refuses_in_one_sentence(arguments, words, capsys):
    assert main(["data", *arguments]) == 2
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1


def test_that_the_terminal_tells_leakage_and_mismatch(tmp_path, capsys):
    rows = [f"{i / 7:.3f},{i % 2}" for i in range(200)]
    (tmp_path / "train.csv").write_text("\n".join(["x,y", *rows]))
    moved = [f"{100 + i},{i % 2}" for i in range(60)]
    (tmp_path / "dev.csv").write_text("\n".join(["x,y", *rows[:10], *moved]))
    (tmp_path / "test.csv").write_text("\n".join(["x,y", *rows[50:52]]))
    arguments = [f"{part}_file={tmp_path / part}.csv" for part in ("dev", "test")]
    settings = [part for setting in arguments for part in ("--set", setting)]
    assert main(["data", str(tmp_path / "train.csv"), *settings]) == 0
    told = capsys.readouterr().out
    assert "10 of 70 dev rows (14.3 %) are in the training set too" in told
    assert "2 of 2 test rows (100.0 %) are in the training set too" in told
    assert "Mismatch: 1 of 1 features differ between train and dev" in told
    assert "The test set has 2 examples only" in told
