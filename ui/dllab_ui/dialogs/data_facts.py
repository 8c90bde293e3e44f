"""What a data set holds, read beside the window so that the window keeps answering."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from dllab.data.builtin import open_data
from dllab.data.split import split_sizes
from dllab.errors import DllabError
from dllab.network.layout import Layout
from dllab_ui import words


@dataclass(frozen=True)
class DataFacts:
    """Features, classes and examples of a data set, as a run would cut it."""

    features: int
    classes: int
    train: int
    dev: int


class _Read(QRunnable):
    def __init__(self, owner: DataReader, source: str, examples: int | None, dev: int) -> None:
        super().__init__()
        self._owner, self._asked = owner, (source, examples, dev)

    def run(self) -> None:
        source, examples, dev = self._asked
        try:
            data = open_data(source, examples=examples)
            train, dev_size, _ = split_sizes(data, dev=dev or None)
            facts = DataFacts(data.train.n_x, len(data.classes), train, dev_size)
            self._owner.found.emit(self._asked, facts, "")
        except DllabError as error:
            self._owner.found.emit(self._asked, None, str(error))


class DataReader(QObject):
    """Asks for facts once per data set; ``found`` tells (what was asked, facts or None, why)."""

    found = Signal(tuple, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._known: dict[tuple[str, int | None, int], tuple[DataFacts | None, str]] = {}
        self._asked: set[tuple[str, int | None, int]] = set()
        self.found.connect(self._keep)

    def facts(self, source: str, examples: int | None, dev: int) -> tuple[DataFacts | None, str]:
        """What is known now; ``found`` comes later when nothing is."""
        asked = (source, examples, dev)
        if asked not in self._known and asked not in self._asked:
            self._asked.add(asked)
            self._pool.start(_Read(self, *asked))
        return self._known.get(asked, (None, ""))

    def _keep(self, asked: tuple[str, int | None, int], facts: DataFacts | None, why: str) -> None:
        self._known[asked] = (facts, why)

    def wait(self) -> None:
        """Wait for the reader's thread; before the dialog goes."""
        self._pool.waitForDone()


def preview(facts: DataFacts, hidden: tuple[int, ...], output: str, batch: int) -> str:
    """Shape, number of parameters and steps per epoch in one sentence."""
    sigmoid = output == "sigmoid" or (output == "auto" and facts.classes == 2)
    sizes = (facts.features, *hidden, 1 if sigmoid else max(1, facts.classes))
    parameters = Layout.parameters(sizes).size
    steps = -(-facts.train // batch) if batch else 1
    return (
        f"{words.architecture(sizes)} · {words.count(parameters)} parameters · "
        f"{words.count(facts.train)} train / {words.count(facts.dev)} dev examples · "
        f"{words.count(steps)} steps per epoch"
    )
