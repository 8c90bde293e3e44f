"""What made these numbers: versions and threads, stored with every checkpoint."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

import numpy as np
from threadpoolctl import threadpool_info


@cache
def facts() -> dict[str, str]:
    """Versions of dllab, Python, NumPy and BLAS, and the processor's architecture.

    The last bits of a product can differ between BLAS builds: "bit for bit" holds where these
    facts are equal.
    """
    libraries = [i for i in threadpool_info() if i.get("user_api") == "blas"]
    blas: dict[str, object] = libraries[0] if libraries else {}
    try:
        version = metadata.version("dllab")
    except metadata.PackageNotFoundError:
        version = "source tree"
    return {
        "dllab": version,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas.get('internal_api', '?')} {blas.get('version', '?')}",
        "blas_kernel": str(blas.get("architecture", "?")),
        "machine": platform.machine(),
    }
