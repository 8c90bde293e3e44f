"""The augmentation dock: training images as the next mini-batches may show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dllab.diagnosis.augmentation_preview import AugmentationPreview, preview_augmentation
from dllab.diagnosis.progress import Progress
from dllab.training.replica import Replica
from dllab.training.snapshot import Snapshot
from dllab_ui.docks.panel import Panel
from dllab_ui.probe_slot import ProbeSlot
from dllab_ui.theme import Theme
from dllab_ui.widgets.image_grid import ImageGrid

if TYPE_CHECKING:
    from dllab_ui.lab import Lab

_OFF = (
    "Augmentation is off: images are shown to the network as they are. Turn a knob of the group "
    "Augmentation and see here what it does."
)


class AugmentationPanel(Panel):
    """Makes new variants only when a strength or the images change, so it costs a run nothing."""

    def __init__(self, lab: Lab, parent: QWidget | None = None) -> None:
        super().__init__(lab, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._slot = ProbeSlot(lab, self)
        self._slot.done.connect(self._on_done)
        self._slot.failed.connect(self._say)
        self._asked: tuple[object, ...] | None = None
        self._latest: Snapshot | None = None
        self._page = 0
        self.preview: AugmentationPreview | None = None
        self.grid = ImageGrid()
        self.strengths, self.sentence = QLabel(), QLabel()
        self.others = QPushButton("Other images")
        self._lay_out()
        self.others.clicked.connect(self._on_others)
        self.clear()

    def _lay_out(self) -> None:
        self.grid.setObjectName("augmentation.grid")
        self.grid.setAccessibleName("training images and their variants")
        self.grid.setToolTip("Left the image as it is, right of it how it may look in training.")
        self.strengths.setObjectName("augmentation.strengths")
        self.sentence.setObjectName("augmentation.sentence")
        self.others.setObjectName("augmentation.others")
        self.others.setToolTip("Show the next images of the training set.")
        for label in (self.strengths, self.sentence):
            label.setWordWrap(True)
        self.sentence.setProperty("tone", "muted")
        below = QHBoxLayout()
        below.addWidget(self.others)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addWidget(self.strengths)
        column.addWidget(self.grid)
        column.addLayout(below)
        column.addWidget(self.sentence)
        column.addStretch(1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look again when a strength has moved."""
        self._latest = snapshot
        values = snapshot.hyperparameters
        wanted = (self._page, *((k, v) for k, v in values.items() if k.startswith("augment_")))
        if wanted == self._asked or self._slot.is_taken:
            return
        self._asked = wanted
        page = self._page

        def work(replica: Replica, progress: Progress) -> AugmentationPreview:
            return preview_augmentation(replica, progress, page)

        self._slot.begin(work)

    def _on_others(self) -> None:
        self._page += 1
        if self._latest is not None:
            self.show_snapshot(self._latest)

    def _on_done(self, made: AugmentationPreview) -> None:
        self.preview = made
        there = not made.why_not
        if there:
            self.grid.show_images(made.images)
        for widget in (self.grid, self.others):
            widget.setVisible(there)
        self.strengths.setText(made.strengths)
        self.strengths.setVisible(bool(made.strengths))
        self._say(made.why_not or ("" if made.strengths else _OFF))

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def clear(self) -> None:
        """Forget the session shown."""
        self._slot.forget()
        self._asked = self._latest = self.preview = None
        self._page = 0
        for widget in (self.grid, self.others, self.strengths):
            widget.hide()
        self._say("Augmented images appear here once there is a session.")

    def apply_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self.grid.apply_theme(theme)
