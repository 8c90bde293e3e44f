"""Mini-batches made ahead: the same bits as made at once, whatever happens in between."""

import threading
from itertools import pairwise

import numpy as np
import pytest

from dllab.data import Normalization
from dllab.data.augmentation import Augmenter, MiniBatches, pays_ahead
from dllab.data.augmentation.chance import stream_at
from dllab.errors import DataError

SEED = 7
NONE = Normalization("none", np.zeros(1), np.ones(1))
VALUES = {"augment_elastic": 8.0, "augment_rotation": 10.0, "augment_noise": 0.1}
X = np.random.default_rng(0).normal(size=(90, 64)).astype(np.float32)
ORDER = np.random.default_rng(1).permutation(90)


class Slow(Augmenter):
    """Waits for ``go`` before each block, and tells that it has come there."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.go, self.arrived, self.error = threading.Event(), threading.Event(), None
        self.threads = []

    def augment_block(self, X, knobs, rng):
        self.threads.append(threading.current_thread())
        self.arrived.set()
        assert self.go.wait(10)
        if self.error is not None:
            raise self.error
        super().augment_block(X, knobs, rng)


def made_at_once(epoch, position, rows, values=VALUES):
    result = X[rows]
    augmenter = Augmenter(64, (8, 8), NONE, np.float32)
    augmenter.augment(result, values, stream_at(SEED, epoch, position))
    return result


@pytest.fixture
def make():
    made = []

    def batches(ahead=True, kind=Augmenter, shape=(8, 8)):
        made.append(MiniBatches(X, kind(64, shape, NONE, np.float32), SEED, ahead=ahead))
        return made[-1]

    yield batches
    for one in made:
        one.close()


def places(m, epochs=2):
    """Every mini-batch of some epochs: epoch, position, rows."""
    return [(e, p, ORDER[p : p + m]) for e in range(epochs) for p in range(0, 90, m)]


def within_epoch(now, after):
    return after if after is not None and after[0] == now[0] else None


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("m", [1, 8, 32, 90])
def test_that_every_mini_batch_is_the_one_made_at_once(make, m, ahead):
    batches, all_places = make(ahead), places(m)
    for now, after in zip(all_places, [*all_places[1:], None], strict=True):
        found = batches.take(*now, VALUES, within_epoch(now, after))
        np.testing.assert_array_equal(found, made_at_once(*now))


@pytest.mark.parametrize("ahead", [False, True])
def test_that_each_block_has_the_stream_of_its_first_example(make, ahead):
    batches = make(ahead)
    batches._augmenter.block = 32
    batches.take(0, 0, ORDER[:10], VALUES, (2, 10, ORDER[10:80]))
    found = batches.take(2, 10, ORDER[10:80], VALUES)
    blocks = [made_at_once(2, p, ORDER[p : min(p + 32, 80)]) for p in (10, 42, 74)]
    np.testing.assert_array_equal(found, np.concatenate(blocks))


def test_that_the_training_set_is_never_changed(make):
    before, batches = X.copy(), make()
    for now in places(32):
        batches.take(*now, VALUES, (0, 0, ORDER[:32]))
    np.testing.assert_array_equal(X, before)


def test_that_the_next_mini_batch_is_made_by_the_helper_while_the_caller_goes_on(make):
    batches = make(kind=Slow)
    slow = batches._augmenter
    slow.go.set()
    batches.take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))
    found = batches.take(0, 8, ORDER[8:16], VALUES)
    assert [thread.name for thread in slow.threads] == ["MainThread", "dllab-ahead"]
    np.testing.assert_array_equal(found, made_at_once(0, 8, ORDER[8:16]))


def test_that_the_mini_batch_in_use_is_not_written_to_meanwhile(make):
    batches = make(kind=Slow)
    batches._augmenter.go.set()
    first = batches.take(0, 0, ORDER[:8], VALUES)
    kept = first.copy()
    for position in (8, 16):
        rows = ORDER[position : position + 8]
        upcoming = (0, position + 8, ORDER[position + 8 : position + 16])
        found = batches.take(0, position, rows, VALUES, upcoming)
        kept = found.copy()
        task = batches._task
        assert task.done.wait(10)
        np.testing.assert_array_equal(found, kept)
        assert not np.shares_memory(found, task.out)


def test_that_the_caller_may_change_what_it_was_given(make):
    batches = make()
    for _ in range(2):
        found = batches.take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))
        np.testing.assert_array_equal(found, made_at_once(0, 0, ORDER[:8]))
        found[:] = np.nan


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param((0, 8, ORDER[8:16], VALUES | {"augment_elastic": 3.0}), id="a knob moved"),
        pytest.param((0, 8, ORDER[8:16], {}), id="all knobs off"),
        pytest.param((0, 8, ORDER[8:24], VALUES), id="a larger mini-batch"),
        pytest.param((0, 8, ORDER[8:11], VALUES), id="a smaller mini-batch"),
        pytest.param((0, 8, ORDER[40:48], VALUES), id="another order"),
        pytest.param((0, 0, ORDER[:8], VALUES), id="the same one again"),
        pytest.param((3, 72, ORDER[72:80], VALUES), id="a rollback to another place"),
        pytest.param((1, 8, ORDER[8:16], VALUES), id="the same rows in another epoch"),
        pytest.param((0, 24, ORDER[8:16], VALUES), id="the same rows at another position"),
    ],
)
def test_that_another_wish_is_answered_exactly(make, asked):
    batches = make()
    batches.take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))
    epoch, position, rows, values = asked
    found = batches.take(epoch, position, rows, values, (0, 16, ORDER[16:24]))
    np.testing.assert_array_equal(found, made_at_once(epoch, position, rows, values))
    found = batches.take(0, 16, ORDER[16:24], VALUES)
    np.testing.assert_array_equal(found, made_at_once(0, 16, ORDER[16:24]))


def test_that_rows_changed_in_place_are_noticed(make):
    batches, order = make(kind=Slow), ORDER.copy()
    slow = batches._augmenter
    slow.go.set()
    batches.take(0, 0, order[:8], VALUES)
    slow.go.clear()
    slow.arrived.clear()
    batches._ask_ahead((0, 8, order[8:16]), VALUES)
    assert slow.arrived.wait(10)
    order[8:16] = order[8:16][::-1]
    slow.go.set()
    found = batches.take(0, 8, order[8:16], VALUES)
    np.testing.assert_array_equal(found, made_at_once(0, 8, order[8:16]))


def test_that_an_error_of_the_helper_reaches_the_caller_and_work_goes_on(make):
    batches = make(kind=Slow)
    slow = batches._augmenter
    slow.go.set()
    batches.take(0, 0, ORDER[:8], VALUES)
    slow.error = MemoryError("no room")
    batches._ask_ahead((0, 8, ORDER[8:16]), VALUES)
    with pytest.raises(MemoryError, match="no room"):
        batches.take(0, 8, ORDER[8:16], VALUES)
    slow.error = None
    found = batches.take(0, 8, ORDER[8:16], VALUES, (0, 16, ORDER[16:24]))
    np.testing.assert_array_equal(found, made_at_once(0, 8, ORDER[8:16]))
    found = batches.take(0, 16, ORDER[16:24], VALUES)
    np.testing.assert_array_equal(found, made_at_once(0, 16, ORDER[16:24]))


def test_that_a_mini_batch_nobody_wants_any_more_is_given_up_between_blocks(make):
    batches = make(kind=Slow)
    slow = batches._augmenter
    slow.block = 8
    slow.go.set()
    batches.take(0, 0, ORDER[:8], VALUES)
    slow.go.clear()
    slow.arrived.clear()
    batches._ask_ahead((0, 0, ORDER[:64]), VALUES)
    assert slow.arrived.wait(10)
    batches._task.unwanted = True
    slow.go.set()
    batches.take(0, 8, ORDER[8:16], VALUES)
    assert [thread.name for thread in slow.threads].count("dllab-ahead") == 1


def test_that_strengths_for_images_are_refused_for_other_data(make):
    with pytest.raises(DataError, match=r"augment_rotation\) needs images"):
        make(shape=None).take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))


@pytest.mark.parametrize("busy", [False, True])
def test_that_closing_ends_the_helper(make, busy):
    batches = make(kind=Slow)
    slow = batches._augmenter
    slow.go.set()
    batches.take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))
    thread = batches._thread
    if busy:
        batches._task.done.wait(10)
        slow.arrived.clear()
        slow.go.clear()
        batches._ask_ahead((0, 16, ORDER[16:24]), VALUES)
        assert slow.arrived.wait(10)
        slow.go.set()
    batches.close()
    assert not thread.is_alive()
    batches.close()
    found = batches.take(0, 8, ORDER[8:16], VALUES, (0, 16, ORDER[16:24]))
    np.testing.assert_array_equal(found, made_at_once(0, 8, ORDER[8:16]))
    assert batches._thread is None


def test_that_a_helper_is_used_only_where_it_pays(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert pays_ahead(1e9)
    assert not pays_ahead(1e3)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert not pays_ahead(1e9)


def test_that_the_helper_may_be_switched_off_and_on(make):
    batches, all_places = make(), places(8)
    for i, (now, after) in enumerate(pairwise(all_places)):
        batches.ahead = i // 3 % 2 == 0
        found = batches.take(*now, VALUES, within_epoch(now, after))
        np.testing.assert_array_equal(found, made_at_once(*now))


def test_that_no_thread_is_started_without_need(make):
    batches = make(ahead=False)
    batches.take(0, 0, ORDER[:8], VALUES, (0, 8, ORDER[8:16]))
    assert batches._thread is None
    batches = make()
    batches.take(0, 0, ORDER[:8], VALUES)
    assert batches._thread is None
