"""Handing a network over: somebody else's runtime predicts what ours does."""

from __future__ import annotations

import itertools
import json
import sys

import numpy as np
import pytest

from dllab.cli import main
from dllab.errors import SessionError
from dllab.export import write_onnx
from dllab.training.replica import replica_of


def run_there(path, X):
    runtime = pytest.importorskip("onnxruntime")
    there = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    outputs = [output.name for output in there.get_outputs()]
    return dict(zip(outputs, there.run(None, {"X": X}), strict=True)), there


@pytest.mark.parametrize(
    ("activation", "batch_norm", "source", "normalization"),
    [
        *itertools.product(
            ("relu", "leaky_relu", "tanh", "sigmoid", "linear"),
            ("off", "on"),
            ("circles", "spiral"),
            ("per_feature",),
        ),
        ("relu", "off", "spiral", "none"),
        ("relu", "on", "circles", "overall"),
    ],
)
def test_that_onnx_runtime_predicts_the_same(
    activation, batch_norm, source, normalization, make_session, tmp_path
):
    pytest.importorskip("onnx")
    session = make_session(
        source=source,
        activation=activation,
        batch_norm=batch_norm,
        normalization=normalization,
        hidden_layers=[7, 5],
        keep_prob=0.8,
        leaky_slope=0.07,
    )
    session.run(steps=30)
    path = write_onnx(replica_of(session), tmp_path / "model.onnx")
    X = np.ascontiguousarray(session.prepared.split.dev.X, np.float32)
    found, there = run_there(path, X)
    ours = session.network.predict_proba(X)
    np.testing.assert_allclose(found["probabilities"], ours, rtol=0, atol=2e-5)
    sure = np.abs(np.diff(np.sort(ours, axis=1)[:, -2:], axis=1))[:, 0] > 1e-4
    np.testing.assert_array_equal(found["classes"][sure], session.network.predict(X)[sure])
    facts = there.get_modelmeta().custom_metadata_map
    assert facts["step"] == "30"
    assert len(json.loads(facts["classes"])) == ours.shape[1]


def test_that_numbers_come_out_in_raw_units(make_session, tmp_path):
    pytest.importorskip("onnx")
    rng = np.random.default_rng(1)
    X = rng.normal(40, 9, (200, 3))
    y = 1000 + X @ [3.0, -2.0, 0.5]
    table = np.column_stack([X, y])
    source = tmp_path / "numbers.csv"
    np.savetxt(source, table, delimiter=",", header="a,b,c,target", comments="")
    session = make_session(source=str(source), hidden_layers=[6])
    session.run(steps=50)
    assert session.network.loss.numbers
    path = write_onnx(replica_of(session), tmp_path / "numbers")
    assert path.suffix == ".onnx"
    found, _ = run_there(path, X.astype(np.float32))
    ours = session.network.predict(X)
    np.testing.assert_allclose(found["targets"], ours, rtol=1e-4)


def test_that_float64_stays_float64(make_session, tmp_path):
    pytest.importorskip("onnx")
    session = make_session(precision="float64", hidden_layers=[6], activation="tanh")
    session.run(steps=20)
    path = write_onnx(replica_of(session), tmp_path / "model.onnx")
    X = np.ascontiguousarray(session.prepared.split.dev.X, np.float64)
    found, _ = run_there(path, X)
    np.testing.assert_allclose(
        found["probabilities"], session.network.predict_proba(X), rtol=0, atol=1e-12
    )


def test_that_the_model_passes_the_checker_of_onnx(make_session, tmp_path):
    onnx = pytest.importorskip("onnx")
    session = make_session(batch_norm="on")
    path = write_onnx(replica_of(session), tmp_path / "model.onnx")
    onnx.checker.check_model(str(path), full_check=True)


def test_that_without_the_package_a_sentence_says_what_to_install(
    make_session, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "dllab.export.onnx_graph", raising=False)
    session = make_session()
    with pytest.raises(SessionError, match=r"dllab\[onnx\]"):
        write_onnx(replica_of(session), tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_that_the_command_line_exports_a_checkpoint(make_session, tmp_path, capsys):
    pytest.importorskip("onnx")
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    key = session.checkpoint()
    session.run(steps=5)
    session.close()
    out = tmp_path / "then.onnx"
    arguments = ["export", str(tmp_path / "s"), str(out)]
    assert main([*arguments, "--from", str(int(key))]) == 0
    assert "step 5" in capsys.readouterr().out
    assert main([*arguments[:2], str(tmp_path / "no" / "where.onnx")]) == 2
    assert main([*arguments, "--from", "77"]) == 2


def test_that_the_command_line_says_what_of_the_session_could_not_be_read(
    make_session, tmp_path, capsys
):
    session = make_session(tmp_path / "s")
    session.run(steps=5)
    newest = tmp_path / "s" / "checkpoints" / f"{session.checkpoint()}.h5"
    session.close()
    newest.write_bytes(newest.read_bytes()[:-1])
    main(["export", str(tmp_path / "s"), str(tmp_path / "model.onnx")])
    assert str(newest) in capsys.readouterr().err
