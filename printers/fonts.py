"""The fonts of this computer, found by script in the usual folders; nothing is shipped, fontconfig isn't needed.

On Debian `fonts-dejavu-core` covers Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic; `fonts-wqy-microhei`
Chinese, Japanese and Korean (`fonts-droid-fallback` the first two of them). Windows and macOS bring their own.
"""

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import uharfbuzz as hb

from printers.script import is_invisible, is_pictogram, script_of

# File names in the order of preference, without folder, lower case. Pairs: regular, bold (the same where there is no
# bold).
_GENERAL = (
    ("dejavusans.ttf", "dejavusans-bold.ttf"),
    ("notosans-regular.ttf", "notosans-bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("arial.ttf", "arial bold.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("liberationsans-regular.ttf", "liberationsans-bold.ttf"),
    ("tahoma.ttf", "tahomabd.ttf"),
    ("leelawui.ttf", "leelauib.ttf"),
    ("nirmala.ttf", "nirmalab.ttf"),
    ("nirmala.ttc", "nirmala.ttc"),
    ("arial unicode.ttf", "arial unicode.ttf"),
)
_JAPANESE = (
    ("yugothm.ttc", "yugothb.ttc"),
    ("meiryo.ttc", "meiryob.ttc"),
    ("ヒラギノ角ゴシック w4.ttc", "ヒラギノ角ゴシック w7.ttc"),
    ("ipaexg.ttf", "ipaexg.ttf"),
    ("msgothic.ttc", "msgothic.ttc"),
)
_KOREAN = (
    ("malgun.ttf", "malgunbd.ttf"),
    ("applesdgothicneo.ttc", "applesdgothicneo.ttc"),
    ("nanumgothic.ttf", "nanumgothicbold.ttf"),
)
_CHINESE = (
    ("notosanscjk-regular.ttc", "notosanscjk-bold.ttc"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("hiragino sans gb.ttc", "hiragino sans gb.ttc"),
    ("pingfang.ttc", "pingfang.ttc"),
    ("wqy-microhei.ttc", "wqy-microhei.ttc"),
    ("droidsansfallbackfull.ttf", "droidsansfallbackfull.ttf"),
    ("simsun.ttc", "simsun.ttc"),
)
# One ideograph has different shapes in each country: the text's own letters say which to take.
_BY_SCRIPT = {
    "Kana": _JAPANESE + _CHINESE,
    "Hangul": _KOREAN + _CHINESE,
    "Han": _CHINESE + _JAPANESE + _KOREAN,
}


class Face:
    """One opened font. `bold` tells whether it is drawn bold, or must be thickened when bold is wanted."""

    def __init__(self, path: Path, *, bold: bool) -> None:
        self.path = path
        self.bold = bold
        face = hb.Face(hb.Blob.from_file_path(str(path)), 0)
        self.units_per_em: int = face.upem
        self.shaper = hb.Font(face)

    def __repr__(self) -> str:
        return f"Face({self.path.name})"

    def covers(self, text: str) -> bool:
        """Whether each visible character has a glyph of its own."""
        return all(is_invisible(c) or self.shaper.get_nominal_glyph(ord(c)) for c in text)


class FontBook:
    """The fonts in some folders and below; a folder that isn't there is an empty one. Fonts open when first needed."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._paths: dict[str, Path] = {}
        for path in sorted(_font_files(folders)):
            self._paths.setdefault(path.name.lower(), path)
        self._faces: dict[tuple[str, bool], Face | None] = {}
        self._found: dict[tuple[str, str, bool], Face | None] = {}

    def face_for(self, cluster: str, *, bold: bool = False, region: str = "Han") -> Face | None:
        """A font that has every character of the cluster (a letter and its marks), or None.

        `region` is "Kana", "Hangul" or "Han": whose ideographs to prefer. A bold font without the glyph gives way to a
        regular one that has it.
        """
        key = (cluster, region, bold)
        if key not in self._found:
            self._found[key] = next(
                (face for face in self._candidates(cluster, region, bold) if face.covers(cluster)), None
            )
        return self._found[key]

    def missing_scripts(self, text: str) -> tuple[str, ...]:
        """The scripts in the text that this computer can't draw, by name, in order; missing pictograms don't count."""
        wanted = (c for c in text if not (c.isspace() or is_invisible(c) or is_pictogram(c)))
        return tuple(dict.fromkeys(script_of(c) for c in wanted if self.face_for(c) is None))

    def _candidates(self, cluster: str, region: str, bold: bool) -> Iterator[Face]:
        far_eastern = script_of(cluster[0]) in _BY_SCRIPT or cluster[0] >= "\u2e80"
        names = _BY_SCRIPT[region] + _GENERAL if far_eastern else _GENERAL + _BY_SCRIPT[region]
        for regular_name, bold_name in names:
            for name, is_bold in ((bold_name, True), (regular_name, False)) if bold else ((regular_name, False),):
                if face := self._open(name, bold=is_bold and bold_name != regular_name):
                    yield face
        for name in self._paths:  # any other font of the computer is better than none
            if face := self._open(name, bold=False):
                yield face

    def _open(self, name: str, *, bold: bool) -> Face | None:
        key = (name, bold)
        if key not in self._faces:
            path = self._paths.get(name)
            try:
                self._faces[key] = Face(path, bold=bold) if path else None
            except (hb.HarfBuzzError, OSError, ValueError):  # a damaged file is as good as none
                self._faces[key] = None
        return self._faces[key]


def region_of(text: str) -> str:
    """Whose ideographs a text wants: Japan's beside kana, Korea's beside hangul, else China's."""
    scripts = {script_of(c) for c in text if c >= "\u1100"}
    return "Kana" if "Kana" in scripts else "Hangul" if "Hangul" in scripts else "Han"


@functools.cache
def system_fonts() -> FontBook:
    """The fonts installed here, looked for once a process."""
    return FontBook(_usual_folders())


def missing_scripts(text: str) -> tuple[str, ...]:
    """The scripts in the text that this computer can't draw, by name."""
    return system_fonts().missing_scripts(text)


def _usual_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData/Local"))
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", Path(local) / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [home / ".local/share/fonts", home / ".fonts", *(Path(d) / "fonts" for d in data.split(":") if d)]


def _font_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for root, _, names in os.walk(folder):
            yield from (Path(root) / n for n in names if n.lower().endswith((".ttf", ".otf", ".ttc")))
