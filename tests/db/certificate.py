"""A certificate for 127.0.0.1 that signs itself: what a warehouse's own PostgreSQL may have."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def self_signed(folder: Path) -> tuple[bytes, bytes]:
    """(certificate, its key), PEM; both lie in the folder too."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl on this machine, which makes a certificate")
    certificate, key = folder / "root.crt", folder / "root.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
         "-subj", "/CN=packbench test", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return certificate.read_bytes(), key.read_bytes()
