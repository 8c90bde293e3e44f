"""Missing values: refused, dropped, or filled in with what the training set has, never more."""

import numpy as np
import pytest

from dllab.data import DataOptions, Dataset, Examples, Filling, open_data, split, write_dataset
from dllab.errors import DataError

ROWS = [
    "1,red,0", ",red,1", "3,blue,0", "4,,1", "5,red,1", "6,blue,0", "100,red,1", "8,red,0",
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text("x,colour,y\n" + "\n".join(ROWS))
    return file


def test_that_dropping_leaves_out_every_row_with_a_gap_and_says_how_many(path):
    dataset = open_data(path, DataOptions(missing="drop"))
    assert dataset.train.X[:, 0].tolist() == [1, 3, 5, 6, 100, 8]
    assert dataset.train.y.tolist() == [0, 0, 1, 0, 1, 0]
    assert "2 of 8 rows of the train set are left out for missing values." in dataset.notes
    assert dataset.filling is None


def test_that_gaps_wait_in_the_data_set_until_the_training_set_is_known(path):
    dataset = open_data(path, DataOptions(missing="mean"))
    assert np.isnan(dataset.train.X[1, 0])
    assert np.isnan(dataset.train.X[3, 1:]).all()
    assert dataset.filling == Filling("mean", ((1, 3),))
    assert any("mean of the training set" in note for note in dataset.notes)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("how", ["mean", "most_frequent"])
def test_that_gaps_are_filled_from_the_training_rows_alone(tmp_path, seed, how):
    xs = [1, None, 3, 4, 5, None, 100, 4, 100, 100]
    path = tmp_path / "d.csv"
    lines = [f"{10 * row},{'' if x is None else x},{row % 2}" for row, x in enumerate(xs)]
    path.write_text("\n".join(["row,x,y", *lines]))
    dataset = open_data(path, DataOptions(missing=how, columns={"row": "number"}))
    cut = split(dataset, rng=np.random.default_rng(seed))
    rows = (cut.train.X[:, 0] / 10).astype(int)
    present = [xs[row] for row in rows if xs[row] is not None]
    most = max(sorted(set(present)), key=present.count)
    expected = np.mean(present) if how == "mean" else most
    for one in (cut.train, cut.dev, cut.test):
        for row, x in one.X:
            known = xs[int(row / 10)]
            assert x == pytest.approx(expected if known is None else known)


def test_that_means_and_most_frequent_values_are_those_of_the_hand():
    nan = np.nan
    X = np.array([[1, 2, 1, 0], [3, nan, nan, nan], [nan, 2, 0, 1], [5, 7, 0, 1]])
    mean = Filling("mean", ((2, 4),)).fit(X)
    assert mean.tolist() == [3, 11 / 3, 0, 1]
    most = Filling("most_frequent", ((2, 4),)).fit(X)
    assert most.tolist() == [1, 2, 0, 1]
    filled = Filling.apply(X, mean)
    assert filled.tolist() == [[1, 2, 1, 0], [3, 11 / 3, 0, 1], [3, 2, 0, 1], [5, 7, 0, 1]]
    assert np.isnan(X[1, 1])


def test_that_the_imputer_of_scikit_learn_fills_in_the_same():
    impute = pytest.importorskip("sklearn.impute")
    rng = np.random.default_rng(0)
    X = rng.integers(0, 5, (200, 6)).astype(float)
    X[rng.random(X.shape) < 0.2] = np.nan
    for how in ("mean", "most_frequent"):
        filling = Filling(how)
        ours = Filling.apply(X, filling.fit(X))
        np.testing.assert_array_equal(ours, impute.SimpleImputer(strategy=how).fit_transform(X))


def test_that_a_column_without_any_value_becomes_0():
    X = np.array([[np.nan, 1], [np.nan, 2]])
    assert Filling("mean").fit(X).tolist() == [0, 1.5]
    assert Filling("mean", ((0, 1),)).fit(X).tolist() == [0, 1.5]


def test_that_a_row_without_a_label_is_always_left_out(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("x,y\n1,a\n2,\n3,b\n4,a\n")
    dataset = open_data(path, DataOptions(missing="mean"))
    assert dataset.train.X[:, 0].tolist() == [1, 3, 4]
    assert "1 of 4 rows of the train set are left out for a missing label." in dataset.notes
    with pytest.raises(DataError, match="line 3: the label y has no value"):
        open_data(path)


def test_that_dropping_every_row_is_refused(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("x,z,y\n1,,0\n,2,1\n3,,1\n")
    with pytest.raises(DataError, match=r"Every row of .* has a missing value"):
        open_data(path, DataOptions(missing="drop"))


def test_that_missing_words_can_be_others(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("x,z,y\n1,NA,0\n-9,b,1\n3,NA,1\n-9,b,0\n5,b,0\n6,NA,1\n")
    options = DataOptions(missing="drop", missing_words=["-9"])
    dataset = open_data(path, options)
    assert dataset.feature_names == ("x", "z = NA", "z = b")
    assert dataset.train.X[:, 0].tolist() == [1, 3, 5, 6]


def test_that_nan_in_arrays_is_treated_alike(tmp_path):
    X = np.arange(40.0).reshape(20, 2)
    X[7, 1] = np.nan
    np.savez(tmp_path / "d.npz", x=X, y=np.arange(20) % 2)
    with pytest.raises(DataError, match="array x, row 7: column 1 has no value"):
        open_data(tmp_path / "d.npz")
    assert open_data(tmp_path / "d.npz", DataOptions(missing="drop")).train.m == 19
    filled = open_data(tmp_path / "d.npz", DataOptions(missing="mean"))
    assert not np.isnan(split(filled, rng=np.random.default_rng(0)).train.X).any()
    X[3, 0] = np.inf
    np.savez(tmp_path / "d.npz", x=X, y=np.arange(20) % 2)
    with pytest.raises(DataError, match="row 3, column 0: the value is inf"):
        open_data(tmp_path / "d.npz", DataOptions(missing="drop"))


def test_that_given_sets_are_filled_from_the_training_file(tmp_path):
    for name, lines in (
        ("train", ["1,0", "3,1", ",0", "5,1", "3,0", "3,1"]),
        ("dev", [",1", "7,0"]),
        ("test", ["9,1", ",0"]),
    ):
        (tmp_path / f"{name}.csv").write_text("x,y\n" + "\n".join(lines))
    options = DataOptions(
        missing="mean",
        dev_file=str(tmp_path / "dev.csv"),
        test_file=str(tmp_path / "test.csv"),
    )
    cut = split(open_data(tmp_path / "train.csv", options), rng=np.random.default_rng(0))
    assert sorted(cut.train.X[:, 0].tolist()) == [1, 3, 3, 3, 3, 5]
    assert cut.dev.X[:, 0].tolist() == [3, 7]
    assert cut.test.X[:, 0].tolist() == [9, 3]


def test_that_how_gaps_are_filled_is_part_of_the_fingerprint(path):
    prints = {
        open_data(path, DataOptions(missing=how)).fingerprint
        for how in ("drop", "mean", "most_frequent")
    }
    assert len(prints) == 3


def test_that_data_with_gaps_need_a_filling_and_cannot_be_written(tmp_path):
    X = np.array([[1, np.nan], [2, 3]])
    examples = Examples(X, np.array([0, 1]))
    with pytest.raises(DataError, match="holds nan in row 0, column 1"):
        Dataset("d", examples, None, ("a", "b"), None)
    dataset = Dataset("d", examples, None, ("a", "b"), None, filling=Filling("mean"))
    with pytest.raises(DataError, match="not filled in yet"):
        write_dataset(tmp_path / "d.h5", dataset)
    with pytest.raises(DataError, match="choose one of mean, most_frequent"):
        Filling("median")
