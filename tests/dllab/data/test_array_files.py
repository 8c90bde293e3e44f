"""NumPy and HDF5 files of other people's layouts: found, chosen, checked."""

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dllab.data import DataOptions, inspect, open_data, write_dataset
from dllab.data.arrays.npy import read_npy, read_npz
from dllab.errors import DataError

X = np.arange(60, dtype=np.uint8).reshape(20, 3)
Y = np.arange(20) % 3


def h5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name.replace("__", "/")] = values
    return path


def npz(path, **arrays):
    np.savez(path, **{name.replace("__", "/"): values for name, values in arrays.items()})
    return path


WRITERS = [pytest.param(npz, "d.npz", id="npz"), pytest.param(h5, "d.h5", id="h5")]
NAMES = [
    ("x_train", "y_train", "x_test", "y_test"),
    ("X_train", "Y_train", "X_test", "Y_test"),
    ("trainX", "trainY", "testX", "testY"),
    ("train__X", "train__y", "test__X", "test__y"),
    ("train_images", "train_labels", "test_images", "test_labels"),
    ("train_set_x", "train_set_y", "test_set_x", "test_set_y"),
    ("data", "target", "test_data", "test_target"),
]


@pytest.mark.parametrize(("write", "name"), WRITERS)
@pytest.mark.parametrize("names", NAMES)
def test_that_arrays_are_found_by_their_usual_names(tmp_path, write, name, names):
    values = (X, Y, X[:6], Y[:6])
    path = write(tmp_path / name, **dict(zip(names, values, strict=True)))
    dataset = open_data(path)
    assert np.array_equal(dataset.train.X, X)
    assert dataset.train.X.dtype == np.uint8
    assert np.array_equal(dataset.train.y, Y)
    assert dataset.classes == ("0", "1", "2")
    assert np.array_equal(dataset.test.X, X[:6])
    found = inspect(path)
    assert {found.options.x, found.options.y, found.options.test_x, found.options.test_y} == (
        {part.replace("__", "/") for part in names}
    )
    assert {array.shape for array in found.arrays} == {(20, 3), (20,), (6, 3), (6,)}
    assert (found.rows, found.task, found.problem) == (20, "classification", "")


def test_that_the_course_layout_is_read_with_its_class_names(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 6, 3), np.uint8)
    labels = (np.arange(20) % 2).astype(np.int64)
    path = h5(
        tmp_path / "train_catvnoncat.h5",
        train_set_x=images,
        train_set_y=labels,
        test_set_x=images[:5],
        test_set_y=labels[:5],
        list_classes=np.array([b"non-cat", b"cat"]),
    )
    dataset = open_data(path)
    assert dataset.classes == ("non-cat", "cat")
    assert dataset.image_shape == (8, 6, 3)
    assert np.array_equal(dataset.train.X, images.reshape(20, -1))
    assert np.array_equal(dataset.train.y, labels)
    assert dataset.test.m == 5
    assert inspect(path).images.shape == (16, 8, 6, 3)


def test_that_the_course_comes_in_two_files_too(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 3), np.uint8)
    classes = np.array([b"non-cat", b"cat"])
    train = h5(tmp_path / "train.h5", train_set_x=images, train_set_y=np.arange(20) % 2,
               list_classes=classes)  # fmt: skip
    test = h5(tmp_path / "test.h5", test_set_x=images[:4], test_set_y=np.arange(4) % 2,
              list_classes=classes)  # fmt: skip
    dataset = open_data(train, DataOptions(test_file=str(test)))
    assert dataset.test.m == 4
    assert dataset.classes == ("non-cat", "cat")


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_that_any_two_arrays_can_be_chosen(tmp_path, write, name):
    path = write(tmp_path / name, a__b=X, c=Y, d=Y[::-1].copy(), e=np.zeros((20, 2)))
    found = inspect(path)
    assert "choose x and y" in found.problem
    assert "a/b (20, 3)" in found.problem
    with pytest.raises(DataError, match="not clear which array"):
        open_data(path)
    dataset = open_data(path, DataOptions(x="a/b", y="d"))
    assert np.array_equal(dataset.train.y, Y[::-1])
    targets = open_data(path, DataOptions(x="a/b", y="e"))
    assert targets.train.y.shape == (20, 2)
    assert not targets.is_classification
    with pytest.raises(DataError, match=r"no array called 'z'; it has a/b, c, d, e"):
        open_data(path, DataOptions(x="z", y="c"))


@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_that_two_arrays_without_telling_names_are_told_apart_by_shape(tmp_path, write, name):
    path = write(tmp_path / name, one=Y, two=X)
    assert inspect(path).options.x == "two"
    assert np.array_equal(open_data(path).train.y, Y)


@pytest.mark.parametrize(
    ("labels", "classes", "y"),
    [
        (np.array([3, 7] * 10), ("3", "7"), [0, 1] * 10),
        (np.array([-1, 1] * 10), ("-1", "1"), [0, 1] * 10),
        (np.array([0.0, 1.0] * 10), ("0", "1"), [0, 1] * 10),
        (np.array([True, False] * 10), ("0", "1"), [1, 0] * 10),
        (np.array(["dog", "cat"] * 10, "S"), ("cat", "dog"), [1, 0] * 10),
        (np.eye(3)[Y], ("0", "1", "2"), Y.tolist()),
        (Y[:, np.newaxis], ("0", "1", "2"), Y.tolist()),
        (Y[np.newaxis], ("0", "1", "2"), Y.tolist()),
        (np.linspace(0, 1, 20), (), np.linspace(0, 1, 20).tolist()),
    ],
)
@pytest.mark.parametrize(("write", "name"), WRITERS)
def test_that_labels_of_any_form_are_understood(tmp_path, write, name, labels, classes, y):
    dataset = open_data(write(tmp_path / name, x=X, y=labels))
    assert dataset.classes == classes
    assert dataset.train.y.tolist() == y


@pytest.mark.parametrize(
    ("shape", "flat", "image"),
    [
        ((20,), (20, 1), None),
        ((20, 4, 5), (20, 20), (4, 5)),
        ((20, 4, 5, 1), (20, 20), (4, 5)),
        ((20, 4, 5, 3), (20, 60), (4, 5, 3)),
        ((20, 3, 7, 5), (20, 105), (7, 5, 3)),
        ((20, 2, 2, 2, 2), (20, 16), None),
    ],
)
def test_that_images_are_flattened_and_keep_their_shape(tmp_path, shape, flat, image):
    values = np.arange(np.prod(shape)).reshape(shape)
    dataset = open_data(npz(tmp_path / "d.npz", x=values, y=Y))
    assert dataset.train.X.shape == flat
    assert dataset.image_shape == image
    first = values[0].transpose(1, 2, 0) if shape == (20, 3, 7, 5) else values[0]
    assert dataset.train.X[0].tolist() == first.reshape(-1).tolist()


def test_that_a_single_table_has_its_label_in_a_column(tmp_path):
    table = np.column_stack([X, Y])
    np.save(tmp_path / "d.npy", table)
    dataset = open_data(tmp_path / "d.npy")
    assert np.array_equal(dataset.train.X, X)
    assert np.array_equal(dataset.train.y, Y)
    assert "The label is column 4" in dataset.notes[0]
    found = inspect(tmp_path / "d.npy")
    assert found.options.label == ("column 4",)
    assert found.label_candidates[0] == "column 4"
    first = open_data(tmp_path / "d.npy", DataOptions(label="column 1", task="regression"))
    assert np.array_equal(first.train.y, X[:, 0])
    with pytest.raises(DataError, match="no column called 'column 5'"):
        open_data(tmp_path / "d.npy", DataOptions(label="column 5"))
    chosen = open_data(npz(tmp_path / "d.npz", x=table, y=Y[::-1]), DataOptions(label="column 4"))
    assert np.array_equal(chosen.train.y, Y)


def test_that_labels_and_test_pair_are_found_beside_a_npy_file(tmp_path):
    for name, values in (
        ("X_train", X), ("y_train", Y), ("X_test", X[:4]), ("y_test", Y[:4])
    ):  # fmt: skip
        np.save(tmp_path / f"{name}.npy", values)
    path = tmp_path / "X_train.npy"
    dataset = open_data(path)
    assert np.array_equal(dataset.train.y, Y)
    assert dataset.test.m == 4
    assert "The labels are in y_train.npy, found beside X_train.npy." in dataset.notes
    assert "The test set is X_test.npy, found beside X_train.npy." in dataset.notes
    assert open_data(path, DataOptions(test_file="")).test is None
    assert dict(inspect(path).files)["test labels"].name == "y_test.npy"


@pytest.mark.parametrize(("write", "name"), WRITERS)
@pytest.mark.parametrize(
    ("arrays", "options", "match"),
    [
        ({"x": X, "y": Y[:19]}, {}, "20 examples but 19 labels"),
        ({"x": X.T, "y": Y}, {}, "hold an example in each column; transpose"),
        ({"x": X, "y": Y, "x_test": X[:, :2], "y_test": Y}, {}, "2 inputs .* training set has 3"),
        ({"x": X, "y": Y, "x_test": X}, {}, "labels are not found; name test_y"),
        ({"x": X, "y": Y, "x_test": X[:3], "y_test": Y[:3] + 7}, {}, "row 0: the label 7 is not"),
        ({"x": X, "y": Y.reshape(5, 2, 2)}, {}, "labels are one for each example"),
        ({"x": np.zeros((0, 3)), "y": np.zeros(0)}, {}, "at least one example"),
        ({"x": np.array([b"a"] * 20), "y": Y}, {}, "type .S1"),
        ({"x": X + 1j, "y": Y}, {}, "type complex128"),
        ({"x": X, "y": np.eye(3)}, {"task": "classification"}, "20 examples but 3 labels"),
        ({"x": X, "y": np.ones((20, 2))}, {"task": "classification"}, "2 labels for each"),
        ({"x": X, "y": Y * 0}, {"task": "classification"}, "one class"),
        ({"x": X[:1], "y": Y[:1]}, {}, "one row only"),
        ({"a": Y, "b": Y}, {}, "not clear"),
    ],
)
def test_that_arrays_that_do_not_fit_are_told(tmp_path, write, name, arrays, options, match):
    path = write(tmp_path / name, **arrays)
    with pytest.raises(DataError, match=match) as caught:
        open_data(path, DataOptions(**options))
    assert str(path) in str(caught.value)


def test_that_links_into_other_files_are_not_offered_and_not_followed(tmp_path):
    h5(tmp_path / "other.h5", x=X)
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file["y"] = Y
        file["x"] = h5py.ExternalLink("other.h5", "/x")
        file["soft"] = h5py.SoftLink("/y")
        file.create_group("loop")["itself"] = file["/"]
    assert [array.name for array in inspect(tmp_path / "d.h5").arrays] == ["y"]
    with pytest.raises(DataError, match="no array called 'x'"):
        open_data(tmp_path / "d.h5", DataOptions(x="x", y="y"))


def test_that_datasets_kept_elsewhere_or_of_free_length_are_refused(tmp_path):
    (tmp_path / "raw.bin").write_bytes(bytes(480))
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file.create_dataset("x", (20, 3), "f8", external=[(tmp_path / "raw.bin", 0, 480)])
        file["y"] = Y
        file.create_dataset("words", (20,), h5py.string_dtype())
    with pytest.raises(DataError, match="keeps its values in another file"):
        open_data(tmp_path / "d.h5")
    with pytest.raises(DataError, match="words holds values of type object"):
        open_data(tmp_path / "d.h5", DataOptions(x="y", y="words"))


def test_that_a_file_of_thousands_of_objects_is_told(tmp_path):
    with h5py.File(tmp_path / "d.h5", "w") as file:
        for index in range(1_001):
            file.create_group(f"g{index}")
    with pytest.raises(DataError, match="more than 1,000 objects"):
        inspect(tmp_path / "d.h5")


def test_that_a_file_of_matlab_7_3_with_its_own_head_is_read(tmp_path):
    with h5py.File(tmp_path / "d.mat", "w", userblock_size=512) as file:
        file["x"], file["y"] = X, Y
    with (tmp_path / "d.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file")
    assert open_data(tmp_path / "d.mat").train.m == 20


def test_that_our_own_layout_takes_no_other_options_than_its_arrays(tmp_path):
    write_dataset(tmp_path / "d.h5", open_data("circles"))
    with pytest.raises(DataError, match=r"own layout.* leave out the option missing"):
        open_data(tmp_path / "d.h5", DataOptions(missing="mean"))
    chosen = open_data(tmp_path / "d.h5", DataOptions(x="train/X", y="train/y", missing="mean"))
    assert chosen.train.m == 300
    assert inspect(tmp_path / "d.h5").classes == ("outer", "inner")


@settings(max_examples=60, deadline=None)
@given(
    values=hnp.arrays(
        hnp.scalar_dtypes().filter(lambda dtype: dtype.kind in "biuf" and dtype.itemsize <= 8)
        | st.sampled_from([np.dtype("S3"), np.dtype("U2")]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    fortran=st.booleans(),
    packed=st.booleans(),
)
def test_that_any_array_comes_back_as_numpy_reads_it(tmp_path_factory, values, fortran, packed):
    folder = tmp_path_factory.mktemp("any")
    values = np.asfortranarray(values) if fortran else values
    np.save(folder / "d.npy", values)
    (np.savez_compressed if packed else np.savez)(folder / "d.npz", a=values)
    for back in (read_npy(folder / "d.npy"), read_npz(folder / "d.npz", "a")):
        np.testing.assert_array_equal(back, values)
        assert back.shape == values.shape
        assert back.dtype == values.dtype.newbyteorder("=")
    if values.ndim:
        np.testing.assert_array_equal(read_npy(folder / "d.npy", 2), values[:2])
