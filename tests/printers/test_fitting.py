"""A text fills its box and is never cut in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import Text, TextTooLong
from printers.fitting import fit
from printers.label import LINE_PITCH
from printers.script import clean


def half(text: str) -> float:
    """A font whose letters are all half as wide as high."""
    return len(text) / 2


boxes = st.builds(
    Text,
    text=st.text("ab 京か-\n", max_size=120),
    x=st.just(0.0),
    y=st.just(0.0),
    width=st.floats(5, 90),
    size=st.floats(2, 8),
    height=st.floats(0, 60),
    max_lines=st.integers(1, 8),
    overflow=st.sampled_from(["refuse", "ellipsis"]),
)


def letters(text: str) -> str:
    return "".join(clean(text).split())


@given(boxes)
def test_fitted_lines_stay_in_their_box_and_keep_every_letter_or_say_they_are_cut(text: Text) -> None:
    try:
        fitted = fit(text, half)
    except TextTooLong:
        assert text.overflow == "refuse"
        return
    assert len(fitted.lines) <= text.max_lines
    assert fitted.size <= text.size
    for line in fitted.lines:
        assert half(line.text) * fitted.size <= text.width + fitted.size or fitted.cut
    used = (len(fitted.lines) - 1) * LINE_PITCH * fitted.size + fitted.size
    assert used <= text.box_height + 1e-6 or len(fitted.lines) == 1
    shown = "".join(line.text for line in fitted.lines)
    if fitted.cut:
        assert shown.endswith("…")
        assert letters(text.text).startswith(letters(shown[:-1]))
    else:
        assert letters(shown) == letters(text.text)


def test_a_text_that_fits_keeps_its_size() -> None:
    fitted = fit(Text("Main St", 0, 0, 50, 5), half)
    assert (fitted.size, [line.text for line in fitted.lines]) == (5, ["Main St"])


def test_a_line_shrinks_a_little_before_it_wraps() -> None:
    fitted = fit(Text("abcde abcde", 0, 0, 25, 5, height=20, max_lines=3), half)
    assert len(fitted.lines) == 1
    assert 3.6 <= fitted.size < 5


def test_a_line_wraps_before_it_becomes_small() -> None:
    fitted = fit(Text("abcdefgh abcdefgh", 0, 0, 24, 5, height=20, max_lines=3), half)
    assert (fitted.size, [line.text for line in fitted.lines]) == (5, ["abcdefgh", "abcdefgh"])


def test_a_word_is_broken_rather_than_printed_tiny() -> None:
    fitted = fit(Text("Llanfairpwllgwyngyllgogerychwyrndrobwll", 0, 0, 30, 5, height=20, max_lines=3), half)
    assert len(fitted.lines) == 2
    assert fitted.size == pytest.approx(3)


def test_what_does_not_fit_is_refused_without_quoting_it() -> None:
    with pytest.raises(TextTooLong) as caught:
        fit(Text("Erika " * 100, 0, 0, 30, 5, name="recipient"), half)
    assert str(caught.value).startswith("recipient: expected text that fits 30 × 6 mm at 1.8 mm, got 600 characters")
    assert "Erika" not in str(caught.value)


def test_ten_megabytes_are_refused_at_once_or_cut() -> None:
    endless = "x" * 10_000_000
    with pytest.raises(TextTooLong):
        fit(Text(endless, 0, 0, 30, 5), half)
    assert fit(Text(endless, 0, 0, 30, 5, overflow="ellipsis"), half).cut


def test_each_line_runs_as_its_own_letters_do() -> None:
    fitted = fit(Text("شارع\nDubai\n12", 0, 0, 50, 5, height=30, max_lines=3), half)
    assert fitted.right_to_left
    assert [line.right_to_left for line in fitted.lines] == [True, False, True]
