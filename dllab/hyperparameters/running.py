"""How far a run goes, how often it is looked at, and what stops it."""

from __future__ import annotations

from dllab.hyperparameters.record import Hyperparameter

RUN = (
    Hyperparameter(
        "epochs", "", "epochs", "training", "Run", "int", 20,
        "Where the progress bar ends and a run pauses by itself.",
        low=1, high=1_000_000, live=True, unit="epochs",
    ),
    Hyperparameter(
        "evaluate_every", "", "evaluate every", "training", "Run", "int", 0,
        "Steps between two evaluations of dev set and training probe; auto picks an interval that "
        "costs about a tenth of the time.",
        low=1, high=100_000_000, off=0, off_name="auto", live=True, unit="steps",
    ),
    Hyperparameter(
        "probe_examples", "m_probe", "training probe", "training", "Run", "int", 5000,
        "Training examples on which cost J is followed with every unit kept, whatever dropout "
        "does to the mini-batch cost.",
        low=1, high=1_000_000, unit="examples",
    ),
    Hyperparameter(
        "human_error", "", "human error", "training", "Run", "float", 0.0,
        "Error of a person or of the best possible (Bayes) classifier, as a share: bias is "
        "measured from here.",
        low=0, high=1, live=True,
    ),
    Hyperparameter(
        "explosion_factor", "", "explosion guard", "training", "Run", "float", 1000.0,
        "Training pauses before an update whose cost exceeds this many times the first cost of "
        "the run.",
        low=2, high=1e12, scale="log", live=True, unit="× first cost",
    ),
)  # fmt: skip

RULES = (
    Hyperparameter(
        "plateau", "", "on a plateau", "training", "Rules", "choice", "off",
        "What to do when the dev cost has found no new low for some epochs: pause, or halve the "
        "learning rate.",
        choices=("off", "pause", "halve"), live=True,
    ),
    Hyperparameter(
        "plateau_epochs", "", "plateau length", "training", "Rules", "int", 5,
        "Epochs without a lower dev cost after which it is a plateau; counted anew after each "
        "time.",
        low=1, high=100_000, live=True, unit="epochs",
    ),
    Hyperparameter(
        "divergence", "", "on divergence", "training", "Rules", "choice", "off",
        "What to do when the guard stops an update, or the training probe's cost grows to three "
        "times its lowest: nothing more, or roll back and halve the learning rate.",
        choices=("off", "roll_back"), live=True,
    ),
    Hyperparameter(
        "checkpoint_every", "", "checkpoint every", "training", "Rules", "int", 0,
        "A checkpoint at each multiple of so many steps, kept until the disk limit is reached.",
        low=1, high=100_000_000, off=0, live=True, unit="steps",
    ),
    Hyperparameter(
        "autosave_seconds", "", "save every", "training", "Rules", "float", 8.0,
        "Seconds of training after which the state is saved by itself. What a crash can cost; "
        "large models are saved somewhat less often.",
        low=0.1, high=86_400, scale="log", live=True, unit="s",
    ),
    Hyperparameter(
        "autosave_steps", "", "save after", "training", "Rules", "int", 0,
        "Steps after which the state is saved by itself, if that comes before the seconds.",
        low=64, high=100_000_000, off=0, live=True, unit="steps",
    ),
    Hyperparameter(
        "disk_limit", "", "disk limit", "training", "Rules", "int", 2000,
        "What the session's checkpoints may take. Above it automatic ones go first, the oldest "
        "before the others; those that were asked for, pinned ones and the best stay.",
        low=1, high=100_000_000, off=0, off_name="none", live=True, unit="MB",
    ),
)  # fmt: skip
