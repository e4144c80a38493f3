"""A relay before the reference server: it changes each answer by the mutant that the path names, and hands it on."""

from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from tests.servers import Peer, Wire

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest
from aioc.reference.server import ReferenceServer

from .broken import broken, overlooking
from .table import Mutant

SECONDS = 20.0
_OF_THE_HOP = {"host", "connection", "keep-alive", "content-length", "transfer-encoding", "accept-encoding", "expect"}


class Relay:
    """Listens on a port of 127.0.0.1; `struck` counts the answers that were changed, by mutant and by who asked."""

    def __init__(self, mutants: Mapping[str, Mutant]) -> None:
        """Nothing listens before `with`."""
        self.struck: Counter[tuple[str, str]] = Counter()
        self._mutants = mutants
        self._reference: ReferenceServer | None = None
        self._peer: Peer | None = None

    def __enter__(self) -> Self:
        """Start."""
        self._reference = ReferenceServer().start()
        self._peer = Peer(self._behave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End both."""
        assert self._peer is not None and self._reference is not None
        self._peer.close()
        self._reference.close()

    def url(self, mutant: str, asker: str) -> str:
        """Give the base URL, with /v1, of a server that is broken so."""
        assert self._peer is not None
        return f"{self._peer.url}/{mutant}/{asker}/v1"

    def _behave(self, wire: Wire) -> None:
        assert self._reference is not None
        with Connection(Target.at(self._reference.base_url)) as behind:
            while raw := wire.request():
                name, asker, sent = _read(raw)
                mutant = self._mutants[name]
                seen = overlooking(sent, mutant)
                whole = behind.exchange(seen, SECONDS)
                made = broken(whole, mutant, sent)
                self.struck[name, asker] += made != whole or seen != sent
                if made.status is None:
                    return  # the reference server is gone: the test ended
                if not _send(wire, made):
                    return


def _read(raw: bytes) -> tuple[str, str, WireRequest]:
    """Read a request: the mutant, who asks, and what the server is to get."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    _, mutant, asker, rest = target.split("/", 3)
    pairs = [line.split(":", 1) for line in lines]
    headers = tuple((name, value.strip()) for name, value in pairs if name.lower() not in _OF_THE_HOP)
    return mutant, asker, WireRequest(method, f"/{rest}", headers, body or None)


def _send(wire: Wire, answer: Transfer) -> bool:
    """Send an answer, a stream frame by frame; False when the connection is of no use any more."""
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _OF_THE_HOP]
    streamed = "event-stream" in (answer.header("content-type") or "")
    headers.append(("transfer-encoding", "chunked") if streamed else ("content-length", str(len(answer.body))))
    head = f"HTTP/1.1 {answer.status} Said\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers)
    wire.send(head.encode("latin-1"), b"\r\n")
    if not streamed:
        wire.send(answer.body)
        return True
    for frame in answer.body.split(b"\n\n"):
        piece = frame + b"\n\n"
        wire.send(b"%x\r\n" % len(piece), piece, b"\r\n")
    if answer.facts.get("still_open"):
        wire.hold()
        return False
    wire.send(b"0\r\n\r\n")
    return True
