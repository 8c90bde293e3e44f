"""All rules of a session, asked in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dllab.training.rules.divergence import Divergence
from dllab.training.rules.early_stopping import EarlyStopping
from dllab.training.rules.plateau import Plateau
from dllab.training.rules.rule import Firing, Rule

if TYPE_CHECKING:
    from dllab.training.session import Session


class Rules:
    """Asks each rule when something it goes by has changed.

    Attributes
    ----------
    due:
        The rule whose moment has come, or None. `act` lets it do its work.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._divergence = Divergence(session)
        self._early_stopping = EarlyStopping(session)
        self._plateau = Plateau(session)
        self.due: Rule | None = None

    def after_update(self, evaluated: bool) -> None:
        """Ask the rules after an update, those that go by dev only when it was ``evaluated``."""
        session = self._session
        every = session.hyperparameters["checkpoint_every"]
        if every and session.step % every == 0:
            session.checkpoint(reason="rule", wait=False)
        asked = (self._divergence, self._early_stopping, self._plateau) if evaluated else ()
        self.due = next((rule for rule in asked if rule.due()), None)

    def after_guard(self) -> None:
        """Ask once the guard has stopped an update."""
        self.due = self._divergence if self._divergence.due() else None

    def act(self) -> Firing:
        """Let the rule that is due do its work."""
        rule, self.due = self.due, None
        assert rule is not None
        return rule.act()
