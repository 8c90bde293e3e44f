"""The grammar of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from dllab import __version__
from dllab.cli.info import show_info
from dllab.cli.recipes import show_recipes
from dllab.cli.run import run
from dllab.cli.usage import VERBS, UsageError

_EXAMPLES = """\
examples:
  dllab                                  go on with the last session, in the window
  dllab ~/dllab/mnist-784-128-10-…       open that session in the window
  dllab run mnist --epochs 5             train without a window
  dllab run mnist --set hidden_layers=256,64 --set seed=7 --session wide
  dllab run wide --set learning_rate=3e-4 --note "too bumpy"
  dllab info wide                        its checkpoints; do their checksums hold?
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
        usage="dllab [SESSION | FILE.h5 | RECIPE]\n       dllab {run,info,recipes} …",
        description="Watch and steer the training of a neural network. Without a verb: the window.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("--version", action="version", version=f"dllab {__version__}")
    verbs = parser.add_subparsers(
        metavar="", title="without the window", prog="dllab", parser_class=_Parser
    )
    _add_run(verbs)
    info = _verb(verbs, "info", "what a session's folder or a checkpoint file holds")
    info.add_argument("path", metavar="FILE|FOLDER")
    info.set_defaults(act=show_info)
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
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=_count, metavar="N", help="train to the end of N epochs")
    length.add_argument("--steps", type=_count, metavar="N", help="make N updates")
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a hyperparameter's value; may be given again for others",
    )
    parser.add_argument("--session", metavar="DIR", help="folder for a new session")
    parser.add_argument(
        "--note", default="", metavar="TEXT", help="kept with the nudge, else with the checkpoint"
    )
    parser.set_defaults(act=run)


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1; got {text!r}")
    return number
