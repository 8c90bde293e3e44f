"""The command line: ``dllab`` opens the window, ``dllab run`` and the other verbs do without one.

Exit codes: 0 done, 1 an unexpected error, 2 refused with a sentence, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from dllab import log
from dllab.cli.arguments import parse
from dllab.cli.usage import VERBS
from dllab.errors import DllabError

DONE, UNEXPECTED, REFUSED, INTERRUPTED = 0, 1, 2, 130

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line asks; return the exit code.

    ``argv`` are the arguments without the program's name; by default those of the process.

    Raises
    ------
    SystemExit
        With code 0, after ``--help`` or ``--version``.
    """
    _print_anything()
    try:
        return _dispatch(list(sys.argv[1:] if argv is None else argv))
    except DllabError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse("There is not enough memory for this; make the network or the data smaller.")
    except KeyboardInterrupt:
        print("\nInterrupted; what was stored before is whole.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads any more; the interpreter would complain once again when it flushes.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        log.keep("refused by the system")
        return _refuse(f"The system refused: {where}{error.strerror or error}.")
    except Exception as error:
        path = log.keep("not caught")
        print(
            f"Something went wrong inside dllab ({type(error).__name__}: {error}). What was stored "
            f"before is whole. Details: {path}",
            file=sys.stderr,
        )
        return UNEXPECTED


def _dispatch(arguments: list[str]) -> int:
    if not arguments or (arguments[0] not in VERBS and not arguments[0].startswith("-")):
        from dllab.cli.window import open_window

        return open_window(arguments)
    options = parse(arguments)
    log.start()
    try:
        code: int = options.act(options)
    finally:
        log.stop()
    return code


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return REFUSED


def _print_anything() -> None:
    # A file name need not be text, and a terminal need not know every letter.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
