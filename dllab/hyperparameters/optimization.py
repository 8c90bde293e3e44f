"""Hyperparameters of the updates: learning rate, its schedule, and the optimizer."""

from __future__ import annotations

from dllab.hyperparameters.record import Hyperparameter

_ADAM = "Kingma & Ba 2015, arXiv:1412.6980"

LEARNING_RATE = (
    Hyperparameter(
        "learning_rate", "α", "learning rate", "training", "Learning rate", "float", 1e-3,
        "Step size α₀; the schedule may lower it as training goes on.",
        low=1e-6, high=10, scale="log", live=True,
    ),
    Hyperparameter(
        "schedule", "α(t)", "schedule", "training", "Learning rate", "choice", "constant",
        "constant: α₀. inverse_epoch: α₀/(1 + r·epoch). exponential: α₀·base^epoch. sqrt_epoch: "
        "k/√epoch·α₀. sqrt_step: k/√t·α₀. halving: half as large every staircase interval.",
        choices=(
            "constant", "inverse_epoch", "exponential", "sqrt_epoch", "sqrt_step", "halving",
        ),
        live=True,
    ),
    Hyperparameter(
        "decay_rate", "r", "decay rate", "training", "Learning rate", "float", 1.0,
        "r in α₀/(1 + r·epoch); used by the schedule inverse_epoch.",
        low=1e-4, high=100, scale="log", off=0, live=True, unit="per epoch",
    ),
    Hyperparameter(
        "decay_base", "base", "decay base", "training", "Learning rate", "float", 0.95,
        "base in α₀·base^epoch; used by the schedule exponential.",
        low=0.01, high=1.0, live=True, unit="per epoch",
    ),
    Hyperparameter(
        "decay_k", "k", "decay factor k", "training", "Learning rate", "float", 1.0,
        "k in k/√epoch·α₀ and k/√t·α₀; used by the schedules sqrt_epoch and sqrt_step.",
        low=1e-3, high=1000, scale="log", live=True,
    ),
    Hyperparameter(
        "staircase", "", "staircase interval", "training", "Learning rate", "int", 0,
        "The schedule moves only every so many epochs, in steps: it is given "
        "⌊epoch/interval⌋·interval for the epoch. Off: every epoch. Halving needs it and takes 1 "
        "when it is off.",
        low=1, high=100_000, off=0, live=True, unit="epochs",
    ),
    Hyperparameter(
        "warm_up", "", "warm-up", "training", "Learning rate", "int", 0,
        "The learning rate grows in a straight line from nearly 0 over this many first updates.",
        low=1, high=10_000_000, off=0, live=True, unit="steps",
        source="Goyal et al. 2017, arXiv:1706.02677",
    ),
)  # fmt: skip

OPTIMIZER = (
    Hyperparameter(
        "optimizer", "", "optimizer", "training", "Optimizer", "choice", "adam",
        "Update rule. A change keeps the averages that the new rule also uses; Adam takes over "
        "none from a rule that does not average the squared gradient.",
        choices=("gradient_descent", "momentum", "nesterov", "rmsprop", "adam", "adamw"),
        live=True,
    ),
    Hyperparameter(
        "beta", "β", "beta", "training", "Optimizer", "float", 0.9,
        "Moving average of the gradient (momentum, Nesterov; Adam's β₁): averages over about "
        "1/(1-β) steps.",
        low=0, high=0.9999, scale="one-minus-log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "beta2", "β₂", "beta 2", "training", "Optimizer", "float", 0.999,
        "Moving average of the squared gradient (RMSprop, Adam, AdamW).",
        low=0, high=0.99999, scale="one-minus-log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "epsilon", "ε", "epsilon", "training", "Optimizer", "float", 1e-8,
        "Added outside the root in RMSprop, Adam and AdamW.",
        low=1e-12, high=1.0, scale="log", live=True, source=_ADAM,
    ),
    Hyperparameter(
        "momentum_correction", "", "momentum correction", "training", "Optimizer", "choice", "off",
        "Whether momentum and Nesterov divide their average by 1-βᵗ, which makes up for its start "
        "at zero. Adam always does.",
        choices=("off", "on"), live=True,
    ),
    Hyperparameter(
        "clip_norm", "‖g‖ ≤", "gradient clipping", "training", "Optimizer", "float", 0.0,
        "A gradient whose norm over all of θ is larger is shortened to this length.",
        low=1e-4, high=1e4, scale="log", off=0, live=True,
        source="Pascanu et al. 2013, arXiv:1211.5063",
    ),
    Hyperparameter(
        "mini_batch_size", "m_b", "mini-batch size", "training", "Optimizer", "int", 64,
        "Examples per update; all is batch gradient descent, 1 is stochastic.",
        low=1, high=1_000_000, scale="power-of-two", off=0, off_name="all", live=True,
        unit="examples",
    ),
    Hyperparameter(
        "batch_norm_momentum", "β_BN", "batch norm momentum", "training", "Optimizer", "float", 0.9,
        "Moving average of batch norm's running μ and σ²: running ← β·running + (1-β)·mini-batch. "
        "PyTorch's momentum is 1-β.",
        low=0, high=0.9999, scale="one-minus-log", live=True,
    ),
)  # fmt: skip
