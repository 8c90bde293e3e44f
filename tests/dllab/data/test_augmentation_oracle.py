"""Augmented images against scipy.ndimage, given the same random numbers."""

import numpy as np
import pytest

from dllab.data import Normalization
from dllab.data.augmentation import Augmenter
from dllab.data.augmentation.affine import Affine
from dllab.data.augmentation.chance import stream_at
from dllab.data.augmentation.elastic import gaussian_matrix
from dllab.data.augmentation.knobs import Knobs

ndimage = pytest.importorskip("scipy.ndimage")
stats = pytest.importorskip("scipy.stats")

NONE = Normalization("none", np.zeros(1), np.ones(1))


def ours(X, shape, values, dtype):
    result = X.astype(dtype)
    Augmenter(X.shape[1], shape, NONE, dtype).augment(result, values, stream_at(0, 0, 0))
    return result


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(28, 28), (12, 17)])
def test_that_affine_maps_are_those_of_scipy(shape, dtype):
    m, (height, width) = 12, shape
    X = np.random.default_rng(0).normal(size=(m, height * width))
    strengths = {"shift": 3.0, "rotation": 30.0, "zoom": 0.3, "shear": 15.0}
    drawn = Affine.of(stream_at(0, 0, 0).random((7, m)), Knobs(**strengths))
    found = ours(X, shape, {f"augment_{k}": v for k, v in strengths.items()}, dtype)
    middle = np.array([height - 1, width - 1]) / 2
    for i in range(m):
        cos, sin = np.cos(drawn.rotation[i]), np.sin(drawn.rotation[i])
        # On columns (y, x): what is done to the image, last first, and scipy wants it undone.
        forth = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, 0], [drawn.shear[i], 1]])
        back = np.linalg.inv(forth * drawn.zoom[i])
        shift = np.array([drawn.shift_y[i], drawn.shift_x[i]])
        expected = ndimage.affine_transform(
            X[i].reshape(shape), back, middle - back @ (middle + shift),
            order=1, mode="grid-constant", cval=0,
        )  # fmt: skip
        tolerance = 3e-4 if dtype is np.float32 else 1e-9
        np.testing.assert_allclose(found[i], expected.ravel(), atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("strength", "sigma"), [(34.0, 4.0), (8.0, 1.5), (200.0, 20.0)])
def test_that_elastic_distortion_is_simards_done_with_scipy(strength, sigma, dtype):
    m, height, width = 5, 28, 20
    X = np.random.default_rng(0).normal(size=(m, height * width))
    values = {"augment_elastic": strength, "augment_elastic_sigma": sigma}
    found = ours(X, (height, width), values, dtype)
    rng = stream_at(0, 0, 0)
    rng.random((7, m))
    count = 2 * m * height * width
    words = rng.bit_generator.random_raw(-(-count // 4)).view(np.int16)[:count]
    noise = (words.astype(np.float64) + 0.5).reshape(2, m, height, width) / 2**15
    for i in range(m):
        field = [
            strength * ndimage.gaussian_filter(noise[axis, i], sigma, mode="constant")
            for axis in range(2)
        ]
        expected = ndimage.map_coordinates(
            X[i].reshape(height, width), np.indices((height, width)) + field,
            order=1, mode="grid-constant", cval=0,
        )  # fmt: skip
        tolerance = 3e-4 if dtype is np.float32 else 1e-9
        np.testing.assert_allclose(found[i], expected.ravel(), atol=tolerance)


@pytest.mark.parametrize("n", [3, 28, 100])
@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0, 30.0])
def test_that_the_gaussian_is_that_of_scipy(n, sigma):
    expected = ndimage.gaussian_filter1d(np.eye(n), sigma, axis=0, mode="constant")
    np.testing.assert_allclose(gaussian_matrix(n, sigma), expected, atol=1e-15)


def test_that_noise_passes_a_test_for_normal_numbers():
    X = np.zeros((1000, 100))
    found = ours(X, None, {"augment_noise": 1.0}, np.float32)
    assert stats.kstest(found.ravel(), "norm").pvalue > 1e-3
    assert abs(stats.kurtosis(found.ravel())) < 0.08
