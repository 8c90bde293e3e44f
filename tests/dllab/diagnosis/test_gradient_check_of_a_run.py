"""The gradient check as it meets a run: on a copy, in float64, with progress and a way to stop."""

from __future__ import annotations

import numpy as np
import pytest

from dllab import Recipe, Session
from dllab.data import Dataset, Examples, write_dataset
from dllab.diagnosis.gradient_check import GradientCheck, check_gradient
from dllab.diagnosis.gradient_subject import subject_of_replica
from dllab.diagnosis.planted_bug import PlantedBug
from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import DiagnosisError
from dllab.training.replica import replica_of


@pytest.fixture
def trained(make_session):
    def make(**values):
        session = make_session(source="circles", hidden_layers=[7, 5], **values)
        session.run(steps=37)
        return session

    return make


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("batch_norm", ["off", "on"])
def test_that_a_run_of_either_precision_is_checked_in_float64(trained, precision, batch_norm):
    session = trained(precision=precision, batch_norm=batch_norm, l2=0.2)
    subject = subject_of_replica(replica_of(session), 20)
    assert subject.gradient.dtype == np.float64
    report = check_gradient(replica_of(session), Progress())
    assert report.verdict == "great", report.sentence
    assert report.ratio <= 1e-7
    assert (report.step, report.m) == (37, 32)
    np.testing.assert_array_equal(subject.theta, session.network.theta.astype(float))


def test_that_a_regression_is_checked_too(tmp_path):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(120, 3))
    y = np.column_stack([np.sin(X[:, 0]) + 40, X[:, 1] * X[:, 2]])
    write_dataset(tmp_path / "two.h5", Dataset("two", Examples(X, y), None, (), None))
    values = {"hidden_layers": [6], "activation": "tanh", "batch_norm": "on", "l1": 0.1}
    with Session.create(Recipe("two", str(tmp_path / "two.h5"), values)) as session:
        session.run(steps=20)
        report = check_gradient(replica_of(session), Progress())
        assert report.verdict == "great", report.sentence
        bug = GradientCheck(bug=PlantedBug("shift1", "factor", 2e-4))
        assert [b.name for b in check_gradient(replica_of(session), Progress(), bug).suspects] == [
            "shift1"
        ]


def test_that_the_run_keeps_its_bits_and_its_future(trained):
    session, twin = trained(keep_prob=0.8, batch_norm="on"), trained(keep_prob=0.8, batch_norm="on")
    before = session.fingerprint()
    check_gradient(replica_of(session), Progress(), GradientCheck(hold_mask=True, one_sided=True))
    assert session.fingerprint() == before
    session.run(steps=10)
    twin.run(steps=10)
    assert session.fingerprint() == twin.fingerprint()


def test_that_the_mini_batch_is_the_same_each_time_and_never_larger_than_the_training_set(trained):
    session = trained()
    one, other = (subject_of_replica(replica_of(session), 24) for _ in range(2))
    np.testing.assert_array_equal(one.gradient, other.gradient)
    whole = subject_of_replica(replica_of(session), 1024)
    assert whole.m == session.prepared.train.m < 1024


def test_that_two_checks_say_the_same(trained):
    session = trained(keep_prob=0.7)
    settings = GradientCheck(hold_mask=True)
    first, second = (check_gradient(replica_of(session), Progress(), settings) for _ in range(2))
    assert first.blocks == second.blocks


def test_that_a_held_mask_is_a_mask_and_without_it_every_unit_is_kept(trained):
    replica = replica_of(trained(keep_prob=0.5, precision="float64"))
    kept = subject_of_replica(replica, 24)
    held = subject_of_replica(replica, 24, hold_mask=True)
    assert (kept.gradient[:14] != 0).all()
    assert (held.gradient != kept.gradient).any()
    report = check_gradient(replica, Progress(), GradientCheck(hold_mask=True))
    assert report.verdict == "great", report.sentence


def test_that_a_planted_bug_is_found_in_a_run(trained):
    session = trained()
    before = session.fingerprint()
    settings = GradientCheck(bug=PlantedBug("W2", "no_mean"))
    report = check_gradient(replica_of(session), Progress(), settings)
    assert [b.name for b in report.suspects] == ["W2"]
    assert "The bug planted in W2 (1/m forgotten) was found." in report.sentence
    assert session.fingerprint() == before


def test_that_progress_rises_to_the_end_and_names_the_block(trained):
    told = []
    progress = Progress(lambda share, words: told.append((share, words)))
    check_gradient(replica_of(trained()), progress, GradientCheck(one_sided=True))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.9 < shares[-1] <= 1
    for block in ("W1", "b1", "W3"):
        assert any(words.startswith(f"{block}: ") for _, words in told)


def test_that_it_can_be_cancelled_half_way(trained):
    progress = Progress(lambda share, words: share > 0.5 and progress.cancel())
    with pytest.raises(Cancelled):
        check_gradient(replica_of(trained()), progress)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"entries": 0}, "1 to 500 entries per block; got 0"),
        ({"entries": 501}, "1 to 500 entries per block"),
        ({"mini_batch": 5000}, "1 to 1,024 examples"),
        ({"epsilon": 0.0}, "ε must lie between"),
        ({"epsilon": float("nan")}, "ε must lie between"),
    ],
)
def test_that_settings_out_of_range_are_refused_in_words(settings, words):
    with pytest.raises(DiagnosisError, match=words):
        GradientCheck(**settings)
