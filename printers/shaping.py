"""Text to glyphs to dots: the right font for each letter, shaped by HarfBuzz, drawn by FreeType without grey.

Results are kept, since the same words, names and cities come again and again. Safe to call from several threads.
"""

import functools
import threading
import unicodedata
from dataclasses import dataclass

import freetype
import uharfbuzz as hb

from printers.bitmap import Bitmap, compose
from printers.fonts import Face, FontBook, region_of, system_fonts
from printers.script import is_invisible, is_pictogram, script_of, visual_stretches

_ASCENT = 1.0  # room above and below the baseline, in sizes: enough for stacked marks
_DESCENT = 0.4
_freetype = threading.Lock()  # a FreeType face is one thread's at a time


@dataclass(frozen=True, slots=True)
class Glyph:
    """One glyph of its run's font, and where its origin stands: in ems from the start of the line, y upwards."""

    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring letters of one font and one direction; `text` in reading order, `x` and `advance` in ems."""

    face: Face
    text: str
    right_to_left: bool
    x: float
    advance: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Shaped:
    """A line ready to be drawn at any size, its runs from left to right as the eye meets them.

    `advance` is its length in ems; `missing` the letters that no font has: a line with any must not be printed.
    `left_out`: pictograms that no font has.
    """

    runs: tuple[Run, ...]
    advance: float
    missing: str
    left_out: str


def shape(line: str, *, bold: bool = False, right_to_left: bool = False, fonts: FontBook | None = None) -> Shaped:
    """The line's letters as glyphs of the fonts that have them."""
    return _shape(line, bold, right_to_left, fonts or system_fonts())


def draw(shaped: Shaped, size: int, *, bold: bool = False) -> tuple[Bitmap, int, int]:
    """The line's ink at a size in dots, and its top left corner, from the start of the baseline, y downwards."""
    margin = size  # ink may reach over its advance
    width = round(shaped.advance * size) + 2 * margin
    up, down = round(_ASCENT * size) + margin // 2, round(_DESCENT * size) + margin // 2
    parts = []
    for run in shaped.runs:
        for glyph in run.glyphs:
            bitmap, left, top = _glyph_bitmap(run.face, glyph.index, size, bold and not run.face.bold)
            if bitmap.rows:
                parts.append((margin + round(glyph.x * size) + left, up - round(glyph.y * size) - top, bitmap))
    ink, left, top = compose(width, up + down, parts).cropped()
    return ink, left - margin, top - up


@functools.lru_cache(maxsize=4096)
def _shape(line: str, bold: bool, right_to_left: bool, fonts: FontBook) -> Shaped:
    region = region_of(line)
    runs: list[Run] = []
    missing: list[str] = []
    left_out: list[str] = []
    pen = 0.0
    for stretch in visual_stretches(line, right_to_left):
        parts = _by_font(stretch.text, bold, region, fonts)
        for face, text in reversed(parts) if stretch.right_to_left else parts:
            if face is None:
                missing += [c for c in text if not is_pictogram(c) and not is_invisible(c)]
                left_out += [c for c in text if is_pictogram(c)]
            else:
                runs.append(_run(face, text, stretch.right_to_left, pen))
                pen += runs[-1].advance
    return Shaped(tuple(runs), pen, "".join(missing), "".join(left_out))


def _run(face: Face, text: str, right_to_left: bool, start: float) -> Run:
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    hb.shape(face.shaper, buffer)
    em, pen, glyphs = face.units_per_em, start, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(Glyph(info.codepoint, pen + position.x_offset / em, position.y_offset / em))
        pen += position.x_advance / em
    return Run(face, text, right_to_left, start, pen - start, tuple(glyphs))


def _by_font(text: str, bold: bool, region: str, fonts: FontBook) -> list[tuple[Face | None, str]]:
    """Neighbours that share font and script. Marks stay with their letter, blanks and signs with the one before."""
    runs: list[tuple[Face | None, str]] = []
    script = ""
    for cluster in _clusters(text):
        last = runs[-1][0] if runs else None
        own = script_of(cluster[0])
        keeps = last is not None and own == "symbol" and not cluster[0].isdigit() and last.covers(cluster)
        face = last if keeps else fonts.face_for(cluster, bold=bold, region=region)
        if runs and face is last and own in ("symbol", script):
            runs[-1] = (face, runs[-1][1] + cluster)
        else:
            runs.append((face, cluster))
        script = script if own == "symbol" and runs[-1][1] != cluster else own
    return runs


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    for char in text:
        if clusters and (is_invisible(char) or _is_mark(char)):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


@functools.lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


@functools.lru_cache(maxsize=64)
def _freetype_face(path: str) -> freetype.Face:
    return freetype.Face(path)


@functools.lru_cache(maxsize=16384)
def _glyph_bitmap(face: Face, index: int, size: int, thicken: bool) -> tuple[Bitmap, int, int]:
    """A glyph's dots, and where they stand from its origin: columns to the right, rows up."""
    with _freetype:
        ft = _freetype_face(str(face.path))
        ft.set_pixel_sizes(0, size)
        ft.load_glyph(index, freetype.FT_LOAD_TARGET_MONO | freetype.FT_LOAD_NO_BITMAP)
        slot = ft.glyph
        slot.render(freetype.FT_RENDER_MODE_MONO)
        picture = slot.bitmap
        pitch, data = picture.pitch, bytes(picture.buffer)
        width = picture.width
        rows = tuple(
            int.from_bytes(data[y * pitch : y * pitch + pitch], "big") >> (pitch * 8 - width)
            for y in range(picture.rows)
        )
        left, top = slot.bitmap_left, slot.bitmap_top
    if thicken and rows:
        extra = max(1, size // 18)
        rows = tuple(_smeared(row, extra) for row in rows)
        width += extra
    return Bitmap(width, rows), left, top


def _smeared(row: int, dots: int) -> int:
    ink = row
    for by in range(1, dots + 1):
        ink |= row << by
    return ink
