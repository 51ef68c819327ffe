"""Where the password of a shared PostgreSQL is found: in its address, by libpq's own ways, or in the system's keyring.

libpq goes first (PGPASSFILE, PGSERVICE, PGPASSWORD, a certificate, the peer's name): that costs nothing. Only when the
server wants a password and takes none of these is the keyring opened: service `packbench`, user `login@host/database`.
We write no password anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from psycopg import OperationalError

SERVICE = "packbench"
C = TypeVar("C")


class Password:
    """For one database, by its address. What the keyring said is remembered until the server refuses it."""

    def __init__(self, url: str) -> None:
        self._asks, self._given = asks_as(url), is_given(url)
        self._last: str | None = None

    def connected(self, connect: Callable[[str | None], C]) -> C:
        """What `connect(password)` gives; None: what the address says and libpq finds. The server's refusal passes."""
        from psycopg import OperationalError

        try:
            return connect(self._last)
        except OperationalError as error:
            if self._given or not _wanted(error):
                raise
            found = kept(self._asks)
            if found is None or found == self._last:
                raise
        done = connect(found)
        self._last = found
        return done


def _wanted(error: OperationalError) -> bool:
    """The server asked for a password, and got none or a wrong one."""
    return error.pgconn is not None and bool(error.pgconn.needs_password or error.pgconn.used_password)


def kept(user: str) -> str | None:
    """The keyring's password for `user`; None: it has none, or there is no keyring that could be asked."""
    try:
        import keyring

        return keyring.get_password(SERVICE, user)
    except Exception:  # noqa: BLE001  # no keyring, a locked one, a backend's own trouble: as if it had nothing
        return None


def keyring_name() -> str:
    """What keeps passwords on this machine; empty: nothing does."""
    try:
        import keyring

        found = keyring.get_keyring()
        return str(found.name) if found.priority > 0 else ""
    except Exception:  # noqa: BLE001  # as above
        return ""


def asks_as(url: str) -> str:
    """Under which user the keyring has the password for the database at `url`: `login@host/database`."""
    parts = urlsplit(url)
    said = dict(parse_qsl(parts.query))
    login = unquote(parts.username or "") or said.get("user", "")
    host = unquote(parts.hostname or "") or said.get("host", "")
    return f"{login}@{host}/{unquote(parts.path).strip('/') or said.get('dbname', '')}"


def is_given(url: str) -> bool:
    """Whether the address itself says the password."""
    parts = urlsplit(url)
    return parts.password is not None or "password" in dict(parse_qsl(parts.query))


def hidden(url: str) -> str:
    """The address without its passwords, to be shown."""
    url = re.sub(r"(?<=[?&])((?:ssl)?password)=[^&]*", r"\1=***", url)
    return re.sub(r"^(postgres[^/]*//[^/?#:@]*):.*@", r"\1:***@", url)
