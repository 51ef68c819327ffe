"""A line to a PostgreSQL server that can be ill-treated: slow, cut, dumb, gone; and healed.

What a network can do to a connection is a delay, an end, or silence: TCP gives no byte twice. What comes twice is a
request whose answer was lost, so that is what `lose_answer` does: the server has committed, the client asks again.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from app.bench.address import Address

_HOST = "127.0.0.1"
_COMMIT = b"COMMIT"
# Some turns of the loop.
_TURNS_S = 0.05


class Proxy:
    """Stands in front of the server of a database's address; `url` is the same database behind it. `close` it.

    `struck` counts by kind what was done to connections: delay counts pieces of talk, all others connections.
    """

    def __init__(self, url: str, chance: random.Random | None = None) -> None:
        self._server = Address.read(url)
        self._chance = chance or random.Random(0)  # noqa: S311  # where a message is cut; no secret
        self.struck: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._round_trip = 0.0
        self._cuts = self._answers_to_lose = 0
        self._lines: set[_Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Server | None = None
        self._port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._do(self._listen)

    @property
    def url(self) -> str:
        return str(self._server.at(_HOST, self._port))

    def delay(self, round_trip_s: float) -> None:
        """Every question and its answer take so much longer together."""
        self._round_trip = round_trip_s

    def hang(self) -> None:
        """Connections stay and new ones are taken, and no byte passes any more."""

        async def still() -> None:
            self._flows.clear()
            self.struck["hang"] += len(self._lines)

        self._do(still)

    def drop(self) -> None:
        """Every connection is reset; new ones come about."""

        async def dropped() -> None:
            self._end("drop")

        self._do(dropped)

    def cut(self, connections: int = 1) -> None:
        """The next piece of talk, whoever talks, gets through in part, and its connection ends."""
        self._cuts = connections

    def lose_answer(self, times: int = 1) -> None:
        """The next COMMIT reaches the server, and its answer nobody."""
        self._answers_to_lose = times

    def gone(self) -> None:
        """Connections are refused, and those there are end."""

        async def leave() -> None:
            if self._listener is not None:
                self._listener.close()
                self._listener = None
            self._end("gone")

        self._do(leave)

    def heal(self) -> None:
        """As on the first day. What hung goes on where it stood still."""
        self._round_trip, self._cuts, self._answers_to_lose = 0.0, 0, 0

        async def healed() -> None:
            self._flows.set()
            if self._listener is None:
                await self._listen()

        self._do(healed)

    def close(self) -> None:
        async def end() -> None:
            if self._listener is not None:
                self._listener.close()
            await asyncio.sleep(_TURNS_S)  # connections taken just now come to be known
            for task in self._tasks:
                task.cancel()
            self._end("")
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await asyncio.sleep(_TURNS_S)  # and each is closed to the end

        self._do(end)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # The proxy's own thread --------------------------------------------------------------------------------

    def _do(self, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run_coroutine_threadsafe(what(), self._loop).result()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._serve, _HOST, self._port)
        self._port = self._listener.sockets[0].getsockname()[1]

    def _end(self, kind: str) -> None:
        for line in list(self._lines):
            if kind:
                self.struck[kind] += 1
            line.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as long as both ends want it."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        line = _Line(writer)
        self._lines.add(line)
        try:
            await self._flows.wait()
            server = self._server
            if server.host.startswith("/"):
                there = await asyncio.open_unix_connection(f"{server.host}/.s.PGSQL.{server.port}")
            else:
                there = await asyncio.open_connection(server.host or _HOST, server.port)
            line.ends.append(there[1])
            await asyncio.gather(self._carry(reader, there[1], line, up=True), self._carry(there[0], writer, line))
        except OSError:
            pass  # nobody is there, or one end was lost: so is the other
        finally:
            self._lines.discard(line)
            self._tasks.discard(task)
            line.reset()

    async def _carry(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, line: _Line, *, up: bool = False
    ) -> None:
        """What one end says, in order, to the other; then its end."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(self._arrive(on_the_way, to))
        try:
            while piece := await source.read(65536):
                if up and _COMMIT in piece and self._answers_to_lose > 0:
                    self._answers_to_lose -= 1
                    line.loses = True
                elif not up and line.loses:
                    self.struck["lose_answer"] += 1
                    line.reset()
                    return
                elif self._cuts > 0:
                    self._cuts -= 1
                    self.struck["cut"] += 1
                    to.write(piece[: self._chance.randrange(len(piece))])
                    with suppress(OSError):
                        await to.drain()
                    line.reset(gently=True)
                    return
                if self._round_trip:
                    self.struck["delay"] += 1
                on_the_way.put_nowait((self._loop.time() + self._round_trip / 2, piece))
            on_the_way.put_nowait((0.0, b""))
            await arriving
        finally:
            arriving.cancel()

    async def _arrive(self, on_the_way: asyncio.Queue[tuple[float, bytes]], to: asyncio.StreamWriter) -> None:
        while True:
            due, piece = await on_the_way.get()
            await asyncio.sleep(max(0.0, due - self._loop.time()))
            await self._flows.wait()
            if not piece:
                to.close()
                return
            to.write(piece)
            await to.drain()


class _Line:
    """The two ends of one connection. `loses`: the server's next answer gets lost."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.ends, self.loses = [client], False

    def reset(self, *, gently: bool = False) -> None:
        """Ends it as a fault does, with no goodbye; `gently`, what was sent still arrives."""
        for end in self.ends:
            if not gently:
                with suppress(OSError):
                    end.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                end.transport.abort()
            else:
                end.close()
