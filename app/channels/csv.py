"""Orders from a shop's CSV: one row a line, an order's rows anywhere in the file.

A file is gone through twice. The first time finds what makes all of it untrustworthy (its encoding, its columns, a
quote that is never closed) and where each order ends; the second reads it, holding only the orders not yet complete.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from app.base.errors import BadInput
from app.channels.csv_map import Map
from app.channels.csv_order import Row, Rows
from app.channels.reading import Read, Refusal, not_utf8

_GZIP = b"\x1f\x8b"
# A cell larger than this is taken for a quote that is never closed (characters).
_CELL_LIMIT = 64 * 1024 * 1024


def read(file: Path, mapped: Map, shop: str, expect: Callable[[int], None] = lambda orders: None) -> Iterator[Read]:
    """Every order and document of the file, each when its last row was read.

    `expect(orders)` is told once how many there will be. A file that cannot be trusted is one refusal.
    """
    try:
        with _opened(file) as stream:
            header, last_row = _survey(stream, mapped)
    except BadInput as error:
        yield _refused(error, file)
        return
    except (OSError, EOFError, zlib.error) as error:  # gzip says each of them of a damaged file
        yield _refused(BadInput(str(error) or type(error).__name__, at="file"), file)
        return
    rows = Rows(mapped, header, shop, file.name)
    expect(len(last_row))
    open_orders: dict[str, list[Row]] = {}
    with _opened(file) as stream:
        records = _records(stream, mapped.delimiter)
        next(records)
        for at, cells in records:
            number = rows.number(cells)
            if number is None:
                yield rows.nameless(at, cells)
                continue
            open_orders.setdefault(number, []).append((at, cells))
            if last_row.get(number) == at:
                yield rows.order(number, open_orders.pop(number))
    for number, cut in open_orders.items():  # somebody wrote into the file between the two times
        reason = "got other rows than a moment ago: the file changed while it was read"
        yield Read(Refusal(f"row {cut[0][0]}", "", reason, file.name, number), {"refused": len(cut)})


def _refused(error: BadInput, file: Path) -> Read:
    refusal = Refusal(error.at or "file", error.field, error.reason, file.name)
    return Read(refusal, {"refused": _rows_in(file)})


def _rows_in(file: Path) -> int:
    """Lines below the header that are not empty, as far as the file can be read: the rows of one nobody can trust."""
    lines = 0
    with suppress(OSError, EOFError, zlib.error), _opened(file) as stream:
        lines = sum(1 for line in stream if line.strip())
    return max(lines - 1, 0)


def _opened(file: Path) -> BinaryIO:
    """The file's bytes, unpacked when they are gzip, whatever its name says."""
    with file.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    return io.BufferedReader(gzip.open(file)) if packed else file.open("rb")


def _survey(stream: BinaryIO, mapped: Map) -> tuple[list[str], dict[str, int]]:
    """The header, and the last row of each order. BadInput for a file that cannot be trusted."""
    records = _records(stream, mapped.delimiter)
    _, header = next(records, (0, []))
    header = [name.strip() for name in header]
    missing = [column for column in mapped.columns.values() if column not in header]
    if missing:
        found = ", ".join(header)[:200]
        raise BadInput(f"expected the columns {', '.join(missing)}, got {found or 'an empty file'}", at="row 1")
    if twice := [name for name, count in Counter(header).items() if count > 1 and name in mapped.columns.values()]:
        raise BadInput(f"got the column {twice[0]} more than once", at="row 1", field=twice[0])
    number, width = header.index(mapped.columns["number"]), len(header)
    last_row: dict[str, int] = {}
    for at, cells in records:
        if len(cells) != width and any("\n" in cell for cell in cells):
            raise BadInput(f"expected {width} columns, got {len(cells)}: a quote is not closed", at=f"row {at}")
        if len(cells) > number:
            last_row[cells[number].strip()] = at
    return header, last_row


def _records(stream: BinaryIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(row, cells), the header being row 1 and empty lines not counted as rows read."""
    csv.field_size_limit(_CELL_LIMIT)
    at = 0
    try:
        for at, cells in enumerate(csv.reader(_lines(stream), delimiter=delimiter), start=1):
            if cells:
                yield at, cells
    except csv.Error as error:
        raise BadInput(str(error), at=f"row {at + 1}") from None


def _lines(stream: BinaryIO) -> Iterator[str]:
    """The lines as text; BadInput with the byte's place where they are not UTF-8."""
    place = 0
    for line in stream:
        if place == 0 and line.startswith(codecs.BOM_UTF8):
            place, line = 3, line[3:]  # noqa: PLW2901
        try:
            yield line.decode()
        except UnicodeDecodeError as error:
            raise not_utf8(line[error.start : error.start + 1], place + error.start) from None
        place += len(line)
