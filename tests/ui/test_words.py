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
