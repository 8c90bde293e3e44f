"""Sessions as things on the disk: which there are, how each ended, and what can be done to them."""

from dllab.sessions.catalogue import Catalogue
from dllab.sessions.duplicate import duplicate
from dllab.sessions.one_file import archive
from dllab.sessions.standing import SessionState, state_of
from dllab.sessions.summary import Summary, summary_of
from dllab.sessions.take_up import take_up
from dllab.sessions.title import rename, title_of
from dllab.sessions.trash import Trash, Trashed

__all__ = [
    "Catalogue",
    "SessionState",
    "Summary",
    "Trash",
    "Trashed",
    "archive",
    "duplicate",
    "rename",
    "state_of",
    "summary_of",
    "take_up",
    "title_of",
]
