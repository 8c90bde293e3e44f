"""Updates per second: dllab, PyTorch with one and two threads, scikit-learn, in turns."""

from __future__ import annotations

import time
from contextlib import ExitStack

from figures import Section, Spread, Target, number, ratios, table
from peers import Peer, PeerError
from workloads import WORKLOADS, Workload

TITLE = "Updates per second"
_TORCH = ("torch-1", "torch-2")
_OWN = {"dllab": "off", "dllab-fast": "on"}
_WAYS = {"dllab": "as everybody installs it", "dllab-fast": "with the extra fast"}
_BREATH = 0.1

WORDS = """\
Each peer is a process of its own that stays alive; they take turns of about {seconds} s, {rounds}
rounds, another one first in every round, after a warm-up. Figures are the median over the rounds
(lowest–highest). All peers: Adam, ReLU, softmax cross-entropy, float32, the same {examples}
examples (1,000 of the two-dimensional ones), a new order every epoch, each mini-batch gathered from
the whole array.

- **dllab** is `Session.run` on a session in memory: what a person gets, with the cost and error of
  every update kept, the finite-number guard before every commit and the clock; evaluation is off.
  It has what everybody installs: NumPy with its OpenBLAS.
- **dllab, fast** is the same with the extra `fast`: larger products by MKL, whose products PyTorch
  has built in, and Adam in one compiled pass, as PyTorch's fused Adam makes it. All other parts of
  these results are without it.
- **PyTorch 1, 2** is `nn.Sequential`, `CrossEntropyLoss`, `Adam(fused=True)` in eager mode with one
  and two threads. It does not read its cost back and checks nothing.
- **scikit-learn** is `MLPClassifier.fit` for a fixed number of epochs with BLAS on all cores,
  where a whole epoch is too long on fewer rows; it has neither dropout nor batch norm.
- **ratio** is dllab over the better of PyTorch 1 and 2 *in the same round*; the targets go by the
  better of the two ways of installing dllab, and name both.
- **of sgemm** is the rate of floating-point operations of the matrix products alone (forward,
  ∂J/∂W, ∂J/∂a) as a share of the best rate at which NumPy multiplies two 2048 × 2048 matrices on
  all cores, measured in the same rounds; of dllab the better of the two."""


def run(quick: bool) -> Section:
    """Measure all workloads."""
    rounds, seconds = (3, 0.3) if quick else (11, 0.4)
    rows, targets, notes = [], [], []
    with ExitStack() as stack:
        peers = {
            name: stack.enter_context(
                Peer("worker_updates.py", name, extra={"DLLAB_FAST": _OWN.get(name, "off")})
            )
            for name in (*_OWN, *_TORCH, "sklearn", "sgemm")
        }
        for number_, workload in enumerate(WORKLOADS):
            there = _prepare(peers, number_, workload, notes)
            rates = _rounds(peers, there, rounds, seconds)
            row, target = _row(workload, rates)
            rows.append(row)
            targets += target
            print(f"  {' | '.join(row)}", flush=True)
    head = ("network", "dllab", "dllab, fast", "PyTorch 1", "PyTorch 2", "scikit-learn", "ratio",
            "ratio, fast", "of sgemm", "PyTorch of sgemm")  # fmt: skip
    words = WORDS.format(rounds=rounds, seconds=number(seconds), examples="20,000")
    body = "\n\n".join([table(head, rows), words, *(f"Left out: {note}" for note in notes)])
    return Section(TITLE, body, tuple(targets))


def _prepare(
    peers: dict[str, Peer], number_: int, workload: Workload, notes: list[str]
) -> list[str]:
    there = []
    for name, peer in peers.items():
        if name == "sklearn" and (workload.keep_prob < 1 or workload.batch_norm):
            continue
        if name != "sgemm":
            try:
                peer.ask("prepare", workload=number_)
            except PeerError as error:
                if name == "dllab":
                    raise
                notes.append(f"{workload.name}: {error.short}")
                continue
        there.append(name)
    return there


def _rounds(
    peers: dict[str, Peer], there: list[str], rounds: int, seconds: float
) -> dict[str, list[float]]:
    for name in there:
        peers[name].ask("turn", seconds=min(seconds, 0.5))
    rates: dict[str, list[float]] = {name: [] for name in there}
    for round_ in range(rounds):
        first = round_ % len(there)
        for name in (*there[first:], *there[:first]):
            # Threads of the peer before may still spin for a moment.
            time.sleep(_BREATH)
            turn = min(seconds, 0.5) if name == "sgemm" else seconds
            rates[name].append(peers[name].ask("turn", seconds=turn)["rate"])
    return rates


def _row(workload: Workload, rates: dict[str, list[float]]) -> tuple[list[str], list[Target]]:
    sgemm = rates["sgemm"]
    torch = [rates[name] for name in _TORCH if name in rates]
    best = [max(one) for one in zip(*torch, strict=True)]
    cells = [
        str(Spread.of(rates[name])) if name in rates else "" for name in (*_OWN, *_TORCH, "sklearn")
    ]
    found = {name: ratios(rates[name], best) for name in _OWN if name in rates and best}
    own = max(
        (name for name in _OWN if name in rates), key=lambda name: Spread.of(rates[name]).median
    )
    cells += [str(found.get(name, "")) for name in _OWN]
    shares = [
        f"{ratios(some, sgemm).times(100 * workload.flops).median:.1f} %" if some else ""
        for some in (rates[own], best)
    ]
    row = [workload.name, *cells, *shares]
    if not best or not workload.target:
        return row, []
    asked = f"{workload.name}: at least {workload.target:.1f} × PyTorch"
    words = "; ".join(f"{found[name]} × {_WAYS[name]}" for name in _OWN if name in found)
    return row, [Target(asked, words, found[own].median >= workload.target)]
