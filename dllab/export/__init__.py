"""Handing a trained network over to the programs that people deploy with."""

from dllab.export.onnx_file import write_onnx

__all__ = ["write_onnx"]
