#!/usr/bin/env python3
"""Everything a developer does here, with nothing but Python 3.11 and its standard library.

    python3 dev.py setup     make .venv, install what requirements.lock names, look for missing system parts
    python3 dev.py run       the window on the demo shop; without a display a shift in one that nobody sees
    python3 dev.py test      the tests; --slow for the deep runs; other words go to pytest
    python3 dev.py check     format, lint, types, import contracts, tests (--no-tests leaves these out)
    python3 dev.py bench     the benchmarks, figures as JSON
    python3 dev.py lock      make requirements.lock anew from pyproject.toml (--upgrade: newest versions)

Each command sets up first, which takes no time when nothing changed. System parts (python3-venv, Qt's
libraries, fonts) are found by trying to use them. Root on Debian or Ubuntu gets them installed; anybody else
gets the line to run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "packbench-setup"
OLDEST = (3, 11)
# More than there are cores: much of what a test does is to wait, for a disk, a server, another process.
WORKERS = 1 + (os.cpu_count() or 1)
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

# A library Qt opens on Linux → the Debian package that has it. The last five are for windows on an X display.
LIBRARIES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

# A letter that addresses and labels need → the Debian package whose font draws it.
LETTERS: Mapping[str, str] = {
    "\N{LATIN CAPITAL LETTER L WITH STROKE}": "fonts-dejavu-core",
    "\N{GREEK CAPITAL LETTER OMEGA}": "fonts-dejavu-core",
    "\N{ARABIC LETTER SEEN}": "fonts-dejavu-core",
    "\N{CJK UNIFIED IDEOGRAPH-6DF1}": "fonts-wqy-microhei",
    "\N{HIRAGANA LETTER A}": "fonts-wqy-microhei",
    "\N{HANGUL SYLLABLE GA}": "fonts-wqy-microhei",
}

# Run in a process of its own: a library that crashes on opening must not take dev.py along.
TRY_LIBRARIES = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""

# fontconfig is what Qt asks, so it is what we ask.
TRY_LETTERS = """
import ctypes, sys
fc = ctypes.CDLL("libfontconfig.so.1")
for name in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
    getattr(fc, name).restype = ctypes.c_void_p
class FontSet(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int)]
for letter in sys.argv[1:]:
    wanted = ctypes.c_void_p(fc.FcNameParse(f":charset={ord(letter):x}".encode()))
    found = fc.FcFontList(None, wanted, ctypes.c_void_p(fc.FcObjectSetCreate()))
    if not found or not ctypes.cast(found, ctypes.POINTER(FontSet)).contents.count:
        print(ascii(letter))
"""

TRY_QT = "from PySide6 import QtSvg, QtPrintSupport, QtWidgets; QtWidgets.QApplication([])"


class Stop(Exception):
    """Nothing more can be done here; the text says what a person should do."""


def say(text: str) -> None:
    print(f"dev.py: {text}", flush=True)


def run(*words: str | Path, env: Mapping[str, str] | None = None) -> int:
    """Run a program in the project's folder with our own streams; its exit code."""
    return subprocess.run(
        [str(word) for word in words], cwd=ROOT, env={**os.environ, **(env or {})}, check=False
    ).returncode


def answer(*words: str | Path, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a program for what it prints: its exit code, and both its streams."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


# --- the machine ----------------------------------------------------------------------------------


def missing_packages() -> list[str]:
    """The Debian packages of what this machine lacks, found by trying to use each part."""
    missing: list[str] = []
    if not shutil.which("uv") and not can_make_venv():
        missing.append("python3-venv")
    if not sys.platform.startswith("linux"):
        return missing
    _, printed = answer(sys.executable, "-c", TRY_LIBRARIES, *LIBRARIES)
    libraries = [LIBRARIES[name] for name in printed.split() if name in LIBRARIES]
    missing += libraries
    if "libfontconfig1" in libraries:
        letters: Iterable[str] = LETTERS  # nobody to ask, so no font can be found either
    else:
        _, printed = answer(sys.executable, "-c", TRY_LETTERS, *LETTERS)
        letters = [letter for letter in LETTERS if ascii(letter) in printed]
    return missing + sorted({LETTERS[letter] for letter in letters})


def can_make_venv() -> bool:
    """Debian's python3 has `venv` without the `ensurepip` it needs; making one is the only sure trial."""
    if PYTHON.exists():
        return True
    with tempfile.TemporaryDirectory() as folder:
        code, _ = answer(sys.executable, "-c", "import ensurepip, venv, sys; venv.create(sys.argv[1])", folder)
    return code == 0


def install_packages(packages: Sequence[str]) -> None:
    """Install Debian packages in one step as root; otherwise stop with the line to run."""
    words = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        raise Stop(f"this machine lacks what Debian calls {', '.join(packages)}. Install them, then run this again.")
    if os.geteuid() != 0:
        raise Stop(f"some parts are missing. Run this, then run me again:\n\n    sudo {' '.join(words)}\n")
    say(f"missing on this machine, installing: {' '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    words.insert(1, "-qq")
    if answer("apt-cache", "show", *packages)[0] != 0:
        run("apt-get", "update", env=quiet)
    done = run(*words, env=quiet) == 0
    if not done:  # the lists may be old, and name what the mirror no longer has
        done = run("apt-get", "update", env=quiet) == 0 and run(*words, env=quiet) == 0
    if not done:
        raise Stop(f"apt-get could not install them (see above). What is missing: {' '.join(packages)}")


def settle_the_machine() -> None:
    """Find what is missing and get it, or stop and say what a person has to do."""
    missing = missing_packages()
    if not missing:
        return
    if all(name.startswith("fonts-") for name in missing) and not shutil.which("apt-get"):
        say(f"no font here draws some scripts of the demo's addresses; Debian's: {' '.join(missing)}")
        return
    install_packages(missing)


# --- .venv ----------------------------------------------------------------------------------------


def wanted_stamp() -> str:
    """What .venv was made from: when this changes, it is brought up to date."""
    parts = (LOCK.read_bytes(), Path(__file__).read_bytes(), VERSION.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def setup() -> None:
    """Make this checkout ready to run. Quick when it is."""
    stamp = wanted_stamp()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == stamp:
        return
    settle_the_machine()
    if not (shutil.which("uv") and install_with_uv()):
        install_with_pip()
    make_importable()
    if sys.platform.startswith("linux"):
        code, printed = answer(PYTHON, "-c", TRY_QT, env={"QT_QPA_PLATFORM": "offscreen"})
        if code != 0:
            raise Stop(f"Qt does not start on this machine:\n{printed}")
    STAMP.write_text(stamp)
    say("ready")


def locked() -> list[str]:
    """The parts in the lock, as name==version."""
    return re.findall(r"^([a-z0-9][^\s;\\]*==[^\s;\\]+)", LOCK.read_text("utf-8"), re.MULTILINE)


def announce(tool: str) -> None:
    parts = locked()
    say(f"installing into .venv with {tool}, from requirements.lock, {len(parts)} parts: {' '.join(parts)}")


def venv_is_ours() -> bool:
    """True when .venv runs, with a Python of the version that runs us."""
    if not PYTHON.exists():
        return False
    return answer(PYTHON, "-c", "import sys; print(sys.version)")[1].startswith(f"{VERSION}.")


def install_with_uv() -> bool:
    """Install with uv; false when uv cannot (it does not read pip's settings), so that pip may try."""
    if not venv_is_ours():
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    announce("uv")
    return run("uv", "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, LOCK) == 0


def install_with_pip() -> None:
    """Install with pip, which reads whatever package index this machine is set to."""
    if not venv_is_ours() or answer(PYTHON, "-m", "pip", "--version")[0] != 0:
        say("making .venv")
        if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
            raise Stop("could not make .venv (see above)")
    announce("pip")
    words = ("install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
    if run(PYTHON, "-m", "pip", *words, "--only-binary", ":all:", "-r", LOCK) != 0:
        raise Stop("pip could not install what requirements.lock names (see above)")


def make_importable() -> None:
    """Put this folder on .venv's path and the `packbench` command beside its python; needs no network."""
    code, folder = answer(PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    if code != 0:
        raise Stop(f".venv does not run:\n{folder}")
    Path(folder.strip(), "packbench.pth").write_text(f"{ROOT}\n", "utf-8")
    if os.name == "nt":
        (SCRIPTS / "packbench.cmd").write_text(f'@"{PYTHON}" -m ui %*\r\n')
        return
    command = SCRIPTS / "packbench"
    command.write_text(f"#!{PYTHON}\nimport sys\n\nfrom ui.__main__ import main\n\nsys.exit(main())\n", "utf-8")
    command.chmod(0o755)


# --- the commands ---------------------------------------------------------------------------------


def command_setup(words: list[str]) -> int:
    return 0


def command_run(words: list[str]) -> int:
    return run(PYTHON, "-m", "ui", "run", "--demo", *words)


def command_test(words: list[str]) -> int:
    """The suite, on several processes if whole; `--slow` runs the tests marked slow, and only these, one by one."""
    if not words:
        words = ["-n", str(WORKERS), "--dist", "worksteal"]
    elif "--slow" in words:
        # Minutes are no sign of a hang here: no tracebacks of what merely takes its time.
        words = ["-m", "slow", "-o", "faulthandler_timeout=1500", *(word for word in words if word != "--slow")]
    # What was compiled is kept, whatever this machine says: the tests start the program some two hundred times.
    return run(PYTHON, "-m", "pytest", *words, env={"PYTHONDONTWRITEBYTECODE": ""})


def command_check(words: list[str]) -> int:
    """Every check in turn, each shown, also after one has failed."""
    steps: list[tuple[str, Callable[[], int]]] = [
        ("format", lambda: run(PYTHON, "-m", "ruff", "format", "--check", ".")),
        ("lint", lambda: run(PYTHON, "-m", "ruff", "check", ".")),
        ("types", lambda: run(PYTHON, "-m", "mypy")),
        ("import contracts", lambda: run(SCRIPTS / "lint-imports", "--no-logo")),
    ]
    if "--no-tests" not in words:
        steps.append(("tests", lambda: command_test([])))
    failed = []
    for name, step in steps:
        say(name)
        if step() != 0:
            failed.append(name)
    say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def command_bench(words: list[str]) -> int:
    return run(PYTHON, "-m", "ui", "bench", *(words or ["all"]))


def command_lock(words: list[str]) -> int:
    """Resolve pyproject.toml for every platform; only uv can, so pip fetches it for the moment if need be."""
    how = "pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --group dev"
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv")
        if not uv:
            run(sys.executable, "-m", "venv", folder)
            scripts = Path(folder, SCRIPTS.name)
            if run(scripts / PYTHON.name, "-m", "pip", "install", "--quiet", "uv") != 0:
                raise Stop("the lock is made with uv, and pip could not install it (see above)")
            uv = str(scripts / "uv")
        if run(uv, *how.split(), *words, "pyproject.toml", "-o", LOCK) != 0:
            raise Stop("uv could not resolve pyproject.toml (see above)")
    if "://" in LOCK.read_text("utf-8"):
        raise Stop("requirements.lock names a host: find out which setting of uv wrote it there, and make it anew")
    say(f"{len(locked())} parts locked; `python3 dev.py setup` installs them")
    return 0


COMMANDS = {
    "setup": command_setup,
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "bench": command_bench,
    "lock": command_lock,
}


def main(words: list[str]) -> int:
    if {"-h", "--help"} & set(words):
        print(__doc__)
        return 0
    if not words or words[0] not in COMMANDS:
        print(__doc__)
        return 2
    if sys.version_info < OLDEST:
        say(f"Packbench needs Python {OLDEST[0]}.{OLDEST[1]} or newer, this is {sys.version.split()[0]}")
        return 1
    if sys.stdin is None:  # started with a closed stdin: give our programs an empty one, not somebody's file
        os.set_inheritable(os.open(os.devnull, os.O_RDONLY), True)
    try:
        if words[0] != "lock":
            setup()
        return COMMANDS[words[0]](words[1:])
    except Stop as stop:
        say(str(stop))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
