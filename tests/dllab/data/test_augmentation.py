"""Augmented mini-batches: off changes no bit, on changes what was asked, no more."""

import math

import numpy as np
import pytest

from dllab.data import Normalization
from dllab.data.augmentation import Augmenter, check_augmentation, is_on
from dllab.data.augmentation.affine import Affine
from dllab.data.augmentation.chance import stream_at
from dllab.data.augmentation.elastic import Elastic
from dllab.data.augmentation.knobs import Knobs
from dllab.errors import DataError
from dllab.hyperparameters import TABLE, defaults

NONE = Normalization("none", np.zeros(1), np.ones(1))
OVERALL = Normalization("overall", np.array([30.0]), np.array([60.0]))
IMAGE_KNOBS = {
    "augment_flip": "horizontal",
    "augment_shift": 2.0,
    "augment_rotation": 15.0,
    "augment_zoom": 0.2,
    "augment_shear": 10.0,
    "augment_elastic": 34.0,
}
ALL_KNOBS = IMAGE_KNOBS | {"augment_noise": 0.1}


def bytes_of_images(m=10, shape=(8, 8), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (m, int(np.prod(shape)))).astype(np.float64)


def bilinear(image, row, column):
    """One value the slow way, from the four pixels around it, 0 outside."""
    total = 0.0
    for y in (math.floor(row), math.floor(row) + 1):
        for x in (math.floor(column), math.floor(column) + 1):
            if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                total += image[y, x] * (1 - abs(row - y)) * (1 - abs(column - x))
    return total


def augmented(X, values, shape=(8, 8), normalization=NONE, dtype=np.float64, place=(1, 0, 0)):
    result = np.array(X, dtype)
    Augmenter(X.shape[1], shape, normalization, dtype).augment(result, values, stream_at(*place))
    return result


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_augmentation_is_off_by_default_and_leaves_every_bit(dtype):
    X = bytes_of_images().astype(dtype)
    assert not is_on(defaults())
    np.testing.assert_array_equal(augmented(X, defaults(), dtype=dtype), X)


@pytest.mark.parametrize("key", ALL_KNOBS)
def test_that_each_hyperparameter_is_on_alone_and_changes_images(key):
    values = defaults() | {key: ALL_KNOBS[key]}
    assert is_on(values)
    X = bytes_of_images()
    found = augmented(X, values)
    changed = (found != X).any(axis=1)
    assert changed.any() if key == "augment_flip" else changed.all()


def test_that_every_hyperparameter_of_the_group_is_used():
    of_group = {key for key, record in TABLE.items() if record.group == "Augmentation"}
    assert of_group == {*ALL_KNOBS, "augment_elastic_sigma"}
    assert all(TABLE[key].live for key in of_group)
    rough, smooth = (
        augmented(bytes_of_images(), {"augment_elastic": 5.0, "augment_elastic_sigma": sigma})
        for sigma in (1.0, 4.0)
    )
    assert not np.array_equal(rough, smooth)


@pytest.mark.parametrize("key", IMAGE_KNOBS)
def test_that_a_transform_of_images_is_refused_for_other_data_by_name(key):
    values = defaults() | {key: IMAGE_KNOBS[key]}
    with pytest.raises(DataError, match=rf"\({key}\) needs images.*Set {key} to"):
        check_augmentation(values, None)
    with pytest.raises(DataError, match=key):
        augmented(np.zeros((2, 3)), values, shape=None)
    check_augmentation(values, (8, 8))


def test_that_noise_suits_any_data():
    X = np.random.default_rng(0).normal(size=(50_000, 2))
    values = defaults() | {"augment_noise": 0.5}
    check_augmentation(values, None)
    added = augmented(X, values, shape=None) - X
    assert added.std() == pytest.approx(0.5, rel=0.02)
    assert abs(added.mean()) < 0.01


@pytest.mark.parametrize(
    ("flip", "kinds"), [("horizontal", (1, 0)), ("vertical", (0, 1)), ("both", (1, 1))]
)
def test_that_half_of_the_images_are_mirrored_each_way(flip, kinds):
    m, X = 4_000, bytes_of_images(1)
    images = X.reshape(8, 8)
    found = augmented(np.repeat(X, m, axis=0), {"augment_flip": flip}).reshape(m, 8, 8)
    ways = {(0, 0): images, (1, 0): images[:, ::-1], (0, 1): images[::-1]}
    ways[1, 1] = images[::-1, ::-1]
    shares = {way: (found == image).all(axis=(1, 2)).mean() for way, image in ways.items()}
    assert sum(shares.values()) == 1
    for way, share in shares.items():
        possible = all(k or not w for w, k in zip(way, kinds, strict=True))
        expected = 0.5 ** sum(kinds) if possible else 0
        assert share == pytest.approx(expected, abs=0.035 if possible else 0)


def test_that_what_comes_from_outside_is_raw_zero():
    X = np.full((40, 64), 200.0)
    normalized = OVERALL.apply(X, np.float64)
    values = {"augment_shift": 5.0, "augment_rotation": 45.0}
    found = augmented(normalized, values, normalization=OVERALL) * 60 + 30
    assert found.min() == pytest.approx(0, abs=1e-9)
    assert found.max() == pytest.approx(200)
    np.testing.assert_allclose(found, augmented(X, values), atol=1e-9)


def test_that_images_normalized_by_pixel_are_moved_in_raw_units():
    X = bytes_of_images(300)
    X[:, :5] = 0
    X[:, 9] = 77
    normalization = Normalization.fit("per_feature", X)
    found = augmented(normalization.apply(X, np.float64), IMAGE_KNOBS, normalization=normalization)
    expected = normalization.apply(augmented(X, IMAGE_KNOBS), np.float64)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert np.all(found[:, [0, 1, 2, 3, 4, 9]] == 0)


def test_that_channels_move_together():
    one = bytes_of_images(6, (7, 5))
    three = np.repeat(one[..., np.newaxis], 3, axis=2) * (1.0, 2.0, -1.0)
    found = augmented(three.reshape(6, -1), IMAGE_KNOBS, (7, 5, 3)).reshape(6, 35, 3)
    alone = augmented(one, IMAGE_KNOBS, (7, 5))
    for channel, factor in enumerate((1.0, 2.0, -1.0)):
        np.testing.assert_allclose(found[..., channel], factor * alone, atol=1e-9)


def test_that_one_channel_is_the_same_as_none():
    X = bytes_of_images(4, (6, 6))
    np.testing.assert_array_equal(
        augmented(X, ALL_KNOBS, (6, 6, 1)), augmented(X, ALL_KNOBS, (6, 6))
    )


def test_that_both_precisions_show_the_same_images():
    X = bytes_of_images(20)
    values = IMAGE_KNOBS | {"augment_noise": 0.5}
    single = augmented(X, values, dtype=np.float32)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, augmented(X, values), atol=0.05)


@pytest.mark.parametrize("values", [IMAGE_KNOBS, {"augment_elastic": 34.0}])
def test_that_all_transforms_together_cost_one_interpolation(values):
    X, shape = bytes_of_images(3, (7, 9)), (7, 9)
    found = augmented(X, values, shape)
    rng = stream_at(1, 0, 0)
    sources = Affine.of(rng.random((7, 3)), Knobs.of(values)).inverse(*shape)
    sources = sources @ np.array([*np.indices(shape).reshape(2, -1), np.ones(63)])
    Elastic(*shape, np.empty((2, 2, 3, 63))).displace(sources, 34.0, 4.0, rng)
    for image, result, source in zip(X, found, sources.transpose(1, 2, 0), strict=True):
        expected = [bilinear(image.reshape(shape), *place) for place in source]
        np.testing.assert_allclose(result, expected, atol=1e-9)


@pytest.mark.parametrize("values", [IMAGE_KNOBS, {"augment_noise": 0.1}, ALL_KNOBS])
def test_that_seed_epoch_and_position_decide_alone(values):
    X = bytes_of_images(20)
    first = augmented(X, values, place=(4, 5, 6))
    np.testing.assert_array_equal(first, augmented(X, values, place=(4, 5, 6)))
    for other in ((5, 5, 6), (4, 6, 6), (4, 5, 7)):
        assert not np.array_equal(first, augmented(X, values, place=other))


def test_that_what_an_augmenter_did_before_leaves_no_trace():
    X = bytes_of_images(20)
    augmenter = Augmenter(64, (8, 8), NONE, np.float64)
    for values in (ALL_KNOBS, {"augment_elastic": 3.0}, {"augment_noise": 2.0}, IMAGE_KNOBS):
        for m in (20, 3, 20):
            rows = X[:m].copy()
            augmenter.augment(rows, values, stream_at(0, 0, m))
            fresh = augmented(X[:m], values, place=(0, 0, m))
            np.testing.assert_array_equal(rows, fresh)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 3, 2), (64, 48)])
def test_that_images_of_any_shape_are_augmented(shape):
    X = bytes_of_images(3, shape)
    found = augmented(X, ALL_KNOBS, shape)
    assert found.shape == X.shape
    assert np.isfinite(found).all()
    assert (found != X).any()


def test_that_the_strongest_settings_of_the_table_stay_finite():
    values = {key: TABLE[key].high for key in ALL_KNOBS if key != "augment_flip"}
    values |= {"augment_flip": "both", "augment_elastic_sigma": 0.5}
    found = augmented(bytes_of_images(50), values, dtype=np.float32)
    assert np.isfinite(found).all()


def test_that_large_mini_batches_are_worked_on_in_blocks():
    augmenter = Augmenter(64, (8, 8), NONE, np.float64)
    X = bytes_of_images(augmenter.block + 7)
    found = X.copy()
    augmenter.augment(found, IMAGE_KNOBS, stream_at(0, 0, 0))
    head = augmented(X[: augmenter.block], IMAGE_KNOBS, place=(0, 0, 0))
    np.testing.assert_array_equal(found[: augmenter.block], head)
    assert (found[augmenter.block :] != X[augmenter.block :]).any(axis=1).all()


def test_that_rows_which_are_no_piece_of_memory_are_not_silently_left_alone():
    X = np.zeros((4, 128))[:, ::2]
    with pytest.raises(ValueError, match="C-contiguous"):
        Augmenter(64, (8, 8), NONE, np.float64).augment(X, ALL_KNOBS, stream_at(0, 0, 0))


def test_that_a_preview_shows_variants_and_leaves_the_images():
    X = bytes_of_images(3)
    before = X.copy()
    augmenter = Augmenter(64, (8, 8), NONE, np.float64)
    shown = augmenter.preview(X, ALL_KNOBS, seed=1, n=5)
    assert shown.shape == (3, 5, 64)
    np.testing.assert_array_equal(X, before)
    assert len(np.unique(shown.reshape(15, -1), axis=0)) == 15
    np.testing.assert_array_equal(shown, augmenter.preview(X, ALL_KNOBS, seed=1, n=5))
    assert not np.array_equal(shown, augmenter.preview(X, ALL_KNOBS, seed=2, n=5))


def test_that_a_preview_follows_a_slider_steadily():
    X = bytes_of_images(3) / 256
    augmenter = Augmenter(64, (8, 8), NONE, np.float64)
    near, nearer = (
        augmenter.preview(X, {"augment_rotation": angle}, seed=1) for angle in (10.0, 10.01)
    )
    assert 0 < abs(near - nearer).max() < 0.01


def test_that_a_preview_of_nothing_is_the_image_itself():
    X = bytes_of_images(3)
    shown = Augmenter(64, (8, 8), NONE, np.float64).preview(X, defaults(), seed=1, n=2)
    np.testing.assert_array_equal(shown, X[:, np.newaxis].repeat(2, axis=1))
