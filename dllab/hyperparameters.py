"""The one table of hyperparameters.

Every hyperparameter is declared here once. Recipes, ledger, checkpoint files, command line, the
widgets of the window and their messages are made from these records.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from dllab.errors import HyperparameterError

Scale = Literal["linear", "log", "one-minus-log", "power-of-two"]
Kind = Literal["float", "int", "choice", "units"]
Values = dict[str, Any]

_LARGEST = 1e300
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+")
_LAYER_KEY = re.compile(r"^(?P<key>\w+)\[(?P<layer>\d+)\]$")


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter: what it is called, which values it takes, and when it may move.

    ``low`` and ``high`` belong to the range unless ``low_open`` / ``high_open``. ``off`` is a value
    outside the scale that switches the thing off (0 for λ) or means "all" (mini-batch size 0).
    ``per_layer`` ones hold one value per hidden layer and are addressed as ``keep_prob[1]``.
    """

    key: str
    symbol: str
    name: str
    section: Literal["data", "network", "training"]
    kind: Kind
    default: Any
    help: str
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    scale: Scale = "linear"
    off: float | None = None
    off_name: str = "off"
    choices: tuple[str, ...] = ()
    live: bool = False
    per_layer: bool = False
    unit: str = ""
    source: str = ""

    @property
    def range_text(self) -> str:
        """The allowed values in words, for messages and tooltips."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        if self.kind == "units":
            return f"a list of whole numbers in [{self.low:g}, {self.high:g}]"
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        whole = "a whole number " if self.kind == "int" else "a number "
        also = "" if self.off is None else f", or {self.off:g} for {self.off_name}"
        return f"{whole}in {left}{self.low:g}, {self.high:g}{right}{also}"

    def check(self, value: Any) -> Any:
        """Return ``value`` in its canonical type.

        Raises
        ------
        HyperparameterError
            If the value is of the wrong type or out of range; the message prints the range.
        """
        if self.per_layer and isinstance(value, list | tuple):
            return tuple(self._check_one(v) for v in value)
        if self.kind == "units":
            return self._check_units(value)
        return self._check_one(value)

    def _refuse(self, value: Any) -> HyperparameterError:
        return HyperparameterError(
            f"{self.name} ({self.key}) must be {self.range_text}; got {_briefly(value)}."
        )

    def _check_one(self, value: Any) -> Any:
        if self.kind == "choice":
            if not isinstance(value, str) or value not in self.choices:
                raise self._refuse(value)
            return str(value)
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(value)
        # Compared, not asked with isfinite: a whole number may be too long for a float.
        if not -_LARGEST <= value <= _LARGEST:
            raise self._refuse(value)
        if self.kind == "int":
            if float(value) != int(value):
                raise self._refuse(value)
            value = int(value)
        else:
            value = float(value)
        if self.off is not None and value == self.off:
            return value
        too_low = value < self.low or (self.low_open and value == self.low)
        too_high = value > self.high or (self.high_open and value == self.high)
        if too_low or too_high:
            raise self._refuse(value)
        return value

    def _check_units(self, value: Any) -> tuple[int, ...]:
        if not isinstance(value, list | tuple):
            raise self._refuse(value)
        for units in value:
            whole = isinstance(units, int) and not isinstance(units, bool)
            if not whole or not self.low <= units <= self.high:
                raise self._refuse(value)
        return tuple(int(units) for units in value)

    def parse(self, text: str) -> Any:
        """Read a value typed by a person (``"3e-4"``, ``"adam"``, ``"128, 64"``, ``"off"``).

        Raises
        ------
        HyperparameterError
            If the text is no such value or out of range.
        """
        text = text.strip()
        if self.kind == "choice":
            return self.check(text.lower())
        if self.off is not None and text.lower() == self.off_name:
            return self.check(self.off)
        try:
            if self.kind == "units":
                return self.check([int(part) for part in text.strip("[]() ").split(",") if part])
            if self.per_layer and "," in text:
                return self.check([float(part) for part in text.strip("[]() ").split(",")])
            if self.kind == "int" and _THOUSANDS.fullmatch(text):
                text = text.replace(",", "")
            return self.check(float(text))
        except ValueError:
            raise self._refuse(text) from None

    def show(self, value: Any) -> str:
        """A short text for ``value``, the same wherever it is shown."""
        if isinstance(value, list | tuple):
            return ", ".join(self.show(v) for v in value)
        if isinstance(value, str):
            return value
        if self.off is not None and value == self.off:
            return self.off_name
        if self.kind == "units":
            return str(value)
        return f"{value:,d}" if self.kind == "int" else f"{value:.6g}"


def _briefly(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]}…"


_ADAM = "Kingma & Ba 2015, arXiv:1412.6980"
_TABLE = (
    Hyperparameter(
        "dev_examples", "m_dev", "dev set size", "data", "int", 0,
        "Examples held out to compare models with. By the rules: a sixth of the training file when "
        "a test set is given, else 20 % (1 % from a million examples on).",
        low=1, high=10_000_000, off=0, off_name="by the rules", unit="examples",
    ),
    Hyperparameter(
        "normalization", "(x-μ)/σ", "normalization", "data", "choice", "per_feature",
        "μ and σ of the training set, applied to every set: one pair per feature, one pair overall "
        "(images, whose border pixels hardly vary), or none.",
        choices=("per_feature", "overall", "none"),
    ),
    Hyperparameter(
        "hidden_layers", "n[l]", "hidden layers", "network", "units", (128,),
        "Units of each hidden layer, first to last. Fixed for a run: another shape is another "
        "network with other parameters.",
        low=1, high=100_000, unit="units",
    ),
    Hyperparameter(
        "activation", "g(z)", "activation", "network", "choice", "relu",
        "Activation of the hidden layers.",
        choices=("relu", "leaky_relu", "tanh", "sigmoid", "linear"),
    ),
    Hyperparameter(
        "leaky_slope", "a", "leaky slope", "network", "float", 0.01,
        "Slope of leaky ReLU for z < 0.", low=0, high=1, high_open=True,
    ),
    Hyperparameter(
        "output", "ŷ", "output", "network", "choice", "auto",
        "Softmax over the classes, or one sigmoid unit for two classes; auto takes sigmoid for two "
        "classes and softmax for more.",
        choices=("auto", "softmax", "sigmoid"),
    ),
    Hyperparameter(
        "initialization", "W₀", "initialization", "network", "choice", "auto",
        "How the weights start; biases start at 0. auto takes He for ReLU and Xavier for the rest. "
        "He √(2/n[l-1]), Xavier √(1/n[l-1]), Glorot √(2/(n[l-1]+n[l])), random × scale, zeros.",
        choices=("auto", "he", "xavier", "glorot", "random", "zeros"),
        source="He et al. 2015; Glorot & Bengio 2010",
    ),
    Hyperparameter(
        "initialization_scale", "", "random scale", "network", "float", 0.01,
        "Standard deviation of the weights for the initialization called random.",
        low=1e-6, high=100, scale="log",
    ),
    Hyperparameter(
        "precision", "", "precision", "network", "choice", "float32",
        "Floating-point type of parameters and data.", choices=("float32", "float64"),
    ),
    Hyperparameter(
        "seed", "", "seed", "network", "int", 1,
        "The one seed behind split, initialization, shuffle and dropout, each a stream of its own.",
        low=0, high=2**31 - 1,
    ),
    Hyperparameter(
        "optimizer", "", "optimizer", "training", "choice", "adam",
        "Update rule. A change keeps the averages that the new rule also uses.",
        choices=("gradient_descent", "momentum", "rmsprop", "adam"), live=True,
    ),
    Hyperparameter(
        "learning_rate", "α", "learning rate", "training", "float", 1e-3,
        "Step size α₀; the schedule may lower it as epochs pass.",
        low=1e-6, high=10, scale="log", live=True,
    ),
    Hyperparameter(
        "schedule", "α(t)", "schedule", "training", "choice", "constant",
        "constant: α₀ throughout. inverse_epoch: α₀ / (1 + decay rate · epoch).",
        choices=("constant", "inverse_epoch"), live=True,
    ),
    Hyperparameter(
        "decay_rate", "r", "decay rate", "training", "float", 1.0,
        "r in α₀ / (1 + r · epoch); used by the schedule inverse_epoch.",
        low=1e-4, high=100, scale="log", off=0, live=True, unit="per epoch",
    ),
    Hyperparameter(
        "beta", "β", "beta", "training", "float", 0.9,
        "Moving average of the gradient (momentum; Adam's β₁): averages over about 1/(1-β) steps.",
        low=0, high=0.9999, scale="one-minus-log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "beta2", "β₂", "beta 2", "training", "float", 0.999,
        "Moving average of the squared gradient (RMSprop, Adam).",
        low=0, high=0.99999, scale="one-minus-log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "epsilon", "ε", "epsilon", "training", "float", 1e-8,
        "Added outside the root in RMSprop and Adam.",
        low=1e-12, high=1.0, scale="log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "keep_prob", "keep", "keep_prob", "training", "float", 1.0,
        "Probability that a unit of this hidden layer is kept in a training pass (inverted "
        "dropout). 1 keeps all; the output layer always keeps all.",
        low=0.05, high=1.0, live=True, per_layer=True, source="Srivastava et al. 2014",
    ),
    Hyperparameter(
        "l2", "λ", "L2 penalty λ", "training", "float", 0.0,
        "Adds λ/(2m) Σ‖W‖² to the cost and λ/m·W to the gradient, m the mini-batch's size; biases "
        "are left alone.",
        low=1e-6, high=100, scale="log", off=0, live=True,
    ),
    Hyperparameter(
        "mini_batch_size", "m_b", "mini-batch size", "training", "int", 64,
        "Examples per update; all is batch gradient descent, 1 is stochastic.",
        low=1, high=1_000_000, scale="power-of-two", off=0, off_name="all", live=True,
        unit="examples",
    ),
    Hyperparameter(
        "epochs", "", "epochs", "training", "int", 20,
        "Where the progress bar ends and a run pauses by itself.",
        low=1, high=1_000_000, live=True, unit="epochs",
    ),
    Hyperparameter(
        "evaluate_every", "", "evaluate every", "training", "int", 0,
        "Steps between two evaluations of dev set and training probe; auto picks an interval that "
        "costs about a tenth of the time.",
        low=1, high=100_000_000, off=0, off_name="auto", live=True, unit="steps",
    ),
    Hyperparameter(
        "probe_examples", "m_probe", "training probe", "training", "int", 5000,
        "Training examples on which cost J is followed with every unit kept, whatever dropout "
        "does to the mini-batch cost.",
        low=1, high=1_000_000, unit="examples",
    ),
    Hyperparameter(
        "explosion_factor", "", "explosion guard", "training", "float", 1000.0,
        "Training pauses before an update whose cost exceeds this many times the first cost of "
        "the run.",
        low=2, high=1e12, scale="log", live=True, unit="× first cost",
    ),
)  # fmt: skip

TABLE: Mapping[str, Hyperparameter] = {h.key: h for h in _TABLE}


def split_key(knob: str) -> tuple[Hyperparameter, int | None]:
    """The record behind a knob's name and its hidden layer, 1-based (``keep_prob[2]``), or None.

    Raises
    ------
    HyperparameterError
        If no hyperparameter is called so; the message names the nearest ones.
    """
    match = _LAYER_KEY.match(knob)
    key, layer = (match["key"], int(match["layer"])) if match else (knob, None)
    record = TABLE.get(key)
    if record is None:
        near = difflib.get_close_matches(key, TABLE, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(TABLE)}."
        raise HyperparameterError(f"There is no hyperparameter called {key!r}; {hint}")
    if layer is not None and not record.per_layer:
        raise HyperparameterError(
            f"{key} has one value for the whole network; leave out [{layer}]."
        )
    return record, layer


def defaults() -> Values:
    """A value for every hyperparameter of the table."""
    return {key: record.default for key, record in TABLE.items()}


def complete(given: Mapping[str, Any]) -> Values:
    """Check ``given`` against the table and fill the rest with defaults.

    ``keep_prob`` may be one number for every hidden layer or a list with one per layer.

    Raises
    ------
    HyperparameterError
        On an unknown key, a value out of range, or a list of the wrong length.
    """
    values = defaults()
    for knob, value in given.items():
        record, layer = split_key(knob)
        if layer is not None:
            raise HyperparameterError(f"Give {record.key} as a list, not as {knob}.")
        values[record.key] = record.check(value)
    _spread_layers(values)
    return values


def _spread_layers(values: Values) -> None:
    layers = len(values["hidden_layers"])
    for record in TABLE.values():
        if not record.per_layer:
            continue
        value = values[record.key]
        if not isinstance(value, tuple):
            values[record.key] = (value,) * layers
        elif len(value) != layers:
            raise HyperparameterError(
                f"{record.key} has {len(value)} values for {layers} hidden layers; "
                f"give one number, or one per hidden layer."
            )


def changed(current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Check live changes and return ``{knob: (old, new)}``, one item per knob that really moves.

    ``keep_prob`` sets every hidden layer, ``keep_prob[2]`` the second one.

    Raises
    ------
    HyperparameterError
        On an unknown or fixed hyperparameter, a value out of range, a layer that does not exist.
    """
    moves: dict[str, tuple[Any, Any]] = {}
    for knob, value in changes.items():
        record, layer = split_key(knob)
        if not record.live:
            raise HyperparameterError(
                f"{record.name} ({record.key}) is fixed once a run has started; "
                f"start a new session to change it."
            )
        checked = record.check(value)
        if not record.per_layer:
            moves[record.key] = (current[record.key], checked)
            continue
        old = current[record.key]
        if layer is None:
            new = checked if isinstance(checked, tuple) else (checked,) * len(old)
            if len(new) != len(old):
                raise HyperparameterError(f"{record.key} needs {len(old)} values; got {len(new)}.")
            pairs: Iterable[tuple[int, Any]] = enumerate(new, start=1)
        elif 1 <= layer <= len(old) and not isinstance(checked, tuple):
            pairs = ((layer, checked),)
        else:
            raise HyperparameterError(
                f"{knob}: hidden layers are numbered 1 to {len(old)}, with one value each."
            )
        for index, one in pairs:
            moves[f"{record.key}[{index}]"] = (old[index - 1], one)
    return {knob: (old, new) for knob, (old, new) in moves.items() if old != new}


def with_changes(current: Mapping[str, Any], moves: Mapping[str, tuple[Any, Any]]) -> Values:
    """A copy of ``current`` with the new values of ``moves`` (as made by `changed`) put in."""
    values = dict(current)
    for knob, (_, new) in moves.items():
        record, layer = split_key(knob)
        if layer is None:
            values[record.key] = new
        else:
            per_layer = list(values[record.key])
            per_layer[layer - 1] = new
            values[record.key] = tuple(per_layer)
    return values


def live_knobs(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every knob that can move in a run, per-layer ones as ``keep_prob[1]`` …, with its value."""
    knobs: dict[str, Any] = {}
    for key, record in TABLE.items():
        if not record.live:
            continue
        if record.per_layer:
            knobs.update({f"{key}[{i}]": v for i, v in enumerate(values[key], start=1)})
        else:
            knobs[key] = values[key]
    return knobs
