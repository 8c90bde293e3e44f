"""Sound files of every kind, and what chance makes of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np

from dllab import Session
from dllab.data import circles, write_dataset
from soak import subjects


def our_files(workdir: Path, rng: random.Random) -> list[bytes]:
    """The checkpoint files of a small session, and one self-contained file."""
    folder = workdir / "ours"
    with Session.create(subjects.recipe(rng), folder) as session:
        session.run(steps=30)
        session.nudge(learning_rate=0.02, note="größer")
        session.run(steps=5)
        session.checkpoint("of our own")
        session.save_as(workdir / "archive.h5")
    return [path.read_bytes() for path in (*folder.rglob("*.h5"), workdir / "archive.h5")]


def foreign_files(workdir: Path) -> Iterator[Path]:
    """Files as other programs write them, in all of the format's ways to store a thing."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(60, 5)), np.arange(60) % 3
    ways: dict[str, Callable[[h5py.File], object]] = {
        "plain": lambda file: file.create_dataset("x", data=X),
        "packed": lambda file: file.create_dataset(
            "x", data=X, chunks=(16, 2), compression="gzip", shuffle=True, fletcher32=True
        ),
        "growing": lambda file: file.create_dataset("x", data=X, maxshape=(None, 5), chunks=(8, 5)),
        "growing-both": lambda file: file.create_dataset(
            "x", data=X, maxshape=(None, None), chunks=(8, 2), compression="lzf"
        ),
        "odd": _odd,
    }
    for libver in ("earliest", "latest"):
        for name, way in ways.items():
            path = workdir / f"{name}-{libver}.h5"
            block = 512 if name == "plain" and libver == "earliest" else 0
            with h5py.File(path, "w", libver=libver, userblock_size=block) as file:
                way(file)
                file["g/y"] = y
                file.attrs["made by"] = "another program"
            yield path
    write_dataset(workdir / "own.h5", circles(60))
    yield workdir / "own.h5"


def _odd(file: h5py.File) -> None:
    file["x"] = np.arange(60.0).astype(">f4").reshape(30, 2)
    file.create_dataset("text", data=["a", "bc"] * 5, dtype=h5py.string_dtype())
    file.create_dataset("rows", (3,), [("a", "i4"), ("b", "S5")])
    file.create_dataset("to", (1,), h5py.ref_dtype)[0] = file["x"].ref
    file["flags"], file["names"] = np.ones(9, bool), np.array([b"a", b"bcd"])
    file["soft"] = h5py.SoftLink("/x")
    file["x"].attrs.create("lists", [np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype("i4"))


_TELLING = (0, 1, 2, 7, 8, 16, 96, 255, 2**16 - 1, 2**31, 2**32 - 1, 2**62, 2**63, 2**64 - 1)


def mutated(original: bytes, rng: random.Random) -> bytes:
    """A copy with some bits flipped, bytes overwritten, moved or cut; it may be the same."""
    data = bytearray(original)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        # Most of a file's structure lies in its first pages.
        at = rng.randrange(min(len(data), rng.choice((512, 4096, len(data)))))
        match rng.randrange(6):
            case 0 | 1:
                data[at] ^= 1 << rng.randrange(8)
            case 2:
                data[at] = rng.randrange(256)
            case 3:
                width = rng.choice((1, 2, 4, 8))
                value = rng.choice((*_TELLING, rng.randrange(len(data)))) % 256**width
                at -= at % width
                data[at : at + width] = value.to_bytes(width, "little")
            case 4:
                size, other = rng.randrange(1, 256), rng.randrange(len(data))
                data[at : at + size] = data[other : other + size]
            case 5:
                if rng.random() < 0.3:
                    del data[max(1, rng.randrange(len(data))) :]
                else:
                    size = rng.randrange(1, 64)
                    data[at : at + size] = rng.choice((b"\0", b"\xff")) * size
        if not data:
            data = bytearray(b"\0")
    return bytes(data)
