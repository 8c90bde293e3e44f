"""``dllab export``: hand a trained network over as an ONNX file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from dllab.export import write_onnx
from dllab.training.replica import replica_of
from dllab.training.session import Session


def export(options: argparse.Namespace) -> int:
    """Write the network of a session, or of one of its checkpoints.

    Raises
    ------
    DllabError
        If it is no session, there is no such checkpoint, or the file cannot be written.
    """
    place, path = Path(options.path), Path(options.output)
    with Session.open(place, read_only=place.is_dir()) as session:
        for notice in session.notices:
            print(notice, file=sys.stderr)
        replica = replica_of(session)
        if options.start:
            key = session.timeline[options.start.zfill(6)].key
            replica = replace(replica, state=session.store.load(key).state)
        written = write_onnx(replica, path)
        print(f"The network of step {replica.state.step:,} is in {written}.")
    return 0
