"""What is said of a checkpoint's dev cost: whose it is."""

from __future__ import annotations

import numpy as np
import pytest

from dllab.training.history import HistoryView
from dllab_ui.ledger import dev_cost_of
from timeline_records import checkpoint, segment

EVALUATED = (np.array([400, 500]), np.array([0.2, 0.1157]))
HISTORY = HistoryView(
    "branch-2",
    {
        "main": segment("main", "", 1, 600, dev_cost=EVALUATED),
        "branch-2": segment("branch-2", "main", 451, 40),
    },
)


@pytest.mark.parametrize(
    ("branch", "step", "cost", "words"),
    [
        ("main", 500, 0.1157, "0.1157"),
        ("main", 516, 0.1157, "0.1157 @ 500"),
        ("branch-2", 470, 0.2, "0.2000 @ 400"),
        ("main", 400, 0.2, "0.2000"),
        ("main", 12, None, "–"),
        ("gone", 516, 0.1157, "0.1157"),
    ],
)
def test_that_a_dev_cost_of_an_earlier_step_says_so(branch, step, cost, words):
    assert dev_cost_of(checkpoint("000001", branch, step, dev_cost=cost), HISTORY) == words
