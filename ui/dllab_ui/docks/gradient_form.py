"""The settings of a gradient check."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from dllab.diagnosis.gradient_check import ENTRIES_MOST, MINI_BATCH_MOST, GradientCheck
from dllab.diagnosis.planted_bug import KINDS, Kind, PlantedBug, blocks_for
from dllab.errors import DllabError
from dllab.network.layout import Layout
from dllab.training.snapshot import Snapshot
from dllab_ui.refusal import refusal
from dllab_ui.widgets.number_field import NumberField

_NONE = "none"
_WARNING = (
    "⚠ Planted on purpose: the gradient that is checked gets this fault. The run keeps its own, "
    "right one."
)


class GradientForm(QWidget):
    """``changed`` on every change; `settings` reads it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._layout = Layout(())
        usual = GradientCheck()
        self.entries = NumberField("number of entries per block", usual.entries, whole=True)
        self.mini_batch = NumberField("number of examples", usual.mini_batch, whole=True)
        self.one_sided = QCheckBox("compare with one-sided differences")
        self.hold_mask = QCheckBox("hold a dropout mask still")
        self.kind, self.block = QComboBox(), QComboBox()
        self.bug_size = NumberField("size of the planted bug", 1.0)
        self.warning = QLabel(_WARNING)
        self._describe()
        self._lay_out()
        for field in (self.entries, self.mini_batch, self.bug_size):
            field.textChanged.connect(self._on_change)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.block.currentIndexChanged.connect(self._on_change)
        self._on_kind()

    def _describe(self) -> None:
        self.kind.addItem(_NONE, None)
        for kind, words in KINDS.items():
            self.kind.addItem(words, kind)
        for widget, name, tip in (
            (self.entries, "entries",
             f"Entries of each block that are moved one by one, 1 to {ENTRIES_MOST}, drawn where "
             f"|θ| is large; random directions move the whole block besides."),
            (self.mini_batch, "mini_batch",
             f"Training examples that the cost is taken over, 1 to {MINI_BATCH_MOST:,}; the same "
             f"ones each time. Fewer are faster."),
            (self.one_sided, "one_sided",
             "Also (J(θ+ε) − J(θ))/ε, for ε from 0.1 to 1e-7: its error is O(ε), that of the "
             "two-sided difference O(ε²)."),
            (self.hold_mask, "hold_mask",
             "Check with one dropout mask, the same for every cost. Otherwise every unit is kept. "
             "Needs a keep_prob below 1."),
            (self.kind, "bug",
             "Put a fault into the gradient that is checked, to see the check find it. The run is "
             "not touched."),
            (self.block, "bug_block", "The parameter block that gets the fault."),
            (self.bug_size, "bug_size",
             "How much of the fault: 1 is all of it, 0.001 a thousandth; negative turns it round."),
            (self.warning, "bug_warning", ""),
        ):  # fmt: skip
            widget.setObjectName(f"gradient_check.{name}")
            widget.setToolTip(tip)
        for widget, meaning in (
            (self.one_sided, "compare with one-sided differences"),
            (self.hold_mask, "hold a dropout mask still"),
            (self.kind, "planted bug"),
            (self.block, "block of the planted bug"),
        ):
            widget.setAccessibleName(meaning)
        for box in (self.kind, self.block):
            # A narrow dock elides the words; the list shows them whole.
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
        self.warning.setProperty("tone", "warning")
        self.warning.setWordWrap(True)
        self.hold_mask.setEnabled(False)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._block_label, self._size_label = QLabel("in block"), QLabel("size")
        rows: tuple[tuple[QLabel, QWidget], ...] = (
            (QLabel("entries"), self.entries),
            (QLabel("examples"), self.mini_batch),
            (QLabel("planted bug"), self.kind),
            (self._block_label, self.block),
            (self._size_label, self.bug_size),
        )
        for row, (label, widget) in enumerate(rows):
            label.setBuddy(widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self.warning)
        column.addWidget(self.one_sided)
        column.addWidget(self.hold_mask)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Offer the blocks of this network, and the mask where there is dropout."""
        values = snapshot.hyperparameters
        layout = Layout.parameters(snapshot.layer_sizes, batch_norm=values["batch_norm"] == "on")
        if [b.name for b in layout.blocks] != [b.name for b in self._layout.blocks]:
            self._layout = layout
            self._fill_blocks()
        drops = min((*values["keep_prob"], values["input_keep_prob"])) < 1
        if drops != self.hold_mask.isEnabled():
            self.hold_mask.setEnabled(drops)

    def settings(self) -> GradientCheck:
        """The settings as typed.

        Raises
        ------
        DllabError
            If something cannot be, in words; its field is marked.
        """
        kind = cast("Kind | None", self.kind.currentData())
        bug = None
        if kind is not None:
            bug = PlantedBug(self.block.currentText(), kind, self.bug_size.number())
        return GradientCheck(
            entries=int(self.entries.number()),
            mini_batch=int(self.mini_batch.number()),
            one_sided=self.one_sided.isChecked(),
            hold_mask=self.hold_mask.isChecked() and self.hold_mask.isEnabled(),
            bug=bug,
        )

    def problem(self) -> str:
        """Why the settings cannot be, or nothing."""
        return refusal(self.settings)

    def _on_kind(self) -> None:
        planted = self.kind.currentData() is not None
        for widget in (
            self._block_label,
            self.block,
            self._size_label,
            self.bug_size,
            self.warning,
        ):
            widget.setVisible(planted)
        self._fill_blocks()
        self._on_change()

    def _fill_blocks(self) -> None:
        kind = cast("Kind", self.kind.currentData() or "factor")
        names, chosen = blocks_for(kind, self._layout), self.block.currentText()
        with QSignalBlocker(self.block):
            self.block.clear()
            self.block.addItems(list(names))
            self.block.setCurrentIndex(max(0, self.block.findText(chosen)))

    def _on_change(self) -> None:
        for field, test in (
            (self.entries, lambda: GradientCheck(entries=int(self.entries.number()))),
            (self.mini_batch, lambda: GradientCheck(mini_batch=int(self.mini_batch.number()))),
            (self.bug_size, lambda: PlantedBug("W1", "factor", self.bug_size.number())),
        ):
            try:
                test()
            except DllabError:
                field.show_wrong(True)
            else:
                field.show_wrong(False)
        self.changed.emit()
