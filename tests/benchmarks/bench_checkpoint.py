"""What a checkpoint costs training, how soon it is on the disk, how long a rollback takes."""

from __future__ import annotations

from figures import Section, Spread, Target, number, ratios, table
from peers import Peer

TITLE = "Checkpoint and rollback"
HOLD_MS = 5.0
_RECIPES = ("mnist", "784-2048-2048-10")

WORDS = """\
Median of {pairs} repeats (lowest–highest); what is compared alternates. A checkpoint holds θ, the
optimizer's slots, every random stream, the order of examples and the curves since its parent, and
carries a SHA-256 of all bytes.

- **held**: how long `Session.checkpoint(wait=False)` keeps the training thread.
- **lost in all**: what a run of updates takes longer with one such checkpoint on its way than
  without: the call, and what the writing thread takes from training afterwards.
- **on disk, training**: from the call until file, rename, folder and journal are fsynced, while
  training goes on.
- **on disk, paused**: the same with nothing else going on, against writing and fsyncing as many
  bytes with plain Python.
- **rollback**: from the call until the next update can be made, the end of the branch that is left
  captured on the way, against reading as many bytes with plain Python (from the system's cache,
  where the file was just put)."""


def run(quick: bool) -> Section:
    """Measure the default recipe and the large one."""
    pairs = 3 if quick else 15
    training, disk, targets = [], [], []
    for recipe in _RECIPES:
        with Peer("worker_checkpoint.py", recipe) as peer:
            facts = peer.ask("facts")
            pair = [peer.ask("pair", checkpoint_first=i % 2 == 0) for i in range(pairs)]
            saves = [peer.ask("disk") for _ in range(pairs)]
            backs = [peer.ask("rollback") for _ in range(pairs)]
        size = f"{recipe}, {facts['bytes'] / 1e6:.1f} MB"
        held = Spread.of(p["held"] for p in pair).times(1e3)
        lost = Spread.of(p["with"] - p["without"] for p in pair).times(1e3)
        later = Spread.of(p["on_disk"] for p in pair).times(1e3)
        step = Spread.of(p["without"] for p in pair).times(1e3 / facts["steps"])
        training.append([size, str(held), str(lost), str(later), number(step.median)])
        save, plain = [s["save"] for s in saves], [s["plain"] for s in saves]
        back, read = [b["rollback"] for b in backs], [b["read"] for b in backs]
        disk.append([size, *_pair(save, plain), *_pair(back, read)])
        print(f"  {' | '.join(training[-1])}\n  {' | '.join(disk[-1])}", flush=True)
        if recipe == _RECIPES[0]:
            asked = f"{recipe}: a checkpoint holds training up for less than {HOLD_MS:.0f} ms"
            found = f"{held} ms held, {lost} ms lost in all"
            targets.append(Target(asked, found, held.median < HOLD_MS))
    first = table(
        ("recipe, file", "held, ms", "lost in all, ms", "on disk, training, ms", "one update, ms"),
        training,
    )
    second = table(
        ("recipe, file", "on disk, paused, ms", "plain write, ms", "ratio", "rollback, ms",
         "plain read, ms", "ratio"), disk,
    )  # fmt: skip
    return Section(TITLE, "\n\n".join([first, second, WORDS.format(pairs=pairs)]), tuple(targets))


def _pair(ours: list[float], plain: list[float]) -> list[str]:
    both = [str(Spread.of(values).times(1e3)) for values in (ours, plain)]
    return [*both, str(ratios(ours, plain))]
