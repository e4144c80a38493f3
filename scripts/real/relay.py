"""A relay before a server that does not survive some requests: no other request has to answer for it.

It hands on every byte as it is. Before it connects to a server that died, or that still works for somebody who has
hung up, it starts the server anew. It looks after each connection, not after each request on it (aioc has a connection
for each case); who closes one side of a connection has hung up.
"""

from __future__ import annotations

import socket
import threading
import urllib.request
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from process import NotUpError, free_port, held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

MOST_STARTS = 40
TO_NOTICE = 5.0
"""Seconds that a server has to notice that somebody hung up."""


@dataclass(frozen=True)
class Server:
    """A server that runs: its port, and the URL that is answered with 200 while it is alive."""

    port: int
    health: str
    astray: threading.Event = field(default_factory=threading.Event)
    """Set when it works for nobody."""

    def alive(self) -> bool:
        """Whether it can be asked."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.health, timeout=30):
                return not self.astray.is_set()
        except OSError:  # URLError and HTTPError are ones
            return False


class Revived:
    """A server that is started anew when it died; `started` holds one up and is told the how manieth it is."""

    def __init__(self, started: Callable[[int], AbstractContextManager[Server]]) -> None:
        """Start nothing yet."""
        self._started = started
        self._running = ExitStack()
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._times = 0

    def __enter__(self) -> Self:
        """Start it. Raises NotUpError."""
        self.alive()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._running.close()

    def alive(self) -> Server:
        """Give a server that is alive. Raises NotUpError."""
        with self._lock:
            server = self._server
            if server is None or not server.alive():
                if self._times >= MOST_STARTS:
                    raise NotUpError(f"it died {MOST_STARTS} times")
                self._running.close()
                self._server = None
                self._times += 1
                server = self._server = self._running.enter_context(self._started(self._times))
            return server


@contextmanager
def relay(server: Revived) -> Iterator[int]:
    """Hand every connection on to the server, byte by byte; gives the port to connect to."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
        yield listener.getsockname()[1]


@contextmanager
def reached(
    command: Callable[[int], Sequence[str]], environment: Mapping[str, str], log: Path, wait: float, *, dies: bool
) -> Iterator[int]:
    """Hold a server up, and give the port to connect to; `command` starts it on a port, with its health at /health.

    One that `dies` of what it is asked is started anew behind a relay, with a log for each start. A relay that has to
    wait for the processor joins what came apart: only where it is called for. Raises NotUpError.
    """

    @contextmanager
    def started(time: int) -> Iterator[Server]:
        port = free_port()
        health = f"http://127.0.0.1:{port}/health"
        named = log.with_stem(f"{log.stem}-{time}") if time > 1 else log
        with held(command(port), environment, health, wait, named):
            yield Server(port, health)

    with Revived(started) as server, relay(server) if dies else nullcontext(server.alive().port) as port:
        yield port


def _accept(listener: socket.socket, server: Revived) -> None:
    under_way: list[_Handing] = []
    with suppress(OSError):  # closed: the end
        while True:
            client, _ = listener.accept()
            # What was left behind is dealt with first: the server may be no good any more.
            under_way = [handing for handing in under_way if not handing.over()]
            under_way.append(_Handing(client, server))
            under_way[-1].start()


class _Handing(threading.Thread):
    """A connection that is handed on, until both sides have ended it."""

    def __init__(self, client: socket.socket, revived: Revived) -> None:
        super().__init__(daemon=True)
        self._client = client
        self._revived = revived

    def over(self) -> bool:
        """Whether it is done with; who has hung up is waited for."""
        with suppress(OSError, ValueError):  # it waits for its answer, or is closed already
            if not self._client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                self.join()
        return not self.is_alive()

    def run(self) -> None:
        with self._client, suppress(OSError, NotUpError):
            server = self._revived.alive()
            with socket.create_connection(("127.0.0.1", server.port)) as behind:
                back = threading.Thread(target=_pump, args=(behind, self._client), daemon=True)
                back.start()
                _pump(self._client, behind)
                back.join(TO_NOTICE)
                if back.is_alive():
                    server.astray.set()
                    behind.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes until it ends, and then its end."""
    target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # Whoever cannot be written to any more is not to be read from either.
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
