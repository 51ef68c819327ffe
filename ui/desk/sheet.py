"""Draws a sheet of facts: as high as its rows need at the width there is."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from ui.desk.sheet_rows import SheetRow
from ui.desk.timeline import WRAP, WrappedRows, high
from ui.look import Look
from ui.widgets.chips import chip_marks, chip_width, severity_icon
from ui.widgets.marks import RIGHT, Box, Icon, Line, Picture, Type, Words, width

_ITEM, _PAIR, _PART = 52, 29, 40


class Sheet(WrappedRows):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[SheetRow, ...] = ()

    def show_(self, rows: tuple[SheetRow, ...]) -> None:
        if rows != self._shown:
            self._shown = rows
            lines = [", ".join(part for part in (r.left, r.detail, r.right) if part) for r in rows]
            self.setAccessibleName("\n".join(line for line in lines if line))
            self.fresh()

    def rows(self, look: Look) -> Iterator[int]:
        px = look.px
        for row in self._shown:
            match row.kind:
                case "title":
                    yield px(40)
                case "meta":
                    yield high(row.left, self._small(look), self._room(look), look) + px(6)
                case "item":
                    yield px(_ITEM)
                case "part":
                    yield px(_PART)
                case "rule":
                    yield px(13)
                case _:
                    yield px(_PAIR)

    def _small(self, look: Look) -> Type:
        return Type(px=look.px(14))

    def _room(self, look: Look) -> int:
        return self.width() - look.px(32)

    def draw(self, painter: QPainter, look: Look) -> None:
        y = 0
        for row, tall in zip(self._shown, self.rows(look), strict=True):
            self._row(painter, look, row, y, tall)
            y += tall

    def _row(self, painter: QPainter, look: Look, row: SheetRow, y: int, tall: int) -> None:
        px, x, room = look.px, look.px(16), self._room(look)
        match row.kind:
            case "rule":
                Line((0, y + tall // 2, self.width(), 1), "line").paint(painter, look)
            case "title":
                self._titled(painter, look, row, y, tall)
            case "meta":
                painter.setFont(self._small(look).font(look))
                painter.setPen(look.color("ink-2"))
                painter.drawText(QRect(x, y, room, tall), int(WRAP), row.left)
            case "item":
                self._item(painter, look, row, y, tall)
            case "part":
                Box((px(8), y + px(4), self.width() - px(16), tall - px(4)), "surface-2", "line", 1, px(8)).paint(
                    painter, look
                )
                self._pair(painter, look, row, y + px(4), tall - px(4), Type("body", weight=600), px(20))
            case "total":
                Line((x, y, room, 1), "line").paint(painter, look)
                self._pair(painter, look, row, y, tall, Type("body", weight=700, tabular=True), x)
            case _:
                self._pair(painter, look, row, y, tall, Type("body"), x)

    def _titled(self, painter: QPainter, look: Look, row: SheetRow, y: int, tall: int) -> None:
        px, x, room = look.px, look.px(16), self._room(look)
        wide = 0
        if row.right:
            wide = chip_width(row.right, severity_icon(row.severity), look)
            for mark in chip_marks(x + room - wide, y + (tall - px(28)) // 2, row.right, row.severity or "none", look):
                mark.paint(painter, look)
        Words((x, y, room - wide - px(8), tall), row.left, Type("strong", weight=700, code=True)).paint(painter, look)

    def _item(self, painter: QPainter, look: Look, row: SheetRow, y: int, tall: int) -> None:
        px, x, room = look.px, look.px(16), self._room(look)
        size = px(40)
        picture = (x, y + (tall - size) // 2, size, size)
        Picture(picture, row.picture, row.left[:1], px(6), "line").paint(painter, look)
        number = Type("strong", weight=700, tabular=True)
        wide = round(width(row.right, number, look)) + 2
        left, right = x + size + px(12), x + room - wide
        Words((right, y, wide, tall), row.right, number, "ink", RIGHT).paint(painter, look)
        if row.severity:
            mark = px(18)
            right -= mark + px(8)
            ink = {"warn": "warn-text", "stop": "stop"}.get(row.severity, row.severity)
            Icon((right, y + (tall - mark) // 2, mark, mark), severity_icon(row.severity), ink).paint(painter, look)
        half = px(24)
        top = y + (tall - half - (px(19) if row.detail else 0)) // 2
        Words((left, top, right - left - px(8), half), row.left, Type(px=px(16), weight=600)).paint(painter, look)
        if row.detail:
            detail = (left, top + half, right - left - px(8), px(19))
            Words(detail, row.detail, Type(px=px(14)), "ink-2").paint(painter, look)
        Line((x, y + tall - 1, room, 1), "line").paint(painter, look)

    def _pair(self, painter: QPainter, look: Look, row: SheetRow, y: int, tall: int, kind: Type, x: int) -> None:
        room = self.width() - 2 * x
        value = Type("body", weight=kind.weight or 600, tabular=True)
        wide = min(room, round(width(row.right, value, look)) + 2)
        ink = {"warn": "warn-text", "stop": "stop-text", "ok": "ok-text"}.get(row.severity, "ink")
        Words((x, y, room - wide - look.px(8), tall), row.left, kind).paint(painter, look)
        Words((x + room - wide, y, wide, tall), row.right, value, ink, RIGHT).paint(painter, look)
