"""The application: start it, give it a session, end it safely."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dllab.places import last_session, new_session_folder
from dllab.recipe import Recipe, builtin_recipes
from dllab.sessions import take_up
from dllab.training.session import Session
from dllab_ui.display import has_display
from dllab_ui.garbage import GarbageCollector, shorten_pauses
from dllab_ui.lab import Lab
from dllab_ui.main_window import MainWindow
from dllab_ui.reporting import Reporter, start_log
from dllab_ui.sessions.desk import session_to_recover

_log = logging.getLogger(__name__)
DEFAULT_RECIPE = "mnist"


def make_application(argv: Sequence[str] = ()) -> QApplication:
    """The one `QApplication`, named so that the desktop knows it; it collects Python's garbage."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0] if sys.argv else "dllab", *argv])
    if app.findChild(GarbageCollector) is None:
        GarbageCollector(app)
    app.setApplicationName("dllab")
    app.setApplicationDisplayName("dllab")
    app.setDesktopFileName("dllab")
    return app


def first_session(what: str | None) -> tuple[Callable[[], Session], str]:
    """How to make the session to begin with, and a word about it.

    ``what`` may be a session folder, a saved file, a recipe file or the name of a built-in recipe;
    None means the last session, or the default recipe. A session that ended badly is recovered, one
    that is open elsewhere is only looked at; its notices and the window say so.
    """
    if what is None:
        last = last_session()
        if last is not None:
            return (lambda: take_up(last)), f"Going on with {last.name} …"
        what = DEFAULT_RECIPE
    given = what
    if given in builtin_recipes() and not Path(given).exists():
        return (lambda: _create(Recipe.builtin(given))), f"Making “{given}” …"
    if given.endswith(".toml") and Path(given).name != "session.toml":
        return (lambda: _create(Recipe.load(given))), f"Making a session of {given} …"
    return (lambda: take_up(Path(given))), f"Opening {given} …"


def _create(recipe: Recipe) -> Session:
    return Session.create(recipe, new_session_folder(recipe.name))


def begin(window: MainWindow, what: str | None) -> None:
    """Give the window its first session, or ask: the last one may have been left by a crash."""
    ended_badly = session_to_recover(last_session()) if what is None else None
    if ended_badly is not None:
        window.desk.offer_recovery(ended_badly)
    else:
        window.lab.start(*first_session(what))


def run_window(what: str | None) -> int:
    """Open the window and stay until it is closed."""
    app = make_application()
    reporter = Reporter()
    reporter.install()
    start_log()
    lab = Lab()
    window = MainWindow(lab)
    window.show()

    def go_on() -> None:
        shorten_pauses()
        begin(window, what)

    # After the first paint, so that there is something to look at while data is read.
    QTimer.singleShot(0, go_on)
    code = app.exec()
    lab.wait_for_threads()
    reporter.remove()
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window, or without a display the tour of the same window."""
    parser = argparse.ArgumentParser(
        prog="dllab-window", description="Watch and steer the training of a neural network."
    )
    parser.add_argument(
        "session", nargs="?",
        help="session folder, saved .h5 file, recipe .toml, or the name of a built-in recipe "
        "(default: the last session)",
    )  # fmt: skip
    options = parser.parse_args(argv)
    if has_display():
        return run_window(options.session)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from dllab_ui.tour import run_tour

    return run_tour(options.session)


if __name__ == "__main__":
    sys.exit(main())
