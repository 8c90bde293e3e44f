"""Data sets accept what is sound, refuse the rest in a sentence, and are told apart by hash."""

import numpy as np
import pytest

from dllab.data import Dataset, Examples
from dllab.errors import DataError, DllabError


def dataset(X=None, y=None, test=None, classes=("a", "b"), image_shape=None, name="d"):
    X = np.arange(12, dtype=np.uint8).reshape(4, 3) if X is None else X
    y = np.array([0, 1, 0, 1]) if y is None else y
    return Dataset(name, Examples(X, y), test, classes, image_shape)


def test_that_examples_keep_the_dtype_of_X_and_make_labels_int64():
    examples = Examples(np.zeros((5, 2), np.uint8), np.zeros(5, np.uint8))
    assert (examples.m, examples.n_x) == (5, 2)
    assert examples.X.dtype == np.uint8
    assert examples.y.dtype == np.int64


def test_that_the_arrays_cannot_be_written_and_the_callers_array_still_can():
    mine = np.zeros((2, 2))
    examples = Examples(mine, np.array([0, 1]))
    with pytest.raises(ValueError, match="read-only"):
        examples.X[0, 0] = 1
    mine[0, 0] = 1
    assert np.shares_memory(mine, examples.X)


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (np.zeros(3), np.zeros(3, int)),
        (np.zeros((0, 2)), np.zeros(0, int)),
        (np.zeros((2, 0)), np.zeros(2, int)),
        (np.zeros((2, 2)), np.zeros(3, int)),
        (np.zeros((2, 2)), np.zeros((2, 1), int)),
        (np.zeros((2, 2)), np.zeros((2, 0))),
        (np.zeros((2, 2)), np.zeros((2, 1, 1))),
        (np.zeros((2, 2)), np.array(0)),
        (np.zeros((2, 2), complex), np.zeros(2, int)),
        (np.zeros((2, 2), object), np.zeros(2, int)),
        (np.zeros((2, 2), bool), np.zeros(2, int)),
        (np.zeros((2, 2)), np.array(["a", "b"])),
    ],
)
def test_that_examples_of_a_wrong_shape_or_type_are_refused(X, y):
    with pytest.raises(DataError, match=r"\.$"):
        Examples(X, y)


def test_that_a_data_error_is_a_dllab_error():
    assert issubclass(DataError, DllabError)


def test_that_regression_takes_floats_of_one_or_more_targets_and_no_classes():
    for y in (np.zeros(4), np.zeros((4, 2), np.float32)):
        assert not dataset(y=y, classes=()).is_classification
    with pytest.raises(DataError, match="classes are named"):
        dataset(y=np.zeros(4))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_that_a_value_that_is_not_finite_is_named_with_its_place(value):
    X = np.zeros((100_000, 3))
    X[70_123, 2] = value
    with pytest.raises(DataError, match=r"X of the training set holds .* row 70,123, column 2;"):
        dataset(X=X, y=np.zeros(100_000, int))
    y = np.zeros(4)
    y[3] = value
    with pytest.raises(DataError, match=r"y of the training set holds .* row 3;"):
        dataset(y=y, classes=())


def test_that_labels_outside_the_classes_are_refused():
    with pytest.raises(DataError, match=r"Row 2 .* negative label -1"):
        dataset(y=np.array([0, 1, -1, 0]))
    with pytest.raises(DataError, match=r"Row 3 .* label 2, .* from 0 to 1"):
        dataset(y=np.array([0, 1, 0, 2]))
    with pytest.raises(DataError, match="at least two"):
        dataset(y=np.zeros(4, int), classes=("only",))


def test_that_train_and_test_must_have_the_same_columns():
    with pytest.raises(DataError, match="input features"):
        dataset(test=Examples(np.zeros((2, 4)), np.array([0, 1])))
    with pytest.raises(DataError, match="targets of an example"):
        dataset(y=np.zeros((4, 2)), classes=(), test=Examples(np.zeros((2, 3)), np.zeros((2, 1))))


@pytest.mark.parametrize("shape", [(2, 2), (-1, -3), (0,), ()])
def test_that_an_image_shape_must_fit_the_columns(shape):
    with pytest.raises(DataError, match="Images of shape"):
        dataset(image_shape=shape)
    assert dataset(image_shape=(1, 3)).image_shape == (1, 3)


def test_that_the_fingerprint_sees_values_shapes_types_and_sets_but_not_the_layout():
    X, y = np.arange(12.0).reshape(4, 3), np.array([0, 1, 0, 1])
    first = dataset(X, y).fingerprint
    assert len(first) == 64
    assert dataset(np.asfortranarray(X), y, name="other").fingerprint == first
    assert dataset(X.astype(">f8"), y).fingerprint == first
    changed = X.copy()
    changed[3, 2] = np.nextafter(11, 12)
    wide = np.arange(12.0).reshape(2, 6)
    others = [
        dataset(changed, y),
        dataset(X.astype(np.float32), y),
        dataset(X, y[::-1]),
        dataset(wide, y[:2]),
        dataset(X, y, test=Examples(X, y)),
    ]
    assert len({first, *(other.fingerprint for other in others)}) == 6
