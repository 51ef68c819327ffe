"""A PostgreSQL database's address taken apart: `postgresql+psycopg://user@host:port/name?host=/folder`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlencode

_PARTS = re.compile(
    r"(?P<scheme>postgresql[^:]*)://(?:(?P<who>[^@/?]*)@)?(?P<where>[^/?]*)/?(?P<name>[^?]*)\??(?P<query>.*)"
)
_PORT = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """`who` may hold a password: never said to anybody. `host` is a folder where the server has its socket in one."""

    scheme: str
    who: str
    host: str
    port: int
    name: str
    query: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, url: str) -> Address:
        found = _PARTS.fullmatch(url)
        if not found:
            raise ValueError("not the address of a PostgreSQL database")
        host, _, port = found["where"].partition(":")
        query = dict(parse_qsl(found["query"]))
        host, port = query.pop("host", unquote(host)), query.pop("port", port)
        return cls(found["scheme"], found["who"] or "", host, int(port or _PORT), found["name"], tuple(query.items()))

    def of(self, name: str) -> Address:
        """Another database of the same server."""
        return replace(self, name=name)

    def at(self, host: str, port: int) -> Address:
        """The same behind another door."""
        return replace(self, host=host, port=port)

    def __str__(self) -> str:
        query = dict(self.query) | {"host": self.host, "port": str(self.port)}
        return f"{self.scheme}://{self.who}{'@' if self.who else ''}/{self.name}?{urlencode(query)}"

    @property
    def plain(self) -> str:
        """As libpq reads it."""
        return str(replace(self, scheme="postgresql"))
