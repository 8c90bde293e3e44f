"""Hyperparameters against over-fitting: penalties, dropout, early stopping, augmentation."""

from __future__ import annotations

from dllab.hyperparameters.record import Hyperparameter

REGULARIZATION = (
    Hyperparameter(
        "keep_prob", "keep", "keep_prob", "training", "Regularization", "float", 1.0,
        "Probability that a unit of this hidden layer is kept in a training pass (inverted "
        "dropout). 1 keeps all; the output layer always keeps all.",
        low=0.05, high=1.0, live=True, per_layer=True, source="Srivastava et al. 2014",
    ),
    Hyperparameter(
        "input_keep_prob", "keep₀", "input keep_prob", "training", "Regularization", "float", 1.0,
        "Probability that an input is kept in a training pass; 1 unless there is a reason.",
        low=0.05, high=1.0, live=True, source="Srivastava et al. 2014",
    ),
    Hyperparameter(
        "l2", "λ", "L2 penalty λ", "training", "Regularization", "float", 0.0,
        "Adds λ/(2m) Σ‖W‖² to the cost and λ/m·W to the gradient, m the mini-batch's size; biases, "
        "scale and shift are left alone.",
        low=1e-6, high=100, scale="log", off=0, live=True,
    ),
    Hyperparameter(
        "l1", "λ₁", "L1 penalty λ₁", "training", "Regularization", "float", 0.0,
        "Adds λ₁/(2m) Σ|W| to the cost and λ₁/(2m)·sign(W) to the gradient: many weights go to "
        "nearly zero. Biases, scale and shift are left alone.",
        low=1e-6, high=100, scale="log", off=0, live=True,
    ),
    Hyperparameter(
        "weight_decay", "w", "weight decay", "training", "Regularization", "float", 0.01,
        "Decoupled decay of AdamW: weights shrink by α·w each update, apart from the gradient.",
        low=1e-6, high=10, scale="log", off=0, live=True,
        source="Loshchilov & Hutter 2019, arXiv:1711.05101",
    ),
    Hyperparameter(
        "max_norm", "‖w‖ ≤", "max-norm", "training", "Regularization", "float", 0.0,
        "After an update, the incoming weights of a hidden unit whose norm is larger are shortened "
        "to this length.",
        low=0.01, high=1000, scale="log", off=0, live=True, source="Srivastava et al. 2014",
    ),
    Hyperparameter(
        "patience", "", "early stopping", "training", "Regularization", "int", 0,
        "Stops after this many epochs without a lower dev cost and goes back to the best weights. "
        "Off by default: it mixes two jobs, fitting and not over-fitting, which the other knobs "
        "keep apart.",
        low=1, high=100_000, off=0, live=True, unit="epochs", source="Prechelt 1998",
    ),
)  # fmt: skip

_SIMARD = "Simard, Steinkraus & Platt 2003"

AUGMENTATION = (
    Hyperparameter(
        "augment_flip", "", "flip", "training", "Augmentation", "choice", "none",
        "Mirrors each training image with probability ½: left to right, top to bottom, or each of "
        "the two.",
        choices=("none", "horizontal", "vertical", "both"), live=True,
    ),
    Hyperparameter(
        "augment_shift", "", "shift", "training", "Augmentation", "float", 0.0,
        "Largest shift of a training image in each direction, uniform.",
        low=0.1, high=100, scale="log", off=0, live=True, unit="pixels",
    ),
    Hyperparameter(
        "augment_rotation", "", "rotation", "training", "Augmentation", "float", 0.0,
        "Largest rotation of a training image to either side, uniform.",
        low=0.5, high=180, scale="log", off=0, live=True, unit="degrees",
    ),
    Hyperparameter(
        "augment_zoom", "", "zoom", "training", "Augmentation", "float", 0.0,
        "Largest relative zoom in (a crop) or out of a training image: 0.1 is from 1/1.1 to 1.1.",
        low=0.01, high=1.0, scale="log", off=0, live=True,
    ),
    Hyperparameter(
        "augment_shear", "", "shear", "training", "Augmentation", "float", 0.0,
        "Largest horizontal shear of a training image to either side, uniform.",
        low=0.5, high=60, scale="log", off=0, live=True, unit="degrees",
    ),
    Hyperparameter(
        "augment_elastic", "", "elastic strength", "training", "Augmentation", "float", 0.0,
        "Elastic distortion: a uniform random displacement in [-1, 1] per pixel, smoothed by a "
        "Gaussian and multiplied by this number of pixels.",
        low=0.1, high=200, scale="log", off=0, live=True, unit="pixels", source=_SIMARD,
    ),
    Hyperparameter(
        "augment_elastic_sigma", "σ", "elastic smoothness", "training", "Augmentation", "float",
        4.0, "Standard deviation of the Gaussian that smooths an elastic distortion.",
        low=0.5, high=50, scale="log", live=True, unit="pixels", source=_SIMARD,
    ),
    Hyperparameter(
        "augment_noise", "", "input noise", "training", "Augmentation", "float", 0.0,
        "Standard deviation of Gaussian noise added to normalized training inputs of any kind.",
        low=1e-3, high=10, scale="log", off=0, live=True,
    ),
)  # fmt: skip
