"""A search on the disk: ``search.toml`` with its plan, ``trials.jsonl`` with a line per trial.

Lines are only ever appended, each as soon as its trial has ended.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import tomli_w

from dllab.checkpoint import write_atomically
from dllab.diagnosis.progress import Progress
from dllab.errors import SearchError
from dllab.places import free_folder, sessions_folder
from dllab.search.opening import FORMAT, VERSION, Search, open_search
from dllab.search.plan import Plan
from dllab.search.record import record_of
from dllab.search.run import OnTrial, run_search
from dllab.search.trial import Trial
from dllab.training.facts import facts
from dllab.training.journal import append_lines, now
from dllab.training.prepare import prepare


def searches_folder() -> Path:
    """The folder that holds searches, beside the sessions."""
    return sessions_folder() / "searches"


def new_search_folder(name: str) -> Path:
    """A folder that does not exist yet for a search around this recipe; it is not created."""
    return free_folder(searches_folder(), name, "search")


def searches() -> list[Path]:
    """The folders of all searches, newest first."""
    try:
        found = [f for f in searches_folder().iterdir() if (f / "search.toml").is_file()]
        return sorted(found, key=lambda f: (f / "search.toml").stat().st_mtime, reverse=True)
    except OSError:
        return []


def search_into(
    folder: Path,
    plan: Plan,
    progress: Progress | None = None,
    on_trial: OnTrial | None = None,
) -> Search:
    """Run a search and keep each trial in ``folder`` as soon as it ends.

    A folder that holds the same search already is gone on with: only what is missing is trained.
    ``on_trial`` hears of a trial once it is on the disk.

    Raises
    ------
    SearchError
        If the folder holds something else, cannot be written, or the data has changed since.
    Cancelled
        If ``progress`` was cancelled; what was trained is in the folder.
    DllabError
        If the recipe's data cannot be had; no folder is made then.
    """
    # It may be gone on with from anywhere.
    plan = replace(plan, recipe=plan.recipe.anchored())
    known = open_search(folder) if (folder / "search.toml").is_file() else None
    if known is not None and known.plan != plan:
        raise SearchError(f"{folder} holds another search; choose a new folder.")
    progress = progress or Progress()
    progress.report(0.0, f"reading {plan.recipe.source}")
    prepared = prepare(plan.recipe)
    fingerprint = prepared.dataset.fingerprint
    if known is None:
        _furnish(folder, plan, fingerprint)
    elif known.data_fingerprint != fingerprint:
        raise SearchError(
            f"The data {plan.recipe.source} has changed since this search began; its trials cannot "
            f"be mixed. Start the search again and lay the two beside each other."
        )
    done = {trial.number for trial in known.trials if trial.is_final} if known is not None else ()

    def keep(trial: Trial) -> None:
        try:
            append_lines(folder / "trials.jsonl", [trial.to_json()])
        except OSError as error:
            raise SearchError(
                f"Trial {trial.number} cannot be written into {folder}: {error.strerror}. The "
                f"search has stopped; the trials before it are kept. Make room or allow writing "
                f"there, and go on."
            ) from None
        if on_trial is not None:
            on_trial(trial)

    run_search(plan, progress, keep, prepared=prepared, done=done)
    return open_search(folder)


def _furnish(folder: Path, plan: Plan, data_fingerprint: str) -> None:
    record = {
        "format": FORMAT,
        "version": VERSION,
        "created": now(),
        "data_fingerprint": data_fingerprint,
        "facts": facts(),
        **record_of(plan),
    }
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SearchError(f"{folder} exists already; choose a folder that is new or empty.")
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "search.toml", tomli_w.dumps(record).encode())
    except OSError as error:
        raise SearchError(
            f"Cannot write a search into {folder}: {error.strerror}. Choose a folder that can be "
            f"written to."
        ) from None
