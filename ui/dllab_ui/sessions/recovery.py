"""The offer after a start that finds the last session not closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from dllab.sessions import Summary, title_of
from dllab.sessions.in_words import where_it_stands
from dllab_ui.dialogs.base import outlives_session
from dllab_ui.icons import icon
from dllab_ui.theme import Theme
from dllab_ui.widgets.toned_label import set_tone

_ICON = 32


class RecoveryDialog(QDialog):
    """Recover (Enter), Later (Esc), Discard; nothing has been touched before one is chosen."""

    recover_chosen = Signal()
    later_chosen = Signal()
    discard_chosen = Signal()

    def __init__(self, parent: QWidget | None, theme: Theme, folder: Path) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.recovery")
        outlives_session(self)
        self.setWindowTitle("Go on where it ended?")
        self.setModal(True)
        self.folder = folder
        self.name = title_of(folder, folder.name)
        self.headline = QLabel(f"“{self.name}” was not closed.")
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setWordWrap(True)
        self.headline.setProperty("strong", True)
        self.sentence = QLabel("Reading what is on the disk …")
        self.sentence.setObjectName("recovery.sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.kept = QLabel(
            "Later leaves it as it is. Discard moves it to the trash, after a question."
        )
        self.kept.setProperty("tone", "muted")
        self.kept.setWordWrap(True)
        self.recover, self.later = QPushButton("&Recover"), QPushButton("&Later")
        self.discard = QPushButton("&Discard …")
        self._lay_out(theme)
        self.recover.clicked.connect(self.accept)
        self.later.clicked.connect(self.reject)
        self.discard.clicked.connect(self.discard_chosen)
        self.accepted.connect(self.recover_chosen)
        self.rejected.connect(self.later_chosen)
        self.finished.connect(self.deleteLater)

    def _lay_out(self, theme: Theme) -> None:
        picture = QLabel()
        picture.setPixmap(icon("warning", theme, "warning").pixmap(_ICON, _ICON))
        picture.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(8)
        for label in (self.headline, self.sentence, self.kept):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(picture)
        top.addLayout(words, 1)
        self.recover.setObjectName("recovery.recover")
        self.later.setObjectName("recovery.later")
        self.discard.setObjectName("recovery.discard")
        buttons = QHBoxLayout()
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.recover)
        buttons.addWidget(self.later)
        for button in (self.later, self.discard):
            button.setAutoDefault(False)
        self.recover.setDefault(True)
        self.recover.setToolTip("Go on at the last stored state, with the knobs turned since then")
        self.later.setToolTip("Choose another session; this one stays as it is")
        self.discard.setToolTip("Move this session to the trash")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 14)
        layout.setSpacing(16)
        layout.addLayout(top)
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setMinimumWidth(520)
        self.recover.setFocus()

    def show_summary(self, known: Summary) -> None:
        """Say what recovering would bring back."""
        self.name = known.name
        self.headline.setText(f"“{known.name}” was not closed: dllab ended while it was open.")
        if known.problem:
            self.sentence.setText(f"It cannot be recovered as it is. {known.problem}")
            set_tone(self.sentence, "danger")
            self.recover.setText("&Try to recover")
            return
        notices = "".join(f" {notice}" for notice in known.notices)
        self.sentence.setText(f"It can be recovered up to {where_it_stands(known)}.{notices}")
