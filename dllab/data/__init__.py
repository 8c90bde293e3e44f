"""From files and formulas to data sets, their split, and their normalization."""

from dllab.data.builtin import BUILTIN, inspect, open_data
from dllab.data.dataset import Dataset
from dllab.data.examples import Examples
from dllab.data.hdf5 import read_dataset, write_dataset
from dllab.data.inspection import ArrayFacts, Column, Inspection
from dllab.data.leakage import Leakage, find_leakage
from dllab.data.mismatch import Difference, Mismatch, find_mismatch
from dllab.data.missing import Filling
from dllab.data.normalization import NORMALIZATIONS, Normalization
from dllab.data.options import OPTIONS, DataOptions
from dllab.data.shares import COMMON_SHARES
from dllab.data.split import Split, split, split_sizes
from dllab.data.split_preview import SplitPreview, preview_split
from dllab.data.synthetic import blobs, circles, moons, spiral

__all__ = [
    "BUILTIN",
    "COMMON_SHARES",
    "NORMALIZATIONS",
    "OPTIONS",
    "ArrayFacts",
    "Column",
    "DataOptions",
    "Dataset",
    "Difference",
    "Examples",
    "Filling",
    "Inspection",
    "Leakage",
    "Mismatch",
    "Normalization",
    "Split",
    "SplitPreview",
    "blobs",
    "circles",
    "find_leakage",
    "find_mismatch",
    "inspect",
    "moons",
    "open_data",
    "preview_split",
    "read_dataset",
    "spiral",
    "split",
    "split_sizes",
    "write_dataset",
]
