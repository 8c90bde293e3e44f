"""Writing a trained network as an ONNX file."""

from __future__ import annotations

import json
from pathlib import Path

from dllab.checkpoint import write_atomically
from dllab.errors import SessionError
from dllab.training.replica import Replica


def write_onnx(replica: Replica, path: Path) -> Path:
    """Write the network of a run as it stands at the replica's step; return the file's path.

    The format is ONNX (https://onnx.ai), with names of classes and where the run stood as metadata.

    Raises
    ------
    SessionError
        If the package onnx is not installed, or the file cannot be written; what was there stays.
    """
    try:
        from dllab.export.onnx_graph import model_of
    except ImportError:
        raise SessionError(
            "Writing ONNX needs the package onnx; install it with: pip install 'dllab[onnx]'."
        ) from None
    path = path if path.suffix else path.with_suffix(".onnx")
    dataset = replica.prepared.dataset
    facts = {
        "recipe": replica.recipe.name,
        "step": str(replica.state.step),
        "data": dataset.name,
        "classes": json.dumps([str(name) for name in dataset.classes], ensure_ascii=False),
    }
    model = model_of(replica.network(), replica.recipe.values["leaky_slope"], facts)
    try:
        write_atomically(path, model.SerializeToString())
    except OSError as error:
        raise SessionError(f"Cannot write {path}: {error.strerror}.") from None
    return path
