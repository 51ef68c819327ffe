"""The bench's sounds: one for each severity, played on a thread of its own by whatever player this machine has.

A scan never waits for a sound. Sounds that a quicker one overtook are left out, the gravest of them is not.
"""

from __future__ import annotations

import array
import logging
import shutil
import subprocess
import sys
import threading
import wave
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from app.base.paths import RESOURCES

_LOG = logging.getLogger(__name__)
SOUNDS = ("ok", "done", "warn", "stop")  # by gravity
FOLDER = RESOURCES / "sounds"
STOP_AT_LEAST = 50  # percent; a stop is never turned down to nothing
REPEAT_S = 4.0  # a stop says so again until somebody acknowledges it
_PATIENCE_S = 3.0  # a player that takes longer for half a second of sound hangs
# Programs by system, the best first; a file's name is put behind.
_PLAYERS: dict[str, Sequence[Sequence[str]]] = {
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q")),
    "darwin": (("afplay",),),
}


def find_player() -> str:
    """The player that works here, found by having it play a moment of silence; empty: none does."""
    with TemporaryDirectory(prefix="packbench-") as folder:
        return next(iter(_working(Path(folder))), "")


def known_players() -> str:
    """What is looked for on this system, in words for who has to install it."""
    return "winsound" if sys.platform == "win32" else ", ".join(words[0] for words in _players())


class Speaker:
    """`play` comes back at once. `volume` in percent; 0 silences all but a stop.

    `player` is the program that plays, known a moment after the start; empty: this bench is silent.
    """

    def __init__(self, volume: int = 80, *, repeat_s: float = REPEAT_S) -> None:
        self._volume, self._repeat_s = volume, repeat_s
        self._news = threading.Condition()
        self._gravest = ""  # of what came since the last one played; so nothing ever piles up
        self._standing = self._closing = False
        self.player = ""
        self._failed = False
        self._thread = threading.Thread(target=self._work, name="speaker", daemon=True)
        self._thread.start()

    def set_volume(self, volume: int) -> None:
        self._volume = volume

    def play(self, sound: str) -> None:
        """One of `SOUNDS`. A stop repeats until another sound or `quiet`. Never waits and never fails."""
        with self._news:
            self._gravest = max(self._gravest, sound, key=_gravity)
            self._standing = sound == "stop"
            self._news.notify()

    def quiet(self) -> None:
        """Whatever stood was acknowledged."""
        with self._news:
            self._gravest, self._standing = "", False
            self._news.notify()

    def close(self) -> None:
        """Ends the thread, behind the sound that plays. Twice is once."""
        with self._news:
            self._closing = True
            self._news.notify()
        self._thread.join()

    # On its own thread -----------------------------------------------------------------------------------------

    def _work(self) -> None:
        with TemporaryDirectory(prefix="packbench-") as folder:
            self.player = next(iter(_working(Path(folder))), "")
            if not self.player:
                _LOG.warning("no sound: none of %s plays here", known_players())
            while word := self._next():
                percent = self._loudness(word)
                if self.player and percent > 0:
                    self._play(_file(Path(folder), word, percent))

    def _next(self) -> str:
        """What to play now: of all that came meanwhile the gravest; empty: no more."""
        with self._news:
            while not self._closing:
                if self._gravest:
                    word, self._gravest = self._gravest, ""
                    return word
                if not self._news.wait(self._repeat_s if self._standing else None) and self._standing:
                    return "stop"
            return ""

    def _loudness(self, sound: str) -> int:
        return max(self._volume, STOP_AT_LEAST) if sound == "stop" else self._volume

    def _play(self, file: Path) -> None:
        failed, self._failed = self._failed, not _plays(self.player, file)
        if self._failed and not failed:  # the next sound tries again: whoever unplugged the speaker plugs it in again
            _LOG.warning("%s plays nothing any more", self.player)


def _gravity(word: str) -> int:
    return SOUNDS.index(word) if word in SOUNDS else -1


def _file(folder: Path, sound: str, percent: int) -> Path:
    """The sound as a file of that loudness: not every player can be told one."""
    file = folder / f"{sound}-{percent}.wav"
    if not file.exists():
        file.write_bytes(louder((FOLDER / f"{sound}.wav").read_bytes(), percent))
    return file


def louder(sound: bytes, percent: int) -> bytes:
    """The same WAV file at that part of its loudness; 100 is as it was made."""
    with wave.open(BytesIO(sound)) as read:
        form, data = read.getparams(), array.array("h", read.readframes(read.getnframes()))
    if sys.byteorder == "big":
        data.byteswap()
    factor = min(percent, 100) / 100
    quieter = array.array("h", (round(sample * factor) for sample in data))
    if sys.byteorder == "big":
        quieter.byteswap()
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams(form)
        out.writeframes(quieter.tobytes())
    return file.getvalue()


def _players() -> Sequence[Sequence[str]]:
    return _PLAYERS.get(sys.platform, _PLAYERS["linux"])


def _working(folder: Path) -> Iterable[str]:
    """Players that are there and play; the first is enough."""
    silence = folder / "silence.wav"
    with wave.open(str(silence), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes(bytes(2 * 441))
    for name in ["winsound"] if sys.platform == "win32" else [words[0] for words in _players()]:
        if _plays(name, silence):
            yield name


def _plays(player: str, file: Path) -> bool:
    """Whether the player played it, to its end."""
    if sys.platform == "win32":
        import winsound

        try:
            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
        except RuntimeError:
            return False
        return True
    words = next(words for words in _players() if words[0] == player)
    program = shutil.which(words[0])
    if program is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603  # a player of the list above, and a file of ours
            [program, *words[1:], str(file)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
