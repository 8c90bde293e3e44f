"""Write the golden files of the version of dllab that runs this: ``python tests/golden/make.py``.

They go into ``tests/golden/vN/`` (N is the version of the files), or the folder that is given, and
are made once, when a version is released, and never again: later versions must open them.

- ``session/``: a folder with nudges, a rollback, branches, batch norm, dropout and Adam;
- ``archive.h5``: the same as one self-contained file;
- ``data.h5``: a data set; ``recipe.toml``: a recipe;
- ``expected.json``: what this version read back from them, in parts, and θ after `FURTHER` more
  steps. Equal bits can only be asked for where ``facts`` are equal; elsewhere θ must be near.

Of version 1, eight curves of ``session`` are as they were recorded, not as they were read back:
that version dropped points when it opened a session in which the best state was stored late.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from dllab import Recipe, Session, open_data
from dllab.checkpoint.contents import VERSION
from dllab.data import circles, write_dataset

HERE = Path(__file__).resolve().parent
FURTHER = 50
VALUES = {
    "hidden_layers": [6, 5],
    "batch_norm": "on",
    "keep_prob": [0.9, 0.8],
    "optimizer": "adam",
    "learning_rate": 0.01,
    "l2": 0.05,
    "mini_batch_size": 16,
    "evaluate_every": 10,
    "members": 1,
    "seed": 3,
}
ARRAYS = ("theta", "statistics", "order")
SCALARS = ("step", "epoch", "position", "examples", "order_epoch", "members", "first_cost")
CURVES = ("train_cost", "train_error", "dev_cost", "dev_error", "learning_rate")


def recipe() -> Recipe:
    """Circles 2-6-5-1 with everything that has a state of its own."""
    values = {key: value for key, value in VALUES.items() if key in _known()}
    return Recipe("golden", "circles", values, examples=120, noise=0.1)


def _known() -> Any:
    from dllab.hyperparameters import TABLE

    return TABLE


def steer(folder: Path) -> Session:
    """A short life: nudged, stored, rolled back, forked twice; open."""
    session = Session.create(recipe(), folder)
    session.run(steps=30)
    session.nudge(learning_rate=0.02, note="größer – 学习")
    session.run(steps=25)
    key = session.checkpoint("before it goes wrong")
    session.nudge({"learning_rate": 0.5, "keep_prob[2]": 0.6}, note="too much")
    session.run(steps=33)
    session.rollback(key, note="back")
    session.run(steps=20)
    session.nudge(optimizer="momentum")
    session.run(steps=21)
    session.evaluate("test")
    session.checkpoint(reason="close")
    session.rollback(key, keep_hyperparameters=True, changes={"beta": 0.95})
    session.run(steps=17)
    session.checkpoint("the end")
    session.nudge(l2=0.1, note="after the last save")
    return session


def digest(array: np.ndarray[Any, Any]) -> str:
    """SHA-256 over dtype, shape and little-endian bytes."""
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
    head = f"{little.dtype.str} {little.shape}\n".encode()
    return hashlib.sha256(head + little.tobytes()).hexdigest()


def parts(session: Session) -> dict[str, Any]:
    """What is in a session, part by part, as plain values."""
    state = session.capture()
    view = session.history.view()
    curves = {}
    for branch in view.segments:
        for name in CURVES:
            steps, values = view.series(name, branch)
            curves[f"{branch}/{name}"] = digest(np.asarray([steps, values], np.float64))
    return {
        "arrays": {name: digest(getattr(state, name)) for name in ARRAYS},
        "slots": {name: digest(slot) for name, slot in sorted(state.slots.items())},
        "streams": {name: digest(words) for name, words in sorted(state.streams.items())},
        "remaining": {name: value.hex() for name, value in sorted(state.remaining.items())},
        "scalars": {name: getattr(state, name) for name in SCALARS},
        "hyperparameters": json.loads(json.dumps(dict(state.hyperparameters))),
        "curves": curves,
        "branch": session.branch,
        "branches": {
            name: [branch.parent, branch.fork_step, branch.fork_checkpoint]
            for name, branch in session.timeline.branches.items()
        },
        "checkpoints": {
            info.key: [info.parent, info.branch, info.step, info.reason, info.note]
            for info in session.timeline.checkpoints
        },
        "journal": [json.loads(entry.to_json()) for entry in session.journal],
    }


def read_back(path: Path) -> dict[str, Any]:
    """`parts` of a copy of a stored session, and θ after `FURTHER` steps more."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / path.name
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            shutil.copy(path, copy)
        with Session.open(copy) as session:
            found = parts(session)
            session.run(steps=FURTHER)
            theta = session.capture().theta
            found["later"] = {
                "step": session.step,
                "theta": digest(theta),
                "values": [float(value) for value in theta],
            }
            return found


def make(folder: Path) -> None:
    """Write all of it into a folder that is new."""
    from dllab.training.facts import facts

    folder.mkdir(parents=True)
    with steer(folder / "session") as session:
        session.save_as(folder / "archive.h5")
    # What was nudged after the last save has to outlive this too.
    Session.open(folder / "session").close()
    (folder / "session" / "session.lock").unlink()
    write_dataset(folder / "data.h5", circles(60))
    (folder / "recipe.toml").write_text(recipe().to_toml(), "utf-8")
    expected = {
        "facts": dict(facts()),
        "session": read_back(folder / "session"),
        "archive": read_back(folder / "archive.h5"),
        "data": open_data(folder / "data.h5").fingerprint,
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / f"v{VERSION}")
