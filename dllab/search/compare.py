"""Two searches beside each other: good values go stale as data, code and machines change."""

from __future__ import annotations

from dataclasses import dataclass

from dllab.search.opening import Search
from dllab.search.trial import Trial


@dataclass(frozen=True)
class Pair:
    """Two trials of the same values."""

    one: Trial
    other: Trial

    @property
    def difference(self) -> float | None:
        """Best dev error of ``one`` minus that of ``other``, or None where one has none."""
        if self.one.best_dev_error is None or self.other.best_dev_error is None:
            return None
        return self.one.best_dev_error - self.other.best_dev_error


@dataclass(frozen=True)
class Comparison:
    """What two searches have in common, and where they part.

    ``pairs`` are the trials with the same values and the same length in both.
    """

    one: Search
    other: Search
    pairs: tuple[Pair, ...]

    @property
    def same_plan(self) -> bool:
        """Whether one is the other, run again."""
        return self.one.plan == self.other.plan

    @property
    def same_data(self) -> bool:
        """Whether both saw the same examples."""
        return self.one.data_fingerprint == self.other.data_fingerprint

    @property
    def largest_difference(self) -> float:
        """The largest difference in best dev error between two trials of the same values."""
        return max((abs(p.difference) for p in self.pairs if p.difference is not None), default=0.0)

    @property
    def changed(self) -> int:
        """How many pairs differ in status, dev cost or dev error."""
        return sum(
            (p.one.status, p.one.best_dev_cost, p.one.best_dev_error)
            != (p.other.status, p.other.best_dev_cost, p.other.best_dev_error)
            for p in self.pairs
        )

    @property
    def words(self) -> str:
        """One or two sentences that say it."""
        best = [_best(self.one), _best(self.other)]
        text = f"Best here {best[0]}, there {best[1]}."
        if not self.same_data:
            text += " The data is not the same."
        if not self.pairs:
            return text
        trials = "1 trial" if len(self.pairs) == 1 else f"{len(self.pairs):,} trials"
        if not self.changed:
            return f"{text} {trials} of the same values came out the same."
        return (
            f"{text} Of {trials} of the same values {self.changed:,} came out otherwise, by up to "
            f"{100 * self.largest_difference:.2f} points of dev error."
        )


def compare(one: Search, other: Search) -> Comparison:
    """Lay two searches beside each other."""
    pairs: list[Pair] = []
    if (one.plan.epochs, one.plan.steps) == (other.plan.epochs, other.plan.steps):
        there = {_key(trial): trial for trial in other.trials if trial.is_final}
        pairs = [
            Pair(trial, there[_key(trial)])
            for trial in one.trials
            if trial.is_final and _key(trial) in there
        ]
    return Comparison(one, other, tuple(pairs))


def _key(trial: Trial) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(trial.values.items()))


def _best(search: Search) -> str:
    best = search.best
    if best is None or best.best_dev_error is None:
        return "none"
    return f"{100 * best.best_dev_error:.2f} % (trial {best.number})"
