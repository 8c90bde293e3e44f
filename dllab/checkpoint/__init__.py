"""Checkpoint files: one HDF5 file each, sealed by a checksum. FORMAT.md describes them in prose."""

from dllab.checkpoint.contents import Contents, Outline
from dllab.checkpoint.owner import Owner, keys_in
from dllab.checkpoint.read import read_checkpoint
from dllab.checkpoint.write import encode, write_atomically, write_checkpoint

__all__ = [
    "Contents",
    "Outline",
    "Owner",
    "encode",
    "keys_in",
    "read_checkpoint",
    "write_atomically",
    "write_checkpoint",
]
