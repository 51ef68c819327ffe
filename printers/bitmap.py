"""Pictures of black and white dots, kept as one integer a row so that drawing is shifting and or-ing."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bitmap:
    """`rows` from the top; in each the highest of `width` bits is the leftmost dot, 1 is black."""

    width: int
    rows: tuple[int, ...]

    @property
    def height(self) -> int:
        return len(self.rows)

    def packed_rows(self) -> list[bytes]:
        """Rows of whole bytes, highest bit leftmost, white behind the last column."""
        size = (self.width + 7) // 8
        behind = size * 8 - self.width
        return [(row << behind).to_bytes(size, "big") for row in self.rows]

    def cropped(self) -> "tuple[Bitmap, int, int]":
        """The part that holds ink, and how far its corner lies from the old one: columns, rows. Without ink: empty."""
        ink = 0
        for row in self.rows:
            ink |= row
        if not ink:
            return Bitmap(0, ()), 0, 0
        top = next(i for i, row in enumerate(self.rows) if row)
        bottom = next(i for i in range(len(self.rows), 0, -1) if self.rows[i - 1])
        left = self.width - ink.bit_length()
        right_blank = (ink & -ink).bit_length() - 1
        rows = tuple(row >> right_blank for row in self.rows[top:bottom])
        return Bitmap(self.width - left - right_blank, rows), left, top

    def scaled(self, width: int, height: int) -> "Bitmap":
        """The nearest dots at another size."""
        columns = [self.width - 1 - x * self.width // width for x in range(width)]
        rows = []
        for y in range(height):
            row = self.rows[y * self.height // height]
            value = 0
            for column in columns:
                value = value << 1 | (row >> column & 1)
            rows.append(value)
        return Bitmap(width, tuple(rows))


def from_packed_rows(width: int, rows: Iterable[bytes]) -> Bitmap:
    """The bitmap of rows of whole bytes, highest bit leftmost."""
    return Bitmap(width, tuple(int.from_bytes(row, "big") >> (len(row) * 8 - width) for row in rows))


def compose(width: int, height: int, parts: Iterable[tuple[int, int, Bitmap]]) -> Bitmap:
    """The parts drawn over each other at (x, y) of their top left corner; what lies outside is left out."""
    rows = [0] * height
    window = (1 << width) - 1
    for x, y, part in parts:
        shift = width - x - part.width
        for index, row in enumerate(part.rows):
            if 0 <= y + index < height:
                rows[y + index] |= (row << shift if shift >= 0 else row >> -shift) & window
    return Bitmap(width, tuple(rows))
