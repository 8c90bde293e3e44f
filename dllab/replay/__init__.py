"""A session run again: all of it from recipe and ledger, or some updates from a checkpoint."""

from dllab.replay.recording import (
    Recording,
    open_recording,
    recording_of_replica,
    recording_of_session,
)
from dllab.replay.replay import replay
from dllab.replay.report import Compared, Parting, ReplayReport, VerifyReport
from dllab.replay.verify import verify

__all__ = [
    "Compared",
    "Parting",
    "Recording",
    "ReplayReport",
    "VerifyReport",
    "open_recording",
    "recording_of_replica",
    "recording_of_session",
    "replay",
    "verify",
]
