"""What a journal's WAL holds, read without SQLite: that ends it in silence at the first frame it can't vouch for.

Most of what was not sent yet stands there alone, so the WAL is walked before anything opens the file (its format:
sqlite.org, "Database File Format", 4). Each frame's sum goes on from the sum of the one before. Where they stop to
agree, one of these things has happened:

- What follows bears other salts: it is left over from before the WAL began anew. The end, as it should be.
- What follows bears its salts, and no commit mark is among it: a transaction that was cut short. Nobody was shown it.
- A commit mark with its salts follows: there stood, behind or in what is spoilt, what may have been shown. A commit
  begins when the one before is on the disk, so all but the last were shown. Of the last nobody can tell: a disk that
  lost its power may have written the mark and not the rest. It counts as spoilt, for a new journal costs little.
- The head is no head, and frames follow: they may all have been shown.

The index beside it (-shm) is believed in one thing: it learns of a commit when that is on the disk. If it knows of more
than the WAL has, the rest is gone; that it knows of less means nothing.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

# Of every journal's pages, in bytes.
PAGE = 4096
_MAGIC = 0x377F0682  # the lowest bit says whether sums go over big-endian words
_HEAD, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_SIZE = _FRAME.size + PAGE
_INDEX, _INDEX_VERSION = struct.Struct("=3I2BHII8s8s8s"), 3007000
_WORD = 0xFFFFFFFF
_Sum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """A page as it stood then. `sound`: as far as can be told, it is what was written."""

    page: int
    commits: bool
    sound: bool
    image: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """Frames of its present run, in their order; of all frames in the file SQLite reads the first `read`.

    `marked`: where the last commit mark stands. `headed`: its head is whole.
    """

    frames: tuple[Frame, ...] = ()
    read: int = 0
    marked: int = 0
    headed: bool = True
    salts: bytes = b""

    def transactions(self) -> Iterator[dict[int, bytes]]:
        """The sound pages of each, oldest first. What ends without a commit mark was shown to nobody."""
        pages: dict[int, bytes] = {}
        for frame in self.frames:
            if frame.sound:
                pages[frame.page] = frame.image
            if frame.commits:
                yield pages
                pages = {}


def log(path: Path) -> Log:
    """Of the file at `path`, whatever became of that."""
    data = _bytes(path, "-wal")
    count = (len(data) - _HEAD.size) // _SIZE
    if count < 1:
        return Log()
    magic, _, size, _, *_, first, second = _HEAD.unpack_from(data)
    headed = magic | 1 == _MAGIC | 1 and size == PAGE
    big = bool(magic & 1) if headed else sys.byteorder == "big"
    headed = headed and _sum(data[:24], (0, 0), big) == (first, second)
    salts = data[16:24] if headed else _salts(data, count)
    before: _Sum | None = (first, second) if headed else None
    frames, unbroken, read, marked = [], headed, 0, 0
    for n in range(count):
        at = _HEAD.size + n * _SIZE
        page, commits, *_, first, second = _FRAME.unpack_from(data, at)
        if data[at + 8 : at + 16] != salts:
            unbroken, before = False, None
            continue
        image = data[at + _FRAME.size : at + _SIZE]
        # Behind a head that is spoilt nothing is left to hold this one against: it is believed.
        sound = before is None or _sum(image, _sum(data[at : at + 8], before, big), big) == (first, second)
        unbroken, before = unbroken and sound, (first, second)
        frames.append(Frame(page, bool(commits), sound, image))
        if commits:
            marked, read = n + 1, n + 1 if unbroken else read
    return Log(tuple(frames), read, marked, headed, salts)


def spoilt(path: Path, *, in_use: bool = False) -> str:
    """Why something that was shown may stand where SQLite will not read it; empty: it will read all there was.

    `in_use`: somebody may have it open. Its index is not touched then, for that would end the locks on it.
    """
    found = log(path)
    if not found.headed:
        return "the head of its WAL is spoilt"
    if found.marked > found.read:
        return f"of the {found.marked} frames of its WAL one is spoilt, behind {found.read} that can be read"
    if found.marked and not (path.is_file() and path.stat().st_size):
        return f"it is empty, beside a WAL of {found.marked} frames"
    known = 0 if in_use else _indexed(path, found)
    return f"its WAL had {known} frames, and has {found.read}" if known > found.read else ""


def unread(path: Path) -> bool:
    """Whether nothing is left of the last transaction, so that nobody can tell what it was. Nobody has it open."""
    found = log(path)
    *_, last = found.transactions() if found.marked else [{0: b""}]
    return not last or _indexed(path, found) > found.marked


def _indexed(path: Path, found: Log) -> int:
    """So many frames its index knows of that are on the disk, if it is this WAL's."""
    head = _bytes(path, "-shm")[: 2 * _INDEX.size]
    if len(head) < 2 * _INDEX.size or head[: _INDEX.size] != head[_INDEX.size :]:
        return 0
    version, _, _, ready, _, _, frames, _, _, salts, _ = _INDEX.unpack_from(head)
    ours = version == _INDEX_VERSION and ready and found.salts in (b"", salts)
    return frames if ours else 0


def _bytes(path: Path, side: str) -> bytes:
    file = path.with_name(path.name + side)
    return file.read_bytes() if file.is_file() else b""


def _salts(data: bytes, count: int) -> bytes:
    """Of the present run, by its frames: what is left of the run before stands behind."""
    salts = [data[at + 8 : at + 16] for at in range(_HEAD.size, _HEAD.size + count * _SIZE, _SIZE)]
    return next((one for one, two in pairwise(salts) if one == two), salts[0])


def _sum(data: bytes, before: _Sum, big: bool) -> _Sum:
    words = array("I", data)
    if big != (sys.byteorder == "big"):
        words.byteswap()
    first, second = before
    pairs = iter(words)
    for one, two in zip(pairs, pairs, strict=True):
        first = (first + one + second) & _WORD
        second = (second + two + first) & _WORD
    return first, second
