"""``python -m dllab``: the same as the command ``dllab``."""

from __future__ import annotations

import sys

from dllab.cli import main

if __name__ == "__main__":
    sys.exit(main())
