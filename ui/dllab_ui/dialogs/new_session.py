"""New session: a recipe or data of one's own; nothing is created before all is well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QTabWidget, QWidget

from dllab.data import DataOptions, Dataset, SplitPreview, preview_split
from dllab.data.suggested import suggested_values
from dllab.errors import DllabError
from dllab.hyperparameters import defaults
from dllab.recipe import Recipe, builtin_recipes
from dllab_ui.dialogs.base import BaseDialog, outlives_session
from dllab_ui.new_session.data_page import DataPage
from dllab_ui.new_session.head import OWN_WORDS, Head
from dllab_ui.new_session.inquiry import Inquiry
from dllab_ui.new_session.network_page import NetworkPage
from dllab_ui.new_session.reading import Cut, Question, Reading
from dllab_ui.new_session.source_field import dropped_path
from dllab_ui.new_session.summary import summary

_DATA, _NETWORK = 0, 1


class NewSessionDialog(BaseDialog):
    """``chosen`` brings the checked recipe and the folder in which to make the session."""

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget | None, recipe: str = "mnist") -> None:
        super().__init__(parent, "new", "New session", "Create")
        outlives_session(self)
        self._recipes = builtin_recipes()
        self._filling = False
        self._touched: set[str] = set()
        self._source = ""
        self.inquiry = Inquiry(self)
        self.head = Head()
        self.recipe, self.name, self.folder = self.head.recipe, self.head.name, self.head.folder
        self.source = self.head.source.box
        self.data = DataPage()
        self.network = NetworkPage()
        self.fields = {**self.data.fields, **self.network.fields}
        self.preview = QLabel()
        self.preview.setObjectName("new.preview")
        self.preview.setWordWrap(True)
        self.preview.setProperty("strong", True)
        self._lay_out()
        self._connect()
        self.recipe.setCurrentText(recipe)
        self._fill(self.recipe.currentText())
        self.recipe.setFocus()

    def _lay_out(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setObjectName("new.tabs")
        self.tabs.addTab(self.data, "Data and split")
        self.tabs.addTab(self.network, "Network and training")
        self.body.addWidget(self.head)
        self.body.addWidget(self.tabs, 1)
        self.body.addWidget(self.preview)
        self.stretch_body()
        self.setMinimumWidth(860)
        self.resize(980, 700)
        # While Create is held, Enter must not fall to another button.
        self.cancel.setAutoDefault(False)
        self.setAcceptDrops(True)
        for line in self.findChildren(QLineEdit):
            # They would take a dropped file as a text.
            line.setAcceptDrops(False)

    def _connect(self) -> None:
        for key, field in self.fields.items():
            field.on_change(lambda *_, key=key: self._touch(key))
        self.recipe.currentTextChanged.connect(self._fill)
        self.name.textEdited.connect(lambda: self._touch("name"))
        self.name.textChanged.connect(self._check)
        self.folder.textChanged.connect(self._check)
        self.head.source.changed.connect(self._source_changed)
        self.data.changed.connect(self._check)
        self.network.changed.connect(self._check)
        self.inquiry.came.connect(self._read)
        self.inquiry.compared.connect(self.data.show_comparison)
        self.accepted.connect(lambda: self.chosen.emit(self.wanted(), self.head.place))
        self.finished.connect(self._end)

    # --- what is chosen -------------------------------------------------------------------

    def fill(self, recipe: Recipe) -> None:
        """Start from this recipe, which becomes one of the list."""
        self._recipes[recipe.name] = recipe
        if self.recipe.findText(recipe.name) < 0:
            self.recipe.addItem(recipe.name)
        self.recipe.setCurrentText(recipe.name)
        self._fill(recipe.name)

    def choose_data(self, source: str) -> None:
        """Take a file, a folder or built-in data, as browsing and dropping do."""
        self.head.source.choose(source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file or folder may be dropped anywhere in the dialog."""
        if dropped_path(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it as the data."""
        event.acceptProposedAction()
        self.choose_data(dropped_path(event.mimeData()))

    def _fill(self, name: str) -> None:
        recipe = self._recipes.get(name)
        self._filling = True
        self._touched.clear()
        self._source = "" if recipe is None else recipe.source
        self.source.setCurrentText(self._source)
        self.data.begin(DataOptions() if recipe is None else recipe.data)
        self.name.setText("" if recipe is None else recipe.name)
        self.head.description.setText(OWN_WORDS if recipe is None else recipe.description)
        self._put(defaults() if recipe is None else recipe.values)
        self.tabs.setCurrentIndex(_DATA if recipe is None else _NETWORK)
        if recipe is None:
            self.source.setFocus()
        self._check()

    def _put(self, values: dict[str, Any]) -> None:
        self._filling = True
        self.data.show_values(values)
        self.network.show_values(values)
        self._filling = False

    def _touch(self, key: str) -> None:
        if not self._filling:
            self._touched.add(key)

    def _source_changed(self) -> None:
        if self._filling:
            return
        field = self.head.source
        if field.settled and field.source != self._source:
            self._source = field.source
            self.data.begin(DataOptions())
            if field.source and not field.is_builtin:
                self._take_own(field.source)
        self._check()

    def _take_own(self, source: str) -> None:
        """No recipe knows these data: start from the table's values and what suits the data."""
        self.head.be_own()
        self._put({k: v for k, v in defaults().items() if k not in self._touched})
        if "name" not in self._touched:
            self.name.setText(Path(source).name.split(".")[0] or Path(source).name)
        self.tabs.setCurrentIndex(_DATA)

    @property
    def _base(self) -> Recipe | None:
        """The recipe to start from; None for data of one's own."""
        return self._recipes.get(self.recipe.currentText())

    def wanted(self) -> Recipe:
        """The recipe as the fields stand; raises `DllabError` with a sentence."""
        base, source = self._base, self.head.source.source
        values = dict(defaults() if base is None else base.values)
        values.update({key: field.value() for key, field in self.fields.items()})
        name = self.name.text().strip()
        if base is None:
            return Recipe(name, source, values, data=self.data.options)
        same = source == base.source
        return replace(
            base, name=name, source=source, values=values, data=self.data.options,
            examples=base.examples if same else None, noise=base.noise if same else None,
        )  # fmt: skip

    # --- what comes of it -----------------------------------------------------------------

    def _check(self) -> None:
        if self._filling:
            return
        if self.inquiry.ask(self._question()) and not self.inquiry.reads:
            self.data.show_reading(None)
        self.preview.clear()
        problem = self._problem()
        self.complain(problem)
        if self.inquiry.reads and not problem:
            reading = self.inquiry.reading
            self.preview.setText("Looking at the data …" if reading is None else reading.stage)
            # Data of one's own are not known to be sound before all of them have been read.
            if not self.head.source.is_builtin:
                self.ok.setEnabled(False)
                self.ok.setToolTip("The data have to be read first.")

    def _question(self) -> Question | None:
        field, base = self.head.source, self._base
        if not field.source or not field.settled:
            return None
        question = Question(field.source, replace(self.data.options, split=None))
        if base is not None and field.source == base.source:
            question = replace(question, examples=base.examples, noise=base.noise)
        return question

    def _read(self, reading: Reading) -> None:
        self.data.show_reading(reading)
        if reading.dataset is not None and self._base is None:
            self._suggest(reading.dataset)
        self._check()

    def _suggest(self, dataset: Dataset) -> None:
        try:
            train = preview_split(dataset, shares=self.data.options.split).train
        except DllabError:
            # The check that follows says what is wrong with the cut.
            return
        values = suggested_values(dataset, train)
        self._put({key: value for key, value in values.items() if key not in self._touched})

    def _problem(self) -> str:
        """The first thing that is wrong, or "" after showing what will be made."""
        reading = self.inquiry.reading
        dataset = None if reading is None else reading.dataset
        self.data.show_split(None)
        problem = self.head.source_problem() or self.data.refused
        problem = problem or (reading.problem if reading is not None else "")
        if problem:
            return problem
        try:
            if dataset is not None:
                cut = self._cut(dataset)
                self.data.show_split(cut)
            recipe = self.wanted()
            if dataset is not None:
                self.preview.setText(summary(recipe.values, dataset, cut))
        except DllabError as error:
            return error.plain
        return self.head.folder_problem()

    def _cut(self, dataset: Dataset) -> SplitPreview:
        dev, seed = self.fields["dev_examples"].value() or None, self.fields["seed"].value()
        cut = Cut(dev, self.data.options.split, seed)
        return self.inquiry.cut(dataset, cut, comparing=not self.head.source.is_builtin)

    def _end(self) -> None:
        self.inquiry.stop()
        self.head.source.stop()
