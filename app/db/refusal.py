"""A server that lets nobody in, told from one that does not answer: a person mends the one, the other is waited for.

A connection that never came about has no SQLSTATE, only the words of libpq and the server; a server that speaks another
language than English is understood as far as the password goes.
"""

from __future__ import annotations

import re

from app.base.errors import DatabaseAway, NotLetIn

# What is said, by what it means, in this order: an encryption that lacks is refused in words about the login, too.
_WORDS = {
    "encryption_refused": r"SSL was required|SSL error|certificate verify failed|root certificate|does not match host"
    r"|no (SSL )?encryption|SSL off|certificate file|private key file|sslmode",
    "no_such_database": r"database .* does not exist|3D000",
    "not_let_in": r"permission denied for database|keine Berechtigung für Datenbank",
    "login_refused": r"authentication failed|no password supplied|role .* does not exist|no pg_hba.conf entry"
    r"|not permitted to log in|pg_hba.conf rejects|password file .* permissions",
}
# A server that ends in the middle of a greeting over TLS is away.
_CUT = re.compile(r"SSL error: (unexpected eof|Connection reset)|SSL connection has been closed unexpectedly|SYSCALL")


def plain(error: object) -> str:
    """The driver's own words without the statement and its values: those may hold a person's data."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def away(error: object) -> DatabaseAway:
    """NotLetIn where the server refuses whoever asks, else DatabaseAway."""
    said = str(error)
    if getattr(error, "sqlstate", None) is None and not _CUT.search(said):
        for kind, words in _WORDS.items():
            if re.search(words, said):
                return NotLetIn(plain(error), kind=kind, why=plain(error))
        session = getattr(error, "pgconn", None)
        if session is not None and session.needs_password:
            return NotLetIn(plain(error), kind="login_refused", why=plain(error))
    return DatabaseAway(plain(error))
