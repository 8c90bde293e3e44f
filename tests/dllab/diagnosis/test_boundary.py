"""The picture of a decision: lines where two classes are equally likely, regions, points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples, Normalization
from dllab.data.hdf5 import write_dataset
from dllab.diagnosis.boundary import Rectangle, boundary, middles
from dllab.diagnosis.contour import zero_lines
from dllab.diagnosis.plane import (
    MOST_DEV,
    MOST_TRAIN,
    LinePicture,
    NoPicture,
    PlanePicture,
    Points,
    picture,
    whole,
    why_not,
)
from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import DataError
from dllab.network.model import Network
from dllab.training.replica import replica_of


def grid(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:height, 0:width].astype(float)
    return columns, rows


def test_that_the_zero_of_a_plane_is_found_exactly() -> None:
    x, y = grid(12, 17)
    lines = zero_lines(2 * x - 3 * y + 1.7)
    assert len(lines) > 10
    np.testing.assert_allclose(2 * lines[..., 0] - 3 * lines[..., 1] + 1.7, 0, atol=1e-12)


def test_that_a_closed_curve_comes_out_closed() -> None:
    x, y = grid(30, 30)
    lines = zero_lines((x - 14.3) ** 2 + (y - 15.1) ** 2 - 9.2**2)
    radii = np.hypot(lines[..., 0] - 14.3, lines[..., 1] - 15.1)
    np.testing.assert_allclose(radii, 9.2, atol=0.02)
    _, ends = np.unique(lines.reshape(-1, 2).round(9), axis=0, return_counts=True)
    assert (ends == 2).all()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("middle", [0.5, -0.5])
def test_that_the_middle_decides_a_saddle(sign: int, middle: float) -> None:
    field = sign * np.array([[1.0, -1.0], [-1.0, 1.0]]) + middle
    lines = zero_lines(field)
    assert len(lines) == 2
    # The two corners of the middle's sign are joined: no segment comes between them.
    joined = np.argwhere((field > 0) == (middle > 0))[:, ::-1].astype(float)
    for (x0, y0), (x1, y1) in lines:
        sides = (x1 - x0) * (joined[:, 1] - y0) - (y1 - y0) * (joined[:, 0] - x0)
        assert sides[0] * sides[1] > 0


def test_that_cells_that_are_not_finite_are_left_out() -> None:
    x, _ = grid(4, 6)
    field = x - 2.5
    field[1, 2] = np.nan
    field[3, 3] = np.inf
    lines = zero_lines(field)
    assert np.isfinite(lines).all()
    assert len(lines) == 0


def test_that_a_field_of_one_sign_has_no_line() -> None:
    assert zero_lines(np.ones((5, 5))).shape == (0, 2, 2)
    assert zero_lines(np.zeros((1, 5))).shape == (0, 2, 2)


def linear_softmax(weights: np.ndarray, bias: np.ndarray, raw: np.ndarray) -> Network:
    normalization = Normalization.fit("per_feature", raw)
    network = Network((2, len(weights)), "softmax", dtype=np.float64, normalization=normalization)
    network.parameters["W1"][:] = weights
    network.parameters["b1"][:] = bias
    return network


def test_that_the_line_between_two_classes_is_where_their_logits_are_equal() -> None:
    raw = np.array([[10.0, -3.0], [14.0, 5.0], [11.0, 0.0]])
    network = linear_softmax(np.array([[1.0, 0.3], [-0.5, 0.9]]), np.array([0.1, -0.2]), raw)
    found = boundary(network, Rectangle(8, 16, -6, 8), (41, 33))
    z = network.logits(network.normalization.apply(found.lines.reshape(-1, 2), np.float64))
    assert len(found.lines) > 20
    np.testing.assert_allclose(z[:, 0], z[:, 1], atol=1e-9)


def test_that_between_three_classes_the_two_likeliest_are_equal_on_the_line() -> None:
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(50, 2))
    angles = 2 * np.pi * np.arange(3) / 3
    network = linear_softmax(np.column_stack([np.cos(angles), np.sin(angles)]), np.zeros(3), raw)
    found = boundary(network, Rectangle(-2, 2, -2, 2), (80, 80))
    z = np.sort(network.logits(network.normalization.apply(found.lines.reshape(-1, 2), np.float64)))
    # Where three regions meet, the rival changes inside a cell and the line is off by part of it.
    assert np.quantile(z[:, 2] - z[:, 1], 0.95) < 1e-9
    assert (z[:, 2] - z[:, 1]).max() < 4 / 80
    hardmax = found.probabilities.argmax(axis=-1)
    assert set(hardmax.ravel()) == {0, 1, 2}


def test_that_the_half_line_of_one_sigmoid_unit_is_its_zero(make_session) -> None:
    session = make_session(
        source="circles", hidden_layers=[6], output="sigmoid", precision="float64"
    )
    session.run(steps=200)
    found = boundary(session.network, Rectangle(-1.2, 1.2, -1.2, 1.2), (200, 200))
    half = session.network.predict_proba(found.lines.reshape(-1, 2))
    assert np.abs(half - 0.5).max() < 0.02


@pytest.mark.parametrize("batch_norm", ["off", "on"])
def test_that_the_map_is_what_the_network_predicts_in_raw_units(make_session, batch_norm) -> None:
    session = make_session(batch_norm=batch_norm, normalization="per_feature")
    session.run(steps=30)
    rectangle = Rectangle(-1.5, 1.0, -0.5, 2.0)
    found = boundary(session.network, rectangle, (13, 9))
    assert found.probabilities.shape == (9, 13, 3)
    x, y = middles(-1.5, 1.0, 13), middles(-0.5, 2.0, 9)
    for row, column in ((0, 0), (8, 12), (3, 7)):
        one = session.network.predict_proba(np.array([[x[column], y[row]]]))
        np.testing.assert_allclose(found.probabilities[row, column], one[0], atol=1e-5)


def test_that_other_than_two_inputs_are_refused_in_words() -> None:
    with pytest.raises(DataError, match="two inputs; this network has 3"):
        boundary(Network((3, 2)), Rectangle(0, 1, 0, 1), (4, 4))
    with pytest.raises(DataError, match="predicts numbers"):
        boundary(Network((2, 1), "linear"), Rectangle(0, 1, 0, 1), (4, 4))


def test_that_a_picture_leaves_the_run_untouched(make_session) -> None:
    session = make_session(hidden_layers=[6, 5], keep_prob=0.8, batch_norm="on")
    session.run(steps=37)
    before = session.fingerprint()
    made = picture(replica_of(session), Progress())
    assert isinstance(made, PlanePicture)
    assert session.fingerprint() == before
    assert made.step == 37


def test_that_the_rings_are_the_dev_error(make_session) -> None:
    session = make_session(source="moons", examples=400)
    session.run(steps=40)
    made = picture(replica_of(session), Progress())
    assert isinstance(made, PlanePicture)
    result = session.evaluate("dev")
    assert made.dev.m == result.m
    assert made.wrong.sum() == round(result.error * result.m) > 0


def test_that_of_a_large_set_only_some_points_are_drawn(make_session) -> None:
    session = make_session(source="blobs", examples=6000)
    made = picture(replica_of(session), Progress())
    assert isinstance(made, PlanePicture)
    assert (len(made.train.X), len(made.dev.X)) == (MOST_TRAIN, MOST_DEV)
    assert (made.train.m, made.dev.m) == (3600, 1200)


def test_that_a_picture_that_nobody_wants_any_more_is_given_up(make_session) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        picture(replica_of(make_session()), progress)


def points(X: list[list[float]]) -> Points:
    return Points(np.array(X), np.zeros(len(X), np.intp), len(X))


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
def test_that_the_whole_holds_every_point_and_keeps_circles_round(aspect: float) -> None:
    r = whole(points([[-1, -1], [1, 0.5]]), points([[0, 1], [0.5, 0.2]]), aspect)
    assert r.x_low < -1 < 1 < r.x_high
    assert r.y_low < -1 < 1 < r.y_high
    assert (r.x_high - r.x_low) / (r.y_high - r.y_low) == pytest.approx(aspect)


def test_that_inputs_of_other_units_each_fill_their_axis() -> None:
    r = whole(points([[0, 0], [1, 5000]]), points([[0.5, 100]]), 2.0)
    assert r.x_high - r.x_low == pytest.approx(1.16)
    assert r.y_high - r.y_low == pytest.approx(5800)


def test_that_one_column_that_does_not_vary_still_has_a_width() -> None:
    r = whole(points([[2, 2], [2, 2]]), points([[2, 2]]))
    assert r.x_high > r.x_low
    assert r.y_high > r.y_low


def test_that_a_regression_of_one_input_is_a_curve_in_raw_units(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(100, 104, size=(300, 1))
    data = Dataset("line", Examples(x, 50 + 7 * x[:, 0]), None, (), None)
    write_dataset(tmp_path / "line.h5", data)
    recipe = Recipe("line", str(tmp_path / "line.h5"), {
        "hidden_layers": [], "optimizer": "gradient_descent", "learning_rate": 0.5,
        "mini_batch_size": 0, "precision": "float64",
    })  # fmt: skip
    with Session.create(recipe) as session:
        session.run(steps=60)
        made = picture(replica_of(session), Progress())
    assert isinstance(made, LinePicture)
    assert made.values.shape == (len(made.x), 1)
    np.testing.assert_allclose(made.values[:, 0], 50 + 7 * made.x, rtol=1e-6)
    assert made.x[0] < x.min()
    assert made.x[-1] > x.max()


def test_that_data_that_is_no_plane_is_told_in_a_sentence(make_session) -> None:
    assert "784 inputs" in why_not(784, "softmax")
    assert "numbers" in why_not(2, "linear")
    assert why_not(2, "softmax") == why_not(1, "linear") == why_not(2, "sigmoid") == ""


def test_that_a_plane_of_numbers_gives_no_picture(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(40, 2))
    write_dataset(tmp_path / "plane.h5", Dataset("p", Examples(X, X[:, 0]), None, (), None))
    with Session.create(Recipe("p", str(tmp_path / "plane.h5"))) as session:
        made = picture(replica_of(session), Progress())
    assert isinstance(made, NoPicture)
    assert "two inputs" in made.why
