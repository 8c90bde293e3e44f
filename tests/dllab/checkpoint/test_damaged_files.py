"""No file is trusted: whatever is not exactly what was written is refused with a sentence."""

from __future__ import annotations

import hashlib
import io
import json
import os

import h5py
import numpy as np
import pytest

from dllab import Session
from dllab.checkpoint import encode, read_checkpoint
from dllab.checkpoint.contents import VERSION
from dllab.errors import CheckpointError, DllabError

HEADER = 512


@pytest.fixture(scope="module")
def sealed(make_recipe):
    """The bytes of a small checkpoint file."""
    with Session.create(make_recipe("circles", examples=30, hidden_layers=[2])) as session:
        session.run(steps=3)
        key = session.checkpoint("small")
        return encode(session.store.load(key))


def refusal(path, data):
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(path)
    message = str(caught.value)
    assert str(path) in message
    assert message.endswith(".")
    assert path.read_bytes() == data
    return message


def reseal(image):
    """Seal bytes as a careless tool would: the checksum holds, the content need not."""
    digest = hashlib.sha256(image).hexdigest()
    head = f"dllab checkpoint 1\nlength {len(image)}\nsha256 {digest}\n".encode()
    return head.ljust(HEADER, b"\0") + image


def edited(sealed, change):
    """The file after ``change(h5py.File)``, its seal made new."""
    stream = io.BytesIO(sealed)
    with h5py.File(stream, "r+") as file:
        change(file)
    return reseal(stream.getvalue()[HEADER:])


def test_that_the_unchanged_file_is_read(sealed, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(reseal(sealed[HEADER:]))
    assert path.read_bytes() == sealed
    assert read_checkpoint(path).info.note == "small"


def test_that_the_file_is_an_ordinary_hdf5_file(sealed, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(sealed)
    with h5py.File(path, "r") as file:
        assert file.userblock_size == HEADER
        assert file["state/theta"].dtype == np.float32


def test_that_every_flipped_bit_of_the_header_is_refused(sealed, tmp_path):
    path = tmp_path / "a.h5"
    accepted = []
    for offset in range(HEADER):
        for bit in (0, 5, 7):
            damaged = bytearray(sealed)
            damaged[offset] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                read_checkpoint(path)
            except CheckpointError:
                continue
            accepted.append((offset, bit))
    assert not accepted


def test_that_flipped_bytes_of_the_body_are_refused(sealed, tmp_path):
    path = tmp_path / "a.h5"
    for offset in range(HEADER, len(sealed), 61):
        damaged = bytearray(sealed)
        damaged[offset] ^= 0xFF
        assert "damaged" in refusal(path, bytes(damaged))


def test_that_truncations_are_refused(sealed, tmp_path):
    path = tmp_path / "a.h5"
    for length in (*range(0, len(sealed), 97), len(sealed) - 1):
        refusal(path, sealed[:length])


def test_that_a_file_that_has_grown_is_refused(sealed, tmp_path):
    assert "grown" in refusal(tmp_path / "a.h5", sealed + b"\0")


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 2048, b"PK\x03\x04 a zip file", b"step,cost\n1,0.5\n", b"\x89HDF\r\n\x1a\n"],
    ids=["empty", "zeros", "zip", "csv", "hdf5 magic"],
)
def test_that_foreign_files_are_refused(data, tmp_path):
    assert "not a dllab checkpoint" in refusal(tmp_path / "a.h5", data)


def test_that_hdf5_without_a_seal_is_refused(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w", userblock_size=HEADER) as file:
        file["state/theta"] = np.zeros(3)
    assert "not a dllab checkpoint" in refusal(path, path.read_bytes())


def test_that_a_newer_seal_is_refused_politely(sealed, tmp_path):
    data = sealed.replace(b"dllab checkpoint 1\n", b"dllab checkpoint 2\n", 1)
    message = refusal(tmp_path / "a.h5", data)
    assert "newer dllab" in message
    assert "left as it is" in message


def test_that_a_newer_format_is_refused_politely(sealed, tmp_path):
    data = edited(sealed, lambda file: file.attrs.modify("version", VERSION + 1))
    message = refusal(tmp_path / "a.h5", data)
    assert f"version {VERSION + 1}" in message
    assert "update dllab" in message


def put(path, value):
    def change(file):
        del file[path]
        file[path] = value

    return change


def attribute(path, name, value):
    return lambda file: file[path].attrs.__setitem__(name, value)


def without_attribute(path, name):
    return lambda file: file[path].attrs.__delitem__(name)


def link_away(file):
    del file["state/theta"]
    file["state/theta"] = h5py.ExternalLink("/etc/hostname", "/x")


def soft_link(file):
    del file["state/theta"]
    file["state/theta"] = h5py.SoftLink("/state/order")


def claim_too_much(file):
    del file["state/theta"]
    file.create_dataset("state/theta", (2**40,), "f8", chunks=(1024,))


def knobs(**values):
    def change(file):
        given = json.loads(file["state/hyperparameters"][...].tobytes()) | values
        del file["state/hyperparameters"]
        file["state/hyperparameters"] = np.frombuffer(json.dumps(given).encode(), np.uint8)

    return change


def one_count_less(file):
    counts = file["history/0/sparse/counts"]
    counts[0], counts[1] = -1, counts[0] + counts[1] + 1


def packed(file):
    theta = file["state/theta"][...]
    del file["state/theta"]
    file.create_dataset("state/theta", data=theta, compression="gzip")


def one_example_twice(file):
    file["state/order"][0] = file["state/order"][1]


WRONG = {
    "no state": lambda file: file.__delitem__("state"),
    "no theta": lambda file: file.__delitem__("state/theta"),
    "theta of integers": put("state/theta", np.arange(5)),
    "theta not finite": lambda file: file["state/theta"].__setitem__(0, np.nan),
    "a slot not finite": lambda file: file["state/slots/v"].__setitem__(0, np.inf),
    "theta too short": put("state/theta", np.zeros(2, np.float32)),
    "theta a matrix": put("state/theta", np.zeros((3, 3), np.float32)),
    "theta elsewhere": link_away,
    "theta by a soft link": soft_link,
    "theta larger than the file": claim_too_much,
    "order no permutation": one_example_twice,
    "order empty": put("state/order", np.zeros(0, np.uint32)),
    "a stream missing": lambda file: file.__delitem__("state/streams/dropout"),
    "a stream too short": put("state/streams/dropout", np.zeros(3, np.uint64)),
    "a strange slot": lambda file: file["state/slots"].create_dataset("u", data=np.zeros(3)),
    "step negative": attribute("state", "step", -1),
    "step missing": without_attribute("state", "step"),
    "step a text": attribute("state", "step", np.bytes_(b"many")),
    "position beyond the epoch": attribute("state", "position", 10**6),
    "no members": attribute("state", "members", 0),
    "absurd members": attribute("state", "members", 10**6),
    "hyperparameter out of range": knobs(learning_rate=-1.0),
    "hyperparameter unknown": knobs(warp=9.0),
    "hyperparameters missing": lambda file: file.__delitem__("state/hyperparameters"),
    "hyperparameters no JSON": put("state/hyperparameters", np.frombuffer(b"{", np.uint8)),
    "hyperparameters no table": put("state/hyperparameters", np.frombuffer(b"[1]", np.uint8)),
    "hyperparameters without end": put("state/hyperparameters", np.full(10**5, 91, np.uint8)),
    "reason unknown": attribute("info", "reason", np.bytes_(b"whim")),
    "key missing": without_attribute("info", "key"),
    "key no number": attribute("info", "key", np.bytes_(b"../../x")),
    "text of variable length": attribute("info", "note", "variable"),
    "history of text": put("history/0/dense/train_cost", np.array([b"a", b"b"])),
    "sparse history too short": put("history/0/sparse/steps", np.arange(2)),
    "sparse history of other counts": put("history/0/sparse/counts", np.array([2**62] * 4)),
    "sparse history of negative counts": one_count_less,
    "sparse history of floats": put("history/0/sparse/steps", np.ones(3)),
    "sparse history twice": lambda file: file["history/0/sparse/names"].__setitem__(
        0, file["history/0/sparse/names"][1]
    ),
    "theta packed": packed,
    "history misnamed": lambda file: file.move("history/0", "history/first"),
    "version no number": attribute("/", "version", np.bytes_(b"one")),
    "format of another": attribute("/", "format", np.bytes_(b"something")),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_that_a_sealed_file_with_wrong_content_is_refused(change, sealed, tmp_path):
    refusal(tmp_path / "a.h5", edited(sealed, change))


def test_that_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(CheckpointError, match="is a folder"):
        read_checkpoint(tmp_path)


def test_that_a_missing_file_is_told(tmp_path):
    with pytest.raises(CheckpointError, match="No such file"):
        read_checkpoint(tmp_path / "none.h5")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_that_a_named_pipe_is_refused_and_not_waited_for(tmp_path, run_python):
    os.mkfifo(tmp_path / "pipe.h5")
    script = """
import sys
from dllab import DllabError, Session
try:
    Session.open(sys.argv[1])
except DllabError as error:
    print(error)
"""
    done = run_python(script, tmp_path / "pipe.h5", timeout=20)
    assert "not a" in done.stdout
    assert not done.stderr


def test_that_a_single_checkpoint_of_a_folder_is_pointed_to_its_folder(make_session, tmp_path):
    session = make_session(tmp_path / "s")
    key = session.checkpoint()
    with pytest.raises(DllabError, match="open the folder"):
        Session.open(tmp_path / "s" / "checkpoints" / f"{key}.h5")
