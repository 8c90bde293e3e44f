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
