"""Keyboard maps: from the letters that arrived back to the keys a scanner pressed, as the US keyboard names them.

A scanner that types sends places on a keyboard, mostly those of the US one. The computer makes letters of them by its
own map: where it is German, `-` arrives as `ß`. Maps as Windows and X11 have them; checked 2026-11 with xkb-data 2.35.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from app.station.profile import Wedge

GS = "\x1d"
# The 47 keys both kinds of rows have, without and with Shift, row by row.
_US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./", '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_DE = "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-", "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"
_FR = "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!", "~1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§"
# Windows: Caps Lock on a French keyboard turns the digits too.
_FR_CAPS = _FR[0][0] + _FR[1][1:11] + _FR[0][11:], _FR[1][0] + _FR[0][1:11] + _FR[1][11:]
# A letter that a dead key made, taken apart: which sign the key has.
_ACCENTS = {"\u0300": "`", "\u0301": "´", "\u0302": "^", "\u0303": "~", "\u0308": "¨"}


def _map(rows: tuple[str, str]) -> Mapping[str, str]:
    return {here: there for row, us in zip(rows, _US, strict=True) for here, there in zip(row, us, strict=True)}


LAYOUTS: Mapping[str, Mapping[str, str]] = {
    "us": _map(_US),
    "de": _map(_DE),
    "fr": _map(_FR),
    "fr_caps": _map(_FR_CAPS),
}


def meant(arrived: str, wedge: Wedge) -> str:
    """The code as the scanner read it; what the keyboard map doesn't have stays as it arrived."""
    pieces = arrived.split(wedge.group) if wedge.group else [arrived]
    return GS.join("".join(_key(letter, wedge.layout, wedge.caps) for letter in piece) for piece in pieces)


def _key(letter: str, layout: str, caps: bool) -> str:
    table = LAYOUTS.get(layout, LAYOUTS["us"])
    if caps and letter.swapcase().swapcase() == letter:  # not ß, not µ: they have no other case on a key
        letter = letter.swapcase()
    if letter in table:
        return table[letter]
    apart = unicodedata.normalize("NFD", letter)
    if layout != "us" and len(apart) == 2 and _ACCENTS.get(apart[1]) in table:
        return table[_ACCENTS[apart[1]]] + table.get(apart[0], apart[0])
    return letter
