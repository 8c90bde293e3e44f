"""Whose checkpoints lie in a folder: a file of another session is never taken for one's own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dllab.checkpoint.contents import Contents, Outline
from dllab.checkpoint.read import read_checkpoint, read_outline
from dllab.errors import CheckpointError


def new_id() -> str:
    """An id that no other session has: 32 hexadecimal digits."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Owner:
    """A session as its files name it.

    ``id`` is that of session.toml, "" of a session that was begun before there were ids. A copy
    has an id of its own, and ``inherited`` those of the sessions it was copied from: pairs of an id
    and the highest key that was there at that moment.
    """

    id: str = ""
    inherited: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Owner:
        """The owner that the content of a session.toml names.

        Raises
        ------
        ValueError, KeyError, TypeError, AttributeError
            If it does not follow the format.
        """
        own = record.get("id", "")
        inherited = tuple((one["id"], one["last"]) for one in record.get("inherited", []))
        texts = (own, *(former for former, _ in inherited))
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("an id is not a text")
        if not all(type(last) is int for _, last in inherited):
            raise ValueError("the last inherited checkpoint is not a number")
        return cls(own, inherited)

    def to_record(self) -> dict[str, Any]:
        """What `of_record` takes."""
        return {
            "id": self.id,
            "inherited": [{"id": former, "last": last} for former, last in self.inherited],
        }

    def copied(self, last: int) -> Owner:
        """The owner of a copy that takes over the checkpoints up to key ``last``."""
        return Owner(new_id(), (*self.inherited, (self.id, last)))

    def read(self, path: Path) -> Contents:
        """Read a checkpoint of this session.

        Raises
        ------
        CheckpointError
            If it is none, is damaged, or belongs to another session. The file is left as it is.
        """
        contents = read_checkpoint(path)
        self._check(contents, path)
        return contents

    def outline(self, path: Path) -> Outline:
        """Read a checkpoint of this session but for its state; raises as `read` does."""
        outline = read_outline(path)
        self._check(outline, path)
        return outline

    def _check(self, contents: Contents | Outline, path: Path) -> None:
        why = self._not_ours(contents, path.stem)
        if why:
            raise CheckpointError(f"{path} {why}; it was left out.")

    def _not_ours(self, contents: Contents | Outline, key: str) -> str:
        if contents.complete:
            return "is a session in one file, not one of these checkpoints"
        heirlooms = [last for former, last in self.inherited if former == contents.session]
        if contents.session != self.id and int(contents.info.key) > max(heirlooms, default=0):
            return "is a checkpoint of another session"
        if contents.info.key != key:
            return f"holds checkpoint {int(contents.info.key)} under another name"
        return ""


def highest_key(folder: Path) -> int:
    """The highest key of the checkpoint files in a folder, 0 if there are none."""
    return max(map(int, keys_in(folder)), default=0)


def keys_in(folder: Path) -> list[str]:
    """The keys of the checkpoint files in a folder, lowest first.

    What a person has put there under a name that is no key, such as a copy, is none of them.
    """
    stems = sorted(path.stem for path in folder.glob("*.h5"))
    return [stem for stem in stems if stem.isascii() and stem.isdecimal()]
