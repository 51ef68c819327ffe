# ruff: noqa: INP001 -- a script, part of no package
"""Makes the bench's four sounds, byte for byte the same each time.

    python resources/refresh/sounds.py [FOLDER]

One sound for each severity of a message, as the look describes them: no two are alike in pitch, length and rhythm, so
that nobody walks on believing that a refused scan was counted. FOLDER takes the files instead of resources/sounds.
"""

import array
import math
import sys
import wave
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

RATE = 44_100  # samples a second, mono, 16 bit
FADE_S = 0.005  # at both ends of a note: a wave cut off clicks
FULL = 32_767

# Decibels below the loudest there is, of each sound's highest sample. A stop must be heard over a conveyor.
LEVELS = {"ok": -14, "done": -12, "warn": -8, "stop": -3}

Wave = list[float]


def note(hertz: float, seconds: float) -> Wave:
    """A sine that swells and fades within the fade; -1 to 1."""
    count = round(seconds * RATE)
    return [math.sin(2 * math.pi * hertz * n / RATE) * _swell(n, count) for n in range(count)]


def rest(seconds: float) -> Wave:
    return [0.0] * round(seconds * RATE)


def fall(start: float, end: float, seconds: float) -> Wave:
    """A square wave that slides down, made of its odd harmonics up to 4 kHz: a rasp, and no hiss above it."""
    count, phase, made = round(seconds * RATE), 0.0, []
    for n in range(count):
        hertz = start * (end / start) ** (n / count)
        phase += 2 * math.pi * hertz / RATE
        harmonics = range(1, int(4000 / hertz) + 1, 2)
        made.append(sum(math.sin(phase * k) / k for k in harmonics) * _swell(n, count))
    return made


def _swell(n: int, count: int) -> float:
    edge = FADE_S * RATE
    return min(1.0, n / edge, (count - 1 - n) / edge)


SOUNDS: dict[str, Callable[[], Wave]] = {
    "ok": lambda: note(880, 0.060),  # one short high tick
    "done": lambda: note(660, 0.090) + note(990, 0.090),  # two notes, rising
    "warn": lambda: note(392, 0.120) + rest(0.080) + note(392, 0.120),  # two equal low notes
    "stop": lambda: fall(220, 110, 0.600),  # a falling rasp
}


def made(name: str) -> bytes:
    """The WAV file of that sound."""
    samples = SOUNDS[name]()
    loudest = max(map(abs, samples))
    scale = FULL * 10 ** (LEVELS[name] / 20) / loudest
    data = array.array("h", (round(sample * scale) for sample in samples))
    if sys.byteorder == "big":
        data.byteswap()
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(data.tobytes())
    return file.getvalue()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    for name in SOUNDS:
        (folder / f"{name}.wav").write_bytes(made(name))


if __name__ == "__main__":
    main()
