"""Foreign HDF5 files meet a child process: whatever happens to it is an answer in words here."""

from __future__ import annotations

import gc
import io
import os
import signal
import subprocess
import sys
import threading
import time

import h5py
import numpy as np
import pytest

from dllab.data import hdf5, open_data, read_dataset, write_dataset
from dllab.data.arrays.hdf5_foreign import open_hdf5
from dllab.data.builtin import MNIST_SHA256, circles
from dllab.data.foreign import limits, remote, wire
from dllab.data.foreign import start as starting
from dllab.errors import DataError
from soak.nasty_files import nasty_files

posix = pytest.mark.skipif(os.name != "posix", reason="the system has no such limits")


@pytest.fixture
def path(tmp_path):
    """A sound file of another program."""
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["x"] = np.arange(12.0).reshape(4, 3)
        file["g/y"] = np.array([1, 2, 3, 4], ">i2")
        file.attrs["format"] = "text of free length"
    return path


def refused(act, match):
    with pytest.raises(DataError, match=match) as caught:
        act()
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("fork", [pytest.param(True, marks=posix), False], ids=["forked", "own"])
def test_that_a_child_says_what_is_in_a_file(path, fork):
    with remote.opened(path, lambda: starting.start(fork=fork)) as file:
        assert file.facts() == (("g/y", (4,), ">i2"), ("x", (4, 3), "float64"))
        assert file.array("x", rows=2).tolist() == [[0, 1, 2], [3, 4, 5]]
        y = file.array("g/y")
        assert y.dtype == np.int16
        assert y.tolist() == [1, 2, 3, 4]
        assert [file.kind_of(name) for name in ("x", "g", "none")] == ["dataset", "group", ""]
        refused(lambda: file.attribute("format", "S"), "attribute format is a object")
        refused(lambda: file.array("x", "S"), "x holds values of type float64")
        assert file.array("x").shape == (4, 3)


def test_that_values_come_back_whole_in_many_pieces(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    values = {
        "wide": rng.random((3, 700_000)),
        "columns": rng.integers(0, 9, (70_000, 40), np.int32),
        "rows": rng.random((200_001, 7), np.float32),
        "names": np.array([b"a", b"longer", b""] * 5),
        "one": np.array(2.5),
        "none": np.zeros((0, 4)),
    }
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name, array in values.items():
            chunks = {"columns": (70_000, 1), "rows": (999, 3)}.get(name)
            packed = "gzip" if chunks else None
            file.create_dataset(name, data=array, chunks=chunks, compression=packed)
    with remote.opened(tmp_path / "a.h5") as file:
        for name, array in values.items():
            back = file.array(name, "iufS")
            assert back.dtype == array.dtype
            assert np.array_equal(back, array), name
        assert np.array_equal(file.array("rows", rows=150_000), values["rows"][:150_000])


def test_that_files_made_to_do_harm_are_refused_in_under_a_second(tmp_path):
    slow, read, count = {}, [], 0
    for nasty in nasty_files(tmp_path, objects=5_000, inflated=300):
        for _ in range(3):
            children = []
            began = time.perf_counter()
            answers = _ask(nasty, children)
            seconds = time.perf_counter() - began
            if seconds < 1:
                break
        else:
            slow[nasty.name] = seconds
        assert children[0].end().most_memory < 200e6, nasty.name
        if answers and not nasty.may_answer:
            read.append(nasty.name)
        count += 1
    assert not slow
    assert not read
    assert count > 70


def _ask(nasty, children):
    def start():
        children.append(starting.start())
        return children[-1]

    answers = 0
    try:
        with remote.opened(nasty.path, start) as file:
            for ask in nasty.asks:
                try:
                    names = [facts[0] for facts in file.facts()] if ask == "*" else [ask]
                    answers += sum(bool(file.array(name, "biufS").size) for name in names)
                except DataError as error:
                    _check_words(error, nasty.path)
    except DataError as error:
        _check_words(error, nasty.path)
    return answers


def _check_words(error, path):
    assert str(path) in str(error)
    assert str(error).endswith(".")


@posix
def test_that_a_crash_of_the_child_is_told(path):
    child = starting.start()
    with remote.opened(path, lambda: child) as file:
        os.kill(child._number, signal.SIGSEGV)
        refused(file.facts, rf"{path} .*the HDF5 library crashed on it \(SIGSEGV\).*fetch it again")
        refused(file.facts, "crashed on it")
    assert child.end().code == -signal.SIGSEGV


@posix
def test_that_a_child_that_hangs_is_killed(path):
    child = starting.start()
    with remote.opened(path, lambda: child, seconds=0.2) as file:
        os.kill(child._number, signal.SIGSTOP)
        refused(file.facts, r"took longer than 0\.2 s, so it is damaged or made to do harm")
    assert child.end().code == -signal.SIGKILL


@posix
def test_that_the_fork_server_comes_again_when_it_is_gone(path):
    assert open_facts(path)
    server = starting._server
    server._process.kill()
    server._process.wait()
    assert open_facts(path)
    assert starting._server is not server


def open_facts(path):
    with remote.opened(path) as file:
        return file.facts()


@posix
def test_that_several_threads_are_served_at_once(path):
    said = []
    threads = [threading.Thread(target=lambda: said.append(open_facts(path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 6
    assert len(set(said)) == 1


FORK = """
import os, sys
from pathlib import Path
from dllab.data.foreign import remote
def names():
    with remote.opened(Path(sys.argv[1])) as file:
        return [facts[0] for facts in file.facts()]
print(names(), flush=True)
child = os.fork()
if not child:
    print(names(), flush=True)
    os._exit(0)
print(os.waitpid(child, 0)[1], names())
"""


@posix
def test_that_a_forked_process_has_a_line_of_its_own(path, run_python):
    done = run_python(FORK, path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["['g/y', 'x']"] * 2 + ["0 ['g/y', 'x']"]


class FakeChild:
    """Says what it is told to say."""

    def __init__(self, *answers):
        self.stream_out = io.BytesIO()
        said = io.BytesIO()
        for answer in ({}, *answers):
            if isinstance(answer, bytes):
                wire.put_piece(said, answer)
            else:
                wire.put(said, answer)
        self.stream_in = io.BytesIO(said.getvalue())

    def kill(self):
        pass

    def end(self):
        return starting.End(0)


@pytest.mark.parametrize(
    "answers",
    [
        ({"shape": [2**40], "dtype": "<f8"},),
        ({"shape": [3], "dtype": "|O"},),
        ({"shape": [-3], "dtype": "<f8"},),
        ({"shape": "abc", "dtype": "<f8"},),
        ({"shape": [3], "dtype": "__import__('os')"},),
        ({"shape": [3], "dtype": "<f8"}, bytes(25)),
        ({"shape": [3], "dtype": "<f8"}, bytes(8), b"", {}),
        ({},),
        (b"not json",),
        (b"[1, 2]",),
        (b"",),
        (),
    ],
    ids=str,
)
def test_that_senseless_answers_are_not_believed(path, answers):
    with remote.opened(path, lambda: FakeChild(*answers)) as file:
        refused(lambda: file.array("x"), "senseless answer|the process that read it ended")


def test_that_senseless_facts_are_not_believed(path):
    for value in (5, None, [[1]], [["x", [1.5], "f4"]], [["x", [[2]], "f4"]]):
        with remote.opened(path, lambda v=value: FakeChild({"value": v})) as file:
            refused(file.facts, "senseless answer")
    huge = limits.LARGEST_ANSWER + 1
    child = FakeChild()
    child.stream_in = io.BytesIO(child.stream_in.read() + huge.to_bytes(4, "big"))
    with remote.opened(path, lambda: child) as file:
        refused(file.facts, "the process that read it ended")


SHUT = """
import os, sys
import h5py, numpy
from dllab.data.foreign.limits import Limits
os.chdir(sys.argv[1])
with h5py.File("other.h5", "w") as file:
    file["x"] = numpy.arange(9)
with h5py.File("a.h5", "w") as file:
    file["x"] = h5py.ExternalLink("other.h5", "/x")
    file.create_dataset("raw", (9,), "u1", external=[("other.h5", 0, 9)])
limits = Limits()
file = h5py.File("a.h5", "r")
limits.shut()
for look in (
    lambda: file["x"][...],
    lambda: file["raw"][...],
    lambda: open("other.h5"),
    lambda: os.open("new", os.O_CREAT | os.O_WRONLY),
    lambda: numpy.ones(300_000_000).sum(),
):
    try:
        print("did", look())
    except (OSError, KeyError, RuntimeError, MemoryError) as error:
        print("refused", type(error).__name__)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems promise less")
def test_that_the_system_itself_keeps_the_child_from_other_files_and_memory(run_python, tmp_path):
    done = run_python(SHUT, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["refused"] * 5


BOOT = """
import runpy, sys
boot = sys.argv[1]
sys.argv = [boot, "one", "[]"]
runpy.run_path(boot, run_name="__main__")
names = sorted(name for name in sys.modules if name.startswith(("dllab", "PySide6", "pandas")))
import h5py
print(h5py.h5pl.size(), *names)
"""


def test_that_the_child_loads_little_and_no_plug_ins(path, tmp_path):
    boot = str(starting._BOOT)
    done = subprocess.run(
        [sys.executable, "-c", BOOT, boot],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        input=b"",
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    plugins, *names = done.stdout.decode().split()
    assert plugins == "0"
    assert len(names) < 16
    assert not [name for name in names if name.startswith(("dllab.training", "dllab.network"))]


def test_that_no_plugin_path_reaches_the_child(monkeypatch, tmp_path):
    monkeypatch.setenv("HDF5_PLUGIN_PATH", str(tmp_path))
    monkeypatch.setenv("HDF5_VOL_CONNECTOR", "evil")
    monkeypatch.setenv("PYTHONSTARTUP", "evil.py")
    environment = starting._environment()
    assert environment["HDF5_PLUGIN_PATH"] == ""
    assert not {"HDF5_VOL_CONNECTOR", "PYTHONSTARTUP"} & set(environment)


def test_that_this_process_opens_only_data_whose_bytes_are_known(tmp_path, monkeypatch):
    path = tmp_path / "d.h5"
    write_dataset(path, circles(20))
    opened = []
    real = h5py.File
    monkeypatch.setattr(h5py, "File", lambda *a, **k: opened.append(a) or real(*a, **k))
    assert read_dataset(path).train.m == 20
    assert open_data(path).train.m == 20
    assert not opened
    with pytest.raises(DataError, match="its checksum does not hold"):
        hdf5.read_known(path, MNIST_SHA256)
    assert not opened


def test_that_reading_much_is_given_more_time_and_memory():
    assert limits.seconds_to_read(0) == limits.SECONDS == 10
    assert limits.seconds_to_read(2 * 10**9) == 110
    assert limits.rows_at_once((10**6, 100), 8, None) == 10485
    assert limits.rows_at_once((10**6, 100), 8, (4_000, 100)) == 8_000
    assert limits.rows_at_once((10**6, 100), 8, (10**6, 1)) == 10**6
    assert limits.rows_at_once((), 8, None) == limits.PIECE_BYTES // 8


@posix
def test_that_one_child_serves_a_look_at_a_file_and_ends_with_it(path, monkeypatch):
    children = []
    real = starting.start
    monkeypatch.setattr(remote, "start", lambda: children.append(real()) or children[-1])

    def look():
        facts, read = open_hdf5(path)
        assert [one.name for one in facts] == ["g/y", "x"]
        assert read("x", 2).shape == (2, 3)
        refused(lambda: read("none", None), "none is missing")
        assert read("g/y", None).tolist() == [1, 2, 3, 4]
        assert children[0]._end is None

    look()
    gc.collect()
    assert len(children) == 1
    assert children[0]._end is not None
