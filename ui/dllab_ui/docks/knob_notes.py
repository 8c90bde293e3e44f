"""What a knob's value means, in words beside it."""

from __future__ import annotations

from collections.abc import Container

from dllab.data.augmentation import OF_IMAGES
from dllab.hyperparameters import TABLE, split_key
from dllab.optimizers import decay_factor, uses
from dllab.optimizers.needs import NEEDS
from dllab.training.snapshot import Snapshot
from dllab_ui import words


def note_for(knob: str, snapshot: Snapshot) -> str:
    """The words beside a knob, empty where the value speaks for itself."""
    values = snapshot.hyperparameters
    key = split_key(knob)[0].key
    match key:
        case "learning_rate":
            used = snapshot.learning_rate_used
            return "" if used == values[key] else f"now {used:.3g}"
        case "beta" | "beta2":
            return f"averages ≈ {words.count(1 / (1 - values[key]))} steps"
        case "keep_prob":
            layer = split_key(knob)[1] or 1
            dropped = 1 - values[key][layer - 1]
            return f"dropout {100 * dropped:.3g} %" if dropped else "no dropout"
        case "l2":
            return _decay(snapshot)
        case "weight_decay":
            if not values[key] or key not in uses(values):
                return ""
            return f"1−αw {decay_factor(values, snapshot.learning_rate_used):.8g}"
        case "mini_batch_size":
            return f"{words.steps(snapshot.steps_per_epoch)} per epoch"
        case _:
            return ""


def _decay(snapshot: Snapshot) -> str:
    values = snapshot.hyperparameters
    penalty = values["l2"]
    if not penalty:
        return ""
    m = values["mini_batch_size"] or snapshot.train_examples
    decay = penalty / m
    shrink = 1 - snapshot.learning_rate_used * decay
    return f"λ/m {decay:.2g} · 1−αλ/m {shrink:.8g}"


def sleeping(knob: str, snapshot: Snapshot, used: Container[str]) -> str:
    """Why a knob has no effect now, or nothing if it has; ``used`` as `uses` finds it."""
    values = snapshot.hyperparameters
    key = split_key(knob)[0].key
    if key in OF_IMAGES and snapshot.image_shape is None:
        return "Asleep: the data has no images."
    if key in used:
        return ""
    decider, choices = NEEDS[key]
    name = TABLE[decider].name
    if choices in ((), ("on",)):
        return f"Asleep: {name} is off."
    now = str(values[decider]).replace("_", " ")
    users = ", ".join(choice.replace("_", " ") for choice in choices)
    return f"Asleep: {name} {now} does not use it. It works with {users}."
