"""``dllab search``: random search without a window."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dllab.cli.begin import recipe_called, with_settings
from dllab.cli.usage import UsageError
from dllab.in_words import percent
from dllab.recipe import Recipe
from dllab.search import (
    Plan,
    Search,
    SearchSpace,
    Trial,
    compare,
    new_search_folder,
    open_search,
    parse_range,
    ranking,
    search_into,
    suggested_epochs,
    suggested_space,
    zoomed,
)

_SHOWN = 10


def search(options: argparse.Namespace) -> int:
    """Train the trials that the options ask for, and print them, best first.

    Raises
    ------
    DllabError
        If the search cannot be planned, run or kept.
    """
    known = _known(options)
    plan = _plan(options, known)
    anew = known is None or options.zoom or options.again
    if not anew:
        assert known is not None
        folder = known.folder or Path(options.what)
    elif options.folder is not None:
        folder = Path(options.folder)
    else:
        folder = new_search_folder(plan.recipe.name)
    _introduce(plan, folder)
    found = search_into(folder, plan, on_trial=lambda trial: print(_line(plan, trial), flush=True))
    _conclude(found)
    if options.again and known is not None:
        print(compare(found, known).words)
    return 0


def _known(options: argparse.Namespace) -> Search | None:
    if not (Path(options.what) / "search.toml").is_file():
        if options.zoom or options.again:
            raise UsageError(
                f"{options.what} is no search; --zoom and --again need the folder of one."
            )
        return None
    for name in ("over", "changes", "epochs", "steps", "seed"):
        if getattr(options, name):
            raise UsageError(
                f"{options.what} is a search with a plan of its own; leave out "
                f"--{'set' if name == 'changes' else name}, or start from its recipe."
            )
    if not options.zoom and (options.trials or options.folder) and not options.again:
        raise UsageError("--trials and --folder are for a new search; add --zoom or --again.")
    return open_search(Path(options.what))


def _plan(options: argparse.Namespace, known: Search | None) -> Plan:
    if known is None:
        return _new_plan(options)
    for notice in known.notices:
        print(notice)
    if options.zoom:
        return replace(zoomed(known.plan, known.trials), trials=options.trials or known.plan.trials)
    return known.plan


def _new_plan(options: argparse.Namespace) -> Plan:
    recipe = with_settings(recipe_called(options.what), options.changes)
    epochs = None if options.steps else options.epochs or suggested_epochs(recipe)
    return Plan(
        recipe,
        _space(options.over, recipe),
        trials=options.trials or 20,
        epochs=epochs,
        steps=options.steps,
        seed=1 if options.seed is None else options.seed,
    )


def _space(ranges: Sequence[str], recipe: Recipe) -> SearchSpace:
    if not ranges:
        return suggested_space(recipe)
    return SearchSpace(tuple(parse_range(text) for text in ranges))


def _introduce(plan: Plan, folder: Path) -> None:
    print(
        f"{plan.recipe.name}, round {plan.round}: {plan.trials:,} trials of {plan.length}, "
        f"seed {plan.seed}"
    )
    for dimension in plan.space:
        print(f"  {dimension.record.name:<24} {dimension}")
    print(f"search: {folder}", flush=True)


def _line(plan: Plan, trial: Trial) -> str:
    values = ", ".join(
        f"{d.record.symbol or d.record.name} {d.record.show(trial.values[d.key])}"
        for d in plan.space
    )
    how = f"dev error {percent(trial.best_dev_error)}" if trial.is_ranked else trial.status
    return f"{trial.number:>5}  {how:<18}  {values}"


def _conclude(found: Search) -> None:
    best = ranking(found.trials)
    print("best first")
    for trial in best[:_SHOWN]:
        print(_line(found.plan, trial))
    others = len(found.trials) - len(best)
    if others:
        print(f"{others:,} of {len(found.trials):,} trials diverged or were refused.")
    if found.folder is not None and len(best) > 1:
        print(f"Zoom in with: dllab search {shlex.quote(str(found.folder))} --zoom")
