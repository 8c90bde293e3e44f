"""Handing the network over from the window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from window import LabWindow


def export_to(lab: LabWindow, path: Path) -> None:
    lab.trigger("export")
    dialog = lab.child(QFileDialog, "dialog.export")
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_that_the_network_of_the_window_is_written(circles: LabWindow, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    circles.lab.run_steps(10)
    circles.until_paused(10)
    export_to(circles, tmp_path / "circles.onnx")
    circles.until((tmp_path / "circles.onnx").exists)
    model = onnx.load(str(tmp_path / "circles.onnx"))
    assert {p.key: p.value for p in model.metadata_props}["step"] == "10"


def test_that_without_the_package_the_window_says_what_to_install(
    circles: LabWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "dllab.export.onnx_graph", raising=False)
    export_to(circles, tmp_path / "circles.onnx")
    circles.until(lambda: circles.window.findChild(QMessageBox, "dialog.refused") is not None)
    box = circles.child(QMessageBox, "dialog.refused")
    assert "dllab[onnx]" in box.text()
    box.close()
