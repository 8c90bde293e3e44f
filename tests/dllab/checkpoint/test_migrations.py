"""Steps from one version to the next: plain values in, plain values out, and nothing else."""

from __future__ import annotations

import ast
import copy
import json
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from dllab import Session
from dllab.checkpoint import migrations
from dllab.checkpoint.migrations import STEPS, VERSION, v1_to_v2
from dllab.checkpoint.migrations.former import former_lines
from dllab.hyperparameters import complete
from dllab.training.journal import Entry, read_journal

knobs = st.dictionaries(st.sampled_from("abc"), st.tuples(*[st.integers(0, 9)] * 2), max_size=2)


@st.composite
def journals(draw):
    """Journals of version 1: nudges, checkpoints, rollbacks, and openings at one of them."""
    records, keys = [{"id": 1, "kind": "checkpoint", "checkpoint": "1"}], ["1"]
    for number in range(2, draw(st.integers(2, 12))):
        kind = draw(st.sampled_from(["nudge", "nudge", "checkpoint", "rollback", "open", "test"]))
        record = {"id": number, "kind": kind}
        if kind in ("nudge", "rollback"):
            record["changes"] = {knob: list(pair) for knob, pair in draw(knobs).items()}
        if kind == "checkpoint":
            keys.append(str(number))
        if kind in ("checkpoint", "rollback", "open"):
            record["checkpoint"] = keys[-1] if kind == "checkpoint" else draw(st.sampled_from(keys))
        records.append(record)
    return records


@given(records=journals())
@settings(max_examples=60, deadline=None)
def test_that_opening_says_what_it_put_back(records):
    before = copy.deepcopy(records)
    done = migrations.journal(records, [(1, len(records))])
    assert records == before
    for index, (old, new) in enumerate(zip(records, done, strict=True)):
        if old["kind"] != "open":
            assert new == old
            continue
        # As version 1 did it: from the newest entry that stands there, forwards.
        stands = [
            place
            for place, e in enumerate(records[:index])
            if e["kind"] in ("checkpoint", "rollback") and e["checkpoint"] == old["checkpoint"]
        ]
        moves = {}
        for e in records[stands[-1] : index]:
            if e["kind"] in ("nudge", "rollback"):
                moves |= e["changes"]
        assert {knob: pair[1] for knob, pair in new.get("changes", {}).items()} == {
            knob: pair[1] for knob, pair in moves.items()
        }


def test_that_what_opening_put_back_goes_from_the_first_value_to_the_last():
    records = [
        {"id": 1, "kind": "checkpoint", "checkpoint": "1"},
        {"id": 2, "kind": "nudge", "changes": {"a": [1, 2]}},
        {"id": 3, "kind": "nudge", "changes": {"a": [2, 3], "b": [5, 6]}},
        {"id": 4, "kind": "open", "checkpoint": "1"},
        {"id": 5, "kind": "open", "checkpoint": "1", "changes": {"c": [0, 1]}},
    ]
    done = migrations.journal(records, [(1, 4)])
    assert done[3]["changes"] == {"a": [1, 3], "b": [5, 6]}
    # Of version 2 already.
    assert done[4] == records[4]


def test_that_version_1_gets_what_it_did_and_keeps_what_it_had():
    values = {
        "info": {"reason": "manual"},
        "hyperparameters": {"learning_rate": 0.3},
        "recipe": {"name": "a", "training": {"learning_rate": 0.1}},
        "journal": [],
        "tree": [{"name": "main"}],
    }
    done = migrations.checkpoint(values, 1)
    assert done["hyperparameters"] == {"learning_rate": 0.3, **v1_to_v2.ADDED}
    assert done["recipe"]["training"] == {"learning_rate": 0.1, **v1_to_v2.ADDED}
    assert done["tree"] == [{"title": "", "name": "main"}]
    complete(done["hyperparameters"])
    assert migrations.checkpoint(done, VERSION) == done
    assert v1_to_v2.ADDED["plateau"] == v1_to_v2.ADDED["divergence"] == "off"
    assert v1_to_v2.ADDED["disk_limit"] == 0


@pytest.mark.parametrize("version", [0, -1, VERSION + 1])
def test_that_versions_there_never_were_are_refused(version):
    for bring in (migrations.checkpoint, migrations.session):
        with pytest.raises(ValueError, match="no version"):
            bring({}, version)


@pytest.mark.parametrize("number", STEPS)
def test_that_a_step_imports_nothing_that_may_change(number):
    source = Path(STEPS[number].__file__).read_text("utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [
                alias.name for alias in node.names
            ]  # fmt: skip
            assert set(names) <= {"__future__", "typing"}


@pytest.mark.parametrize(
    ("record", "lines"),
    [
        ({"version": VERSION}, []),
        ({"version": VERSION, "former": [{"version": 1, "entries": 7}]}, [(1, 7)]),
        ({"version": VERSION, "former": "?"}, []),
        ({"version": VERSION, "former": [{"version": 1, "entries": "x"}]}, []),
        ({"version": "1"}, []),
    ],
)
def test_that_session_toml_says_which_lines_are_older(record, lines, tmp_path):
    path = tmp_path / "session.toml"
    assert former_lines(path) == []
    path.write_text(tomli_w.dumps(record), "utf-8")
    assert former_lines(path) == lines


def test_that_a_session_not_opened_yet_is_older_as_a_whole(tmp_path):
    (tmp_path / "session.toml").write_text("version = 1\n", "utf-8")
    head = {"step": 1, "epoch": 0.1, "branch": "main", "when": "now"}
    records = [
        {"id": 1, "kind": "checkpoint", "checkpoint": "000001", **head},
        {"id": 2, "kind": "nudge", "changes": {"beta": [0.9, 0.8]}, **head},
        {"id": 3, "kind": "open", "checkpoint": "000001", **head},
    ]
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert read_journal(path).entries[2].changes == {"beta": (0.9, 0.8)}
    assert isinstance(read_journal(path).entries[0], Entry)


def test_that_a_note_may_hold_what_ends_a_line_elsewhere(make_session, tmp_path):
    session = make_session()
    session.nudge(learning_rate=0.5, note="one\u2028two\x0bthree\x85four")
    session.save_as(tmp_path / "a.h5")
    with Session.open(tmp_path / "a.h5") as again:
        assert [e.note for e in again.journal if e.kind == "nudge"] == [
            "one\u2028two\x0bthree\x85four"
        ]
