"""The child process: started, fed, listened to, and ended, from a thread of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import IO

from dllab.checkpoint import Contents, encode
from dllab.twin.protocol import Evaluated, Said, Task, TwinError, read_line

_log = logging.getLogger(__name__)

COMMAND = ("-P", "-m", "dllab.twin.child")
# Another core is often the only one that training leaves free.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class TwinProcess:
    """Runs the child for a task; nothing here waits for it but its own thread.

    Parameters
    ----------
    hear:
        Called on that thread with each answer, and with None when the child has ended.
    """

    def __init__(
        self, task: Task, contents: Contents, hear: Callable[[Evaluated | Said | None], None]
    ) -> None:
        self._task, self._hear = task, hear
        self._contents: Contents | None = replace(contents, history=())
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="dllab-twin", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the child; what it has said stands."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    @property
    def ended(self) -> bool:
        """Whether the process and its thread are gone."""
        return not self._thread.is_alive()

    def join(self) -> None:
        """Wait until the thread has ended, after `stop`."""
        self._thread.join()

    def _run(self) -> None:
        try:
            with tempfile.TemporaryFile() as errors:
                code = self._converse(errors)
                if code and not self._stopped:
                    errors.seek(0)
                    text = errors.read().decode("utf-8", "replace").strip()
                    _log.warning("a twin ended with code %s\n%s", code, text)
                    self._hear(Said(f"The twin's process ended unexpectedly (code {code})."))
        except TwinError as error:
            self._hear(Said(str(error)))
        except OSError as error:
            self._hear(Said(f"The twin's process cannot be run: {error.strerror or error}."))
        except Exception as error:
            _log.exception("a twin failed")
            self._hear(Said(f"The twin failed inside dllab ({type(error).__name__})."))
        finally:
            self._hear(None)

    def _converse(self, errors: IO[bytes]) -> int:
        assert self._contents is not None
        data = encode(self._contents)
        self._contents = None
        with self._lock:
            if self._stopped:
                return 0
            self._process = start(errors)
        process = self._process
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                try:
                    process.stdin.write(self._task.header(len(data)))
                    process.stdin.write(data)
                    process.stdin.flush()
                except BrokenPipeError:
                    # A child that dies early says so by its code. What is left in the buffer would
                    # be written once more when the pipe is closed.
                    with contextlib.suppress(BrokenPipeError):
                        process.stdin.close()
                del data
                said = False
                for line in process.stdout:
                    answer = read_line(line)
                    said = said or (isinstance(answer, Said) and bool(answer.message))
                    self._hear(answer)
            except BaseException:
                process.kill()
                raise
            code = process.wait()
        return 0 if said else code


def start(errors: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """A child that waits for its task; what it complains about goes to ``errors``."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        [sys.executable, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, **_ONE_THREAD, "PYTHONPATH": _paths()},
        creationflags=flags,
        # Ctrl+C in a terminal is for the parent, which ends its child.
        start_new_session=True,
    )


def _paths() -> str:
    """Where this process finds its packages, a source tree included."""
    return os.pathsep.join(path for path in sys.path if path)
