"""Making a snapshot of a session."""

from __future__ import annotations

from dllab.training.facts import facts
from dllab.training.session import Session
from dllab.training.snapshot import Snapshot


def snapshot_of(
    session: Session,
    running: bool,
    steps_per_second: float,
    target: tuple[str, int] | None,
    handled: int,
) -> Snapshot:
    """The session at this moment; costs microseconds, however long the run."""
    session.watch.record_clock()
    trainer, network = session.trainer, session.network
    values = trainer.values
    goal = target if running and target else ("epoch", values["epochs"])
    left = (
        goal[1] - trainer.step
        if goal[0] == "step"
        else (goal[1] - trainer.progress) * trainer.steps_per_epoch
    )
    error = session.history.last("dev_error")
    return Snapshot(
        name=session.name,
        folder=session.folder,
        layer_sizes=network.layer_sizes,
        output=network.output,
        branch=session.branch,
        step=trainer.step,
        epoch=trainer.progress,
        epochs_goal=values["epochs"],
        steps_per_epoch=trainer.steps_per_epoch,
        examples=trainer.examples,
        train_examples=session.prepared.train.m,
        dev_examples=session.prepared.dev.m,
        seconds=trainer.seconds,
        running=running,
        steps_per_second=steps_per_second,
        eta_seconds=max(0.0, left) / steps_per_second if steps_per_second else None,
        hyperparameters=values,
        learning_rate_used=trainer.learning_rate,
        train_cost=session.watch.recent_train_cost(),
        dev_cost=session.watch.last_dev_cost(),
        dev_error=error[1] if error else None,
        best_dev=session.watch.best_dev,
        history=session.history.view(),
        entries=session.journal.entries,
        checkpoints=session.timeline.checkpoints,
        branches=dict(session.timeline.branches),
        saving=session.store.pending,
        saved_step=session.keeper.saved_step,
        not_saved=session.keeper.not_saved,
        guard=session.guard,
        handled=handled,
        recipe=session.recipe,
        image_shape=session.prepared.dataset.image_shape,
        evaluated=session.watch.evaluated,
        health=trainer.health,
        alarms=session.watch.alarms.standing,
        read_only=session.read_only,
        disk_bytes=session.keeper.disk_bytes,
        twin=session.twins.view,
        facts={**facts(), "threads": str(trainer.team.members)},
    )
