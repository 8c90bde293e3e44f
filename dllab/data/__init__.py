"""From files and formulas to data sets, their split, and their normalization."""

from dllab.data.builtin import BUILTIN, open_data
from dllab.data.dataset import Dataset, Examples
from dllab.data.hdf5 import read_dataset, write_dataset
from dllab.data.normalization import NORMALIZATIONS, Normalization
from dllab.data.split import Split, split, split_sizes
from dllab.data.synthetic import blobs, circles, moons, spiral

__all__ = [
    "BUILTIN",
    "NORMALIZATIONS",
    "Dataset",
    "Examples",
    "Normalization",
    "Split",
    "blobs",
    "circles",
    "moons",
    "open_data",
    "read_dataset",
    "spiral",
    "split",
    "split_sizes",
    "write_dataset",
]
