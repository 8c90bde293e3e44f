"""Moments as the journal and its neighbours say them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dllab_ui import words


def test_that_a_moment_of_today_is_a_time_of_day():
    now = datetime.now().astimezone()
    assert words.clock(now.isoformat()) == now.strftime("%H:%M:%S")


@pytest.mark.parametrize("days", [-400, -1, 1])
def test_that_a_moment_of_another_day_has_its_date(days):
    then = datetime.now().astimezone() + timedelta(days=days)
    assert words.clock(then.isoformat()) == then.strftime("%Y-%m-%d %H:%M")


def test_that_what_is_no_moment_is_shown_as_it_is():
    assert words.clock("yesterday") == "yesterday"


@pytest.mark.parametrize(
    ("number", "made", "left"),
    [
        (0, "0 steps", "0 steps stay behind"),
        (1, "1 step", "1 step stays behind"),
        (1200, "1,200 steps", "1,200 steps stay behind"),
    ],
)
def test_that_a_single_step_is_not_said_in_the_plural(number, made, left):
    assert words.steps(number) == made
    assert words.left_behind(number) == left
