"""The page *Data* of the dialog: what was detected, what may be chosen, how it will be cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dllab.data import DataOptions, Dataset, Inspection, SplitPreview
from dllab.data.options import IMAGES
from dllab.errors import DataError
from dllab.hyperparameters import TABLE
from dllab_ui.dialogs.field import Field
from dllab_ui.new_session.column_picker import ColumnPicker
from dllab_ui.new_session.found_words import headline
from dllab_ui.new_session.image_sheet import ImageSheet
from dllab_ui.new_session.option_field import OptionField
from dllab_ui.new_session.option_form import OptionForm
from dllab_ui.new_session.preview_table import PreviewTable, table_of
from dllab_ui.new_session.reading import BUILTIN_KIND, Comparison, Reading
from dllab_ui.new_session.sentences import Sentences
from dllab_ui.new_session.split_view import SplitView

_FORM_WIDTH = 318


class DataPage(QWidget):
    """``changed`` says that an option, the split or a hyperparameter of data was changed.

    ``options`` are those given so far; ``refused`` is the sentence on one that was refused.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.options = DataOptions()
        self.refused = ""
        self.fields = {key: Field(TABLE[key], "new") for key in ("dev_examples", "normalization")}
        self.shares = OptionField("split")
        self.headline = QLabel()
        self.headline.setObjectName("new.data.headline")
        self.headline.setWordWrap(True)
        self.headline.setProperty("strong", True)
        self.form = OptionForm()
        self.table = PreviewTable()
        self.images = ImageSheet()
        self.picker = ColumnPicker()
        self.told = Sentences()
        self.split = SplitView()
        self._reading: Reading | None = None
        self._found_warnings: tuple[str, ...] = ()
        self._split_warnings: tuple[str, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._comparison: Comparison | None = None
        self._lay_out()
        self.form.chosen.connect(lambda key, value: self._choose(**{key: value}))
        self.form.refused.connect(self._refuse)
        self.form.reset.connect(lambda: self._take(DataOptions(split=self.options.split)))
        self.shares.committed.connect(self._share)
        self.shares.refused.connect(self._refuse)
        self.table.picked.connect(self.picker.pick)
        self.picker.chosen.connect(self._take)
        for field in self.fields.values():
            field.on_change(lambda *_: self.changed.emit())
        self.show_reading(None)

    def _lay_out(self) -> None:
        self.form.setFixedWidth(_FORM_WIDTH)
        self.table.setMinimumHeight(132)
        form = QScrollArea()
        form.setFrameShape(QScrollArea.Shape.NoFrame)
        form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form.setWidget(self.form)
        form.setWidgetResizable(True)
        form.setFixedWidth(_FORM_WIDTH + 12)
        form.viewport().setAutoFillBackground(False)
        self.form.setAutoFillBackground(False)
        self._form_area = form
        seen = QVBoxLayout()
        seen.setSpacing(6)
        seen.addWidget(self.images)
        seen.addWidget(self.table, 1)
        seen.addWidget(self.picker)
        seen.addWidget(self.told)
        seen.addStretch(0)
        # Takes its room even when there is nothing to show yet.
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        upper = QHBoxLayout(room)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(12)
        upper.addWidget(form)
        upper.addLayout(seen, 1)
        choices = QGridLayout()
        choices.setHorizontalSpacing(10)
        placed = (
            ("Dev set si&ze", self.fields["dev_examples"].widget),
            ("S&hares", self.shares.box),
            ("Normali&zation", self.fields["normalization"].widget),
        )
        for number, (text, widget) in enumerate(placed):
            label = QLabel(text)
            label.setBuddy(widget)
            choices.addWidget(label, 0, 2 * number)
            choices.addWidget(
                self.shares if widget is self.shares.box else widget, 0, 2 * number + 1
            )
            choices.setColumnStretch(2 * number + 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 10, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.headline)
        layout.addWidget(room, 1)
        layout.addLayout(choices)
        layout.addWidget(self.split)

    def begin(self, options: DataOptions) -> None:
        """Another source, with options that are given from the start."""
        self.options, self.refused = options, ""
        self.show_reading(None)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Put values of hyperparameters in."""
        for key, field in self.fields.items():
            if key in values:
                field.show(values[key])

    def show_reading(self, reading: Reading | None) -> None:
        """Show what is known of the data."""
        before = self._reading
        self._reading = reading
        found = None if reading is None else reading.inspection
        kind = "" if reading is None else reading.kind
        if reading is not None and reading.stage and found is None:
            same = before is not None and before.question.source == reading.question.source
            if same:
                # A moment later there is more; what stands here is nearly right till then.
                self.headline.setText(reading.stage)
                self._reading = before
                return
        builtin = kind == BUILTIN_KIND
        self.form.show_options("" if builtin else kind, found, self.options)
        self._form_area.setVisible(bool(kind) and not builtin)
        self.shares.show_value(self.options.split, found)
        dataset = None if reading is None else reading.dataset
        table = table_of(found, dataset)
        images = None if found is None else found.images
        tabular = _needs_table(found, dataset)
        self.images.show_images(images, large=not tabular)
        self.table.setVisible(bool(table[0]) and tabular)
        self.table.show_table(table)
        self.picker.show_columns(found, self.options)
        self.headline.setText(self._headline(reading))
        self._found_warnings = () if found is None else found.warnings
        self._notes = () if dataset is None else dataset.notes
        self.show_comparison(None)

    def _headline(self, reading: Reading | None) -> str:
        if reading is None:
            return "Choose a file or folder above, or drop one here."
        if reading.inspection is None:
            return reading.stage
        text = headline(reading.inspection, reading.dataset)
        return f"{text}\n{reading.stage}" if reading.stage else text

    def show_split(self, preview: SplitPreview | None) -> None:
        """Show how the data will be cut."""
        self.split.show_split(preview)
        self._split_warnings = () if preview is None else preview.warnings
        self._tell()

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show what the sets have in common, below what was found before."""
        self._comparison = comparison
        self._tell()

    def _tell(self) -> None:
        # Opening the data says of some of it again what a first look has said.
        notes = [note for note in self._notes if note not in self._found_warnings]
        alarms = [*self._found_warnings, *self._split_warnings]
        comparison = self._comparison
        if comparison is not None:
            alarms += comparison.alarms
            notes += comparison.calm
            notes += [comparison.stage] if comparison.stage else []
        self.told.tell(alarms, notes)

    def _choose(self, **changes: object) -> None:
        try:
            self._take(self.options.with_changes(**changes))
        except DataError as error:
            self._refuse(error.plain)

    def _share(self, key: str, shares: str | None) -> None:
        if shares is not None:
            # A number of dev examples goes before shares, which would then do nothing.
            self.fields["dev_examples"].show(0)
        self._choose(**{key: shares})

    def _take(self, options: DataOptions) -> None:
        self.options, self.refused = options, ""
        self.changed.emit()

    def _refuse(self, sentence: str) -> None:
        self.refused = sentence
        self.changed.emit()


def _needs_table(found: Inspection | None, dataset: Dataset | None) -> bool:
    """Pixels as numbers tell nobody anything; columns that can be chosen from do."""
    if found is None or found.images is None or found.columns:
        return True
    return found.format == IMAGES and dataset is None
