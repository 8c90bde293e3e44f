"""One twin, as the session's thread sees it: nothing here waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from dllab.checkpoint import Contents
from dllab.diagnosis.example_costs import Costs, example_costs
from dllab.recipe import Recipe
from dllab.training.history import Growing
from dllab.training.prepare import Prepared, build_network
from dllab.training.state import Array
from dllab.twin.process import TwinProcess
from dllab.twin.protocol import Evaluated, Said, Task, TwinError
from dllab.twin.verdict import Verdict, compare
from dllab.twin.view import TwinView

# Reading large data again takes its time; a child that says nothing for longer is given up.
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, eq=False)
class RunModel:
    """The run's model after update ``step``, copied."""

    step: int
    theta: Array
    statistics: Array


class Twin:
    """The model before a nudge, trained on without it; call `poll` now and then.

    Attributes
    ----------
    of:
        The nudge's entry in the ledger.
    task:
        Which updates, and when it is evaluated.
    verdict:
        How the run compares, once known.
    message:
        Why it ended without, or "".
    """

    def __init__(self, recipe: Recipe, prepared: Prepared) -> None:
        self.of = 0
        self.task = Task(1, 1, 1)
        self.verdict: Verdict | None = None
        self.message = ""
        self._recipe, self._prepared = recipe, prepared
        self._heard: deque[Evaluated | Said | Verdict | None] = deque()
        self._steps = Growing(np.int64, 64)
        self._costs, self._errors = Growing(np.float64, 64), Growing(np.float64, 64)
        self._examples: dict[int, Costs] = {}
        self._run: RunModel | None = None
        self._process: TwinProcess | None = None
        self._judge: threading.Thread | None = None
        self._passed = 0
        self._process_ended = False
        self._heard_at = 0.0

    def start(self, of: int, contents: Contents, steps: int, interval: int) -> None:
        """Train ``steps`` updates from ``contents``, the state before the nudge ``of``.

        ``interval`` are the run's steps between two evaluations. Takes no time: a thread encodes
        the state and starts the process.
        """
        self.of, self.task = of, Task(contents.state.step + 1, steps, interval)
        self._heard_at = time.monotonic()
        self._process = TwinProcess(self.task, contents, self._heard.append)

    @property
    def running(self) -> bool:
        """Whether it may still find something."""
        return self.verdict is None and not self.message

    def compare_at(self, run: RunModel) -> None:
        """Compare with the run's model once the twin has come as far; the process ends then."""
        self._run = run

    def forget_before(self, step: int) -> None:
        """The run has come to ``step``: it will not be compared at an earlier one."""
        self._passed = step
        self._examples = {at: costs for at, costs in self._examples.items() if at >= step}

    def poll(self) -> None:
        """Take in what the process has said; start the comparison when both sides are there."""
        while self._heard:
            self._hear(self._heard.popleft())
        if not self.running or self._judge is not None:
            return
        run = self._run
        if run is not None and run.step in self._examples:
            self._stop_process()
            self._judge = threading.Thread(
                target=self._compare,
                args=(run, self._examples[run.step]),
                name="dllab-twin-verdict",
                daemon=True,
            )
            self._judge.start()
        elif self._process_ended and (run is not None or not self._examples):
            self.give_up("The twin ended before it could be compared.")
        elif time.monotonic() - self._heard_at > PATIENCE_SECONDS and not self._process_ended:
            minutes = PATIENCE_SECONDS / 60
            self.give_up(f"The twin has said nothing for {minutes:.0f} minutes and was given up.")

    def _hear(self, heard: Evaluated | Said | Verdict | None) -> None:
        self._heard_at = time.monotonic()
        if heard is None:
            self._process_ended = True
        elif isinstance(heard, Verdict):
            self.verdict = heard
        elif isinstance(heard, Evaluated):
            self._steps.append(heard.step)
            self._costs.append(heard.dev_cost)
            self._errors.append(heard.dev_error)
            if heard.costs is not None and heard.step >= self._passed:
                self._examples[heard.step] = heard.costs
        elif heard.message and self.running:
            self.give_up(heard.message)

    def _compare(self, run: RunModel, costs: Costs) -> None:
        """On a thread of its own: evaluating the run's model takes as long as one evaluation."""
        try:
            network = build_network(self._recipe, self._prepared, initialize=False)
            network.theta[:] = run.theta
            network.statistics[:] = run.statistics
            with np.errstate(all="ignore"):
                mine = example_costs(network, self._prepared.dev)
            self._heard.append(compare(run.step, mine, costs))
        except TwinError as error:
            self._heard.append(Said(str(error)))
        except MemoryError:
            self._heard.append(Said("There was not enough memory to compare run and twin."))

    def give_up(self, message: str) -> None:
        """End it without a verdict; ``message`` says why."""
        if self.running:
            self.message = message
        self._stop_process()

    def _stop_process(self) -> None:
        if self._process is not None:
            self._process.stop()

    @property
    def ended(self) -> bool:
        """Whether its process and threads are gone."""
        judging = self._judge is not None and self._judge.is_alive()
        return not judging and (self._process is None or self._process.ended)

    def close(self) -> None:
        """End process and threads."""
        self._stop_process()
        if self._process is not None:
            self._process.join()
        if self._judge is not None:
            self._judge.join()

    def view(self) -> TwinView:
        """The twin at this moment."""
        message = self.message
        if self.verdict is not None:
            message = self.verdict.sentence
        return TwinView(
            of=self.of,
            first_step=self.task.first_step,
            goal=self.task.goal,
            steps=self._steps.view(),
            dev_cost=self._costs.view(),
            dev_error=self._errors.view(),
            running=self.running,
            message=message,
        )
