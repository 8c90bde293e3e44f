"""A network as an ONNX graph: raw inputs in, probabilities or numbers out.

Normalizing is part of the graph, batch norm stands with its running statistics and dropout is not
there, so whoever runs it gives what they measured and gets what `Network.predict` gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from dllab.network.model import Network

Array = npt.NDArray[Any]

# Opset 13 has all that is needed and is understood by runtimes from 2020 on.
OPSET, IR_VERSION = 13, 7
_ACTIVATIONS = {"relu": "Relu", "leaky_relu": "LeakyRelu", "tanh": "Tanh", "sigmoid": "Sigmoid"}


class _Graph:
    """Nodes and constants in order; each node's output is the next one's input."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.last = "X"

    def constant(self, name: str, values: npt.ArrayLike) -> str:
        array = np.ascontiguousarray(values, self.dtype)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, kind: str, *others: str, name: str = "", **attributes: Any) -> None:
        output = name or f"{kind.lower()}{len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(kind, [self.last, *others], [output], **attributes))
        self.last = output


def model_of(network: Network, leaky_slope: float, facts: dict[str, str]) -> ModelProto:
    """The model: input ``X`` (m, n_x) in raw units, of the network's precision.

    Outputs are ``probabilities`` (m, C) and ``classes`` (m,) as int64, or ``targets`` (m, n_y) in
    raw units. ``facts`` become the model's metadata.
    """
    graph = _Graph(network.dtype)
    _normalize(graph, network)
    for layer in range(1, network.depth + 1):
        _layer(graph, network, layer)
        if layer < network.depth:
            kind = _ACTIVATIONS.get(network.activation.name)
            if kind == "LeakyRelu":
                graph.add(kind, alpha=leaky_slope)
            elif kind is not None:
                graph.add(kind)
    outputs = _numbers(graph, network) if network.loss.numbers else _classes(graph, network)
    element = helper.np_dtype_to_tensor_dtype(network.dtype)
    inputs = [helper.make_tensor_value_info("X", element, ["m", network.layer_sizes[0]])]
    made = helper.make_graph(graph.nodes, "network", inputs, outputs, graph.constants)
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="dllab",
    )
    helper.set_model_props(model, facts)
    return model


def _normalize(graph: _Graph, network: Network) -> None:
    normalization = network.normalization
    if normalization is None or normalization.kind == "none":
        return
    # A column that was constant in training carries nothing: 0 in every set.
    divisor = np.where(normalization.std == 0, np.inf, normalization.std)
    graph.add("Sub", graph.constant("mean", normalization.mean))
    graph.add("Mul", graph.constant("scale", 1 / divisor))


def _layer(graph: _Graph, network: Network, layer: int) -> None:
    weight, bias = network.weights[layer - 1], network.bias_columns[layer - 1]
    inputs = [graph.constant(f"W{layer}", weight)]
    if bias is not None:
        inputs.append(graph.constant(f"b{layer}", bias[:, 0]))
    graph.add("Gemm", *inputs, transB=1)
    if bias is None:
        norm = network.batch_norms[layer - 1]
        parts = {
            "scale": norm.scale,
            "shift": norm.shift,
            "mean": norm.mean,
            "variance": norm.variance,
        }
        names = [graph.constant(f"{part}{layer}", values) for part, values in parts.items()]
        graph.add("BatchNormalization", *names, epsilon=norm.epsilon)


def _numbers(graph: _Graph, network: Network) -> list[Any]:
    units = network.target_normalization
    if units is not None:
        graph.add("Mul", graph.constant("target_std", units.std))
        graph.add("Add", graph.constant("target_mean", units.mean), name="targets")
    else:
        graph.add("Identity", name="targets")
    element = helper.np_dtype_to_tensor_dtype(network.dtype)
    return [helper.make_tensor_value_info("targets", element, ["m", network.layer_sizes[-1]])]


def _classes(graph: _Graph, network: Network) -> list[Any]:
    if network.output == "softmax":
        graph.add("Softmax", axis=1, name="probabilities")
    else:
        graph.add("Sigmoid", name="second")
        # p and 1 - p side by side: p · (-1, 1) + (1, 0).
        graph.add("Mul", graph.constant("signs", [[-1.0, 1.0]]))
        graph.add("Add", graph.constant("ones", [[1.0, 0.0]]), name="probabilities")
    graph.add("ArgMax", axis=1, keepdims=0, name="classes")
    element = helper.np_dtype_to_tensor_dtype(network.dtype)
    classes = max(2, network.layer_sizes[-1])
    return [
        helper.make_tensor_value_info("probabilities", element, ["m", classes]),
        helper.make_tensor_value_info("classes", TensorProto.INT64, ["m"]),
    ]
