"""The twin switch, the twin's curve beside the run, and its verdict."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox

from dllab_ui.settings import WindowSettings
from window import LabWindow


def twin_curves(w: LabWindow) -> dict[str, int]:
    """Points of each of the twin's curves."""
    found = {}
    for plot in (w.window.curves.cost, w.window.curves.error):
        for key, curve in plot._layer.curves.items():
            if curve.role == "twin":
                found[key] = len(curve.series)
    return found


def nudge_with_twin(w: LabWindow, rate: float, steps: int) -> None:
    w.lab.nudge({"learning_rate": rate})
    w.lab.run_steps(steps)
    w.until(lambda: any(e.kind == "twin" for e in w.now.entries))


def test_that_the_switch_sends_every_nudge_with_a_twin_and_is_remembered(
    circles: LabWindow,
) -> None:
    w = circles
    w.trigger("twin_steps")
    w.child(QSpinBox, "twin_steps.number").setValue(120)
    w.child(QSpinBox, "twin_steps.number").window().accept()
    assert w.window.actions_["twin"].isChecked()
    w.lab.run_steps(60)
    w.until_paused(60)
    nudge_with_twin(w, 0.02, 120)
    entry = next(e for e in w.now.entries if e.kind == "twin")
    assert entry.step == 180
    assert entry.note in w.window.status.message.whole
    points = len(entry.detail["steps"])
    w.until(lambda: list(twin_curves(w).values()) == [points, points])
    w.trigger("twin")
    assert not w.window.actions_["twin"].isChecked()
    w.lab.nudge({"learning_rate": 0.01})
    w.lab.run_steps(1)
    w.until_paused(181)
    assert w.now.twin.of == entry.of
    settings = WindowSettings()
    assert settings.read("twin/steps", 0.0) == 120
    assert settings.read("twin/on", True) is False


def test_that_the_twin_of_a_selected_nudge_is_drawn_from_the_ledger(circles: LabWindow) -> None:
    w = circles
    w.window.twin.choose(40)
    w.lab.run_steps(60)
    w.until_paused(60)
    nudge_with_twin(w, 0.02, 40)
    w.until_paused(100)
    nudge = next(e for e in w.now.entries if e.kind == "nudge")
    w.lab.rollback("000001")
    w.until(lambda: w.now.branch != "main" and not twin_curves(w))
    w.window.curves.select_entry(nudge.id)
    assert len(twin_curves(w)) == 2
    labels = [c.label for c in w.window.curves.cost._layer.curves.values() if c.role == "twin"]
    assert labels == ["dev cost of the twin"]
    w.window.curves.select_entry(0)
    assert not twin_curves(w)


def test_that_all_plots_show_the_axis_as_far_as_a_twin_that_is_ahead(circles: LabWindow) -> None:
    w = circles
    w.window.twin.choose(400)
    w.lab.run_steps(60)
    w.until_paused(60)
    w.lab.nudge({"learning_rate": 0.02})
    w.until(lambda: w.now.twin is not None and 460 in w.now.twin.steps)
    plots = w.window.curves.plots
    for axis in ("step", "epoch"):
        w.window.curves.controls.set_axis(axis)
        w.until(lambda: w.window.curves.cost.end > (450 if axis == "step" else 50))  # noqa: B023
        w.until(lambda: len({tuple(p.canvas.view_box.viewRange()[0]) for p in plots}) == 1)


def test_that_a_twin_without_a_verdict_is_told(circles: LabWindow) -> None:
    w = circles
    w.window.twin.choose(500)
    w.lab.run_steps(60)
    w.until_paused(60)
    w.lab.nudge({"learning_rate": 0.02})
    w.lab.nudge({"learning_rate": 0.03}, twin=0)
    w.until(lambda: "No twin to compare with" in w.window.status.message.whole)
