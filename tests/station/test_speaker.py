"""Sounds that can't be confused, played without anybody waiting for them."""

from __future__ import annotations

import array
import importlib.util
import math
import os
import sys
import wave
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import IO, Any

import pytest

from app.base.paths import RESOURCES
from app.floor.messages import MESSAGES
from app.station.speaker import FOLDER, SOUNDS, Speaker, find_player, louder
from app.station.speech import OWN
from app.upkeep.doctor import Found, _sound

RATE = 44_100


def script() -> Any:
    spec = importlib.util.spec_from_file_location("sounds", RESOURCES / "refresh" / "sounds.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def samples(name: str) -> list[float]:
    with wave.open(str(FOLDER / f"{name}.wav")) as read:
        assert (read.getframerate(), read.getnchannels(), read.getsampwidth()) == (RATE, 1, 2)
        data = array.array("h", read.readframes(read.getnframes()))
    return [sample / 32768 for sample in data]


def strength(wave_: list[float], hertz: float) -> float:
    """How much of that frequency is in it (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for sample in wave_:
        before, last = last, sample + turn * last - before
    return (before * before + last * last - turn * before * last) / max(1, len(wave_)) ** 2


def pitch(wave_: list[float]) -> float:
    """The strongest frequency between 80 and 1300 Hz."""
    return max((80 * 2 ** (n / 24) for n in range(98)), key=lambda hertz: strength(wave_, hertz))


def notes(wave_: list[float]) -> int:
    """How often it begins anew after silence."""
    loud = [max(map(abs, wave_[at : at + 441])) > 0.01 for at in range(0, len(wave_), 441)]
    return sum(now and not before for before, now in zip([False, *loud], loud, strict=False))


def rasp(wave_: list[float]) -> float:
    """Odd harmonics against the ground note: a sine has none."""
    part = wave_[: RATE // 50]
    ground = pitch(part)
    return sum(strength(part, ground * k) for k in (3, 5, 7)) / strength(part, ground)


def level(wave_: list[float]) -> float:
    return 20 * math.log10(max(map(abs, wave_)))


# The sounds ---------------------------------------------------------------------------------------------------


def test_every_answer_has_the_sound_of_its_own_severity_and_that_sound_is_there() -> None:
    severities = {id_: (entry.severity, entry.sound) for id_, entry in MESSAGES.items()} | dict(OWN)
    assert {severity for severity, _ in severities.values()} == set(SOUNDS)
    for id_, (severity, sound) in severities.items():
        assert sound == severity, id_
        assert (FOLDER / f"{sound}.wav").is_file(), id_


def test_the_files_are_what_the_script_makes_byte_for_byte() -> None:
    sounds = script()
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(f"{name}.wav" for name in SOUNDS)
    for name in SOUNDS:
        assert (FOLDER / f"{name}.wav").read_bytes() == sounds.made(name), name


def test_each_sound_is_what_the_look_says_of_it() -> None:
    ok, done, warn, stop = map(samples, SOUNDS)
    assert [len(wave_) * 1000 // RATE for wave_ in (ok, done, warn, stop)] == [60, 180, 320, 600]
    assert pitch(ok) == pytest.approx(880, rel=0.03)
    assert [pitch(done[:3900]), pitch(done[4000:])] == [pytest.approx(660, rel=0.03), pytest.approx(990, rel=0.03)]
    assert pitch(warn) == pytest.approx(392, rel=0.03)
    assert [pitch(stop[:3000]), pitch(stop[-3000:])] == [pytest.approx(220, rel=0.06), pytest.approx(110, rel=0.06)]
    assert [round(level(wave_)) for wave_ in (ok, done, warn, stop)] == [-14, -12, -8, -3]


def test_any_two_sounds_differ_in_three_ways_that_an_ear_hears() -> None:
    measured = {}
    for name in SOUNDS:
        wave_ = samples(name)
        half = len(wave_) // 2
        measured[name] = {
            "length": math.log2(len(wave_)) / 0.5,  # half as long again
            "start": math.log2(pitch(wave_[: min(half, 4000)])) * 12 / 4,  # four semitones
            "way": math.log2(pitch(wave_[-min(half, 4000) :]) / pitch(wave_[: min(half, 4000)])) * 12 / 4,
            "rhythm": float(notes(wave_)),
            "rasp": math.log10(rasp(wave_) + 1e-4) / 1,  # ten times
            "level": level(wave_) / 3,
        }
    for one, other in combinations(SOUNDS, 2):
        apart = [key for key in measured[one] if abs(measured[one][key] - measured[other][key]) >= 1]
        assert len(apart) >= 3, (one, other, apart)


def test_no_sound_begins_or_ends_with_a_click() -> None:
    for name in SOUNDS:
        wave_ = samples(name)
        assert max(abs(wave_[0]), abs(wave_[-1])) < 0.01, name
        steps = [abs(b - a) for a, b in pairwise(wave_)]
        assert max(steps[:20] + steps[-20:]) < 0.05, name


def test_quieter_keeps_the_sound_and_halves_the_loudness() -> None:
    whole = (FOLDER / "done.wav").read_bytes()
    half = louder(whole, 50)
    assert len(half) == len(whole)
    assert louder(whole, 100) == whole
    with wave.open(BytesIO(half)) as read:
        loudest = max(map(abs, array.array("h", read.readframes(read.getnframes()))))
    assert loudest / 32768 == pytest.approx(max(map(abs, samples("done"))) / 2, rel=0.01)


# The speaker --------------------------------------------------------------------------------------------------

needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="players are programs on Linux and macOS only")


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """A player of ours in the place of this machine's: a program that writes down what it was given."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("app.station.speaker._PATIENCE_S", 60.0)  # on a busy machine too it is none that hangs
    pipe = tmp_path / "played"
    os.mkfifo(pipe)
    ear: IO[str] = os.fdopen(os.open(pipe, os.O_RDWR), "r")
    player = tmp_path / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\nfor last; do :; done\necho "${{last##*/}}" >> {pipe}\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(player.parent))

    def heard() -> str:
        return ear.readline().strip()

    yield heard
    ear.close()


@needs_shell
def test_a_sound_is_played_at_the_stations_volume(played: Callable[[], str]) -> None:
    with closing(Speaker(80)) as speaker:
        assert played() == "silence.wav"
        speaker.play("ok")
        assert played() == "ok-80.wav"
        speaker.set_volume(30)
        speaker.play("warn")
        assert played() == "warn-30.wav"
        assert speaker.player == "aplay"


@needs_shell
def test_a_stop_is_never_turned_down_to_nothing(played: Callable[[], str]) -> None:
    with closing(Speaker(0)) as speaker:
        assert played() == "silence.wav"
        speaker.play("ok")
        speaker.play("stop")
        assert played() == "stop-50.wav"


@needs_shell
def test_a_stop_says_so_again_until_it_is_acknowledged(played: Callable[[], str]) -> None:
    with closing(Speaker(80, repeat_s=0.01)) as speaker:
        assert played() == "silence.wav"
        speaker.play("stop")
        assert [played() for _ in range(4)] == ["stop-80.wav"] * 4
        speaker.quiet()
        speaker.play("done")
        while (sound := played()) == "stop-80.wav":
            pass
        assert sound == "done-80.wav"
        speaker.play("ok")
        assert played() == "ok-80.wav"


@needs_shell
def test_of_many_sounds_at_once_the_gravest_is_played_and_play_never_waits(played: Callable[[], str]) -> None:
    with closing(Speaker(80, repeat_s=600)) as speaker:
        assert played() == "silence.wav"
        for sound in (*("ok", "stop", "ok", "ok") * 500, "ok"):
            speaker.play(sound)
        while (sound := played()) != "stop-80.wav":
            assert sound == "ok-80.wav"


@needs_shell
def test_a_stop_that_was_acknowledged_before_it_sounded_is_not_repeated(played: Callable[[], str]) -> None:
    with closing(Speaker(80, repeat_s=0.001)) as speaker:
        assert played() == "silence.wav"
        speaker.play("stop")
        speaker.play("ok")
        while played() not in {"stop-80.wav", "ok-80.wav"}:
            pass
        speaker.play("done")
        while (sound := played()) != "done-80.wav":
            assert sound in {"stop-80.wav", "ok-80.wav"}
        speaker.play("warn")
        assert played() == "warn-80.wav"


@needs_shell
def test_without_a_player_the_bench_is_silent_and_doctor_says_what_it_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    with closing(Speaker(80)) as speaker:
        speaker.play("stop")
    assert speaker.player == find_player() == ""
    assert _sound() == Found("sound", False, "sound_lacking", {"player": "pw-play, paplay, aplay"}, needed=False)


@needs_shell
def test_a_player_that_is_there_and_plays_nothing_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    broken = tmp_path / "aplay"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_player() == ""


@needs_shell
def test_doctor_names_the_player_that_works(played: Callable[[], str]) -> None:
    assert _sound() == Found("sound", True, "sound", {"player": "aplay"}, needed=False)
    assert played() == "silence.wav"
