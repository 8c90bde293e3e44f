"""F1: the keys, the symbols, and every hyperparameter with its range."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from dllab.hyperparameters import TABLE
from dllab_ui.actions import ActionSet

_SYMBOLS = (
    ("J", "cost: mean loss over examples, plus the L2 term"),
    ("m", "number of examples; m_b of a mini-batch"),
    ("n_x, n[l]", "units of the input, of layer l"),
    ("W[l], b[l]", "weights (n[l], n[l-1]) and biases of layer l; θ is all of them"),
    ("◆", "a nudge, at the first update that uses it"),
    ("⚑", "a checkpoint"),
    ("◂", "a rollback: a new branch begins"),
    ("▲", "the guard stopped an update before it could do harm"),
)
_MOUSE = (
    ("drag", "zoom into a box"),
    ("wheel", "zoom along x"),
    ("shift-drag", "move along"),
    ("double-click", "the whole run again"),
    ("right click", "copy, save as PNG, SVG or CSV"),
)


class HelpDialog(QDialog):
    """A page made from the tables, so that it is never out of date."""

    def __init__(self, parent: QWidget | None, actions: ActionSet) -> None:
        super().__init__(parent)
        self.setObjectName("dialog.help")
        self.setWindowTitle("Keys, symbols, ranges")
        self.page = QTextBrowser()
        self.page.setObjectName("help.page")
        self.page.setAccessibleName("help")
        self.page.setHtml(_page(actions))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.page)
        layout.addWidget(buttons)
        self.resize(860, 640)
        self.finished.connect(self.deleteLater)


def _page(actions: ActionSet) -> str:
    keys = []
    for record, action in actions:
        sequence = action.shortcut()
        key = sequence.toString(sequence.SequenceFormat.NativeText)
        keys.append((key, record.text.replace("&", ""), record.tooltip))
    ranges = [
        (
            record.symbol,
            record.name,
            record.key,
            record.range_text,
            record.show(record.default),
            "while it runs" if record.live else "fixed",
            record.help + (f" ({record.source})" if record.source else ""),
        )
        for record in TABLE.values()
    ]
    return "".join(
        (
            "<h2>Keys</h2>", _table((), keys),
            "<h2>On a plot</h2>", _table((), _MOUSE),
            "<h2>Symbols</h2>", _table((), _SYMBOLS),
            "<h2>Hyperparameters</h2>",
            _table(("", "name", "key", "range", "default", "changes", "meaning"), ranges),
        )
    )  # fmt: skip


def _table(heading: tuple[str, ...], rows: object) -> str:
    lines = ["<table cellpadding='4'>"]
    if heading:
        lines.append("<tr>" + "".join(f"<th align='left'>{h}</th>" for h in heading) + "</tr>")
    for row in rows:  # type: ignore[attr-defined]
        cells = "".join(
            f"<td><b>{escape(cell)}</b></td>" if column == 0 else f"<td>{escape(cell)}</td>"
            for column, cell in enumerate(row)
        )
        lines.append(f"<tr>{cells}</tr>")
    return "".join([*lines, "</table>"])
