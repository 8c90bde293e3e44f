"""Training the trials of a plan, one after another, in memory and on the same data."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from typing import Any

from dllab.diagnosis.progress import Cancelled, Progress
from dllab.errors import DllabError
from dllab.search.plan import Plan
from dllab.search.trial import Status, Trial
from dllab.training.prepare import Prepared, build_network, prepare
from dllab.training.session import Session
from dllab.training.store import MemoryStore

OnTrial = Callable[[Trial], None]

# Between two looks at the progress: long enough to cost nothing, short enough to cancel at once.
_BETWEEN_REPORTS = 0.05
_MOST_STEPS = 4096


def run_search(
    plan: Plan,
    progress: Progress | None = None,
    on_trial: OnTrial | None = None,
    *,
    prepared: Prepared | None = None,
    done: Collection[int] = (),
) -> list[Trial]:
    """Train every trial of the plan; a trial that diverges is written down and the search goes on.

    Parameters
    ----------
    progress:
        Told the share of the search done; cancels it between two updates.
    on_trial:
        Called with each trial as it ends, also with the one that was cancelled half-way.
    prepared:
        The recipe's data, if it has been read already. It is read once, never per trial.
    done:
        Numbers of trials to leave out.

    Raises
    ------
    Cancelled
        If ``progress`` was cancelled.
    DllabError
        If the recipe's data cannot be had.
    """
    progress = progress or Progress()
    if prepared is None:
        progress.report(0.0, f"reading {plan.recipe.source}")
        prepared = prepare(plan.recipe)
    trials: list[Trial] = []
    numbered = list(enumerate(plan.draw(), start=1))
    for number, values in numbered:
        if number in done:
            continue
        trial = _train(plan, number, values, prepared, progress)
        if trial.steps or trial.is_final:
            trials.append(trial)
            if on_trial is not None:
                on_trial(trial)
        if not trial.is_final:
            raise Cancelled("The search was cancelled.")
    progress.report(1.0, f"{plan.trials:,} trials")
    return trials


def _train(
    plan: Plan, number: int, values: dict[str, Any], prepared: Prepared, progress: Progress
) -> Trial:
    try:
        session = _in_memory(plan, values, prepared)
    except DllabError as error:
        return Trial(number, values, "refused", note=str(error))
    with session:
        status, note = _drive(session, plan, number, progress)
        return _result(session, number, values, status, note)


def _in_memory(plan: Plan, values: dict[str, Any], prepared: Prepared) -> Session:
    recipe = plan.recipe_of(values)
    session = Session(recipe, prepared, build_network(recipe, prepared), MemoryStore())
    session.history.begin("main")
    session.watch.record_knobs()
    return session


def _drive(session: Session, plan: Plan, number: int, progress: Progress) -> tuple[Status, str]:
    total = plan.steps or (plan.epochs or 0) * session.trainer.steps_per_epoch
    steps = 1
    try:
        while session.step < total:
            share = (number - 1 + session.step / total) / plan.trials
            progress.report(
                share, f"trial {number:,} of {plan.trials:,} · step {session.step:,} of {total:,}"
            )
            began = time.perf_counter()
            answer = session.run(steps=min(steps, total - session.step))
            if session.guard is not None:
                return "diverged", session.guard.message
            if answer != "done":
                return "done", answer
            quick = time.perf_counter() - began < _BETWEEN_REPORTS / 2
            steps = min(_MOST_STEPS, 2 * steps) if quick else max(1, steps // 2)
    except Cancelled:
        return "cancelled", f"Cancelled at step {session.step:,} of {total:,}."
    return "done", ""


def _result(
    session: Session, number: int, values: dict[str, Any], status: Status, note: str
) -> Trial:
    best = session.watch.best_dev
    found = [(best.cost, best.error, best.step)] if best is not None else []
    end: tuple[float | None, float | None] = (None, None)
    if status != "diverged" and session.step:
        last = session.evaluate("dev")
        if math.isfinite(last.cost):
            end = (last.cost, last.error)
            found.append((last.cost, last.error, session.step))
        else:
            status, note = "diverged", f"The dev cost is {last.cost} at step {session.step:,}."
    cost, error, step = min(found) if found else (None, None, 0)
    seconds = round(session.trainer.seconds, 3)
    return Trial(number, values, status, cost, error, step, *end, session.step, seconds, note)
