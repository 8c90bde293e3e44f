"""From version 1 (dllab 0.1, up to November 2026) to version 2. Frozen: do not change it.

What version 2 has and version 1 had not:

- the rules and what they are set to (`ADDED`). A file of version 1 gets what version 1 did without
  being asked: no rule, a save every ten seconds, no limit on the disk;
- the reasons ``rule`` and ``emergency`` of a checkpoint. A file of version 1 cannot have them;
- a branch's ``title``, empty unless a person gave one;
- ``changes`` in the journal's ``open``: the knobs that were put back on top of the checkpoint.
  Version 1 put them back as well and did not say so: they are those of the nudges and rollbacks
  since the entry that stored the checkpoint, or went back to it;
- the kinds ``continue``, ``rule``, ``twin``, ``note``, ``rename``, ``pin`` and ``delete`` of the
  journal, which version 1 did not write.
"""

from __future__ import annotations

from typing import Any

Plain = dict[str, Any]

ADDED: Plain = {
    "plateau": "off",
    "plateau_epochs": 5,
    "divergence": "off",
    "checkpoint_every": 0,
    "autosave_seconds": 10.0,
    "autosave_steps": 0,
    "disk_limit": 0,
}
REASONS = ("start", "manual", "automatic", "safety", "best", "left", "close")


def checkpoint(values: Plain) -> Plain:
    """See `dllab.checkpoint.migrations.Step`."""
    reason = values["info"]["reason"]
    if reason not in REASONS:
        raise ValueError(f"version 1 has no reason {reason!r}")
    return values | {
        "hyperparameters": ADDED | values["hyperparameters"],
        "recipe": _recipe(values["recipe"]),
        "journal": journal(values["journal"]),
        "tree": [{"title": ""} | branch for branch in values["tree"]],
    }


def session(record: Plain) -> Plain:
    """See `dllab.checkpoint.migrations.Step`."""
    return record | {"recipe": _recipe(record.get("recipe", {}))}


def _recipe(recipe: Any) -> Any:
    training = recipe.get("training", {}) if isinstance(recipe, dict) else None
    # What is no recipe is told by whoever reads it.
    if not recipe or not isinstance(training, dict):
        return recipe
    return recipe | {"training": ADDED | training}


def journal(records: list[Plain]) -> list[Plain]:
    """See `dllab.checkpoint.migrations.Step`."""
    done = []
    for index, record in enumerate(records):
        moves = _put_back(records[:index], record) if record["kind"] == "open" else {}
        done.append(record | {"changes": moves} if moves else record)
    return done


def _put_back(before: list[Plain], opened: Plain) -> Plain:
    """The changes that opening applied: from the last entry that stands at its checkpoint on."""
    moves: Plain = {}
    for record in reversed(before):
        if record["kind"] in ("nudge", "rollback"):
            for knob, (old, new) in record.get("changes", {}).items():
                # Walked backwards: the newest value counts, and the oldest one it came from.
                moves[knob] = [old, moves[knob][1] if knob in moves else new]
        if record["kind"] in ("checkpoint", "rollback") and record.get("checkpoint") == opened.get(
            "checkpoint"
        ):
            return moves
    return {}
