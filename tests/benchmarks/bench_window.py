"""Steps per second with the window open, against the same training thread without a window."""

from __future__ import annotations

import time
from contextlib import ExitStack

from displays import displays
from figures import Section, Spread, Target, number, ratios, table
from peers import Peer, PeerError
from workloads import RECIPES

TITLE = "Watching"
SHARE = 0.95
_MODES = ("window", "headless")

WORDS = """\
Two processes take turns, {pairs} pairs, the other one first in every second pair: one with the real
window (1280 × 800, all docks, live curves, nobody touching it), one with the same Qt application
and the same training thread but no window. Both train the recipe as it is, evaluation and autosave
included; a turn settles for {settle} s and then counts a whole number of evaluation intervals over
about {seconds} s. Figures are the median (lowest–highest); **kept** is window over headless in the
same pair, **frames** how often per second the window took in something new, **window's thread** the
processor time of the thread that draws as a share of the time. *offscreen* draws into memory;
*Xvfb* is a virtual X server, whose own work falls on the same cores. 784-2048-2048-10 is the mnist
recipe with these layers, batch 512 and 1,000 examples each in dev set and probe."""


def run(quick: bool) -> Section:
    """Measure all recipes on all displays."""
    pairs, settle, seconds = (2, 1.0, 1.5) if quick else (5, 1.0, 3.0)
    rows, targets, notes = [], [], []
    with displays() as found:
        for display, variables in found.items():
            for recipe in RECIPES:
                try:
                    rates = _pairs(recipe, variables, pairs, settle, seconds)
                except PeerError as error:
                    notes.append(f"Left out: {recipe} on {display}: {error.short}")
                    print(f"  left out: {error}", flush=True)
                    continue
                window, headless = rates["window"], rates["headless"]
                frames, drawing = (Spread.of(rates[name]) for name in ("frames", "drawing"))
                kept = ratios(window, headless)
                rows.append(
                    [f"{recipe}, {display}", str(Spread.of(window)), str(Spread.of(headless)),
                     f"{kept.times(100)} %", number(frames.median), f"{drawing.median:.1%}"]
                )  # fmt: skip
                asked = f"{recipe}, {display}: at least {SHARE:.0%} of the headless steps"
                targets.append(Target(asked, f"{kept.times(100)} %", kept.median >= SHARE))
                print(f"  {' | '.join(rows[-1])}", flush=True)
    head = ("recipe", "window, steps/s", "headless, steps/s", "kept", "frames",
            "window's thread")  # fmt: skip
    words = WORDS.format(pairs=pairs, settle=number(settle), seconds=number(seconds))
    return Section(TITLE, "\n\n".join([table(head, rows), words, *notes]), tuple(targets))


def _pairs(
    recipe: str, variables: dict[str, str], pairs: int, settle: float, seconds: float
) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {n: [] for n in ("window", "headless", "frames", "drawing")}
    with ExitStack() as stack:
        peers = {
            mode: stack.enter_context(Peer("worker_window.py", mode, recipe, extra=variables))
            for mode in _MODES
        }
        for peer in peers.values():
            peer.ask("start")
        for peer in peers.values():
            peer.ask("turn", settle=settle, seconds=min(seconds, 1.0))
        for pair in range(pairs):
            for mode in _MODES if pair % 2 == 0 else _MODES[::-1]:
                time.sleep(0.2)
                answer = peers[mode].ask("turn", settle=settle, seconds=seconds)
                rates[mode].append(answer["rate"])
                if mode == "window":
                    rates["frames"].append(answer["frames"])
                    rates["drawing"].append(answer["drawing"])
    return rates
