"""The extra ``fast``, where installed: MKL multiplies matrices, numba compiles what is around it.

Nothing needs them. ``DLLAB_FAST=off`` in the environment leaves both alone. The two ways differ in
the last bits, so a checkpoint's facts say which one was taken.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import metadata


def version(package: str) -> str | None:
    """Version of a package of the extra that is to be used, else None."""
    return _installed(package) if os.environ.get("DLLAB_FAST", "on") != "off" else None


@cache
def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
