"""Dots keep their places."""

from hypothesis import given
from hypothesis import strategies as st

from printers.bitmap import Bitmap, compose, from_packed_rows


@st.composite
def bitmaps(draw: st.DrawFn) -> Bitmap:
    width = draw(st.integers(1, 40))
    return Bitmap(width, tuple(draw(st.lists(st.integers(0, (1 << width) - 1), min_size=1, max_size=12))))


def dots(bitmap: Bitmap) -> set[tuple[int, int]]:
    return {
        (x, y) for y, row in enumerate(bitmap.rows) for x in range(bitmap.width) if row >> (bitmap.width - 1 - x) & 1
    }


@given(bitmaps())
def test_packing_into_bytes_and_back_changes_nothing(bitmap: Bitmap) -> None:
    assert from_packed_rows(bitmap.width, bitmap.packed_rows()) == bitmap


@given(bitmaps())
def test_cropping_keeps_every_dot_at_its_place(bitmap: Bitmap) -> None:
    cropped, left, top = bitmap.cropped()
    assert {(x + left, y + top) for x, y in dots(cropped)} == dots(bitmap)


@given(bitmaps(), st.integers(-50, 60), st.integers(-20, 30))
def test_composing_draws_what_is_inside_and_drops_the_rest(bitmap: Bitmap, x: int, y: int) -> None:
    moved = {(a + x, b + y) for a, b in dots(bitmap)}
    assert dots(compose(32, 16, [(x, y, bitmap)])) == {(a, b) for a, b in moved if 0 <= a < 32 and 0 <= b < 16}


def test_scaling_repeats_dots() -> None:
    assert Bitmap(2, (0b10, 0b01)).scaled(4, 4).rows == (0b1100, 0b1100, 0b0011, 0b0011)
