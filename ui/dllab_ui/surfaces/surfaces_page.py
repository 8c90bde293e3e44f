"""The page of cost surfaces: controls at the left, surface and play in the middle, cost below."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dllab.errors import DllabError
from dllab.surfaces import SURFACES, Path, Surface, Trial, paths
from dllab.surfaces.surface import Point, weights_text
from dllab_ui.surfaces.cost_plot import CostPlot
from dllab_ui.surfaces.page_layout import divide
from dllab_ui.surfaces.player import Player
from dllab_ui.surfaces.surface_controls import SurfaceControls
from dllab_ui.surfaces.surface_plot import SurfacePlot
from dllab_ui.surfaces.trial_list import TrialList
from dllab_ui.theme import Theme
from dllab_ui.widgets.one_shot import one_shot


class SurfacesPage(QWidget):
    """Leads what the person sets to the engine's `paths`, and the paths to the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surfaces")
        self.surface: Surface = next(iter(SURFACES.values()))
        self.paths: dict[str, Path] = {}
        self.start: Point = self.surface.start
        self.seed = 1
        self.controls = SurfaceControls()
        self.formula, self.reading = QLabel(), QLabel()
        self.plot = SurfacePlot()
        self.player = Player()
        self.cost = CostPlot()
        self.trials = TrialList("surfaces")
        self._soon = one_shot(self, self.compute)
        self._lay_out()
        self._connect()
        self.show_surface(self.surface.key)

    # --- building -------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.formula.setObjectName("surfaces.formula")
        self.formula.setProperty("strong", True)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reading.setObjectName("surfaces.reading")
        self.reading.setProperty("tone", "muted")
        header = QHBoxLayout()
        header.setContentsMargins(12, 6, 12, 2)
        header.addWidget(self.formula)
        header.addStretch(1)
        header.addWidget(self.reading)
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.plot, 1)
        column.addWidget(self.player)
        below = self.cost, self.trials
        divide(self, self.controls, stage, below, heights=(500, 250), widths=(400, 580))

    def _connect(self) -> None:
        controls = self.controls
        controls.surface_chosen.connect(self.show_surface)
        controls.changed.connect(self._changed)
        controls.other_noise_wanted.connect(self._draw_other_noise)
        controls.own_start_wanted.connect(self._put_start_back)
        self.trials.chosen.connect(lambda row: self.set_up(self.surface.trials[row]))
        self.plot.start_moved.connect(self._move_start)
        self.plot.pointed_at.connect(self._show_reading)
        self.plot.number_toggled.connect(controls.optimizers.toggle_number)
        self.plot.step_wanted.connect(self.player.go_by)
        self.player.step_changed.connect(self._show_step)
        for plot in (self.plot, self.cost):
            plot.saved.connect(lambda text: controls.say(text, "muted"))
            plot.failed.connect(lambda text: controls.say(text, "danger"))

    # --- what the person sets -------------------------------------------------------------

    def show_surface(self, key: str) -> None:
        """Take a surface, with the knobs of its first trial."""
        self.surface = SURFACES[key]
        self.formula.setText(self.surface.formula)
        self.plot.show_surface(self.surface)
        trials = [(trial.name, trial.see) for trial in self.surface.trials]
        self.trials.show_trials(trials, (self.surface.about, self.surface.fact))
        self._show_reading("")
        self.set_up(self.surface.trials[0])

    def set_up(self, trial: Trial) -> None:
        """Put every knob where a trial wants it, and show its paths whole."""
        self.controls.set_up(trial)
        self.seed = 1
        self.plot.set_start(self._start_of(trial))
        self.player.show_end()
        self._move_start(self._start_of(trial))

    def _start_of(self, trial: Trial) -> Point:
        return self.surface.start if trial.start is None else trial.start

    def _put_start_back(self) -> None:
        start = self._start_of(self.surface.trials[max(0, self.trials.names.currentRow())])
        self.plot.set_start(start)
        self._move_start(start)

    def _move_start(self, start: Point) -> None:
        self.start = start
        self._changed()

    def _draw_other_noise(self) -> None:
        self.seed += 1
        self._changed()

    def _changed(self) -> None:
        # Many moves of a slider between two paints make one computation.
        self._soon.start()

    # --- what the engine answers ----------------------------------------------------------

    def compute(self) -> None:
        """Let the engine walk the paths, and show them."""
        self._soon.stop()
        controls, knobs = self.controls, self.controls.knobs
        controls.wake()
        try:
            self.paths = paths(
                self.surface, controls.optimizers.chosen, knobs.values, knobs.steps,
                fitted=controls.fitted.isChecked(), start=self.start, noise=knobs.noise,
                seed=self.seed,
            )  # fmt: skip
        except DllabError as error:
            controls.say(str(error), "danger")
            return
        self.plot.show_paths(self.paths)
        self.cost.show_paths(self.paths, knobs.steps)
        self.player.set_steps(knobs.steps)
        self._summarize()

    def _summarize(self) -> None:
        lost = sum(path.diverged_at is not None for path in self.paths.values())
        if not self.paths:
            self.controls.say("Choose an optimizer to see its path.", "muted")
        elif lost:
            self.controls.say(f"{lost} of {len(self.paths)} diverged: turn α down.", "danger")
        else:
            self.controls.say(f"start {weights_text(np.array(self.start))}", "muted")

    def _show_reading(self, text: str) -> None:
        lines = ", ".join(f"{self.surface.isoline(height):.2g}" for height in (1, 2, 3))
        plain = f"isolines at J = {lines} …" if self.surface.dimensions == 2 else ""
        self.reading.setText(text or plain)

    def _show_step(self, step: int) -> None:
        self.plot.show_step(step)
        self.cost.show_step(step)
        self.controls.optimizers.show_outcomes(self.paths, step)

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        for part in (self.plot, self.player, self.cost, self.controls.optimizers):
            part.apply_theme(theme)
