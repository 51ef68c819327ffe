"""What power cuts and bad disks leave of SQLite's files. Done to the copy of a folder whose program is dead.

The journal is written with synchronous=FULL: what a commit has answered for is on the disk, and only the sectors of a
commit in flight may be there or not, each by itself. The cache is written with NORMAL: its whole WAL may be cut. That
nothing here ever reaches a real disk changes nothing of that, since what is lost is decided here and not by it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

_SECTOR, _PAGE = 512, 4096
_WAL_HEADER, _FRAME_HEADER = 32, 24


def wal(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def bytes_of(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def copied(folder: Path, name: str) -> dict[str, bytes]:
    """The file and its WAL as they are now."""
    return {one: bytes_of(folder / one) for one in (name, f"{name}-wal")}


def replace(folder: Path, name: str, copy: Mapping[str, bytes]) -> None:
    """The file and its WAL are these, whatever there was."""
    for old in folder.glob(f"{name}*"):
        old.unlink()
    for one, content in copy.items():
        (folder / one).write_bytes(content)


def torn(before: bytes, after: bytes, chance: random.Random) -> bytes:
    """A file caught on its way from one content to another: each sector is the old one, the new one, or half of it."""
    size = len(after) if chance.random() < 0.5 else chance.randint(min(len(before), len(after)), len(after))
    found = bytearray()
    for at in range(0, size, _SECTOR):
        old, new = before[at : at + _SECTOR], after[at : min(at + _SECTOR, size)]
        if old == new or chance.random() < 0.6:
            found += new
        else:
            cut = chance.randrange(len(new) + 1)
            found += new[:cut] + old[cut:].ljust(len(new), b"\0")[: len(new) - cut]
    return bytes(found)


def torn_commit(before: bytes, after: bytes, chance: random.Random) -> bytes:
    """A WAL caught while a commit is on its way. Its head, where it begins anew, is synced before all else."""
    return after[:_WAL_HEADER] + torn(before, after, chance)[_WAL_HEADER:]


def cut_wal(file: Path, chance: random.Random) -> None:
    """The last of what was written but not synced is not there."""
    log = wal(file)
    if log.exists():
        content = log.read_bytes()
        log.write_bytes(content[: chance.randint(0, len(content))])


def tear_checkpoint(file: Path, chance: random.Random) -> int:
    """The power went while the WAL was copied back: pages that the WAL still has are rubbish in the file. How many."""
    log, content = wal(file), bytearray(file.read_bytes())
    pages = sorted(set(_pages(bytes_of(log))))
    torn_pages = [page for page in pages if chance.random() < 0.5 and page * _PAGE <= len(content)]
    for page in torn_pages:
        at = (page - 1) * _PAGE + chance.randrange(_PAGE // 2)
        content[at : page * _PAGE] = chance.randbytes(page * _PAGE - at)
    if torn_pages:
        file.write_bytes(content)
    return len(torn_pages)


def spoil_page(file: Path, chance: random.Random) -> None:
    """The disk gives back rubbish for one page of the file."""
    content = bytearray(file.read_bytes())
    if len(content) >= 2 * _PAGE:
        page = chance.randrange(1, len(content) // _PAGE)
        content[page * _PAGE : (page + 1) * _PAGE] = chance.randbytes(_PAGE)
        file.write_bytes(content)


def spoil_wal(file: Path, chance: random.Random) -> None:
    """The disk gives back rubbish for some bytes of the file's WAL, of what was surely there once.

    In a page, or (with a commit behind it) in the head of its frame, or in the WAL's own.
    """
    content = bytearray(bytes_of(wal(file)))
    size = _FRAME_HEADER + _PAGE
    starts = [_WAL_HEADER + n * size for n in range(len(_pages(content)))]
    marked = [at for at in starts if any(content[at + 4 : at + 8])]
    if not marked:
        return
    dart, last = chance.random(), len(range(_WAL_HEADER, marked[-1], size))
    if dart < 0.05:
        at, length = 0, chance.randint(1, _WAL_HEADER)
    elif dart < 0.2 and last:
        at, length = starts[chance.randrange(last)], _FRAME_HEADER
    else:
        at, length = starts[chance.randint(0, last)] + _FRAME_HEADER, chance.choice((64, 512, _PAGE))
        at += chance.randint(0, _PAGE - length)
    content[at : at + length] = bytes(byte ^ chance.randint(1, 255) for byte in content[at : at + length])
    wal(file).write_bytes(content)


def _pages(log: bytes | bytearray) -> list[int]:
    """The pages whose frames belong to the WAL's present run (they bear its salt)."""
    salt, found = log[16:24], []
    for at in range(_WAL_HEADER, len(log) - _FRAME_HEADER - _PAGE + 1, _FRAME_HEADER + _PAGE):
        if log[at + 8 : at + 16] != salt:
            break
        found.append(int.from_bytes(log[at : at + 4], "big"))
    return found
