"""What nudges with their safety points take from training, on every built-in recipe."""

from __future__ import annotations

from figures import Section, Spread, Target, number, ratios, table
from peers import Peer

from dllab.recipe import builtin_recipes

TITLE = "Safety points"
MOST = 0.03

WORDS = """\
Steps per second of a turn of one second in which a knob is nudged, and a safety point made, against
a turn without; {pairs} of each, alternating. **held** is how long the nudge keeps the training
thread. On a shared computer single turns differ by far more than the cost, so the median counts."""


def run(quick: bool) -> Section:
    """Measure every built-in recipe."""
    pairs = 3 if quick else 5
    rows, medians = [], {}
    for recipe in builtin_recipes():
        with Peer("worker_safety.py", recipe) as peer:
            if not peer.ask("facts")["trains"]:
                continue
            turns: dict[bool, list[dict[str, float]]] = {True: [], False: []}
            for number_of_pair in range(pairs):
                for nudge in (True, False) if number_of_pair % 2 else (False, True):
                    turns[nudge].append(peer.ask("turn", nudge=nudge))
        rates = {nudge: [turn["rate"] for turn in made] for nudge, made in turns.items()}
        kept = ratios(rates[True], rates[False])
        held = Spread.of(turn["held"] for turn in turns[True]).times(1e3)
        medians[recipe] = kept.median
        rows.append([recipe, number(Spread.of(rates[False]).median), str(kept), str(held)])
        print(f"  {' | '.join(rows[-1])}", flush=True)
    worst = min(medians, key=lambda name: medians[name])
    target = Target(
        f"one safety point a second costs less than {MOST:.0%} of the steps on every recipe",
        f"at worst {1 - medians[worst]:.1%} ({worst})",
        medians[worst] > 1 - MOST,
    )
    body = table(("recipe", "steps/s", "kept with one a second", "held, ms"), rows)
    return Section(TITLE, f"{body}\n\n{WORDS.format(pairs=pairs)}", (target,))
