"""What the preview of a cut says is what the cut then does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab.data import COMMON_SHARES, Dataset, Examples, preview_split, split, split_sizes
from dllab.errors import DataError


def labelled(counts, **sets):
    y = np.repeat(np.arange(len(counts)), counts)
    X = np.arange(len(y))[:, np.newaxis]
    classes = tuple(f"c{j}" for j in range(max(2, len(counts))))
    return Dataset("d", Examples(X, y), sets.get("test"), classes, None, dev=sets.get("dev"))


@pytest.mark.parametrize(
    ("shares", "m", "sizes"),
    [
        ("60/20/20", 1_000, (600, 200, 200)),
        ("70/30", 1_000, (700, 300, 0)),
        ("98/1/1", 1_000_000, (980_000, 10_000, 10_000)),
        ("99.5/0.25/0.25", 1_000_000, (995_000, 2_500, 2_500)),
        ("80/10/10", 1_000_000, (800_000, 100_000, 100_000)),
        ("98/1/1", 10, (8, 1, 1)),
        ("33.3/33.3/33.4", 1_000, (333, 333, 334)),
    ],
)
def test_that_every_cut_of_the_rules_can_be_asked_for(shares, m, sizes):
    assert split_sizes(labelled([m // 2, m - m // 2]), shares=shares) == sizes


def test_that_the_rules_offer_the_cuts_of_the_method():
    assert COMMON_SHARES == ("60/20/20", "70/30", "98/1/1", "99.5/0.25/0.25")


def test_that_shares_are_of_what_is_cut():
    test = Examples(np.zeros((7, 1), int), np.array([0, 1, 0, 1, 0, 1, 0]))
    assert split_sizes(labelled([40, 40], test=test), shares="60/20/20") == (60, 20, 7)
    assert split_sizes(labelled([40, 40], dev=test), shares="60/20/20") == (60, 7, 20)
    assert split_sizes(labelled([40, 40], dev=test), shares="70/30") == (80, 7, 0)
    assert split_sizes(labelled([40, 40], dev=test, test=test), shares="98/1/1") == (80, 7, 7)
    assert split_sizes(labelled([40, 40]), dev=5, shares="60/20/20") == (59, 5, 16)
    assert split_sizes(labelled([40, 40], dev=test), test=8) == (72, 7, 8)


@settings(max_examples=80, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(lambda c: sum(c) >= 5),
    shares=st.none() | st.sampled_from([*COMMON_SHARES, "50/25/25", "34/33/33"]),
    own=st.sampled_from([(), ("dev",), ("test",), ("dev", "test")]),
    seed=st.integers(0, 5),
)
def test_that_the_preview_tells_the_sizes_and_classes_of_the_cut(counts, shares, own, seed):
    given_set = Examples(np.array([[-1], [-2], [-3]]), np.array([0, 1, 1]))
    data = labelled(counts, **dict.fromkeys(own, given_set))
    preview = preview_split(data, shares=shares)
    cut = split(data, rng=np.random.default_rng(seed), shares=shares)
    sets = [cut.train, cut.dev, cut.test]
    assert [preview.train, preview.dev, preview.test] == [0 if s is None else s.m for s in sets]
    assert sum(preview.percentages) == pytest.approx(100)
    for index, (name, *told) in enumerate(preview.class_counts):
        assert name == data.classes[index]
        assert told == [0 if s is None else int((s.y == index).sum()) for s in sets]
    assert preview.description == cut.description
    assert preview.given == own


def test_that_small_sets_and_absent_classes_are_warned_of():
    preview = preview_split(labelled([100, 1]))
    assert preview.warnings == (
        "The dev set has 20 examples only: one of them is 5 points of its error.",
        "The test set has 20 examples only: one of them is 5 points of its error.",
        "No dev example of class c1.",
        "No test example of class c1.",
    )
    assert preview_split(labelled([500, 500])).warnings == ()


def test_that_regression_has_sizes_and_no_classes():
    X = np.arange(200.0)[:, np.newaxis]
    preview = preview_split(Dataset("d", Examples(X, X), None, (), None), shares="70/30")
    assert (preview.train, preview.dev, preview.test) == (140, 60, 0)
    assert preview.class_counts == ()
    assert preview.description == "140 train / 60 dev, cut at random; no test set"


def test_that_an_impossible_cut_is_refused_in_the_preview_too():
    with pytest.raises(DataError, match="leave none to train on"):
        preview_split(labelled([1, 1]))
    with pytest.raises(DataError, match="no way to cut"):
        preview_split(labelled([10, 10]), shares="60/60")
