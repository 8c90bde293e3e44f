"""What a nudge did to the dev cost, as the ledger tells it, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from dllab.training.journal import Entry
from dllab_ui import words

_ROLES = {"better": "best", "worse": "danger", "stopped": "danger"}


@dataclass(frozen=True)
class Verdict:
    """``short`` stands in a table, ``sentence`` in a tooltip; ``role`` is a colour of the theme."""

    word: str
    short: str
    sentence: str

    @property
    def role(self) -> str:
        """The colour that goes with it; the word says it too."""
        return _ROLES.get(self.word, "muted")


def verdict_on(entry: Entry, outcome: Entry | None, twin: Entry | None) -> Verdict | None:
    """The verdict on an intervention; that against the twin wins. None while there is none."""
    if twin is not None and _number(twin.detail.get("difference")):
        return _against_twin(twin)
    return _against_trend(entry, outcome) if outcome is not None else None


def cut_short(between: Entry) -> Verdict:
    """What is said of a nudge that something else came in between with."""
    at, judged = words.count(between.step), "before this nudge could be judged"
    if between.kind == "guard":
        return Verdict("stopped", "stopped", f"The guard stopped step {at} {judged}.")
    if between.kind == "nudge":
        return Verdict("overtaken", "overtaken", f"The next nudge, for step {at}, came {judged}.")
    left = words.count(between.detail.get("from_step", 0))
    return Verdict("left", "left", f"The branch was left at step {left} {judged}.")


def _against_twin(twin: Entry) -> Verdict:
    detail = twin.detail
    difference = words.signed(detail["difference"])
    band = f" ± {words.cost(detail['band'])}" if _number(detail.get("band")) else ""
    word = str(detail.get("verdict", "unclear"))
    short = f"{word} than its twin: {difference}{band}"
    if word not in _ROLES:
        short = f"{word} against its twin: {difference}{band}"
    return Verdict(word, short, twin.note or short)


def _against_trend(entry: Entry, outcome: Entry) -> Verdict | None:
    detail = outcome.detail
    word = str(detail.get("verdict", ""))
    if not word:
        return None
    expected = _trend(detail)
    why = str(detail.get("why", ""))
    costs = f"{words.cost(entry.dev_cost)} → {words.cost(outcome.dev_cost)}"
    after = f" after {words.steps(detail['steps'])}" if _number(detail.get("steps")) else ""
    if expected:
        told = (
            f"The dev cost was expected at {expected} from the evaluations before the nudge "
            f"(95 % band)."
        )
    else:
        told = "Too few evaluations before the nudge say where the dev cost was going."
    return Verdict(
        word,
        f"{word}: expected {expected}" if expected else word,
        f"{word}: dev cost {costs}{after}. {why or told}",
    )


def _trend(detail: Any) -> str:
    if not (_number(detail.get("expected")) and _number(detail.get("band"))):
        return ""
    return f"{words.cost(detail['expected'])} ± {words.cost(detail['band'])}"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
