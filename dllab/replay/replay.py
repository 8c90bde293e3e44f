"""A whole session again, from recipe and ledger, rollbacks included, to the same hash."""

from __future__ import annotations

from collections.abc import Mapping

from dllab.checkpoint import Contents
from dllab.diagnosis.progress import Progress
from dllab.errors import CheckpointError, SessionError
from dllab.replay.data import data_of
from dllab.replay.difference import differences, fact_differences
from dllab.replay.plan import END, Look, Stretch, Turn, until_last
from dllab.replay.recording import Recording
from dllab.replay.report import Compared, Parting, ReplayReport
from dllab.replay.rerun import Rerun, Stopped
from dllab.training.facts import facts
from dllab.training.state import State


def replay(recording: Recording, progress: Progress | None = None) -> ReplayReport:
    """Train everything again that led to the newest stored state, and compare on the way.

    Raises
    ------
    DllabError
        If the data is gone or has changed, or the ledger leads nowhere.
    Cancelled
        If ``progress`` is told to stop.
    """
    return _Replay(recording, progress or Progress()).run()


class _Replay:
    def __init__(self, recording: Recording, progress: Progress) -> None:
        self.recording, self.progress = recording, progress
        there = recording.stored | {END}
        self.stretches = until_last(recording.plan(), lambda key: key in there)
        # What a later jump goes back to, with the number of the last stretch that does.
        self.needed = {s.key: number for number, s in enumerate(self.stretches) if s.key}
        self.kept: dict[str, State] = {}
        self.compared: list[Compared] = []
        self.notes: list[str] = []
        self.recorded_facts: Mapping[str, str] = recording.facts
        self.nudges = self.rollbacks = 0

    def run(self) -> ReplayReport:
        prepared = data_of(self.recording, self.progress)
        total = sum(stretch.end - stretch.step for stretch in self.stretches)
        with Rerun(self.recording.recipe, prepared, total, self.progress) as rerun:
            parting, branch = None, "main"
            for number, stretch in enumerate(self.stretches):
                branch = stretch.branch
                parting = self._train(rerun, number, stretch)
                if parting is not None:
                    break
            here = rerun.trainer.capture()
            return ReplayReport(
                name=self.recording.name,
                same=parting is None and bool(self.compared),
                steps=rerun.made,
                nudges=self.nudges,
                rollbacks=self.rollbacks,
                step=here.step,
                branch=branch,
                fingerprint=here.fingerprint(),
                compared=tuple(self.compared),
                parting=parting,
                facts=fact_differences(self.recorded_facts, facts()),
                notes=tuple(self.notes),
            )

    def _train(self, rerun: Rerun, number: int, stretch: Stretch) -> Parting | None:
        if stretch.key:
            rerun.stand(self._state_of(stretch.key), stretch.moves, stretch.adopts)
            self.rollbacks += stretch.adopts
            self.kept = {k: s for k, s in self.kept.items() if self.needed[k] > number}
        for event in stretch.events:
            try:
                rerun.train_to(event.step)
            except Stopped as stopped:
                step = rerun.trainer.step + 1
                return self._parting("", step, stretch.branch, (f"the guard stops it: {stopped}",))
            if isinstance(event, Turn):
                rerun.turn(event.moves)
                self.nudges += 1
                continue
            parting = self._look(rerun, event, stretch.branch)
            if parting is not None:
                return parting
        return None

    def _state_of(self, key: str) -> State:
        """The state to go back to: that of the replay, if it came by there."""
        if key in self.kept:
            return self.kept[key]
        contents = self._load(key)
        if contents is None:
            raise SessionError(
                f"The ledger goes back to checkpoint {key}, but does not lead there, and its file "
                f"is gone: the session cannot be replayed beyond that."
            )
        self.notes.append(f"Checkpoint {int(key)} was taken from its file; nothing leads there.")
        return contents.state

    def _look(self, rerun: Rerun, look: Look, branch: str) -> Parting | None:
        here = None
        if look.key in self.needed:
            here = self.kept[look.key] = rerun.trainer.capture()
        theirs, contents = self._recorded(look.key)
        if theirs is None:
            return None
        here = here or rerun.trainer.capture()
        fingerprint = here.fingerprint()
        if fingerprint == theirs.fingerprint():
            self.compared.append(Compared(look.key, look.step, branch, fingerprint))
            rerun.forget_costs()
            return None
        first = None
        for segment in contents.history if contents is not None else self.recording.curves:
            if segment.branch == branch:
                first = rerun.first_different_cost(segment)
        parts = differences(here, theirs)
        return self._parting(look.key, look.step, branch, parts, first)

    def _recorded(self, key: str) -> tuple[State | None, Contents | None]:
        if key == END:
            return self.recording.end, None
        contents = self._load(key)
        if contents is None:
            return None, None
        self.recorded_facts = contents.facts
        return contents.state, contents

    def _load(self, key: str) -> Contents | None:
        if key not in self.recording.stored:
            return None
        try:
            return self.recording.load(key)
        except CheckpointError as error:
            self.notes.append(str(error))
            return None

    def _parting(
        self, key: str, step: int, branch: str, parts: tuple[str, ...], first: int | None = None
    ) -> Parting:
        after = [c.key for c in self.compared if c.key != END]
        return Parting(key, step, branch, parts, after[-1] if after else "", first)
