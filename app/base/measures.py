"""Weights are integer grams, lengths integer millimetres."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Outer or inner size in mm; `sorted` compares shapes whatever way they lie."""

    length: int
    width: int
    height: int

    @property
    def volume(self) -> int:
        """mm³"""
        return self.length * self.width * self.height

    def fits_in(self, other: Size) -> bool:
        """Whether one box goes into the other in some of the six ways."""
        return all(a <= b for a, b in zip(sorted(self.sides), sorted(other.sides), strict=True))

    @property
    def sides(self) -> tuple[int, int, int]:
        return (self.length, self.width, self.height)
