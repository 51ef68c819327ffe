"""The test code on a sheet of A4, as PDF."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QFont, QPageSize, QPainter, QPdfWriter

from ui.widgets.barcode import QUIET, modules

_DPI = 600
_MM = _DPI / 25.4
_MODULE_MM = 0.42  # read from an arm's length, as the sheets of command codes
_BARS_MM = 22.0


def code_sheet(code: str, code_words: str, title: str, how: str) -> bytes:
    """Title, what to do, and the code as wide as the paper lets it be."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setTitle(title)
    painter = QPainter(writer)
    wide = painter.viewport().width()
    y = _words(painter, title, 0.0, 20, QFont.Weight.Bold)
    y = _words(painter, how, y, 13, QFont.Weight.Normal) + 8 * _MM
    bars = modules(code)
    one = min(round(_MODULE_MM * _MM), wide // (len(bars) + 2 * QUIET))
    left = (wide - one * len(bars)) // 2
    for n, bar in enumerate(bars):
        if bar == "1":
            painter.fillRect(QRectF(left + n * one, y, one, _BARS_MM * _MM), Qt.GlobalColor.black)
    _words(painter, code_words, y + (_BARS_MM + 2) * _MM, 11, QFont.Weight.Normal, centred=True)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _words(
    painter: QPainter, text: str, y: float, points: int, weight: QFont.Weight, *, centred: bool = False
) -> float:
    """A line of text; where the next may begin."""
    font = QFont()
    font.setPointSize(points)
    font.setWeight(weight)
    painter.setFont(font)
    high = painter.fontMetrics().height()
    side = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(0, y, painter.viewport().width(), high), side, text)
    return y + high
