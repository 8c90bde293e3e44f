"""The data of a recording, and whether it is still what it was."""

from __future__ import annotations

from dllab.diagnosis.progress import Progress
from dllab.errors import SessionError
from dllab.replay.recording import Recording
from dllab.training.prepare import Prepared, prepare


def data_of(recording: Recording, progress: Progress) -> Prepared:
    """The prepared data, read anew unless the recording brings it along.

    Raises
    ------
    DllabError
        If it cannot be had, or has changed.
    """
    if recording.prepared is not None:
        return recording.prepared
    progress.report(0.0, "reading the data")
    prepared = prepare(recording.recipe)
    if prepared.dataset.fingerprint != recording.data_fingerprint:
        raise SessionError(
            f"The data {recording.recipe.source} is not what {recording.name} was started with; "
            f"its content has changed. Put the old data back to run it again."
        )
    return prepared
