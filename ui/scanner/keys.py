"""Keys by their numbers, as Qt has them, and what each adds to a code. No Qt: the buffer and its tests need none."""

from __future__ import annotations

from typing import Protocol

ESCAPE, TAB, BACKSPACE, RETURN, ENTER = 0x01000000, 0x01000001, 0x01000003, 0x01000004, 0x01000005
SHIFT, CONTROL, ALT, META = 0x02000000, 0x04000000, 0x08000000, 0x10000000
CONTROLLING = CONTROL | ALT | META
# Shift, Control, Meta, Alt, Caps, Num and Scroll Lock; AltGr.
MODIFIERS = frozenset({*range(0x01000020, 0x01000027), 0x01001103})
# Keys that wait for a letter to stand on: they type nothing by themselves, but a scanner means the key.
DEAD = {0x01001250: "`", 0x01001251: "´", 0x01001252: "^", 0x01001253: "~", 0x01001257: "¨"}
# Keys no scanner sends within a code: Esc to Page Down (Backspace, Delete, arrows …).
STILL = ("⟨100000", "⟨100001")
ENDING = {RETURN: "\r", ENTER: "\r", TAB: "\t"}


class Pressed(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def code(self) -> int: ...
    @property
    def mods(self) -> int: ...


def told(key: Pressed) -> str:
    """What a press adds to a code: its text; for keys without one a sign of ours, so that it can be learnt.

    Ctrl and ] is GS itself where the keyboard map makes it so, else `⌃` and the letter; Alt is `⎇`, F8 `⟨1000037⟩`.
    """
    if key.code in ENDING:
        return ENDING[key.code]
    held = key.mods & CONTROLLING
    if held and held != CONTROL | ALT and not (key.text and key.text < " "):  # Control and Alt together are AltGr
        letter = key.text or (chr(key.code) if 0x20 <= key.code < 0x01000000 else f"⟨{key.code:x}⟩")
        if letter == "]" and held == CONTROL:
            return "\x1d"
        return ("⌃" if held & CONTROL else "⎇" if held & ALT else "⌘") + letter
    if key.text:
        return key.text if key.code < 0x01000000 or key.text.isprintable() else f"⟨{key.code:x}⟩"
    return DEAD.get(key.code) or (f"⟨{key.code:x}⟩" if key.code >= 0x01000000 else "")
