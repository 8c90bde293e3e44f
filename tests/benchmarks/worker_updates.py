"""Peers of the comparison of updates per second.

dllab, dllab-fast, torch-1, torch-2, sklearn, sgemm and facts.
"""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from serving import Answer, serve, take_output
from workloads import LEARNING_RATE, WORKLOADS, Workload, normalized_data, raw_data

_DEV_EXAMPLES = 100
_NEVER = 100_000_000
_CHUNK_SECONDS = 0.05


class Looped:
    """Makes updates in chunks of about 50 ms until the time is over."""

    def __init__(self, make_updates: Callable[[int], None]) -> None:
        self._make_updates = make_updates
        self._chunk = 1

    def turn(self, seconds: float) -> tuple[int, float]:
        """Updates made and the time they took."""
        done, start = 0, time.perf_counter()
        while True:
            self._make_updates(self._chunk)
            done += self._chunk
            elapsed = time.perf_counter() - start
            if elapsed >= seconds:
                break
            if self._chunk * elapsed < done * _CHUNK_SECONDS / 2:
                self._chunk *= 2
        return done, elapsed


class Dllab:
    """A session in memory, advanced as `Session.run` does: history, guard and clock included."""

    image_shape: tuple[int, int] | None = None

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dllab-bench-"))
        self._session: Any = None

    def prepare(self, workload: Workload) -> None:
        """A new session on data read from a file."""
        from dllab.recipe import Recipe
        from dllab.training.session import Session

        self.close_session()
        values = {
            "hidden_layers": list(workload.sizes[1:-1]),
            "output": "softmax",
            "normalization": "overall",
            "optimizer": "adam",
            "learning_rate": LEARNING_RATE,
            "mini_batch_size": workload.mini_batch,
            "keep_prob": workload.keep_prob,
            "batch_norm": "on" if workload.batch_norm else "off",
            "dev_examples": _DEV_EXAMPLES,
            "probe_examples": _DEV_EXAMPLES,
            "evaluate_every": _NEVER,
        }
        session = Session.create(Recipe("bench", str(self._data_file(workload)), values))
        trained = (session.network.layer_sizes, session.prepared.train.X.shape)
        wanted = (workload.sizes, (workload.examples, workload.sizes[0]))
        if trained != wanted:
            raise ValueError(f"the session trains {trained} instead of {wanted}")
        self._session = session

        def make_updates(count: int) -> None:
            why = session.run(steps=count)
            if why != "done":
                raise RuntimeError(why)

        self.turn = Looped(make_updates).turn

    def _data_file(self, workload: Workload) -> Path:
        from dllab.data import Dataset, Examples, write_dataset

        n_x, classes = workload.sizes[0], workload.sizes[-1]
        path = self.folder / f"data-{n_x}-{classes}.h5"
        if not path.exists():
            X, y = raw_data(workload.examples + _DEV_EXAMPLES, n_x, classes)
            names = tuple(map(str, range(classes)))
            # With a test set of its own none is taken from the training examples.
            test = Examples(X[:_DEV_EXAMPLES], y[:_DEV_EXAMPLES])
            write_dataset(path, Dataset("bench", Examples(X, y), test, names, self.image_shape))
        return path

    def close_session(self) -> None:
        """Let go of the session, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def close(self) -> None:
        """Let go of the session and take the data away."""
        self.close_session()
        shutil.rmtree(self.folder, ignore_errors=True)


class Fast(Dllab):
    """The same with the extra ``fast``, which must be there."""

    def prepare(self, workload: Workload) -> None:
        """A new session on data read from a file."""
        from dllab.fast import version

        for package in ("mkl", "numba"):
            if version(package) is None:
                raise ModuleNotFoundError(f"{package} of the extra fast is not installed")
        super().prepare(workload)


class Torch:
    """PyTorch as its documentation teaches it, with the fused Adam; no cost is read back."""

    augmented: Callable[[Any], Any] | None = None
    """What is done to every mini-batch before it is trained on."""

    def __init__(self, threads: int) -> None:
        import torch

        torch.set_num_threads(threads)

    def prepare(self, workload: Workload) -> None:
        """A new model and optimizer."""
        import torch
        from torch import nn

        X, y = map(torch.from_numpy, normalized_data(workload))
        torch.manual_seed(1)
        layers: list[nn.Module] = []
        for n_in, n_out in zip(workload.sizes, workload.sizes[1:], strict=False):
            layers.append(nn.Linear(n_in, n_out, bias=not workload.batch_norm))
            if workload.batch_norm:
                layers.append(nn.BatchNorm1d(n_out))
            layers.append(nn.ReLU())
            if workload.keep_prob < 1:
                layers.append(nn.Dropout(1 - workload.keep_prob))
        while not isinstance(layers[-1], nn.Linear):
            layers.pop()
        layers[-1] = nn.Linear(*workload.sizes[-2:])
        self.train(nn.Sequential(*layers), X, y, workload)

    def train(self, model: Any, X: Any, y: Any, workload: Workload) -> None:
        """Let every turn train this model on these tensors, from a new order of them on."""
        import torch
        from torch import nn

        loss = nn.CrossEntropyLoss()
        optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=True)
        m, batch = workload.examples, workload.mini_batch
        order, position = torch.randperm(m), 0

        def make_updates(count: int) -> None:
            nonlocal order, position
            for _ in range(count):
                if position >= m:
                    order, position = torch.randperm(m), 0
                rows = order[position : position + batch]
                position += batch
                optimizer.zero_grad(set_to_none=True)
                change = self.augmented
                x = X[rows] if change is None else change(X[rows])
                loss(model(x), y[rows]).backward()
                optimizer.step()

        self.turn = Looped(make_updates).turn


class Sklearn:
    """scikit-learn's MLPClassifier: whole calls of ``fit`` of a fixed number of epochs.

    The epochs of a call are chosen to fill a turn; where one epoch takes longer, ``fit`` gets
    fewer rows.
    """

    def prepare(self, workload: Workload) -> None:
        """A new model; ``warm_start`` so that a later call does not draw the weights again."""
        from sklearn.neural_network import MLPClassifier

        if workload.keep_prob < 1 or workload.batch_norm:
            raise ValueError("MLPClassifier has no dropout and no batch norm")
        warnings.simplefilter("ignore")
        self.workload = workload
        self.X, self.y = normalized_data(workload)
        self.model = MLPClassifier(
            hidden_layer_sizes=workload.sizes[1:-1],
            activation="relu",
            solver="adam",
            alpha=0.0,
            batch_size=workload.mini_batch,
            learning_rate_init=LEARNING_RATE,
            shuffle=True,
            early_stopping=False,
            n_iter_no_change=_NEVER,
            warm_start=True,
            random_state=1,
        )
        self._fit(2, 1)
        self.seconds_per_update = self._fit(2, 1)[1] / 2

    def _fit(self, batches: int, epochs: int) -> tuple[int, float]:
        rows = min(batches * self.workload.mini_batch, self.workload.examples)
        self.model.max_iter = epochs
        start = time.perf_counter()
        self.model.fit(self.X[:rows], self.y[:rows])
        return epochs * -(-rows // self.workload.mini_batch), time.perf_counter() - start

    def turn(self, seconds: float) -> tuple[int, float]:
        """Updates made and the time they took."""
        wanted = max(2.0, seconds / self.seconds_per_update)
        whole = -(-self.workload.examples // self.workload.mini_batch)
        batches = min(int(wanted), whole)
        updates, elapsed = self._fit(batches, max(1, int(wanted / batches)))
        self.seconds_per_update = elapsed / updates
        return updates, elapsed


def sgemm_rate(seconds: float) -> float:
    """Best rate of NumPy's product of two 2048 × 2048 matrices in float32, all cores, in flop/s."""
    import numpy as np

    n = 2048
    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((2, n, n), np.float32)
    out = np.empty_like(a)
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end or best == float("inf"):
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * n**3 / best


def versions() -> dict[str, Any]:
    """Versions of everything that decides the figures."""
    import numpy as np
    from threadpoolctl import ThreadpoolController

    found = {}
    for name in (
        "mkl",
        "numba",
        "torch",
        "scikit-learn",
        "h5py",
        "PySide6-Essentials",
        "pyqtgraph",
    ):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    kernels = {i.get("architecture", "") for i in ThreadpoolController().info()} - {""}
    text = f"{blas.get('name')} {blas.get('version')} {' '.join(sorted(kernels))}"
    return {"NumPy": np.__version__, "BLAS": text.strip(), **found}


def rate(peer: Any, seconds: float) -> dict[str, float]:
    """Updates per second of a peer's turn."""
    updates, elapsed = peer.turn(seconds)
    return {"rate": updates / elapsed}


def take_turns(peer: Any, prepare: Answer, turn: Answer, output: TextIO) -> None:
    """Serve until nobody asks any more, then let go of what the peer holds."""
    try:
        serve({"prepare": prepare, "turn": turn}, output)
    finally:
        if isinstance(peer, Dllab):
            peer.close()


def main(name: str) -> None:
    """Be the peer of that name."""
    output = take_output()
    if name == "facts":
        serve({"versions": versions}, output)
        return
    if name == "sgemm":
        serve({"turn": lambda seconds: {"rate": sgemm_rate(seconds)}}, output)
        return
    peer: Any
    if name == "dllab":
        peer = Dllab()
    elif name == "dllab-fast":
        peer = Fast()
    elif name == "sklearn":
        peer = Sklearn()
    else:
        peer = Torch(int(name.removeprefix("torch-")))

    def prepare(workload: int) -> None:
        peer.prepare(WORKLOADS[workload])

    def turn(seconds: float) -> dict[str, Any]:
        return rate(peer, seconds)

    take_turns(peer, prepare, turn, output)


if __name__ == "__main__":
    main(sys.argv[1])
