"""What augmentation costs: updates per second with it against without, dllab and PyTorch."""

from __future__ import annotations

import time
from contextlib import ExitStack

from figures import Section, Spread, Target, number, ratios, table
from peers import Peer, PeerError
from workloads import Workload

TITLE = "Augmentation"
_TORCH = ("torch-1", "torch-2")
_BREATH = 0.1
_NETWORKS = (Workload((784, 800, 10), 64), Workload((784, 128, 10), 64))
_AUGMENTATIONS: dict[str, dict[str, float]] = {
    "none": {},
    "noise": {"augment_noise": 0.1},
    "affine": {
        "augment_shift": 2.0,
        "augment_rotation": 15.0,
        "augment_zoom": 0.15,
        "augment_shear": 10.0,
    },
    "elastic": {"augment_elastic": 34.0, "augment_elastic_sigma": 4.0},
}
# Of the speed without augmentation.
_ASKED = {("784-800-10, batch 64", "elastic"): 0.5}

WORDS = """\
Updates per second on images of 28 × 28 in float32, Adam, turns of about {seconds} s, {rounds}
rounds. Every mini-batch is augmented anew.

{strengths}

- **dllab** is `Session.run`; the strengths are nudged from turn to turn.
- **PyTorch 1, 2** (threads) does the same with `affine_grid`, two `conv2d` for the Gaussian,
  `grid_sample` and `randn`, on the mini-batch, in the training loop.
- **keeps** is the speed with augmentation over the speed without, *in the same round*.
- **ratio** is dllab over the better of PyTorch 1 and 2 in the same round."""


def run(quick: bool) -> Section:
    """Measure every network with every augmentation."""
    rounds, seconds = (3, 0.3) if quick else (7, 0.5)
    rows, targets, notes = [], [], []
    with ExitStack() as stack:
        peers = {
            name: stack.enter_context(Peer("worker_augmentation.py", name))
            for name in ("dllab", *_TORCH)
        }
        for workload in _NETWORKS:
            there = {}
            for name, peer in peers.items():
                try:
                    peer.ask("prepare", sizes=workload.sizes, mini_batch=workload.mini_batch)
                except PeerError as error:
                    if name == "dllab":
                        raise
                    notes.append(f"{workload.name}: {error.short}")
                    continue
                there[name] = peer
            rates = _rounds(there, rounds, seconds)
            for augmentation in _AUGMENTATIONS:
                rows.append(_row(workload.name, augmentation, rates))
                print(f"  {' | '.join(rows[-1])}", flush=True)
                targets += _targets(workload.name, augmentation, rates)
    head = ("network", "augmentation", "dllab", "keeps", "PyTorch 1", "PyTorch 2", "keeps", "ratio")
    strengths = "\n".join(
        f"- *{name}*: {', '.join(f'{key} {value:g}' for key, value in values.items())}"
        for name, values in _AUGMENTATIONS.items()
        if values
    )
    words = WORDS.format(rounds=rounds, seconds=number(seconds), strengths=strengths)
    body = "\n\n".join([table(head, rows), words, *(f"Left out: {note}" for note in notes)])
    return Section(TITLE, body, tuple(targets))


Rates = dict[tuple[str, str], list[float]]


def _rounds(peers: dict[str, Peer], rounds: int, seconds: float) -> Rates:
    turns = [(name, augmentation) for name in peers for augmentation in _AUGMENTATIONS]
    for name, augmentation in turns:
        peers[name].ask("turn", values=_AUGMENTATIONS[augmentation], seconds=min(seconds, 0.3))
    rates: Rates = {turn: [] for turn in turns}
    for round_ in range(rounds):
        first = round_ * len(_AUGMENTATIONS) % len(turns)
        for name, augmentation in (*turns[first:], *turns[:first]):
            # Threads of the peer before may still spin for a moment.
            time.sleep(_BREATH)
            answer = peers[name].ask("turn", values=_AUGMENTATIONS[augmentation], seconds=seconds)
            rates[name, augmentation].append(answer["rate"])
    return rates


def _best_torch(rates: Rates, augmentation: str) -> list[float]:
    torch = [rates[name, augmentation] for name in _TORCH if (name, augmentation) in rates]
    return [max(one) for one in zip(*torch, strict=True)]


def _row(network: str, augmentation: str, rates: Rates) -> list[str]:
    own, torch = rates["dllab", augmentation], _best_torch(rates, augmentation)
    cells = [
        str(Spread.of(rates[name, augmentation])) if (name, augmentation) in rates else ""
        for name in _TORCH
    ]
    kept = str(ratios(own, rates["dllab", "none"]))
    torch_kept = str(ratios(torch, _best_torch(rates, "none"))) if torch else ""
    ratio = str(ratios(own, torch)) if torch else ""
    return [network, augmentation, str(Spread.of(own)), kept, *cells, torch_kept, ratio]


def _targets(network: str, augmentation: str, rates: Rates) -> list[Target]:
    asked = _ASKED.get((network, augmentation))
    if asked is None:
        return []
    kept = ratios(rates["dllab", augmentation], rates["dllab", "none"])
    text = f"{network}, {augmentation}: at least {asked:.1f} of the speed without augmentation"
    return [Target(text, str(kept), kept.median >= asked)]
