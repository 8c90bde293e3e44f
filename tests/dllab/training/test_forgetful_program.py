"""A program that ends without closing its session."""

from __future__ import annotations

from dllab import Session

PROGRAM = """
import sys
from dllab import Recipe, Session
recipe = Recipe.builtin("circles").with_values(hidden_layers=[300, 300])
session = Session.create(recipe, sys.argv[1])
session.run(steps=10)
for _ in range(30):
    session.checkpoint("one of many", wait=False)
session.nudge(learning_rate=0.5, note="the last word")
print(session.fingerprint())
"""


def test_that_a_program_that_forgets_to_close_ends_and_loses_nothing(run_python, tmp_path):
    done = run_python(PROGRAM, tmp_path / "s", timeout=60)
    assert done.returncode == 0, done.stderr
    with Session.open(tmp_path / "s") as session:
        assert session.fingerprint() == done.stdout.strip()
        assert len([i for i in session.timeline.checkpoints if i.reason == "manual"]) == 30
