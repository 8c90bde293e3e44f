"""Steps per second with the window open, against the same training thread without a window."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from displays import displays
from figures import Section, Spread, Target, median_and_error, number, table
from held_up import STRETCH, share_lost
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
about {seconds} s. Steps per second are the median (lowest–highest).

- **kept, turns** is window over headless in the same pair, the median and its standard error:
  single turns on a shared computer differ by far more than what is asked for.
- **kept, updates** is what the window leaves of the time, with its standard error. It compares the
  stretches of {stretch} s of a turn with each other: by how much less training is done where the
  window's thread worked more, for each second of its work, times all of its work. The targets go by
  it, where the turns do not contradict it by more than two standard errors.
- **frames** is how often per second the window took in something new, **window's thread** the
  processor time of the thread that draws as a share of the time.

*offscreen* draws into memory; *Xvfb* is a virtual X server, whose own work falls on the same cores.
784-2048-2048-10 is the mnist recipe with these layers, batch 512 and 1,000 examples each in dev set
and probe."""


def run(quick: bool) -> Section:
    """Measure all recipes on all displays."""
    pairs, settle, seconds = (2, 1.0, 1.5) if quick else (8, 1.0, 3.0)
    rows, targets, notes = [], [], []
    with displays() as found:
        for display, variables in found.items():
            for recipe in RECIPES:
                try:
                    windows, headless = _pairs(recipe, variables, pairs, settle, seconds)
                except PeerError as problem:
                    notes.append(f"Left out: {recipe} on {display}: {problem.short}")
                    print(f"  left out: {problem}", flush=True)
                    continue
                rates = [[turn["rate"] for turn in turns] for turns in (windows, headless)]
                frames, drawing = (
                    Spread.of(turn[name] for turn in windows).median
                    for name in ("frames", "drawing")
                )
                turns, error = median_and_error([a / b for a, b in zip(*rates, strict=True)])
                lost, error_of_lost = share_lost([turn["stretches"] for turn in windows])
                by_turns, kept = _percent(turns, error), _percent(1 - lost, error_of_lost)
                # Where nothing could be seen (NaN), that is not met.
                met = 1 - lost >= SHARE and turns + 2 * error >= SHARE
                rows.append(
                    [f"{recipe}, {display}", *map(str, map(Spread.of, rates)), by_turns, kept,
                     number(frames), f"{drawing:.1%}"]
                )  # fmt: skip
                asked = f"{recipe}, {display}: at least {SHARE:.0%} of the headless steps"
                found_here = f"{kept} by the updates, {by_turns} by the turns"
                targets.append(Target(asked, found_here, met))
                print(f"  {' | '.join(rows[-1])}", flush=True)
    head = ("recipe", "window, steps/s", "headless, steps/s", "kept, turns", "kept, updates",
            "frames", "window's thread")  # fmt: skip
    words = WORDS.format(
        pairs=pairs, settle=number(settle), seconds=number(seconds), stretch=number(STRETCH)
    )
    return Section(TITLE, "\n\n".join([table(head, rows), words, *notes]), tuple(targets))


def _percent(share: float, error: float) -> str:
    return f"{share:.1%} ± {error:.1%}"


def _pairs(
    recipe: str, variables: dict[str, str], pairs: int, settle: float, seconds: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The turns with the window, and those without."""
    turns: dict[str, list[dict[str, Any]]] = {mode: [] for mode in _MODES}
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
                turns[mode].append(peers[mode].ask("turn", settle=settle, seconds=seconds))
    return turns["window"], turns["headless"]
