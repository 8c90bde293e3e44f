"""The command line, in this process where that is enough and in one of its own where it is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dllab import Recipe, Session, __version__
from dllab.cli import main

Shell = Callable[..., subprocess.CompletedProcess[str]]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


@pytest.fixture
def dllab() -> Shell:
    """Run ``python -m dllab`` with these arguments."""

    def run(*arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
        script = f"import sys; {before}\nfrom dllab.cli import main\nsys.exit(main(sys.argv[1:]))"
        how = ["-c", script] if before else ["-m", "dllab"]
        return subprocess.run(
            [sys.executable, *how, *map(str, arguments)],
            env=environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def trained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A session's folder with 40 updates behind it."""
    folder = tmp_path / "trained"
    assert main(["run", "circles", "--steps", "40", "--session", str(folder)]) == 0
    capsys.readouterr()
    return folder


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """The sentence with which the command line refuses; checks that it is one."""
    assert main([str(argument) for argument in arguments]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "Traceback" not in message
    return message


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- running ------------------------------------------------------------------------------------


def test_that_a_recipe_is_trained_for_the_asked_steps_and_its_end_is_stored(
    trained: Path,
) -> None:
    with Session.open(trained) as session:
        assert session.step == 40
        assert session.timeline.checkpoints[-1].reason == "close"


def test_that_settings_change_the_recipe_of_a_new_session(tmp_path: Path) -> None:
    settings = ("hidden_layers=6,5", "seed=7", "keep_prob[2]=0.8", "examples=120", "noise=0.05")
    arguments = [part for setting in settings for part in ("--set", setting)]
    folder = tmp_path / "set"
    assert main(["run", "circles", "--steps", "3", "--session", str(folder), *arguments]) == 0
    with Session.open(folder) as session:
        assert session.recipe.values["hidden_layers"] == (6, 5)
        assert session.recipe.values["keep_prob"] == (1.0, 0.8)
        assert session.recipe.values["seed"] == 7
        assert session.recipe.examples == 120
        assert session.recipe.noise == 0.05


def test_that_a_recipe_file_is_trained(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    Recipe("mine", "moons", {"hidden_layers": [3]}).save(file)
    assert main(["run", str(file), "--steps", "2", "--session", str(tmp_path / "s")]) == 0
    with Session.open(tmp_path / "s") as session:
        assert session.name == "mine"


def test_that_settings_are_a_nudge_with_its_note_in_a_session_that_exists(trained: Path) -> None:
    arguments = ["--set", "learning_rate=0.002", "--note", "too bumpy", "--steps", "5"]
    assert main(["run", str(trained), *arguments]) == 0
    with Session.open(trained) as session:
        nudges = [entry for entry in session.journal if entry.kind == "nudge"]
        assert [(entry.step, entry.note) for entry in nudges] == [(41, "too bumpy")]
        assert nudges[0].changes == {"learning_rate": (0.01, 0.002)}
        assert session.hyperparameters["learning_rate"] == 0.002
        assert session.step == 45


def test_that_a_note_without_a_nudge_is_kept_with_the_checkpoint(trained: Path) -> None:
    assert main(["run", str(trained), "--steps", "5", "--note", "evening"]) == 0
    with Session.open(trained) as session:
        last = session.timeline.checkpoints[-1]
        assert (last.step, last.note, last.reason) == (45, "evening", "manual")


def test_that_running_in_two_sittings_gives_the_bits_of_one(trained: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    assert main(["run", str(trained), "--steps", "20"]) == 0
    assert main(["run", "circles", "--steps", "60", "--session", str(whole)]) == 0
    with Session.open(trained) as two, Session.open(whole) as one:
        assert two.fingerprint() == one.fingerprint()


def test_that_a_goal_already_reached_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "s")
    assert main(["run", "circles", "--set", "epochs=2", "--session", folder]) == 0
    assert main(["run", folder]) == 0
    assert "goal of 2 epochs is reached" in capsys.readouterr().out


def test_that_a_session_saved_as_one_file_goes_on_in_a_new_folder(
    trained: Path, tmp_path: Path
) -> None:
    with Session.open(trained) as session:
        session.save_as(tmp_path / "mailed.h5")
    folder = tmp_path / "unpacked"
    file = str(tmp_path / "mailed.h5")
    assert main(["run", file, "--steps", "2", "--session", str(folder)]) == 0
    with Session.open(folder) as session:
        assert session.step == 42


def test_that_without_a_terminal_progress_comes_in_plain_lines(dllab: Shell) -> None:
    result = dllab("run", "circles", "--epochs", "30")
    assert result.returncode == 0, result.stderr
    assert "\r" not in result.stdout
    assert "100 % epoch 30.00/30" in result.stdout
    for word in ("cost", "dev error", "steps/s"):
        assert word in result.stdout


def test_that_a_terminal_that_knows_few_letters_is_met_with_those(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "dllab", "run", "circles", "--steps", "5"],
        env=environment() | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.isascii()


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_that_interrupting_pauses_stores_and_says_where(sessions_in_tmp: Path) -> None:
    folder = sessions_in_tmp / "long"
    process = subprocess.Popen(
        [sys.executable, "-m", "dllab", "run", "spiral", "--session", str(folder)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "step" in line:
            break
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error == ""
    assert f"dllab run {folder}" in out
    with Session.open(folder) as session:
        assert session.step > 0
        assert f"Paused at step {session.step:,} " in out


def test_that_the_guard_ends_a_run_on_the_last_good_state_with_a_way_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "s"
    wild = [f"--set={one}" for one in ("learning_rate=10", "explosion_factor=2")]
    message = refused(capsys, "run", "spiral", "--steps", 3000, "--session", folder, *wild)
    assert f"dllab run {folder} --set learning_rate=5" in message.replace("'", "")
    with Session.open(folder) as session:
        assert f"step {session.step:,} " in message


# --- looking ------------------------------------------------------------------------------------


def test_that_info_shows_a_session_and_leaves_it_as_it_is(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    assert main(["info", str(trained)]) == 0
    out = capsys.readouterr().out
    for text in ("step 40", "000001", "000002", "learning_rate", "numpy", "91, one vector"):
        assert text in out
    with Session.open(trained) as session:
        assert session.fingerprint() in out
    del before[trained / "journal.jsonl"], before[trained / "session.lock"]
    assert all(path.stat().st_mtime_ns == moment for path, moment in before.items())


def test_that_info_can_look_at_a_session_that_is_open(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(trained):
        assert main(["info", str(trained)]) == 0
    assert "checkpoint 000003" in capsys.readouterr().out


def test_that_info_shows_a_checkpoint_file(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(trained / "checkpoints" / "000002.h5")]) == 0
    out = capsys.readouterr().out
    assert "one checkpoint of a session's folder" in out
    assert "SHA-256 holds" in out


def test_that_info_tells_a_damaged_checkpoint_from_the_others(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = trained / "checkpoints" / "000001.h5"
    data = bytearray(damaged.read_bytes())
    data[-100] ^= 1
    damaged.write_bytes(data)
    assert main(["info", str(trained)]) == 2
    out, error = capsys.readouterr()
    assert f"{damaged} is damaged" in error
    assert "000002" in out


def test_that_recipes_are_listed_and_printed_as_a_file_that_can_be_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recipes"]) == 0
    assert "mnist-small" in capsys.readouterr().out
    assert main(["recipes", "moons"]) == 0
    printed = capsys.readouterr().out
    assert Recipe.from_toml(printed) == Recipe.builtin("moons")


def test_that_version_and_help_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--version"], ["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"dllab {__version__}" in out
    assert "examples:" in out


# --- refusing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rnu"], "did you mean run?"),
        (["run"], "RECIPE|SESSION"),
        (["run", "mnsit"], "did you mean mnist?"),
        (["run", "circles", "--steps", "0"], "at least 1"),
        (["run", "circles", "--steps", "2", "--epochs", "1"], "--steps"),
        (["run", "circles", "--set", "lerning_rate=1"], "did you mean learning_rate"),
        (["run", "circles", "--set", "learning_rate=99"], "1e-06 to 10"),
        (["run", "circles", "--set", "learning_rate"], "learning_rate=0.003"),
        (["run", "circles", "--set", "keep_prob[9]=0.5"], "1 to 2"),
        (["run", "circles", "--set", "noise=much"], "must be a number"),
        (["info", "nowhere"], "no file or folder nowhere"),
        (["recipes", "mine"], "no built-in recipe"),
        (["--frobnicate"], "see dllab --help"),
        (["one", "two"], "not 2"),
    ],
)
def test_that_a_wrong_command_line_is_refused_and_leaves_nothing_behind(
    arguments: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
    sessions_in_tmp: Path,
) -> None:
    assert expected in refused(capsys, *arguments)
    assert not sessions_in_tmp.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "x"\nlearning_rate = 1\n[data]\nsource = "moons"\n', "'learning_rate'"),
        ('name = "x"\n[data]\nsource = "moons"\n[training]\nl2 = -1\n', "(l2)"),
        ('name = "x"\n[data]\nsource = "nothing.h5"\n', "nothing.h5"),
        ("name = \n", "line 1"),
    ],
)
def test_that_a_bad_recipe_file_is_refused_with_its_name_and_place(
    text: str,
    expected: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    sessions_in_tmp: Path,
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    message = refused(capsys, "run", file)
    assert expected in message
    assert "nothing.h5" in message or str(file) in message
    assert not sessions_in_tmp.exists()


@pytest.mark.parametrize("name", ["foreign.h5", "foreign.toml", "foreign"])
@pytest.mark.parametrize("verb", ["run", "info"])
def test_that_a_foreign_file_is_refused_and_left_as_it_is(
    verb: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert str(file) in refused(capsys, verb, file)
    assert files_in(tmp_path) == [name]


def test_that_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.h5"
    file.write_bytes(b"secret")
    unbound = Path.open

    def deny(path: Path, *rest: Any, **more: Any) -> Any:
        if path == file:
            raise PermissionError(13, "Permission denied", str(path))
        return unbound(path, *rest, **more)

    # Not with chmod: the tests may run as root, whom nothing is denied.
    monkeypatch.setattr(Path, "open", deny)
    for verb in ("run", "info"):
        message = refused(capsys, verb, file)
        assert str(file) in message
        assert "Permission denied" in message


def test_that_a_damaged_session_file_is_refused(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(trained) as session:
        session.save_as(tmp_path / "cut.h5")
    whole = (tmp_path / "cut.h5").read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[:-10])
    folder = tmp_path / "unpacked"
    message = refused(capsys, "run", tmp_path / "cut.h5", "--session", folder)
    assert "cut short" in message
    assert not folder.exists()


def test_that_a_folder_in_use_is_not_written_into(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    message = refused(capsys, "run", "circles", "--session", tmp_path / "mine")
    assert "choose a folder that is new or empty" in message
    assert files_in(tmp_path / "mine") == ["letter.txt"]


def test_that_an_unwritable_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    message = refused(capsys, "run", "circles", "--session", tmp_path / "file" / "session")
    assert str(tmp_path / "file") in message
    assert files_in(tmp_path) == ["file"]


def test_that_a_folder_without_permission_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(path: Path, *_: Any, **more: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", deny)
    message = refused(capsys, "run", "circles", "--session", tmp_path / "s")
    assert str(tmp_path / "s") in message
    assert "Permission denied" in message
    assert files_in(tmp_path) == []


def limit_files(size: int) -> str:
    return f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
@pytest.mark.parametrize("size", [0, 100, 5000])
def test_that_a_full_disk_at_the_start_leaves_no_session(
    size: int, dllab: Shell, sessions_in_tmp: Path
) -> None:
    result = dllab("run", "circles", "--session", sessions_in_tmp / "s", before=limit_files(size))
    assert result.returncode == 2
    assert "Cannot write" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (sessions_in_tmp / "s").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
def test_that_a_full_disk_at_the_start_leaves_an_empty_folder_empty(
    dllab: Shell, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    result = dllab("run", "circles", "--session", tmp_path / "mine", before=limit_files(5000))
    assert result.returncode == 2
    assert files_in(tmp_path / "mine") == []


@pytest.mark.skipif(os.name == "nt", reason="no such limits there")
def test_that_a_disk_that_fills_up_is_told_and_what_was_stored_stays(
    trained: Path, dllab: Shell
) -> None:
    kept = (trained / "checkpoints" / "000002.h5").read_bytes()
    result = dllab("run", trained, "--steps", 20, before=limit_files(20_000))
    assert result.returncode == 2
    assert "The end at step 60 (epoch" in result.stderr
    assert "File too large" in result.stderr
    assert "Traceback" not in result.stderr
    assert (trained / "checkpoints" / "000002.h5").read_bytes() == kept
    assert not list(trained.rglob("*.partial"))
    with Session.open(trained) as session:
        assert session.step == 40


def test_that_fixed_hyperparameters_of_a_session_are_refused_and_nothing_moves(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refused(capsys, "run", trained, "--set", "seed=3", "--set", "learning_rate=0.002")
    assert "fixed once a run has started" in message
    with Session.open(trained) as session:
        assert session.hyperparameters["learning_rate"] == 0.01


def test_that_a_session_open_elsewhere_is_refused(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session.open(trained):
        assert "open in another window" in refused(capsys, "run", trained)


def test_that_an_unexpected_error_is_one_sentence_and_the_log_has_the_rest(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sessions_in_tmp: Path,
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("dllab.cli.recipes.builtin_recipes", broken)
    assert main(["recipes"]) == 1
    message = capsys.readouterr().err
    log = sessions_in_tmp / "dllab.log"
    assert message.count("\n") == 1
    assert str(log) in message
    assert "Traceback" in log.read_text()
    assert "a bug" in log.read_text()


def test_that_an_unexpected_error_in_training_keeps_the_session(
    trained: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    sessions_in_tmp: Path,
) -> None:
    real = Session.advance

    def broken(session: Session) -> bool:
        return real(session) if session.step < 45 else bool(1 / 0)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "advance", broken)
        assert main(["run", str(trained), "--steps", "20"]) == 1
    message = capsys.readouterr().err
    assert "ZeroDivisionError" in message
    assert "stands at step 45" in message
    assert "Traceback" not in message
    assert "Traceback" in (sessions_in_tmp / "dllab.log").read_text()
    with Session.open(trained) as session:
        assert session.step == 45


def test_that_the_log_goes_elsewhere_when_its_folder_cannot_be_made(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("DLLAB_SESSIONS", str(tmp_path / "file" / "sessions"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("dllab.cli.recipes.builtin_recipes", lambda: 1 / 0)
    assert main(["recipes"]) == 1
    assert str(tmp_path / "dllab.log") in capsys.readouterr().err
    assert "ZeroDivisionError" in (tmp_path / "dllab.log").read_text()


# --- Qt -----------------------------------------------------------------------------------------


def test_that_the_command_line_loads_no_qt(dllab: Shell) -> None:
    script = (
        "import sys\n"
        "from dllab.cli import main\n"
        "code = main(['run', 'circles', '--steps', '2'])\n"
        "loaded = [name for name in sys.modules if name.startswith(('PySide6', 'dllab_ui'))]\n"
        "sys.exit(code or (str(loaded) if loaded else 0))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("arguments", [[], ["moons"], ["{trained}"]])
def test_that_without_a_verb_the_window_is_opened(
    arguments: list[str], trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dllab_ui.app

    heard: list[list[str]] = []
    monkeypatch.setattr(dllab_ui.app, "main", lambda argv: heard.append(list(argv)) or 0)
    arguments = [argument.format(trained=trained) for argument in arguments]
    assert main(arguments) == 0
    assert heard == [arguments]


def test_that_a_window_without_its_libraries_says_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dllab_ui.app", None)
    monkeypatch.delitem(sys.modules, "dllab_ui.app")

    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "dllab_ui.app":
                raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    message = refused(capsys)
    assert "libEGL.so.1" in message
    assert "dllab run" in message
