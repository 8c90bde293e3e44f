"""What nudges with their safety points take from training, on every built-in recipe."""

from __future__ import annotations

from figures import Section, Spread, Target, median_and_error, number, table
from peers import Peer
from worker_safety import SECONDS

from dllab.recipe import builtin_recipes

Turn = dict[str, float]

TITLE = "Safety points"
MOST = 0.03
SURE = 0.004
"""The standard error at which a recipe's turns may end: it does not look at the cost itself, so
that a lucky figure is not kept and an unlucky one not tried again."""

WORDS = """\
Steps per second of a turn of {seconds} s in which a knob is nudged, and a safety point made and
written, against a turn without, alternating, without evaluation; {fewest} **pairs** or more, until
the standard error is {sure:.1%} of a second, at most {most}.
**cost** is the time lost by that to one a second: the median of the pairs, and its standard error,
since single turns on a shared computer differ by far more. **held** is how long the nudge keeps the
training thread."""


def run(quick: bool) -> Section:
    """Measure every built-in recipe."""
    fewest, most = (6, 6) if quick else (24, 120)
    rows, costs = [], {}
    for recipe in builtin_recipes():
        with Peer("worker_safety.py", recipe) as peer:
            if not peer.ask("facts")["trains"]:
                continue
            pairs = [_pair(peer, nudge_first=False), _pair(peer, nudge_first=True)]
            while len(pairs) < fewest or (len(pairs) < most and _cost(pairs)[1] > SURE):
                pairs.append(_pair(peer, nudge_first=len(pairs) % 2 == 1))
        cost, error = _cost(pairs)
        costs[recipe] = cost
        held = Spread.of(nudged["held"] for nudged, _ in pairs).times(1e3)
        steps = number(Spread.of(left["rate"] for _, left in pairs).median)
        rows.append([recipe, steps, f"{cost:.1%} ± {error:.1%}", str(len(pairs)), str(held)])
        print(f"  {' | '.join(rows[-1])}", flush=True)
    worst = max(costs, key=lambda name: costs[name])
    target = Target(
        f"one safety point a second costs less than {MOST:.0%} of the steps on every recipe",
        f"at worst {costs[worst]:.1%} ({worst})",
        costs[worst] < MOST,
    )
    body = table(("recipe", "steps/s", "cost of one a second", "pairs", "held, ms"), rows)
    words = WORDS.format(seconds=number(SECONDS), fewest=fewest, most=most, sure=SURE)
    return Section(TITLE, f"{body}\n\n{words}", (target,))


def _pair(peer: Peer, nudge_first: bool) -> tuple[Turn, Turn]:
    """A turn with a nudge and one without."""
    made = {nudge: peer.ask("turn", nudge=nudge) for nudge in (nudge_first, not nudge_first)}
    return made[True], made[False]


def _cost(pairs: list[tuple[Turn, Turn]]) -> tuple[float, float]:
    """The share of a second that one nudge a second takes, and its standard error."""
    return median_and_error(
        [SECONDS * (1 - nudged["rate"] / left["rate"]) for nudged, left in pairs]
    )
