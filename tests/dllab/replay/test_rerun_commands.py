"""``dllab replay`` and ``dllab verify``: what they print and how they end."""

from __future__ import annotations

import pytest

from dllab import Recipe, Session
from dllab.cli import main


@pytest.fixture
def folder(tmp_path):
    recipe = Recipe("shell", "circles", {"hidden_layers": [4], "mini_batch_size": 32})
    with Session.create(recipe, tmp_path / "s") as session:
        session.run(steps=12)
        session.nudge(learning_rate=0.02)
        session.run(steps=12)
        session.checkpoint()
        session.save_as(tmp_path / "saved.h5")
        yield session.folder


def test_that_replay_says_the_hash_and_ends_with_0(folder, capsys):
    assert main(["replay", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "the same hash at step 24" in said
    assert "fingerprint" in said
    assert main(["replay", str(folder.parent / "saved.h5")]) == 0


def test_that_verify_says_what_was_compared_and_ends_with_0(folder, capsys):
    assert main(["verify", str(folder)]) == 0
    assert "24 updates again" in capsys.readouterr().out
    assert main(["verify", str(folder), "--from", "2", "--steps", "5"]) == 0
    assert "5 updates again from checkpoint 2 (step 12)" in capsys.readouterr().out
    assert main(["verify", str(folder / "checkpoints" / "000002.h5"), "--steps", "4"]) == 0
    assert "4 updates again from checkpoint 2" in capsys.readouterr().out
    assert main(["verify", str(folder.parent / "saved.h5")]) == 0
    assert "The checksum holds." in capsys.readouterr().out


def test_that_a_tampered_session_ends_with_1(folder, capsys):
    journal = folder / "journal.jsonl"
    journal.write_text(journal.read_text().replace("0.02]", "0.03]"))
    assert main(["replay", str(folder)]) == 1
    assert "not the same" in capsys.readouterr().out
    assert main(["verify", str(folder)]) == 1
    assert "not the same" in capsys.readouterr().out


def test_that_a_damaged_file_ends_verify_with_1(folder, capsys):
    path = folder / "checkpoints" / "000002.h5"
    path.write_bytes(path.read_bytes()[:-1])
    assert main(["verify", str(folder)]) == 1
    assert "cut short" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["replay", "verify"])
def test_that_what_is_no_session_is_refused_with_2(verb, tmp_path, capsys):
    assert main([verb, str(tmp_path / "nothing")]) == 2
    assert "There is no session" in capsys.readouterr().err
    assert main([verb, str(tmp_path)]) == 2
    assert "not a session" in capsys.readouterr().err


def test_that_an_unknown_checkpoint_is_refused_with_2(folder, capsys):
    assert main(["verify", str(folder), "--from", "77"]) == 2
    assert "no checkpoint 000077" in capsys.readouterr().err
