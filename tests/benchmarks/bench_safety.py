"""What nudges with their safety points take from training, on every built-in recipe."""

from __future__ import annotations

from figures import Section, Spread, Target, median_and_error, number, table
from peers import Peer
from worker_safety import SECONDS

from dllab.recipe import builtin_recipes

TITLE = "Safety points"
MOST = 0.03
SURE = 0.001
"""The standard error at which a recipe's nudges may end: it does not look at the cost itself, so
that a lucky figure is not kept and an unlucky one not tried again."""

WORDS = """\
**cost** is the time that a nudge with its safety point, made and written, takes from training, if
there is one a second. From the nudge on, for {milliseconds:.0f} ms and until all is written, the
steps are counted, against the time that as many take just before and just after; without
evaluations. It is the median of as many **nudges** as give a standard error of {sure:.1%}, but
{fewest} to {most}, since single ones on a shared computer differ by far more. **held** is how long
the nudge keeps the training thread."""


def run(quick: bool) -> Section:
    """Measure every built-in recipe."""
    fewest, most = (10, 10) if quick else (40, 300)
    rows, costs = [], {}
    for recipe in builtin_recipes():
        with Peer("worker_safety.py", recipe) as peer:
            if not peer.ask("facts")["trains"]:
                continue
            moments: list[dict[str, float]] = []
            while len(moments) < fewest or (len(moments) < most and _cost(moments)[1] > SURE):
                moments.append(peer.ask("moment"))
        cost, error = _cost(moments)
        costs[recipe] = cost
        held = Spread.of(moment["held"] for moment in moments).times(1e3)
        steps = number(Spread.of(moment["rate"] for moment in moments).median)
        rows.append([recipe, steps, f"{cost:.1%} ± {error:.1%}", str(len(moments)), str(held)])
        print(f"  {' | '.join(rows[-1])}", flush=True)
    worst = max(costs, key=lambda name: costs[name])
    target = Target(
        f"one safety point a second costs less than {MOST:.0%} of the steps on every recipe",
        f"at worst {costs[worst]:.1%} ({worst})",
        costs[worst] < MOST,
    )
    body = table(("recipe", "steps/s", "cost of one a second", "nudges", "held, ms"), rows)
    words = WORDS.format(milliseconds=1e3 * SECONDS, fewest=fewest, most=most, sure=SURE)
    return Section(TITLE, f"{body}\n\n{words}", (target,))


def _cost(moments: list[dict[str, float]]) -> tuple[float, float]:
    """The share of a second that a nudge takes, and its standard error."""
    return median_and_error([moment["lost"] for moment in moments])
