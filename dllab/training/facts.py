"""What made these numbers: versions and threads, stored with every checkpoint."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

import numpy as np
from threadpoolctl import threadpool_info

from dllab.fast import version as version_of


@cache
def facts() -> dict[str, str]:
    """Versions of dllab, Python, NumPy and BLAS, what the extra ``fast`` adds, and the processor.

    The last bits of a product can differ between BLAS builds: "bit for bit" holds where these
    facts are equal.
    """
    libraries = [i for i in threadpool_info() if i.get("user_api") == "blas"]
    # NumPy's own, not that of another package in this process.
    libraries.sort(key=lambda library: "numpy" not in str(library.get("filepath")))
    blas: dict[str, object] = libraries[0] if libraries else {}
    try:
        version = metadata.version("dllab")
    except metadata.PackageNotFoundError:
        version = "source tree"
    return {
        "dllab": version,
        "python": platform.python_version(),
        "numpy": np.__version__ + _with("numba"),
        "blas": f"{blas.get('internal_api', '?')} {blas.get('version', '?')}" + _with("mkl"),
        "blas_kernel": str(blas.get("architecture", "?")),
        "machine": platform.machine(),
    }


def _with(package: str) -> str:
    found = version_of(package)
    return f" with {package} {found}" if found else ""
