"""Do the checksums hold, and do the same updates from a checkpoint give the same bits again?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dllab.diagnosis.progress import Progress
from dllab.errors import CheckpointError, SessionError
from dllab.replay.data import data_of
from dllab.replay.difference import differences, fact_differences
from dllab.replay.places import Curves, Place, best_place, places_in
from dllab.replay.plan import END, Look, Turn
from dllab.replay.recording import Recording
from dllab.replay.report import Parting, VerifyReport
from dllab.replay.rerun import Rerun, Stopped
from dllab.training.facts import facts
from dllab.training.history import Segment

STEPS = 200


@dataclass
class _Files:
    """What reading every checkpoint file gave."""

    read: list[str]
    damaged: list[str]
    pieces: list[Segment]
    facts: Mapping[str, str]


def verify(
    recording: Recording, start: str = "", steps: int = STEPS, progress: Progress | None = None
) -> VerifyReport:
    """Check every checksum, then make updates again and compare costs and states bit for bit.

    Parameters
    ----------
    start:
        Key of the checkpoint to start from; "" takes the latest that has so many updates after it.
    steps:
        Updates to make again, at least 1; fewer if the recording has fewer.

    Raises
    ------
    DllabError
        If there is no such checkpoint, or the data is gone or has changed.
    Cancelled
        If ``progress`` is told to stop.
    """
    progress = progress or Progress()
    if steps < 1:
        raise SessionError(f"Verifying takes at least one step; got {steps}.")
    if start and start not in recording.stored:
        raise SessionError(
            f"There is no checkpoint {start} in {recording.name}; "
            f"stored are {', '.join(sorted(recording.stored)) or 'none'}."
        )
    files = _read_all(recording, progress)
    report = VerifyReport(
        recording.name,
        max(len(files.read) + len(files.damaged), int(recording.is_file)),
        tuple(files.damaged),
        len(recording.entries),
        facts=fact_differences(files.facts, facts()),
    )
    curves = Curves(files.pieces)
    places = places_in(recording.plan(), files.read, curves, steps)
    place = best_place([p for p in places if start in ("", p.key)], steps)
    if place is None:
        return report
    return _Again(recording, curves, place, steps, report).run(progress)


def _read_all(recording: Recording, progress: Progress) -> _Files:
    files = _Files([], [], list(recording.curves), recording.facts)
    for number, key in enumerate(sorted(recording.stored)):
        progress.report(0.3 * number / len(recording.stored), f"checkpoint {int(key)}")
        try:
            contents = recording.load(key)
        except CheckpointError as error:
            files.damaged.append(str(error))
            continue
        if contents is None:
            continue
        files.read.append(key)
        files.facts = contents.facts
        if not recording.curves:
            files.pieces.extend(contents.history)
    return files


class _Again:
    """The updates after a place, made again."""

    def __init__(
        self,
        recording: Recording,
        curves: Curves,
        place: Place,
        steps: int,
        report: VerifyReport,
    ) -> None:
        self.recording, self.place, self.report = recording, place, report
        self.end = min(place.step + steps, place.reach)
        self.recorded = curves.after(place.stretch.branch, place.step, self.end - place.step)
        self.end = place.step + len(self.recorded)
        self.hashes = 0

    def run(self, progress: Progress) -> VerifyReport:
        second = Progress(lambda share, words: progress.report(0.3 + 0.7 * share, words))
        prepared = data_of(self.recording, second)
        total = self.end - self.place.step
        with Rerun(self.recording.recipe, prepared, total, second) as rerun:
            parting = self._follow(rerun)
            return replace(
                self.report,
                start=self.place.key,
                first_step=self.place.step,
                branch=self.place.stretch.branch,
                steps=rerun.made,
                costs=self._costs_compared(rerun),
                hashes=self.hashes,
                parting=parting,
            )

    def _follow(self, rerun: Rerun) -> Parting | None:
        place = self.place
        if place.key:
            contents = self.recording.load(place.key)
            if contents is None:
                raise SessionError(
                    f"Checkpoint {int(place.key)} was thinned out while it was to be verified; "
                    f"try again."
                )
            begins = place.stretch if place.begins else None
            moves = begins.moves if begins else {}
            rerun.stand(contents.state, moves, begins is not None and begins.adopts)
        try:
            for event in place.events:
                if event.step > self.end:
                    break
                rerun.train_to(event.step)
                if isinstance(event, Turn):
                    rerun.turn(event.moves)
                elif (parting := self._look(rerun, event)) is not None:
                    return parting
            rerun.train_to(self.end)
        except Stopped as stopped:
            words = f"the guard stops it: {stopped}"
            return Parting("", rerun.trainer.step + 1, place.stretch.branch, (words,), place.key)
        return self._different_cost(rerun)

    def _look(self, rerun: Rerun, look: Look) -> Parting | None:
        if look.key == END:
            theirs = self.recording.end
        elif look.key in self.recording.stored and look.key != self.place.key:
            try:
                contents = self.recording.load(look.key)
            except CheckpointError:
                return None
            theirs = contents.state if contents else None
        else:
            return None
        if theirs is None:
            return None
        here = rerun.trainer.capture()
        if here.fingerprint() == theirs.fingerprint():
            self.hashes += 1
            return None
        parts = differences(here, theirs)
        first = self._first(rerun)
        branch = self.place.stretch.branch
        return Parting(look.key, look.step, branch, parts, self.place.key, first)

    def _different_cost(self, rerun: Rerun) -> Parting | None:
        first = self._first(rerun)
        if first is None:
            return None
        ours = float(rerun.costs_as_recorded()[first - rerun.first])
        theirs = float(self.recorded[first - self.place.step - 1])
        words = f"its mini-batch cost is {ours!r}, not {theirs!r}"
        return Parting("", first, self.place.stretch.branch, (words,), self.place.key)

    def _first(self, rerun: Rerun) -> int | None:
        branch, first_step = self.place.stretch.branch, self.place.step + 1
        segment = Segment(branch, "", first_step, {"train_cost": self.recorded}, {})
        return rerun.first_different_cost(segment)

    def _costs_compared(self, rerun: Rerun) -> int:
        return int(np.count_nonzero(np.isfinite(self.recorded[: rerun.made])))
