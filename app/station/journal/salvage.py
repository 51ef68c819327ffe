"""What can still be read of a SQLite file with spoilt pages: every row whose own page is whole, whatever led to it.

The file and its WAL are read page by page without SQLite, which finds nothing below a page it can't read, and nothing
behind a frame it can't vouch for (its format: sqlite.org, "Database File Format"). A row's table is known by its shape;
whether a fact is what was written, by its link. What the file's first hundred bytes say of it is not asked, for they
may be spoilt too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.station.journal.wal import PAGE, log

Value = int | float | str | bytes | None
_TABLE, _INDEX = 0x0D, 0x0A
# Integers of these serial types, in bytes.
_WIDTH = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_Pages = Mapping[int, bytes]


def rows(path: Path) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """(rowid, columns) of every row of every table as it stood in the file and after each transaction of its WAL.

    Of the row that changed the last is the latest; some are there still that went. Of indexes the columns and the rowid
    behind them, as rows with the rowid 0.
    """
    data = path.read_bytes() if path.is_file() else b""
    pages = {n + 1: data[n * PAGE : (n + 1) * PAGE] for n in range(len(data) // PAGE)}
    for number in list(pages):
        yield from _cells(pages, number)
    for changed in log(path).transactions():
        pages |= changed
        for number in changed:
            yield from _cells(pages, number)


def _cells(pages: _Pages, number: int) -> Iterator[tuple[int, tuple[Value, ...]]]:
    data, head = pages[number], 100 if number == 1 else 0
    if data[head] not in (_TABLE, _INDEX):
        return
    for n in range(int.from_bytes(data[head + 3 : head + 5], "big")):
        at = head + 8 + 2 * n
        offset = int.from_bytes(data[at : at + 2], "big")
        if at + 2 > PAGE or not 8 <= offset < PAGE:
            return
        try:
            length, at = _varint(data, offset)
            rowid, at = _varint(data, at) if data[head] == _TABLE else (0, at)
            yield rowid, _columns(_payload(pages, data, at, length))
        except (IndexError, ValueError):  # this cell is spoilt; the page's others may be whole
            continue


def _payload(pages: _Pages, data: bytes, at: int, length: int) -> bytes:
    most = PAGE - 35
    if length <= most:
        return _taken(data, at, length)
    least = (PAGE - 12) * 32 // 255 - 23
    here = least + (length - least) % (PAGE - 4)
    here = here if here <= most else least
    found = _taken(data, at, here)
    following = int.from_bytes(_taken(data, at + here, 4), "big")
    while following and len(found) < length:
        page = pages.get(following, b"")
        following = int.from_bytes(_taken(page, 0, 4), "big")
        found += _taken(page, 4, min(PAGE - 4, length - len(found)))
    if len(found) != length:
        raise ValueError("cut short")
    return found


def _columns(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    found: list[Value] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        found.append(value)
    if at != len(payload):
        raise ValueError("not a row")
    return tuple(found)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    if kind in _WIDTH:
        width = _WIDTH[kind]
        return int.from_bytes(_taken(payload, at, width), "big", signed=True), at + width
    if kind >= 12:
        width = (kind - 12) // 2
        raw = _taken(payload, at, width)
        return (raw.decode() if kind % 2 else raw), at + width
    raise ValueError(f"serial type {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n in range(9):
        byte = data[at + n]
        if n == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + n + 1
    raise ValueError("not a number")


def _taken(data: bytes, at: int, length: int) -> bytes:
    found = data[at : at + length]
    if len(found) != length:
        raise ValueError("cut short")
    return found
