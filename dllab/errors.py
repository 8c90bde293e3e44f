"""The errors a person can cause: each message is a sentence fit to be shown as it is."""


class DllabError(Exception):
    """Base of every error a person can cause; its message says what, where, and what to do.

    ``plain`` is the message for the window, where nobody needs the key of a recipe or Python's
    quotes; the same unless it is given.
    """

    def __init__(self, message: str = "", plain: str = "") -> None:
        super().__init__(message)
        self.plain = plain or message


class DataError(DllabError):
    """Data that cannot be found, read, trusted, split or normalized."""


class RecipeError(DllabError):
    """A recipe that cannot be read or asks for something that does not exist."""


class CheckpointError(DllabError):
    """A checkpoint that cannot be written, read, or does not fit the session."""


class HyperparameterError(DllabError):
    """A hyperparameter that is unknown, out of range, or fixed for the running session."""


class SessionError(DllabError):
    """A session that cannot be created, opened, or brought to do what was asked."""


class DiagnosisError(DllabError):
    """A look into the model that cannot be made as asked."""


class SearchError(DllabError):
    """A search over hyperparameters that cannot be planned, run, kept or read."""
