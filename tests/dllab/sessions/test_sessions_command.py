"""``dllab sessions`` lists what lies there, and says what is damaged."""

from __future__ import annotations

import shutil

from dllab.cli import main
from dllab.sessions import rename, state_of


def test_that_each_session_has_its_line(make_session, dead_session, sessions_in_tmp, capsys):
    session = make_session(sessions_in_tmp / "one")
    session.run(steps=50)
    session.checkpoint()
    session.close()
    rename(sessions_in_tmp / "one", "A run of mine " * 5)
    shutil.copytree(dead_session[0], sessions_in_tmp / "two")
    assert main(["sessions"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    where, headings, *lines = told.out.splitlines()
    assert where == f"in {sessions_in_tmp}"
    assert headings.split() == [
        "name",
        "step",
        "dev",
        "cost",
        "size",
        "last",
        "used",
        "state",
        "folder",
    ]
    one = next(line for line in lines if line.endswith("one"))
    assert one.startswith("A run of mine A run of mine A run of mi…  ")
    assert " 50 " in one
    assert " closed " in one
    assert " ended badly " in next(line for line in lines if line.endswith("two"))


def test_that_damage_is_told_and_counts(make_session, tmp_path, capsys):
    make_session(tmp_path / "bad").close()
    for path in (tmp_path / "bad" / "checkpoints").glob("*.h5"):
        path.write_bytes(b"nothing")
    assert main(["sessions", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert "damaged" in told.out
    assert told.err.startswith("bad: None of its checkpoints (1) can be read")


def test_that_no_sessions_are_no_error_and_no_folder_is(tmp_path, capsys):
    assert main(["sessions"]) == 0
    assert "There are no sessions" in capsys.readouterr().out
    assert main(["sessions", str(tmp_path / "nowhere")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_that_a_recovered_session_says_so_in_the_terminal(dead_session, tmp_path, capsys):
    folder = shutil.copytree(dead_session[0], tmp_path / "run")
    assert main(["run", str(folder), "--steps", "5"]) == 0
    told = capsys.readouterr()
    assert "Recovered" in told.err
    assert "step 30" in told.err
    assert state_of(folder) == "closed"
