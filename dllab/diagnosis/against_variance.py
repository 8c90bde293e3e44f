"""What to do about high variance: more data, augmentation, L2, dropout, smaller network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dllab.diagnosis.suggestions import (
    Suggestion,
    first_penalty,
    layers_text,
    move,
    name_of,
    rounded,
)
from dllab.hyperparameters import TABLE

_SMALLEST_KEEP = 0.5
_KEEP_STEP = 0.8
# Dropout takes a large part of what a small layer can say.
_FEWEST_UNITS_TO_DROP = 16
_LARGEST_DECAY = 0.1
_LARGEST_NOISE = 0.5


def against_variance(
    values: Mapping[str, Any],
    train_examples: int,
    image_shape: tuple[int, ...] | None = None,
    *,
    keep_size: bool = False,
) -> Iterator[Suggestion]:
    """Ways to over-fit less, nudges first.

    ``keep_size`` is for a run whose bias is high too: its network should not shrink.
    """
    yield from _augmentation(values, image_shape)
    yield from _penalty(values, train_examples)
    yield from _dropout(values)
    yield Suggestion(
        "Collect more training examples",
        "More data is the surest way, and the only one that cannot raise bias.",
    )
    layers = tuple(values["hidden_layers"])
    smaller = tuple(max(units // 2, min(units, 4)) for units in layers)
    if not keep_size and smaller != layers:
        yield Suggestion(
            f"Smaller network: hidden {layers_text(layers)} → {layers_text(smaller)}",
            "Fewer parameters remember less of the training set by heart; bias may rise.",
            {"hidden_layers": smaller},
            new_session=True,
            label="smaller",
        )


def _augmentation(
    values: Mapping[str, Any], image_shape: tuple[int, ...] | None
) -> Iterator[Suggestion]:
    if image_shape is None:
        noise = values["augment_noise"]
        more = min(rounded(2 * noise), _LARGEST_NOISE) if noise else 0.1
        if more > noise:
            yield Suggestion(
                f"Input noise {move('augment_noise', values, more)}",
                "Inputs that differ a little each time cannot be learned by heart.",
                {"augment_noise": more},
            )
        return
    side = min(image_shape[:2])
    wanted = {
        "augment_shift": _step_up(values["augment_shift"], max(1.0, side / 14), side / 6),
        "augment_rotation": _step_up(values["augment_rotation"], 10.0, 25.0),
    }
    changes = {key: value for key, value in wanted.items() if value > values[key]}
    if changes:
        moves = ", ".join(f"{name_of(key)} {move(key, values, v)}" for key, v in changes.items())
        yield Suggestion(
            f"Augmentation: {moves}",
            "Shifted and turned images are new examples that cost nothing to label.",
            changes,
        )


def _step_up(value: float, first: float, most: float) -> float:
    return min(rounded(1.5 * value), rounded(most)) if value else rounded(min(first, most))


def _penalty(values: Mapping[str, Any], train_examples: int) -> Iterator[Suggestion]:
    why = "Smaller weights make a smoother function."
    if values["optimizer"] == "adamw":
        decay = values["weight_decay"]
        more = min(rounded(3 * decay), 1.0) if decay else 0.01
        if more > decay:
            yield Suggestion(
                f"Weight decay {move('weight_decay', values, more)}", why, {"weight_decay": more}
            )
        return
    penalty, m = values["l2"], values["mini_batch_size"] or train_examples
    if not penalty:
        first = first_penalty(values, train_examples)
        if first:
            text = f"L2 penalty λ {move('l2', values, first['l2'])} (λ/m {first['l2'] / m:.2g})"
            yield Suggestion(text, why, first)
        return
    more = min(rounded(3 * penalty), TABLE["l2"].high)
    if more > penalty and more / m <= _LARGEST_DECAY:
        text = f"L2 penalty λ {move('l2', values, more)} (λ/m {more / m:.2g})"
        yield Suggestion(text, why, {"l2": more})


def _dropout(values: Mapping[str, Any]) -> Iterator[Suggestion]:
    kept, layers = tuple(values["keep_prob"]), values["hidden_layers"]
    less = tuple(
        max(min(keep, _SMALLEST_KEEP), round(_KEEP_STEP * keep, 2))
        if units >= _FEWEST_UNITS_TO_DROP
        else keep
        for keep, units in zip(kept, layers, strict=True)
    )
    if less != kept:
        yield Suggestion(
            f"Dropout: keep_prob {move('keep_prob', values, less)}",
            "No unit can rely on any other, so that what is learned is spread out.",
            {"keep_prob": less},
        )
