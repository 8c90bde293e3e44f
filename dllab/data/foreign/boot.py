"""The script that the child's interpreter runs, by its path.

It is not run with ``-m``: that would import all of dllab, which takes longer than what is needed
of it, and gives a hostile file more to play with. The packages above this one are put in place
without running them; what is imported are NumPy, h5py and a few modules of `dllab.data`.

    python -I boot.py MODE SEARCH-PATH

MODE is ``fork`` or ``one``; SEARCH-PATH is the asking process's `sys.path` as JSON.
"""

import json
import sys
import types
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main() -> None:
    """Get ready and serve."""
    mode, search = sys.argv[1], json.loads(sys.argv[2])
    sys.path += [place for place in search if place not in sys.path]
    for name, folder in (("dllab", _HERE.parents[1]), ("dllab.data", _HERE.parent)):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package

    from dllab.data.foreign import fork_server, serve

    serve.warm()
    if mode == "fork":
        fork_server.run()
    else:
        serve.serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
