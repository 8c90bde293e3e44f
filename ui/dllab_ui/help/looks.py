"""How a page looks: Qt reads Markdown but has no style of its own for it."""

from __future__ import annotations

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)

from dllab_ui.theme import Theme

_HEADINGS = {1: (1.6, 0, 8), 2: (1.2, 18, 6), 3: (1.05, 12, 4)}
"""Level: size as a multiple of the text's, space above, space below."""
_LINE_HEIGHT = 135.0
_PARAGRAPH = 8
_CELL = 6.0


def dress(document: QTextDocument, theme: Theme) -> None:
    """Give headings, paragraphs, code and tables of a document their looks."""
    document.setDocumentMargin(20)
    block = document.begin()
    while block.isValid():
        _dress_block(block, theme)
        _dress_code(block, theme)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, theme)


def _dress_block(block: QTextBlock, theme: Theme) -> None:
    cursor = QTextCursor(block)
    look = block.blockFormat()
    level = look.headingLevel()
    proportional = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
    if cursor.currentTable() is not None:
        look.setTopMargin(0)
        look.setBottomMargin(0)
        look.setLineHeight(115.0, proportional)
    elif level:
        size, above, below = _HEADINGS.get(level, _HEADINGS[3])
        look.setTopMargin(above)
        look.setBottomMargin(below)
        chars = QTextCharFormat()
        chars.setFontPointSize(block.document().defaultFont().pointSizeF() * size)
        chars.setFontWeight(QFont.Weight.DemiBold)
        _merge(block, block.position(), block.length() - 1, chars)
    elif look.hasProperty(QTextBlockFormat.Property.BlockCodeFence) or look.nonBreakableLines():
        look.setBackground(QColor(theme.raised))
        look.setLeftMargin(4)
    else:
        look.setTopMargin(0)
        look.setBottomMargin(4 if cursor.currentList() is not None else _PARAGRAPH)
        look.setLineHeight(_LINE_HEIGHT, proportional)
        if look.hasProperty(QTextBlockFormat.Property.BlockQuoteLevel):
            look.setLeftMargin(16)
            look.setRightMargin(0)
    cursor.setBlockFormat(look)


def _dress_code(block: QTextBlock, theme: Theme) -> None:
    chars = QTextCharFormat()
    chars.setBackground(QColor(theme.raised))
    pieces, found = block.begin(), []
    while not pieces.atEnd():
        piece = pieces.fragment()
        if piece.isValid() and piece.charFormat().fontFixedPitch():
            found.append((piece.position(), piece.length()))
        pieces += 1
    for position, length in found:
        _merge(block, position, length, chars)


def _merge(block: QTextBlock, position: int, length: int, chars: QTextCharFormat) -> None:
    cursor = QTextCursor(block)
    cursor.setPosition(position)
    cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(chars)


def _dress_table(table: QTextTable, theme: Theme) -> None:
    look = QTextTableFormat(table.format())
    look.setBorder(0)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    look.setCellPadding(_CELL)
    look.setCellSpacing(0)
    look.setTopMargin(4)
    look.setBottomMargin(12)
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(look)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            cell_look = QTextTableCellFormat()
            cell_look.setPadding(_CELL)
            cell_look.setBottomBorder(1)
            cell_look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            cell_look.setBottomBorderBrush(QColor(theme.border))
            if row == 0:
                cell_look.setBackground(QColor(theme.window))
                chars = QTextCharFormat()
                chars.setFontWeight(QFont.Weight.DemiBold)
                chars.setForeground(QColor(theme.muted))
                cursor = cell.firstCursorPosition()
                end = cell.lastCursorPosition().position()
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(chars)
            cell.setFormat(cell_look)
