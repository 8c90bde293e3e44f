"""The diagnosis dock over a real training thread: what it says, and what its buttons do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from dllab import Recipe, Session
from dllab.diagnosis.current import diagnosis_of
from dllab.training.snapshot_of import snapshot_of
from dllab_ui.dialogs.new_session import NewSessionDialog
from dllab_ui.docks.diagnosis import DiagnosisPanel
from dllab_ui.lab import Lab
from dllab_ui.settings import WindowSettings
from dllab_ui.theme import DARK, LIGHT, Theme
from dllab_ui.widgets.error_bars import ErrorBar, ErrorBars, scale_end
from dllab_ui.widgets.percent_edit import PercentEdit
from window import LabWindow


class Wishes(Lab):
    """A lab without a session that writes down what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.nudges: list[tuple[Mapping[str, Any], str]] = []

    def nudge(self, changes: Mapping[str, Any], note: str = "") -> int:
        self.nudges.append((changes, note))
        return len(self.nudges)


@pytest.fixture
def session() -> Iterator[Session]:
    """A run that has hardly learned anything: high bias, and few dev examples."""
    recipe = Recipe.builtin("circles").with_values(evaluate_every=10, learning_rate=1e-5)
    with Session.create(recipe) as made:
        made.run(steps=20)
        yield made


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> DiagnosisPanel:
    made = DiagnosisPanel(Wishes())
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    show(made, session)
    return made


def show(panel: DiagnosisPanel, session: Session) -> None:
    panel.show_snapshot(snapshot_of(session, False, 0.0, None, 0))


def label(panel: DiagnosisPanel, name: str) -> str:
    found = panel.findChild(QLabel, f"diagnosis.{name}")
    assert isinstance(found, QLabel)
    return found.text()


def press(qtbot: QtBot, panel: DiagnosisPanel, number: int) -> None:
    button = panel.findChild(QPushButton, f"diagnosis.do.{number}")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def type_in(qtbot: QtBot, edit: PercentEdit, text: str) -> None:
    edit.setFocus()
    edit.clear()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_that_before_the_first_evaluation_the_dock_says_what_it_waits_for(
    panel: DiagnosisPanel, session: Session
) -> None:
    panel.clear()
    assert panel.empty.isVisible()
    assert "first evaluation" in panel.empty.text()
    show(panel, session)
    assert not panel.empty.isVisible()


def test_that_the_dock_shows_the_diagnosis_of_the_latest_evaluation(
    panel: DiagnosisPanel, session: Session
) -> None:
    found = diagnosis_of(snapshot_of(session, False, 0.0, None, 0))
    assert panel.found == found
    assert label(panel, "verdict").startswith("High bias")
    assert label(panel, "bias.value") == f"{100 * found.bias.value:.1f} pt"
    low, high = found.bias.interval
    assert label(panel, "bias.interval") == f"{100 * low:.1f} … {100 * high:.1f}"
    assert "high" in label(panel, "bias.level")
    assert "step 20" in label(panel, "reason")
    told = panel.bars.accessibleDescription()
    assert f"dev error {100 * found.dev.error:.2f} % over 60 examples" in told
    assert "95 % interval" in told


def test_that_few_dev_examples_are_said_to_be_too_few(panel: DiagnosisPanel) -> None:
    assert panel.found.variance.level == "unknown"
    assert "not enough examples" in label(panel, "verdict")
    assert "60 dev examples" in label(panel, "reason")


def test_that_do_asks_for_a_nudge_with_a_note(panel: DiagnosisPanel, qtbot: QtBot) -> None:
    press(qtbot, panel, 0)
    (changes, note) = panel.lab.nudges[-1]
    assert changes == panel.found.suggestions[0].changes == {"epochs": 4000}
    assert note == f"{panel.found.verdict}: {panel.found.suggestions[0].text}"


def test_that_what_is_in_force_decides_what_is_suggested_next(
    panel: DiagnosisPanel, session: Session
) -> None:
    session.nudge(epochs=4000)
    show(panel, session)
    assert panel.found.suggestions[0].changes == {"epochs": 8000}
    button = panel.findChild(QPushButton, "diagnosis.do.0")
    assert button.accessibleName() == "Do: Train longer: 4,000 → 8,000 epochs"


def test_that_the_human_error_is_nudged_from_here(
    panel: DiagnosisPanel, session: Session, qtbot: QtBot
) -> None:
    type_in(qtbot, panel.human, "12,5 %")
    assert panel.lab.nudges == [({"human_error": 0.125}, "bias is measured from here")]
    session.nudge(human_error=0.125)
    show(panel, session)
    assert panel.human.text() == "12.5 %"
    assert panel.found.bias.value == pytest.approx(panel.found.train.error - 0.125)


@pytest.mark.parametrize("text", ["120", "-1", "much", ""])
def test_that_an_impossible_human_error_is_refused_in_words(
    panel: DiagnosisPanel, qtbot: QtBot, text: str
) -> None:
    said: list[str] = []
    panel.said.connect(said.append)
    type_in(qtbot, panel.human, text)
    assert said == [f"The human error must be from 0 % to 100 %; got {text!r}."]
    assert panel.human.text() == "0 %"
    assert panel.lab.nudges == []


def test_that_what_counts_as_high_is_remembered_and_changes_nothing_of_the_run(
    panel: DiagnosisPanel, qtbot: QtBot
) -> None:
    assert panel.found.bias.level == "high"
    type_in(qtbot, panel.tolerance, "50")
    assert panel.found.tolerance == 0.5
    assert panel.found.bias.level != "high"
    assert panel.lab.nudges == []
    assert WindowSettings().read("diagnosis/tolerance", 0.0) == 0.5
    again = DiagnosisPanel(panel.lab)
    qtbot.addWidget(again)
    assert again.tolerance.text() == "50 pt"


def test_that_the_dock_of_the_window_nudges_and_opens_new_sessions(
    lab_window: LabWindow, sessions_in_tmp: Path
) -> None:
    panel = lab_window.window.panels.panels["diagnosis"]
    lab_window.window.panels.raise_panel("layers")
    lab_window.create(sessions_in_tmp / "run", evaluate_every=10, learning_rate=1e-5)
    lab_window.lab.run_steps(20)
    lab_window.until_paused(20)
    # Behind another tab it is not fed; brought to the front it is up to date at once.
    assert panel.found is None
    lab_window.window.panels.raise_panel("diagnosis")
    assert panel.found is not None
    press(lab_window.qtbot, panel, 0)
    lab_window.until(lambda: lab_window.now.hyperparameters["epochs"] == 4000)
    entry = [e for e in lab_window.now.entries if e.kind == "nudge"][-1]
    assert entry.note.startswith("high bias")
    number = next(i for i, s in enumerate(panel.found.suggestions) if s.label == "larger")
    press(lab_window.qtbot, panel, number)
    dialog = lab_window.child(NewSessionDialog, "dialog.new")
    wanted = dialog.wanted()
    assert wanted.values["hidden_layers"] == (20, 10)
    assert wanted.values["learning_rate"] == 1e-5
    assert wanted.name == "circles, larger"
    dialog.reject()
    lab_window.create(sessions_in_tmp / "another")
    assert panel.found is None
    assert panel.empty.isVisible()


def test_that_a_scale_ends_at_a_round_number_beyond_the_data() -> None:
    for highest, end in ((0.0, 0.01), (0.011, 0.02), (0.03, 0.04), (0.05, 0.06), (0.97, 1.0)):
        assert scale_end(highest) == pytest.approx(end)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_that_bars_stand_where_their_numbers_say(qtbot: QtBot, theme: Theme) -> None:
    bars = ErrorBars()
    qtbot.addWidget(bars)
    bars.apply_theme(theme)
    bars.show_bars(
        (
            ErrorBar("", 0.1, None, "muted", "", ""),
            ErrorBar("", 0.5, (0.4, 0.6), "probe", "", ""),
            ErrorBar("", 1.0, (0.9, 1.0), "dev", "", ""),
        )
    )
    # Without words there are 8 pixels of margin on either side of the scale from 0 to 100 %.
    bars.resize(416, bars.sizeHint().height())
    picture = bars.grab().toImage()
    for row, role, start, stop in ((1, "probe", 0.1, 0.5), (2, "dev", 0.5, 1.0)):
        y = 24 * row + 8
        columns = range(picture.width())
        full = [x for x in columns if picture.pixelColor(x, y).name() == theme.colour(role)]
        assert full[0] == pytest.approx(8 + 400 * start, abs=2)
        assert full[-1] + 1 == pytest.approx(8 + 400 * stop, abs=2)
        assert len(full) == pytest.approx(400 * (stop - start), abs=3)
