"""ZPL seen by other eyes: drawn by the npm package zpl-renderer-js, read by zxing-cpp. Neither is ours.

The package is installed once, beside the Python that runs the tests, and one Node process serves a session.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

HERE = Path(__file__).parent
PACKAGE = (HERE / "package.json").read_text("utf-8")
INSTALLED = Path(sys.prefix) / f"packbench-zpl-render-{hashlib.sha256(PACKAGE.encode()).hexdigest()[:8]}"
INSTALL_LIMIT_S = 180


class NoRenderer(Exception):
    """Labels cannot be drawn here; the text says why, and is the reason their tests skip."""


@dataclass(frozen=True)
class Symbol:
    """A barcode as a scanner would read it. `format` is zxing's name for its kind: Code128, QRCode …"""

    format: str
    text: str


class ZplRenderer:
    """A running Node process that draws labels."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, zpl: bytes, width_mm: float = 100, height_mm: float = 150, dpmm: int = 8) -> list[bytes]:
        """One PNG for each label in `zpl`. ValueError when the renderer cannot read it."""
        asked = {"zpl": zpl.decode("utf-8"), "width_mm": width_mm, "height_mm": height_mm, "dpmm": dpmm}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the renderer ended with exit code {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return [base64.b64decode(png) for png in answer["pngs"]]


@contextmanager
def running_renderer() -> Iterator[ZplRenderer]:
    """A renderer for as long as the block lasts; NoRenderer when this machine cannot give one."""
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        raise NoRenderer("Node is not installed")
    _install()
    process = subprocess.Popen(
        [node, str(HERE / "serve.js"), str(INSTALLED)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    with process:
        try:
            yield ZplRenderer(process)
        finally:
            with suppress(BrokenPipeError):  # it has ended already, and the test that used it has failed
                process.stdin.close()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def _install() -> None:
    """Have npm fetch the pinned version, once; what it fetched must be what package.json says."""
    if not INSTALLED.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise NoRenderer("zpl-renderer-js is not installed, and there is no npm to install it")
        # Moved into its place when whole: several processes of one run may come here at once.
        with tempfile.TemporaryDirectory(dir=INSTALLED.parent) as folder:
            whole = Path(folder, "whole")
            whole.mkdir()
            _fetch(npm, whole)
            with suppress(OSError):  # another was first
                whole.rename(INSTALLED)
    files: dict[str, str] = json.loads(PACKAGE)["sha256"]
    if any(hashlib.sha256((INSTALLED / name).read_bytes()).hexdigest() != told for name, told in files.items()):
        raise AssertionError(f"{INSTALLED} holds another zpl-renderer-js than the one tests/zpl_render names")


def _fetch(npm: str, folder: Path) -> None:
    (folder / "package.json").write_text(PACKAGE, "utf-8")
    words = "install --ignore-scripts --no-audit --no-fund --no-package-lock --fetch-retries=1 --loglevel=error"
    try:
        done = subprocess.run(
            [npm, *words.split()],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoRenderer(f"npm took more than {INSTALL_LIMIT_S} s to fetch zpl-renderer-js") from error
    if done.returncode != 0:
        raise NoRenderer(f"npm could not fetch zpl-renderer-js: {done.stdout.strip()}")


def read_symbols(png: bytes) -> list[Symbol]:
    """Every barcode in a picture, from top to bottom. GS1 separators come as the character 0x1D."""
    with Image.open(io.BytesIO(png)) as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    found.sort(key=lambda symbol: (symbol.position.top_left.y, symbol.position.top_left.x))
    return [Symbol(symbol.format.name, symbol.text) for symbol in found]
