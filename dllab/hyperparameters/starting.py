"""Hyperparameters that a run starts with and keeps: data and network."""

from __future__ import annotations

from dllab.hyperparameters.record import Hyperparameter

DATA = (
    Hyperparameter(
        "dev_examples", "m_dev", "dev set size", "data", "Data", "int", 0,
        "Examples held out to compare models with. By the rules: a sixth of the training file when "
        "a test set is given, else 20 % (1 % from a million examples on).",
        low=1, high=10_000_000, off=0, off_name="by the rules", unit="examples",
    ),
    Hyperparameter(
        "normalization", "(x-μ)/σ", "normalization", "data", "Data", "choice", "per_feature",
        "μ and σ of the training set, applied to every set: one pair per feature, one pair overall "
        "(images, whose border pixels hardly vary), or none.",
        choices=("per_feature", "overall", "none"),
    ),
)  # fmt: skip

NETWORK = (
    Hyperparameter(
        "hidden_layers", "n[l]", "hidden layers", "network", "Network", "units", (128,),
        "Units of each hidden layer, first to last. Fixed for a run: another shape is another "
        "network with other parameters.",
        low=1, high=100_000, unit="units",
    ),
    Hyperparameter(
        "activation", "g(z)", "activation", "network", "Network", "choice", "relu",
        "Activation of the hidden layers. Fixed for a run: what the weights have learned belongs "
        "to it.",
        choices=("relu", "leaky_relu", "tanh", "sigmoid", "linear"),
    ),
    Hyperparameter(
        "leaky_slope", "a", "leaky slope", "network", "Network", "float", 0.01,
        "Slope of leaky ReLU for z < 0.", low=0, high=1, high_open=True,
    ),
    Hyperparameter(
        "output", "ŷ", "output", "network", "Network", "choice", "auto",
        "Softmax over the classes, one sigmoid unit for two classes, or linear units for numbers "
        "(regression, ½ mean squared error); auto goes by the data.",
        choices=("auto", "softmax", "sigmoid", "linear"),
    ),
    Hyperparameter(
        "batch_norm", "BN", "batch norm", "network", "Network", "choice", "off",
        "Normalizes z of every hidden layer over the mini-batch before its activation, then scales "
        "and shifts it by learned numbers; the bias is dropped. Fixed for a run: the parameters "
        "are others.",
        choices=("off", "on"), source="Ioffe & Szegedy 2015, arXiv:1502.03167",
    ),
    Hyperparameter(
        "batch_norm_epsilon", "ε_BN", "batch norm ε", "network", "Network", "float", 1e-5,
        "Added to the variance under the root of batch norm.",
        low=1e-12, high=1.0, scale="log", source="Ioffe & Szegedy 2015, arXiv:1502.03167",
    ),
    Hyperparameter(
        "initialization", "W₀", "initialization", "network", "Network", "choice", "auto",
        "How the weights start; biases start at 0. auto takes He for ReLU and Xavier for the rest. "
        "He √(2/n[l-1]), Xavier √(1/n[l-1]), Glorot √(2/(n[l-1]+n[l])), random × scale, zeros. "
        "Fixed for a run: it has happened before the first update.",
        choices=("auto", "he", "xavier", "glorot", "random", "zeros"),
        source="He et al. 2015; Glorot & Bengio 2010",
    ),
    Hyperparameter(
        "initialization_scale", "", "random scale", "network", "Network", "float", 0.01,
        "Standard deviation of the weights for the initialization called random.",
        low=1e-6, high=100, scale="log",
    ),
    Hyperparameter(
        "initialization_gain", "", "initialization gain", "network", "Network", "float", 1.0,
        "Multiplies the variance of the weights that He, Xavier or Glorot start from.",
        low=1e-4, high=1e4, scale="log",
    ),
    Hyperparameter(
        "precision", "", "precision", "network", "Network", "choice", "float32",
        "Floating-point type of parameters and data.", choices=("float32", "float64"),
    ),
    Hyperparameter(
        "seed", "", "seed", "network", "Network", "int", 1,
        "The one seed behind split, initialization, shuffle, dropout and augmentation, each a "
        "stream of its own.",
        low=0, high=2**31 - 1,
    ),
)  # fmt: skip
