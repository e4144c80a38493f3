"""A listening socket whose every connection is served by one function, in a daemon thread, until the test ends."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

LONGEST = 20.0
"""No connection is served longer than so many seconds, whatever goes wrong."""


class Wire:
    """One accepted connection, with what a misbehaving server needs."""

    def __init__(self, sock: socket.socket, peer: "Peer", number: int) -> None:
        self._sock = sock
        self._peer = peer
        self._had = b""
        self.number = number
        """Which connection of this server it is, from 0."""
        self._until = time.monotonic() + LONGEST

    def request(self) -> bytes:
        """Read one whole request; b"" when the client closed."""
        while (head_end := self._had.find(b"\r\n\r\n")) < 0:
            if not self._more():
                return b""
        head_end += 4
        lines = self._had[:head_end].lower().split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)
        while len(self._had) < head_end + length:
            if not self._more():
                return b""
        whole, self._had = self._had[: head_end + length], self._had[head_end + length :]
        self._peer.requests.append(whole)
        return whole

    def path(self) -> str:
        """Give the path that is asked for, and leave the request to be read; "" when the client closed."""
        line = self._sock.recv(1 << 12, socket.MSG_PEEK).partition(b"\r\n")[0]
        return line.split(b" ")[1].decode("latin-1") if line.count(b" ") == 2 else ""

    def send(self, *parts: bytes) -> None:
        """Send; raises OSError when the client is gone."""
        self._sock.sendall(b"".join(parts))

    def drip(self, pause: float) -> Iterator[int]:
        """Count up with a pause between, until the test ends."""
        number = 0
        while not self._peer.over.wait(pause) and time.monotonic() < self._until:
            yield number
            number += 1

    def hold(self) -> None:
        """Keep the connection open until the client closes it (or the test ends)."""
        with contextlib.suppress(OSError):
            while self._sock.recv(1 << 16):
                pass
        self._peer.closed_by_client.set()

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def close(self) -> None:
        self._sock.close()

    def wake(self) -> None:
        """End a read in another thread, which closing would not do; past ssl's own shutdown."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _more(self) -> bool:
        piece = self._sock.recv(1 << 16)
        self._had += piece
        return bool(piece)


Behaviour = Callable[[Wire], Any]


def answering(*answers: bytes) -> Behaviour:
    """Give these answers to the requests of a connection, one each (the last one again and again)."""

    def behave(wire: Wire) -> None:
        left = list(answers)
        while wire.request():
            wire.send(left.pop(0) if len(left) > 1 else left[0])

    return behave


def by_path(behaviours: Mapping[str, Behaviour], otherwise: Behaviour) -> Behaviour:
    """Choose what is done with a connection by the last part of the path that is asked for first."""

    def behave(wire: Wire) -> None:
        behaviours.get(wire.path().rpartition("/")[2], otherwise)(wire)

    return behave


class Peer:
    """A server on a free port of 127.0.0.1; `requests` are the bytes it was sent, `connections` how often."""

    def __init__(self, behave: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.closed_by_client = threading.Event()
        self.closing = threading.Event()
        """Set when this side has closed a connection."""
        self._behave = behave
        self._tls = tls
        self._wires: list[Wire] = []
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._start(self._accept)

    def deaf(self) -> None:
        """Listen no more: new connections are refused, those that are open go on."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def close(self) -> None:
        """End everything and wait for it."""
        self.over.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        for wire in self._wires:
            wire.wake()
        for thread in self._threads:
            thread.join(5)
        self._listening.close()

    def _start(self, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listening.accept()
                number, self.connections = self.connections, self.connections + 1
                self._start(self._serve, sock, number)

    def _serve(self, sock: socket.socket, number: int) -> None:
        wire = Wire(sock, self, number)
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                wire = Wire(sock, self, number)
            self._wires.append(wire)
            self._behave(wire)
        except OSError:
            pass  # the client closed, or the test ended
        finally:
            wire.close()
            sock.close()
            self.closing.set()
