"""What was found out about data, in a sentence."""

from __future__ import annotations

from dllab.data import Dataset, Inspection
from dllab_ui import words

_MOST_CLASSES = 6


def headline(found: Inspection, dataset: Dataset | None) -> str:
    """Format, rows, inputs and what is to be predicted."""
    parts = [found.format_name[0].upper() + found.format_name[1:]]
    rows = dataset.train.m if dataset is not None else found.rows
    if rows is not None:
        about = "" if dataset is not None or found.rows_exact else "about "
        what = "images" if found.image_shape is not None else "examples"
        parts.append(f"{about}{words.count(rows)} {what}")
    shape = found.image_shape if dataset is None else dataset.image_shape
    if shape is not None:
        colour = {1: "", 2: "", 3: " in colour"}.get(len(shape), "")
        parts.append(f"{shape[0]} × {shape[1]} pixels{colour}")
    elif dataset is not None:
        inputs = dataset.train.n_x
        parts.append(f"{words.count(inputs)} {'input' if inputs == 1 else 'inputs'}")
    parts.append(_label(found, dataset))
    return " · ".join(part for part in parts if part)


def _label(found: Inspection, dataset: Dataset | None) -> str:
    names = [c.name for c in found.columns if c.role == "label"]
    named = f"label {', '.join(names)}" if names else ""
    if (dataset is not None and not dataset.is_classification) or found.task == "regression":
        return f"{named}: numbers (regression)" if named else "numbers to predict (regression)"
    classes = found.classes if dataset is None else dataset.classes
    if not classes:
        return named
    few = ", ".join(classes[:_MOST_CLASSES]) + (" …" if len(classes) > _MOST_CLASSES else "")
    counted = f"{len(classes):,} {'class' if len(classes) == 1 else 'classes'}: {few}"
    return f"{named}, {counted}" if named else counted
