"""What nudges with their safety points take from training, on every built-in recipe."""

from __future__ import annotations

from figures import Section, Spread, Target, median_and_error, number, table
from peers import Peer
from worker_safety import SECONDS

from dllab.recipe import builtin_recipes

TITLE = "Safety points"
MOST = 0.03

WORDS = """\
Steps per second of a turn of {seconds} s in which a knob is nudged, and a safety point made and
written, against a turn without; {pairs} of each, alternating, without evaluation.
**cost** is the time lost by that to one a second: the median of the pairs, and its standard error,
since single turns on a shared computer differ by far more. **held** is how long the nudge keeps the
training thread."""


def run(quick: bool) -> Section:
    """Measure every built-in recipe."""
    pairs = 6 if quick else 24
    rows, costs = [], {}
    for recipe in builtin_recipes():
        with Peer("worker_safety.py", recipe) as peer:
            if not peer.ask("facts")["trains"]:
                continue
            turns: dict[bool, list[dict[str, float]]] = {True: [], False: []}
            for number_of_pair in range(pairs):
                for nudge in (True, False) if number_of_pair % 2 else (False, True):
                    turns[nudge].append(peer.ask("turn", nudge=nudge))
        rates = {nudge: [turn["rate"] for turn in made] for nudge, made in turns.items()}
        lost = [SECONDS * (1 - a / b) for a, b in zip(rates[True], rates[False], strict=True)]
        cost, error = median_and_error(lost)
        costs[recipe] = cost
        held = Spread.of(turn["held"] for turn in turns[True]).times(1e3)
        rows.append(
            [recipe, number(Spread.of(rates[False]).median), f"{cost:.1%} ± {error:.1%}", str(held)]
        )
        print(f"  {' | '.join(rows[-1])}", flush=True)
    worst = max(costs, key=lambda name: costs[name])
    target = Target(
        f"one safety point a second costs less than {MOST:.0%} of the steps on every recipe",
        f"at worst {costs[worst]:.1%} ({worst})",
        costs[worst] < MOST,
    )
    body = table(("recipe", "steps/s", "cost of one a second", "held, ms"), rows)
    words = WORDS.format(pairs=pairs, seconds=number(SECONDS))
    return Section(TITLE, f"{body}\n\n{words}", (target,))
