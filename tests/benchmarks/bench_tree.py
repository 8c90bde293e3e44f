"""A session with 200 nudges and 20 rollbacks: how soon it is open, how soon it is drawn."""

from __future__ import annotations

from figures import Section, Spread, Target, table
from peers import Peer

TITLE = "A much steered session"
OPEN_SECONDS, DRAWN_MS = 1.0, 50.0

WORDS = """\
{nudges} nudges and 20 rollbacks on {branches} branches: {entries} entries of the ledger,
{checkpoints} checkpoints on the disk, {steps:,} updates in all. Median of {repeats} repeats
(lowest–highest). **From nothing** is the first drawing after the session was opened, **again**
one in which nothing is new. The curves are three plots with eight ghosts each, 1280×800."""


def run(quick: bool) -> Section:
    """Open and draw."""
    repeats = 3 if quick else 15
    with Peer("worker_tree.py") as peer:
        facts = peer.ask("facts")
        opened = Spread.of(peer.ask("opened")["seconds"] for _ in range(repeats))
        drawn = [peer.ask("drawn") for _ in range(repeats)]
    parts = {name: Spread.of(d[name] for d in drawn).times(1e3) for name in drawn[0]}
    rows = [["opened, data included", str(opened.times(1e3))]]
    rows += [[name, str(spread)] for name, spread in parts.items()]
    for row in rows:
        print(f"  {' | '.join(row)}", flush=True)
    targets = [
        Target(
            f"opened in less than {OPEN_SECONDS:.0f} s",
            f"{opened} s",
            opened.median < OPEN_SECONDS,
        )
    ]
    for name in ("timeline", "curves"):
        spread = parts[f"{name}, from nothing"]
        targets.append(
            Target(
                f"the {name} drawn in less than {DRAWN_MS:.0f} ms",
                f"{spread} ms from nothing",
                spread.median < DRAWN_MS,
            )
        )
    words = WORDS.format(repeats=repeats, **facts)
    return Section(TITLE, f"{table(('what', 'ms'), rows)}\n\n{words}", tuple(targets))
