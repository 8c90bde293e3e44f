"""Make the picture of the README: the real window over a real training of MNIST.

    python packaging/screenshot.py [--output packaging/screenshot.png] [--dark]

Nothing is staged: two nudges, of which one is rolled back, and a checkpoint, at the moments below.
Takes about a minute; needs no display. Run it where dllab is installed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIZE = (1440, 900)
EPOCHS = 8.0
PATIENCE_SECONDS = 180.0


def main() -> int:
    """Train, take the picture, close; 0 if all went well."""
    parser = argparse.ArgumentParser(description="Make the picture of the README.")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("screenshot.png"))
    parser.add_argument("--dark", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # Neither the person's sessions nor their window settings have a part in this.
        os.environ["DLLAB_SESSIONS"] = folder
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return take_picture(Path(folder) / "mnist", options.output, options.dark)


def take_picture(folder: Path, output: Path, dark: bool) -> int:
    """Drive the window through a sitting and save what it shows then."""
    from dllab import Recipe, Session
    from dllab_ui.app import make_application
    from dllab_ui.lab import Lab
    from dllab_ui.main_window import MainWindow

    app = make_application()
    lab = Lab()
    window = MainWindow(lab)
    window.choose_theme("dark" if dark else "light")
    window.resize(*SIZE)
    window.show()
    window.actions_["log_y"].trigger()
    problems: list[str] = []
    lab.failed.connect(lambda message: problems.append(message))
    ended: list[object] = []
    lab.closed.connect(lambda *event: ended.append(event))

    def until(true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            if problems or time.monotonic() > deadline:
                raise SystemExit(problems[0] if problems else "It takes too long.")
            app.processEvents()
            time.sleep(0.005)

    def until_epoch(epoch: float) -> None:
        until(lambda: lab.latest is not None and lab.latest.epoch >= epoch)

    lab.start(lambda: Session.create(Recipe.builtin("mnist"), folder))
    until(lambda: lab.is_open and lab.latest is not None)
    lab.run()
    until_epoch(0.8)
    lab.nudge({"keep_prob[1]": 0.8}, "variance is high")
    until_epoch(3.0)
    lab.checkpoint("before trying more")
    until_epoch(3.5)
    lab.nudge({"learning_rate": 0.02}, "faster?")
    until_epoch(5.0)
    kept = [c for c in lab.latest.checkpoints if c.note == "before trying more"]
    lab.rollback(kept[-1].key, note="too bumpy")
    until(lambda: lab.latest.branch != "main")
    until_epoch(EPOCHS)
    lab.hurry()
    deadline = time.monotonic() + 1
    until(lambda: time.monotonic() > deadline)
    saved = window.grab().save(str(output))
    lab.close()
    until(lambda: bool(ended))
    lab.wait_for_threads()
    print(output if saved else f"The picture {output} could not be written.")
    return 0 if saved else 2


if __name__ == "__main__":
    sys.exit(main())
