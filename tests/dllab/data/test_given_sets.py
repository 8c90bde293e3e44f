"""Dev and test files of their own stay what they are, whatever their format."""

import h5py
import numpy as np
import pytest

from dllab.data import (
    DataOptions,
    Dataset,
    Examples,
    inspect,
    open_data,
    read_dataset,
    split,
    split_sizes,
    write_dataset,
)
from dllab.errors import DataError

TRAIN = "a,colour,y\n" + "".join(f"{i},{'rgb'[i % 3]},{['no', 'yes'][i % 2]}\n" for i in range(30))


@pytest.fixture
def files(tmp_path):
    """Write text files; give the path of the first."""

    def write(**contents):
        for name, content in contents.items():
            (tmp_path / f"{name}.csv").write_text(content)
        return tmp_path / f"{next(iter(contents))}.csv"

    return write


def options(path, *sets, **more):
    return DataOptions(
        **{f"{name}_file": str(path.with_name(f"{name}.csv")) for name in sets}, **more
    )


def test_that_columns_are_matched_by_name_and_each_file_keeps_its_own_form(files):
    path = files(
        train=TRAIN,
        dev="y;extra;colour;a\nyes;1;r;1,5\nno;2;b;2,5\n",
        test="colour\ty\ta\nr\tno\t7\n",
    )
    dataset = open_data(path, options(path, "dev", "test"))
    assert dataset.feature_names == ("a", "colour = b", "colour = g", "colour = r")
    assert dataset.dev.X.tolist() == [[1.5, 0, 0, 1], [2.5, 1, 0, 0]]
    assert [dataset.classes[index] for index in dataset.dev.y] == ["yes", "no"]
    assert dataset.test.X.tolist() == [[7, 0, 0, 1]]
    roles = dict(inspect(path, options(path, "dev", "test")).files)
    assert roles["dev"].name == "dev.csv"


def test_that_columns_are_matched_by_place_without_a_header(files):
    path = files(train=TRAIN.split("\n", 1)[1], dev="5,g,yes\n6,r,no\n")
    dataset = open_data(path, options(path, "dev"))
    assert dataset.dev.X.tolist() == [[5, 0, 1, 0], [6, 0, 0, 1]]


def test_that_given_sets_stay_and_the_rest_is_cut_from_train(files):
    path = files(train=TRAIN, dev="a,colour,y\n1,r,yes\n2,b,no\n", test="a,colour,y\n7,r,no\n")
    rng = np.random.default_rng(0)
    dataset = open_data(path, options(path, "test"))
    cut = split(dataset, rng=rng)
    assert (cut.train.m, cut.dev.m, cut.test.m) == (25, 5, 1)
    assert cut.test is dataset.test
    dataset = open_data(path, options(path, "dev"))
    cut = split(dataset, rng=rng)
    assert (cut.train.m, cut.dev.m, cut.test) == (30, 2, None)
    assert cut.dev is dataset.dev
    assert cut.description == "30 train as given; 2 dev as given; no test set"
    dataset = open_data(path, options(path, "dev", "test"))
    cut = split(dataset, rng=rng, shares="60/20/20")
    assert (cut.train.m, cut.dev.m, cut.test.m) == (30, 2, 1)
    with pytest.raises(DataError, match="its own dev set of 2"):
        split_sizes(dataset, dev=3)


def test_that_a_category_never_seen_in_training_is_0_and_told(files):
    path = files(train=TRAIN, dev="a,colour,y\n1,violet,yes\n2,b,no\n")
    dataset = open_data(path, options(path, "dev"))
    assert dataset.dev.X[0].tolist() == [1, 0, 0, 0]
    assert any("Column colour of the dev file holds violet" in note for note in dataset.notes)


@pytest.mark.parametrize(
    ("dev", "match"),
    [
        ("a,colour\n1,r\n", "has no column y; .* needs the labels"),
        ("colour,y\nr,yes\n", "has no column a; .* columns of the training file"),
        ("1,r,yes,9\n2,b,no,9\n", "has 4 columns but .* has 3"),
        ("a,colour,y\n1,r,yes\n2,r,maybe\n", "line 3: the label maybe is not one of the classes"),
        ("a,colour,y\n1,r,yes\nx,r,no\n", "line 3, column a: 'x' is not a number"),
        ("a,colour,y\n1,r,yes\n,r,no\n", "line 3: column a has no value"),
    ],
)
def test_that_a_file_that_does_not_fit_is_told(files, dev, match):
    path = files(train=TRAIN, dev=dev)
    with pytest.raises(DataError, match=match) as caught:
        open_data(path, options(path, "dev"))
    assert "dev.csv" in str(caught.value)


def test_that_a_missing_or_foreign_file_is_told(files, tmp_path):
    path = files(train=TRAIN)
    with pytest.raises(DataError, match=r"There is no file .*dev\.csv"):
        open_data(path, options(path, "dev"))
    np.save(tmp_path / "dev.npy", np.zeros((3, 3)))
    with pytest.raises(DataError, match="files of one kind"):
        open_data(path, DataOptions(dev_file=str(tmp_path / "dev.npy")))


def test_that_labels_may_lie_in_a_file_of_their_own(files, tmp_path):
    path = files(X="1 2\n3 4\n5 6\n7 8\n", y="a\nb\na\nb\n", dev="9 9\n8 8\n", dev_labels="b\nb\n")
    given = DataOptions(
        labels_file=str(tmp_path / "y.csv"),
        dev_file=str(tmp_path / "dev.csv"),
        dev_labels_file=str(tmp_path / "dev_labels.csv"),
    )
    dataset = open_data(path, given)
    assert dataset.train.X.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert dataset.train.y.tolist() == [0, 1, 0, 1]
    assert dataset.dev.y.tolist() == [1, 1]
    np.save(tmp_path / "y.npy", np.array([1, 0, 1]))
    with pytest.raises(DataError, match="4 examples but 3 labels"):
        open_data(path, DataOptions(labels_file=str(tmp_path / "y.npy")))
    with pytest.raises(DataError, match="has no labels"):
        open_data(path, given.with_changes(dev_labels_file=None))


def test_that_dropping_duplicates_takes_rows_of_given_sets_out_of_train(files):
    path = files(
        train="a,y\n1,0\n2,1\n2,1\n3,0\n4,1\n5,0\n", dev="a,y\n3,0\n9,1\n", test="a,y\n5,1\n"
    )
    dataset = open_data(path, options(path, "dev", "test", duplicates="drop"))
    assert dataset.train.X[:, 0].tolist() == [1, 2, 4]
    assert dataset.dev.m == 2
    assert "3 of 6 training rows repeat another and are left out." in dataset.notes


def test_that_our_own_layout_keeps_dev_and_names(tmp_path):
    X = np.arange(12.0).reshape(6, 2)
    data = Dataset(
        "d",
        Examples(X, X[:, :1]),
        None,
        (),
        None,
        dev=Examples(X[:2], X[:2, :1]),
        feature_names=("länge", "breite"),
        target_names=("preis",),
    )
    write_dataset(tmp_path / "d.h5", data)
    back = read_dataset(tmp_path / "d.h5")
    assert back.fingerprint == data.fingerprint == open_data(tmp_path / "d.h5").fingerprint
    assert (back.feature_names, back.target_names) == (data.feature_names, data.target_names)
    assert back.dev.m == 2
    plain = Dataset("d", data.train, None, (), None)
    assert plain.fingerprint != data.fingerprint
    with h5py.File(tmp_path / "d.h5", "r+") as file:
        del file["feature_names"]
        file["feature_names"] = np.array([b"one"])
    with pytest.raises(DataError, match="1 names for 2 features"):
        read_dataset(tmp_path / "d.h5")


def test_that_given_sets_must_fit_the_training_set():
    train = Examples(np.zeros((4, 2)), np.array([0, 1, 0, 1]))
    for dev, match in (
        (Examples(np.zeros((2, 3)), np.array([0, 1])), "dev set"),
        (Examples(np.zeros((2, 2)), np.array([0, 7])), "dev set has the label 7"),
        (Examples(np.full((2, 2), np.nan), np.array([0, 1])), "dev set holds nan"),
    ):
        with pytest.raises(DataError, match=match):
            Dataset("d", train, None, ("a", "b"), None, dev=dev)
    with pytest.raises(DataError, match="both classes, or both targets"):
        Dataset("d", Examples(np.zeros((4, 2)), np.zeros(4)), None, (), None,
                dev=train.take(np.array([0])))  # fmt: skip
