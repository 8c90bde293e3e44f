"""Each part of augmentation against what can be counted, looped over or known beforehand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data.augmentation import sampling
from dllab.data.augmentation.affine import Affine
from dllab.data.augmentation.chance import LEVELS, fill_uniform, stream_at
from dllab.data.augmentation.elastic import Elastic, gaussian_matrix
from dllab.data.augmentation.knobs import Knobs
from dllab.data.augmentation.noise import Noise
from dllab.data.augmentation.sampling import Sampler

BACKGROUND = -0.5


def affine(m=1, **changes):
    """Nothing is done to m images, but for the changes."""
    nothing = {"mirror_x": 1, "mirror_y": 1, "shear": 0, "zoom": 1}
    nothing |= {"rotation": 0, "shift_x": 0, "shift_y": 0}
    return Affine(**{name: np.full(m, float(v)) for name, v in (nothing | changes).items()})


def moved(images, dtype=np.float64, **changes):
    """Images (m, height, width, channels), each changed by the same affine map."""
    images = np.asarray(images, dtype)
    m, height, width, channels = images.shape
    sampler = Sampler((height, width, channels), m, BACKGROUND, np.dtype(dtype))
    sampler.images(m)[...] = images
    sampler.place(m, affine(m, **changes).inverse(height, width))
    out = np.empty_like(images)
    sampler.sample(out)
    return out


def pictures(m=3, height=6, width=9, channels=1, seed=0):
    return np.random.default_rng(seed).normal(size=(m, height, width, channels))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("right", "down"), [(0, 0), (2, 0), (0, -1), (-3, 2), (9, 0), (0, 50)])
def test_that_a_shift_by_whole_pixels_is_a_roll_with_background_rolled_in(
    right, down, channels, dtype
):
    images = pictures(channels=channels).astype(dtype)
    padded = np.full((3, 3 * 60, 3 * 60, channels), BACKGROUND, dtype)
    padded[:, 60:66, 60:69] = images
    expected = np.roll(padded, (down, right), (1, 2))[:, 60:66, 60:69]
    np.testing.assert_array_equal(moved(images, dtype, shift_x=right, shift_y=down), expected)


@pytest.mark.parametrize("turns", [1, 2, 3, -1])
@pytest.mark.parametrize("side", [6, 7])
def test_that_a_rotation_by_quarter_turns_is_rot90(turns, side):
    images = pictures(height=side, width=side, channels=2)
    expected = np.rot90(images, turns, axes=(1, 2))
    found = moved(images, rotation=turns * np.pi / 2)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_that_mirrors_give_the_same_bits_backwards():
    images = pictures(channels=3).astype(np.float32)
    np.testing.assert_array_equal(moved(images, np.float32, mirror_x=-1), images[:, :, ::-1])
    np.testing.assert_array_equal(moved(images, np.float32, mirror_y=-1), images[:, ::-1])


def test_that_a_zoom_of_three_shows_each_pixel_of_the_middle_three_times():
    images = pictures(m=1, height=9, width=9)
    found = moved(images, zoom=3)
    np.testing.assert_allclose(found[0, 1::3, 1::3], images[0, 3:6, 3:6], atol=1e-12)


def test_that_zooming_out_shows_background_around_the_image():
    found = moved(np.ones((1, 12, 12, 1)), zoom=0.5)[0, ..., 0]
    assert found[5:7, 5:7] == pytest.approx(1)
    assert np.all(found[:2] == BACKGROUND)
    assert np.all(found[:, -2:] == BACKGROUND)


def test_that_a_shear_of_one_moves_each_row_by_one_pixel_more():
    images = pictures(m=1, height=5, width=7)
    found = moved(images, shear=1)[0, ..., 0]
    for row in range(5):
        expected = np.full(7, BACKGROUND)
        for column in range(7):
            source = column - (row - 2)
            if 0 <= source < 7:
                expected[column] = images[0, row, source, 0]
        np.testing.assert_allclose(found[row], expected, atol=1e-12)


def test_that_maps_are_composed_in_the_order_that_is_promised():
    height, width = 7, 5
    done = affine(mirror_x=-1, shear=0.3, zoom=1.2, rotation=0.4, shift_x=1.5, shift_y=-0.75)
    cos, sin = math.cos(0.4), math.sin(0.4)
    # On columns (x, y), y downwards, from what is done last to what is done first.
    whole = np.array([[cos, sin], [-sin, cos]]) @ (1.2 * np.array([[1, 0.3], [0, 1]]))
    whole = whole @ np.diag([-1.0, 1.0])
    map_ = done.inverse(height, width)[:, 0]
    for y, x in ((0, 0), (3, 2), (6, 4), (2, 0)):
        offset = np.array([x - 2 - 1.5, y - 3 + 0.75])
        from_x, from_y = np.linalg.solve(whole, offset) + np.array([2, 3])
        np.testing.assert_allclose(map_ @ (y, x, 1), (from_y, from_x), atol=1e-12)


def bilinear(image, row, column):
    """One value the slow way, pixel by pixel of the four around it."""
    total = 0.0
    for y in (math.floor(row), math.floor(row) + 1):
        for x in (math.floor(column), math.floor(column) + 1):
            inside = 0 <= y < image.shape[0] and 0 <= x < image.shape[1]
            value = image[y, x] if inside else BACKGROUND
            total += value * (1 - abs(row - y)) * (1 - abs(column - x))
    return total


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 6),
    width=st.integers(1, 6),
    channels=st.integers(1, 3),
    seed=st.integers(0, 1000),
    dtype=st.sampled_from([np.float32, np.float64]),
)
def test_that_sampling_is_bilinear_interpolation_over_the_background(
    height, width, channels, seed, dtype
):
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(2, height, width, channels)).astype(dtype)
    sampler = Sampler((height, width, channels), 3, BACKGROUND, np.dtype(dtype))
    sampler.images(2)[...] = images
    wanted = rng.uniform(-3, max(height, width) + 3, (2, 2, height * width)).astype(dtype)
    sampler.coordinates[:, :2] = wanted + dtype(1)
    out = np.empty_like(images)
    sampler.sample(out)
    expected = [
        [bilinear(images[i, ..., c], *wanted[:, i, p]) for c in range(channels)]
        for i in range(2)
        for p in range(height * width)
    ]
    tolerance = 1e-5 if dtype is np.float32 else 1e-12
    np.testing.assert_allclose(out.reshape(-1, channels), expected, atol=tolerance)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0])
def test_that_the_gaussian_matrix_convolves_with_a_density_that_sums_to_one(sigma):
    n = 41
    matrix = gaussian_matrix(n, sigma)
    impulse = np.zeros(n)
    impulse[n // 2] = 1
    spread = matrix @ impulse
    places = np.arange(n) - n // 2
    assert spread.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)
    ratio = spread[n // 2 + 1] / spread[n // 2]
    assert ratio == pytest.approx(math.exp(-0.5 / sigma**2))
    if sigma >= 1:
        assert (spread * places**2).sum() == pytest.approx(sigma**2, rel=2e-3)


def test_that_a_gaussian_wider_than_the_image_is_cut_off_by_its_edges():
    matrix = gaussian_matrix(3, 50.0)
    assert matrix.shape == (3, 3)
    assert matrix.sum(axis=1).max() < 0.03


def field(strength, sigma, seed=0, m=200, side=28, dtype=np.float32):
    elastic = Elastic(side, side, np.empty((2, 2, m, side * side), dtype))
    coordinates = np.zeros((2, m, side * side), dtype)
    elastic.displace(coordinates, strength, sigma, stream_at(seed, 0, 0))
    return coordinates.reshape(2, m, side, side)


def test_that_elastic_displacements_have_the_mean_and_deviation_of_smoothed_uniform_numbers():
    strength, sigma = 34.0, 4.0
    found = field(strength, sigma)[:, :, 14, 14]
    # A sum of independent uniform numbers in [-1, 1], each of variance 1/3.
    places = np.arange(28) - 14
    weights = np.exp(-0.5 * (places / sigma) ** 2) / (math.sqrt(2 * math.pi) * sigma)
    deviation = strength * math.sqrt(1 / 3) * (weights**2).sum()
    assert found.std() == pytest.approx(deviation, rel=0.1)
    assert abs(found.mean()) < 4 * deviation / math.sqrt(found.size)
    # By the formula of the continuous Gaussian as well: α / (2 σ √(3π)).
    assert deviation == pytest.approx(strength / (2 * sigma * math.sqrt(3 * math.pi)), rel=1e-2)


def test_that_displacements_are_as_smooth_as_their_sigma_says():
    found = field(10.0, 3.0).astype(np.float64)
    middle = found[:, :, 14, 14]
    for distance in (1, 3, 6):
        near = found[:, :, 14, 14 - distance]
        correlation = np.corrcoef(middle.ravel(), near.ravel())[0, 1]
        # The Gaussian convolved with itself.
        assert correlation == pytest.approx(math.exp(-((distance / 6) ** 2)), abs=0.1)


def test_that_rows_and_columns_are_displaced_independently():
    found = field(34.0, 4.0)[:, :, 14, 14]
    assert abs(np.corrcoef(found)[0, 1]) < 4 / math.sqrt(200)


def test_that_strength_scales_the_same_field():
    np.testing.assert_allclose(field(20.0, 4.0), 2 * field(10.0, 4.0), rtol=1e-5, atol=1e-6)


def test_that_a_change_of_strength_or_sigma_is_used_at_once():
    elastic = Elastic(8, 8, np.empty((2, 2, 2, 64)))
    for strength, sigma in ((1.0, 2.0), (3.0, 2.0), (3.0, 1.0)):
        found, fresh = np.zeros((2, 2, 2, 64))
        elastic.displace(found, strength, sigma, stream_at(0, 0, 0))
        another = Elastic(8, 8, np.empty((2, 2, 2, 64)))
        another.displace(fresh, strength, sigma, stream_at(0, 0, 0))
        np.testing.assert_array_equal(found, fresh)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_uniform_numbers_fill_their_range_evenly(dtype):
    out = np.empty((5, 19_999), dtype)
    fill_uniform(stream_at(3, 0, 0), out)
    assert np.all(abs(out) % 1 == 0.5)
    out /= LEVELS
    assert -1 < out.min() < -0.999
    assert 0.999 < out.max() < 1
    assert abs(out.mean()) < 4 / math.sqrt(3 * out.size)
    counts = np.histogram(out, 20, (-1, 1))[0]
    assert np.all(abs(counts - out.size / 20) < 5 * math.sqrt(out.size / 20))


def test_that_uniform_numbers_are_the_stream_in_its_order_however_many():
    words = stream_at(3, 0, 0).bit_generator.random_raw(20_000).view(np.int16)
    for size in (5, 70_001):
        out = np.empty(size)
        fill_uniform(stream_at(3, 0, 0), out)
        np.testing.assert_array_equal(out, words[:size] + 0.5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("strength", [1.0, 0.1, 10.0])
def test_that_noise_is_gaussian(strength, dtype):
    X = np.zeros((301, 333), dtype)
    Noise(X.size, X.dtype).add(X, strength, stream_at(1, 0, 0))
    z = np.sort(X.ravel().astype(np.float64) / strength)
    share = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in z[::50]])
    # Kolmogorov and Smirnov's distance, beyond which one sample in 10,000 would lie.
    distance = abs(share - np.arange(0, z.size, 50) / z.size).max()
    assert distance < 2.23 / math.sqrt(z.size) + 1 / z.size
    assert z.std() == pytest.approx(1, abs=4 / math.sqrt(2 * z.size))
    assert 3.5 < abs(z).max() < 6.8


def test_that_noise_of_one_input_says_nothing_about_another():
    X = np.zeros((4_000, 6), np.float32)
    Noise(X.size, X.dtype).add(X, 1.0, stream_at(1, 0, 0))
    among_inputs = np.corrcoef(X.T) - np.eye(6)
    assert abs(among_inputs).max() < 4.5 / math.sqrt(4_000)
    halves = np.corrcoef(X.ravel()[:12_000], X.ravel()[12_000:])[0, 1]
    assert abs(halves) < 4 / math.sqrt(12_000)


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (2, 8)])
def test_that_noise_reaches_odd_numbers_of_inputs(shape):
    X = np.zeros(shape)
    Noise(100, X.dtype).add(X, 1.0, stream_at(1, 0, 0))
    assert np.all(X != 0)


def test_that_drawn_maps_stay_within_their_strengths_and_reach_them():
    knobs = Knobs(flip="both", shift=3, rotation=20, zoom=0.25, shear=10)
    drawn = Affine.of(stream_at(0, 0, 0).random((7, 5_000)), knobs)
    for found, most in (
        (drawn.shift_x, 3),
        (drawn.shift_y, 3),
        (np.degrees(drawn.rotation), 20),
        (np.degrees(np.arctan(drawn.shear)), 10),
        (np.log(drawn.zoom), math.log(1.25)),
    ):
        assert 0.99 * most < found.max() <= most
        assert -most <= found.min() < -0.99 * most
        assert abs(found.mean()) < 4 * most / math.sqrt(3 * 5_000)


def test_that_drawing_one_transform_leaves_the_chance_of_the_others():
    alone = Affine.of(stream_at(0, 0, 0).random((7, 9)), Knobs(rotation=20))
    among = Affine.of(
        stream_at(0, 0, 0).random((7, 9)), Knobs(flip="both", shift=2, rotation=20, shear=5)
    )
    np.testing.assert_array_equal(alone.rotation, among.rotation)


def test_that_streams_differ_by_seed_epoch_and_position():
    places = [(s, e, p) for s in range(3) for e in range(3) for p in (0, 1, 64, 2**33)]
    firsts = {int(stream_at(*place).bit_generator.random_raw()) for place in places}
    assert len(firsts) == len(places)
    assert stream_at(1, 2, 3).random() == stream_at(1, 2, 3).random()


def test_that_images_too_large_for_float32_are_counted_through_in_float64(monkeypatch):
    images = pictures(m=2, height=5, width=4).astype(np.float32)
    expected = moved(images, np.float64, rotation=0.3, shift_x=0.5)
    monkeypatch.setattr(sampling, "_EXACT", 10)
    found = moved(images, np.float32, rotation=0.3, shift_x=0.5)
    np.testing.assert_array_equal(found, expected.astype(np.float32))
