"""The knobs of the surfaces lab: hyperparameters of the table, steps and noise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dllab.hyperparameters import TABLE
from dllab.optimizers import RULES
from dllab.surfaces import Trial
from dllab_ui import words
from dllab_ui.surfaces.looks import look_of
from dllab_ui.widgets.log_slider import ScaledSlider
from dllab_ui.widgets.scales import ScaleKind

# Ranges narrower than the table's, so that a pixel of the slider means little enough.
_RANGES: Mapping[str, tuple[float, float]] = {
    "learning_rate": (1e-3, 10.0),
    "beta": (0.0, 0.999),
    "beta2": (0.0, 0.9999),
    "weight_decay": (1e-3, 10.0),
}
_STEPS = (10, 1000)
_NOISE = (1e-3, 10.0)


class SurfaceKnobs(QWidget):
    """Sliders that tell of every move, so that the paths follow the hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[str, ScaledSlider] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for key, (low, high) in _RANGES.items():
            record = TABLE[key]
            self._add(
                ScaledSlider(
                    key, record.symbol, low, high, float(record.default),
                    cast(ScaleKind, record.scale), allow_off=record.off is not None,
                    help_text=record.help, quick_buttons=key == "learning_rate", title=record.name,
                )
            )  # fmt: skip
        self._add(
            ScaledSlider(
                "noise", "σ", *_NOISE, 0.0, "log", allow_off=True, title="gradient noise",
                help_text="Standard deviation of what is added to each gradient, as a mini-batch's "
                "gradient differs from that of all examples. All optimizers get the same noise.",
            )
        )  # fmt: skip
        self._add(
            ScaledSlider(
                "steps", "", *_STEPS, 100.0, "log", title="steps",
                help_text="Updates that each optimizer makes.",
            )
        )  # fmt: skip
        for slider in self.sliders.values():
            layout.addWidget(slider)
        layout.addStretch(1)

    def _add(self, slider: ScaledSlider) -> None:
        self.sliders[slider.key] = slider
        slider.setObjectName(f"surfaces.knob.{slider.key}")
        slider.slider.setObjectName(f"surfaces.{slider.key}.slider")
        slider.edit.setObjectName(f"surfaces.{slider.key}.value")
        slider.value_changing.connect(self._on_changed)
        slider.value_chosen.connect(self._on_changed)
        slider.refused.connect(lambda text, at=slider: at.set_status(text, "refused"))

    def _on_changed(self) -> None:
        self._annotate()
        self.changed.emit()

    @property
    def values(self) -> dict[str, Any]:
        """The hyperparameters as the sliders stand."""
        return {key: self.sliders[key].value for key in _RANGES}

    @property
    def steps(self) -> int:
        """Updates to make."""
        return round(self.sliders["steps"].value)

    @property
    def noise(self) -> float:
        """Standard deviation of the gradient's noise, 0 for none."""
        return self.sliders["noise"].value

    def set_up(self, trial: Trial) -> None:
        """Put every knob where a trial wants it, silently."""
        for key in _RANGES:
            self.sliders[key].set_value(float(trial.values.get(key, TABLE[key].default)))
        self.sliders["steps"].set_value(float(trial.steps))
        self.sliders["noise"].set_value(trial.noise)
        self._annotate()

    def wake(self, optimizers: Iterable[str]) -> None:
        """Let those knobs sleep, with the reason, that none of the optimizers uses."""
        used = {key for name in optimizers for key in RULES[name].uses}
        for key in _RANGES:
            slider = self.sliders[key]
            users = [look_of(name).name for name, rule in RULES.items() if key in rule.uses]
            awake = key in used
            slider.setEnabled(awake)
            why = f"Asleep: no optimizer shown uses it. It works with {', '.join(users)}."
            slider.setToolTip("" if awake else why)
        self.sliders["weight_decay"].setVisible("weight_decay" in used)

    def _annotate(self) -> None:
        for key, slider in self.sliders.items():
            slider.set_status("", "")
            if key in ("beta", "beta2"):
                slider.set_note(f"averages ≈ {words.count(1 / (1 - slider.value))} steps")
