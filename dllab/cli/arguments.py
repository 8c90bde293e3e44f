"""The grammar of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from dllab import __version__
from dllab.cli.data import show_data
from dllab.cli.export import export
from dllab.cli.info import show_info
from dllab.cli.recipes import show_recipes
from dllab.cli.rerun import run_replay, run_verify
from dllab.cli.run import run
from dllab.cli.search import search
from dllab.cli.sessions import show_sessions
from dllab.cli.usage import VERBS, UsageError

_EXAMPLES = """\
examples:
  dllab                                  go on with the last session, in the window
  dllab ~/dllab/mnist-784-128-10-…       open that session in the window
  dllab run mnist --epochs 5             train without a window
  dllab run mnist --set hidden_layers=256,64 --set seed=7 --session wide
  dllab run wide --set learning_rate=3e-4 --note "too bumpy"
  dllab search moons --trials 30         random search: which α, β, units, mini-batch size?
  dllab replay wide                      all of it again: does it end on the same hash?
  dllab verify wide                      checksums, and 200 updates again, bit for bit
  dllab info wide                        its checkpoints; do their checksums hold?
  dllab sessions                         every session: step, dev cost, size, state
  dllab recipes mnist > my.toml          a recipe to change by hand

Without a display, dllab shows itself: the window trains unseen and leaves a picture.
exit codes: 0 done, 1 unexpected error, 2 refused with a sentence, 130 interrupted
"""
_RUN_EXAMPLES = """\
A session that exists goes on where it stands, and --set is a nudge, an entry in its journal. For a
new session --set changes the recipe. Ctrl+C pauses, stores a checkpoint and says where.

examples:
  dllab run circles
  dllab run my.toml --session here --set keep_prob=0.8 --set optimizer=momentum
  dllab run here --steps 500 --set 'keep_prob[1]=0.9' --note "variance is high"
  dllab run saved.h5 --session unpacked --epochs 1
"""

_SEARCH_EXAMPLES = """\
Values are drawn at random on each hyperparameter's own scale (α log-uniform, β by 1-β), never on a
grid. Without --over: α, β where it is used, hidden units and mini-batch size around the recipe. The
same seed draws the same trials. Trials are kept as they end; a search that was interrupted goes on.

examples:
  dllab search moons
  dllab search mnist --epochs 1 --over learning_rate=1e-4:1 --over optimizer=momentum,adam
  dllab search FOLDER                    its results; what is missing is trained
  dllab search FOLDER --zoom             sample again around the best trials
  dllab search FOLDER --again            the same trials today, laid beside the old ones
"""
_REPLAY_EXAMPLES = """\
Everything that was done to the session is done again: every update, nudge and rollback, in order.
Wherever a checkpoint is stored the states are compared. Nothing is written, so the session may be
open in the window meanwhile. Exit code 1 says that the replay parted, and the text says where.

examples:
  dllab replay wide
  dllab replay saved.h5
"""
_VERIFY_EXAMPLES = """\
The checksum of every checkpoint is checked. Then some updates are made again from one of them, and
each mini-batch cost is compared with the recorded curve. Without --from it is the latest checkpoint
that has so many updates after it. Exit code 1 says that something is damaged or parted.

examples:
  dllab verify wide
  dllab verify wide --from 12 --steps 1000
  dllab verify wide/checkpoints/000012.h5
  dllab verify saved.h5
"""
_DATA_EXAMPLES = """\
Nothing is created. The same options stand in a recipe's table [data], and after --set of dllab run.

examples:
  dllab data people.csv
  dllab data people.csv --set label=income --set missing=mean --set columns=zip:category
  dllab data numbers.txt --set delimiter=tab --set decimal=, --set header=no
  dllab data signs.h5 --set x=train_set_x --set y=train_set_y
  dllab data photos --set image_size=32x32 --set colour=grey --set split=70/30
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ")
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; ``act`` of the result is the function that does it.

    Raises
    ------
    UsageError
        If it cannot be understood.
    SystemExit
        With code 0, after ``--help`` or ``--version``.
    """
    parser = _make_parser()
    options = parser.parse_args(arguments)
    if not hasattr(options, "act"):
        parser.error(f"say what to do: {', '.join(VERBS)}")
    return options


def _make_parser() -> argparse.ArgumentParser:
    parser = _parser(
        prog="dllab",
        usage=f"dllab [SESSION | FILE.h5 | RECIPE]\n       dllab {{{','.join(VERBS)}}} …",
        description="Watch and steer the training of a neural network. Without a verb: the window.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"dllab {__version__}")
    verbs = parser.add_subparsers(
        metavar="", title="without the window", prog="dllab", parser_class=_Parser
    )
    _add_run(verbs)
    _add_replay(verbs)
    _add_verify(verbs)
    _add_export(verbs)
    _add_search(verbs)
    _add_data(verbs)
    info = _verb(verbs, "info", "what a session's folder or a checkpoint file holds")
    info.add_argument("path", metavar="FILE|FOLDER")
    info.set_defaults(act=show_info)
    sessions = _verb(verbs, "sessions", "every session: step, dev cost, size, last used, state")
    sessions.add_argument("folder", nargs="?", default="", metavar="FOLDER")
    sessions.set_defaults(act=show_sessions)
    recipes = _verb(verbs, "recipes", "the built-in recipes, or one of them as TOML")
    recipes.add_argument("name", nargs="?", metavar="NAME")
    recipes.set_defaults(act=show_recipes)
    return parser


def _parser(**rest: Any) -> argparse.ArgumentParser:
    return _Parser(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **rest)


def _verb(verbs: Any, name: str, help: str, epilog: str | None = None) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=help,
        description=f"{help[:1].upper()}{help[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return parser


def _add_run(verbs: Any) -> None:
    parser = _verb(verbs, "run", "train a recipe or a session in the terminal", _RUN_EXAMPLES)
    parser.add_argument(
        "what",
        metavar="RECIPE|SESSION",
        help="a built-in recipe, a recipe .toml, a session's folder, or a saved .h5 file",
    )
    _add_length(parser, "train to the end of N epochs", "make N updates")
    _add_changes(parser, "a hyperparameter's value; may be given again for others")
    parser.add_argument("--session", metavar="DIR", help="folder for a new session")
    parser.add_argument(
        "--note", default="", metavar="TEXT", help="kept with the nudge, else with the checkpoint"
    )
    parser.set_defaults(act=run)


def _add_replay(verbs: Any) -> None:
    parser = _verb(verbs, "replay", "run a session again, to the same hash", _REPLAY_EXAMPLES)
    parser.add_argument(
        "path", metavar="SESSION", help="a session's folder, or a file saved from one"
    )
    parser.set_defaults(act=run_replay)


def _add_verify(verbs: Any) -> None:
    parser = _verb(verbs, "verify", "check a session's files and some updates", _VERIFY_EXAMPLES)
    parser.add_argument(
        "path", metavar="SESSION|FILE", help="a session's folder, a checkpoint, or a saved file"
    )
    _add_start(parser, "the checkpoint to start from")
    parser.add_argument(
        "--steps", type=_count, default=200, metavar="K", help="updates to make again (default 200)"
    )
    parser.set_defaults(act=run_verify)


def _add_export(verbs: Any) -> None:
    parser = _verb(verbs, "export", "write a trained network as an ONNX file")
    parser.add_argument("path", metavar="SESSION", help="a session's folder, or a saved .h5 file")
    parser.add_argument("output", metavar="OUT.onnx", help="the file to write")
    _add_start(parser, "a checkpoint, not the present")
    parser.set_defaults(act=export)


def _add_search(verbs: Any) -> None:
    parser = _verb(
        verbs, "search", "random search over hyperparameters, coarse to fine", _SEARCH_EXAMPLES
    )
    parser.add_argument(
        "what",
        metavar="RECIPE|FOLDER",
        help="a built-in recipe, a recipe .toml, or the folder of a search",
    )
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="KEY=RANGE",
        help="a hyperparameter to search and its range LOW:HIGH or choices A,B; may be given again",
    )
    parser.add_argument("--trials", type=_count, metavar="N", help="how many (default 20)")
    _add_length(parser, "per trial (default a tenth of the recipe's)", "updates per trial")
    parser.add_argument("--seed", type=int, metavar="N", help="of the values drawn (default 1)")
    _add_changes(parser, "a hyperparameter's value in every trial")
    parser.add_argument("--folder", metavar="DIR", help="where to keep the trials")
    then = parser.add_mutually_exclusive_group()
    then.add_argument("--zoom", action="store_true", help="the next round, around the best trials")
    then.add_argument("--again", action="store_true", help="the same search once more")
    parser.set_defaults(act=search)


def _add_data(verbs: Any) -> None:
    parser = _verb(
        verbs, "data", "what a data file holds, how it is cut, what is wrong there", _DATA_EXAMPLES
    )
    parser.add_argument(
        "source",
        metavar="DATA",
        help="a CSV, TSV, .npz, .npy, IDX or HDF5 file, a folder of images per class, or built-in",
    )
    _add_changes(parser, "how to read it, where that is not to be detected; may be given again")
    parser.set_defaults(act=show_data)


def _add_changes(parser: argparse.ArgumentParser, help: str) -> None:
    parser.add_argument(
        "--set", dest="changes", action="append", default=[], metavar="KEY=VALUE", help=help
    )


def _add_length(parser: argparse.ArgumentParser, epochs: str, steps: str) -> None:
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=_count, metavar="N", help=epochs)
    length.add_argument("--steps", type=_count, metavar="N", help=steps)


def _add_start(parser: argparse.ArgumentParser, help: str) -> None:
    parser.add_argument("--from", dest="start", default="", metavar="KEY", help=help)


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1; got {text!r}")
    return number
