"""Sockets with one total deadline and a clock on every read: what httpx alone has not.

httpx limits each single read, so a server that drips a byte a second is never too late. Here every operation
gets what is left of the step's deadline.
"""

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

CONNECT_SECONDS = 10.0
_WRITE_PIECE = 16 << 10
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""Nobody is asked for these names (RFC 6761 §6.3), and nearly always they connect or refuse at once."""
AT_ONCE = 0.05
"""So many seconds are waited for that without a thread, which takes a millisecond more."""


class DeadlineError(Exception):
    """The total time of a request is used up."""


class AbortedError(Exception):
    """Somebody called `abort`."""


class Clock:
    """Deadline and times of the request under way, shared by all sockets of a connection."""

    def __init__(self) -> None:
        """Begin without a deadline."""
        self.until = float("inf")
        self.aborted = threading.Event()
        self.connects = 0
        self.sent: float | None = None
        self.first_read: float | None = None
        self.last_read = 0.0
        self.ended = False
        """Whether the other side closed or reset the connection."""
        self._sockets: set[socket.socket] = set()
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def begin(self) -> None:
        """Forget the times of the request before."""
        self.sent = self.first_read = None
        self.last_read = time.monotonic()
        self.ended = False

    def left(self) -> float:
        """Give the seconds that are left; raises DeadlineError when there are none."""
        if self.aborted.is_set():
            raise AbortedError("given up: the run was interrupted")
        left = self.until - time.monotonic()
        if left <= 0:
            raise DeadlineError
        return left

    def watch(self, sock: socket.socket) -> None:
        """Remember a socket, so that `abort` can end what waits for it."""
        self._sockets.add(sock)

    def forget(self, sock: socket.socket) -> None:
        """The socket is closed."""
        self._sockets.discard(sock)

    def abort(self) -> None:
        """End what is under way, from another thread; closing alone would not wake a thread that reads."""
        self.aborted.set()
        self._waiting.put(None)
        for sock in tuple(self._sockets):
            with contextlib.suppress(OSError):
                # Past ssl's own shutdown, which would only wait for the other side.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def bounded(self, call: Callable[[float], httpcore.NetworkStream]) -> httpcore.NetworkStream:
        """Run a blocking call that has no total time limit of its own (name look-up, connecting, TLS)."""
        # The queue first: an abort from now on is seen either by `left` or in it.
        answer = self._waiting = queue.SimpleQueue()
        seconds = min(self.left(), CONNECT_SECONDS)
        late = threading.Event()

        def work() -> None:
            try:
                made: httpcore.NetworkStream | Exception = call(seconds)
            except Exception as error:  # handed to the thread that waits
                made = error
            answer.put(made)
            if late.is_set():
                _close_all(answer)

        threading.Thread(target=work, daemon=True).start()
        try:
            made = answer.get(timeout=seconds)
        except queue.Empty:
            late.set()
            _close_all(answer)
            raise httpcore.ConnectTimeout(f"none within {seconds:.3g} s") from None
        if made is None:
            late.set()
            _close_all(answer)
            self.left()
        if isinstance(made, Exception):
            raise made
        stream: httpcore.NetworkStream = made
        return stream


def _close_all(answer: "queue.SimpleQueue[Any]") -> None:
    """Close what came too late for the one who waited; both sides look, so that nothing slips through."""
    with contextlib.suppress(queue.Empty):
        while True:
            made = answer.get_nowait()
            if isinstance(made, httpcore.NetworkStream):
                made.close()


class _Stream(httpcore.NetworkStream):
    """A socket whose every operation keeps to the clock."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._socket: socket.socket = inner.get_extra_info("socket")
        clock.watch(self._socket)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data = self._inner.read(max_bytes, self._clock.left())
        except httpcore.ReadError:
            self._clock.ended = True
            raise
        # Taken right at the socket, so that our own parsing does not distort arrival times.
        self._clock.last_read = time.monotonic()
        if data and self._clock.first_read is None:
            self._clock.first_read = self._clock.last_read
        self._clock.ended = not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._clock.sent is None:
            self._clock.sent = time.monotonic()
        # In pieces: the inner stream grants the whole time to each send, however little of the buffer it takes.
        for start in range(0, len(buffer), _WRITE_PIECE):
            self._inner.write(buffer[start : start + _WRITE_PIECE], self._clock.left())

    def close(self) -> None:
        self._clock.forget(self._socket)
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._clock.forget(self._socket)
        return _Stream(
            self._clock.bounded(lambda seconds: self._inner.start_tls(ssl_context, server_hostname, seconds)),
            self._clock,
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Opens sockets that keep to the clock."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock that all sockets share."""
        self._clock = clock
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect within what is left of the deadline, the look-up of the name included."""
        self._clock.connects += 1

        def connect(seconds: float) -> httpcore.NetworkStream:
            return self._inner.connect_tcp(host, port, seconds, local_address, socket_options)

        if host in _LOOPBACK:
            with contextlib.suppress(httpcore.ConnectTimeout):
                return _Stream(connect(min(self._clock.left(), AT_ONCE)), self._clock)
        return _Stream(self._clock.bounded(connect), self._clock)
