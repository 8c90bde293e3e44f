"""From coarse to fine: the region of the best trials, to sample again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dllab.errors import SearchError
from dllab.search import scales
from dllab.search.dimension import Choices, Dimension, Span
from dllab.search.plan import Plan
from dllab.search.space import SearchSpace
from dllab.search.trial import Trial, ranking

BEST_SHARE = 0.25
_FEWEST = 2


def zoomed(plan: Plan, trials: Iterable[Trial], share: float = BEST_SHARE) -> Plan:
    """The plan of the next round: the same, around the best ``share`` of the trials.

    The new region is the box, in the coordinates of each scale, around the best trials (two at
    least), wider on both sides by the mean distance of neighbouring trials: that far an optimum may
    hide. It lies inside the old one. Of choices, those of the best trials stay.

    Raises
    ------
    SearchError
        If fewer than two trials are done.
    """
    done = ranking(trials)
    if len(done) < _FEWEST:
        raise SearchError(
            f"To zoom in, at least {_FEWEST} trials must be done; there "
            f"{'is 1' if len(done) == 1 else 'is none'}. Give the search more trials or gentler "
            f"ranges."
        )
    best = done[: max(_FEWEST, math.ceil(share * len(done)))]
    dimensions = tuple(_around(dimension, best, len(done)) for dimension in plan.space)
    return replace(plan, space=SearchSpace(dimensions), round=plan.round + 1)


def _around(dimension: Dimension, best: Sequence[Trial], done: int) -> Dimension:
    values = [trial.values[dimension.key] for trial in best]
    if isinstance(dimension, Choices):
        kept = tuple(option for option in dimension.options if option in values)
        return replace(dimension, options=kept)
    start, end = dimension.ends
    margin = (end - start) / (done + 1)
    places = [dimension.place(value) for value in values]
    low = _value(dimension, max(start, min(places) - margin))
    high = _value(dimension, min(end, max(places) + margin))
    if dimension.record.kind == "int":
        low, high = math.floor(low + 1e-9), math.ceil(high - 1e-9)
        if dimension.scale == "power-of-two":
            low = 2 ** math.floor(math.log2(low) + 1e-12)
            high = 2 ** math.ceil(math.log2(high) - 1e-12)
    else:
        assert dimension.scale is not None
        low, high = scales.rounded_out(dimension.scale, low, high)
    return replace(
        dimension,
        low=max(dimension.low, min(low, *values)),
        high=min(dimension.high, max(high, *values)),
    )


def _value(span: Span, place: float) -> float:
    assert span.scale is not None
    return scales.value_at(span.scale, place)
