"""The peer with a much steered session: how long it takes to open it and to draw it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from serving import serve, take_output

from dllab.recipe import Recipe
from dllab.training.session import Session
from steering import steered

_NUDGES, _ROLLBACKS, _LONGEST_RUN = 200, 20, 100
_VALUES = {"epochs": 1_000_000, "evaluate_every": 10, "keep_prob": 0.9}


class Tree:
    """The session on the disk, and the window over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "session"
        recipe = Recipe.builtin("circles").with_values(**_VALUES)
        with Session.create(recipe, self.folder) as session:
            steered(session, _NUDGES, _ROLLBACKS, seed=1, longest_run=_LONGEST_RUN)
            self._facts = {
                "nudges": sum(entry.kind == "nudge" for entry in session.journal),
                "entries": len(session.journal),
                "checkpoints": len(session.timeline.checkpoints),
                "branches": len(session.timeline.branches),
                "steps": sum(
                    len(segment.dense["train_cost"])
                    for segment in session.history.view().segments.values()
                ),
            }
        self._window: Any = None

    def facts(self) -> dict[str, Any]:
        """What was steered."""
        return self._facts

    def opened(self) -> dict[str, Any]:
        """Seconds until the session stands, data included."""
        start = time.perf_counter()
        session = Session.open(self.folder)
        seconds = time.perf_counter() - start
        session.close()
        return {"seconds": seconds}

    def drawn(self) -> dict[str, Any]:
        """Seconds that the timeline and the three plots take, from nothing and again."""
        from PySide6.QtWidgets import QApplication

        window = self._window or self._make_window()
        snapshot = window.lab.latest
        timeline, curves = window.panels.panels["timeline"], window.curves
        parts = {}
        for name, part in (("timeline", timeline), ("curves", curves)):
            part.clear()
            start = time.perf_counter()
            part.show_snapshot(snapshot)
            # The window lets other things happen between the plots; here their sum counts.
            curves.draw_now()
            part.grab()
            parts[f"{name}, from nothing"] = time.perf_counter() - start
            start = time.perf_counter()
            part.update()
            part.grab()
            parts[f"{name}, again"] = time.perf_counter() - start
        QApplication.processEvents()
        return parts

    def _make_window(self) -> Any:
        from PySide6.QtWidgets import QApplication

        from dllab_ui.app import make_application
        from dllab_ui.lab import Lab
        from dllab_ui.main_window import MainWindow

        make_application()
        self._window = window = MainWindow(Lab())
        window.show()
        window.lab.start(lambda: Session.open(self.folder, read_only=True))
        while window.lab.latest is None or window.lab.is_loading:
            QApplication.processEvents()
            time.sleep(0.005)
        for _ in range(20):
            QApplication.processEvents()
        return window

    def close(self) -> None:
        """End the window's threads."""
        if self._window is not None:
            self._window.lab.wait_for_threads()


def main() -> None:
    """Be the peer."""
    output = take_output()
    with tempfile.TemporaryDirectory(prefix="dllab-bench-") as folder:
        tree = Tree(Path(folder))
        serve({"facts": tree.facts, "opened": tree.opened, "drawn": tree.drawn}, output)
        tree.close()


if __name__ == "__main__":
    main()
