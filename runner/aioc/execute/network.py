"""Sockets with one total deadline and a clock on every read: what httpx alone has not (reliability.md §2).

httpx limits each single read, so a server that drips a byte a second is never too late. Here every operation
gets what is left of the step's deadline.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore


class DeadlineError(Exception):
    """The total time of a request is used up."""


class Clock:
    """The deadline of the request under way, shared by all sockets of a connection."""

    def __init__(self) -> None:
        """Begin without a deadline."""
        self.until = float("inf")
        self.connects = 0
        self.last_read = 0.0
        self.streams: list[httpcore.NetworkStream] = []

    def left(self, timeout: float | None) -> float:
        """Give the time an operation may take; raises DeadlineError when there is none left."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise DeadlineError
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A socket whose every operation keeps to the clock."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        clock.streams.append(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._clock.left(timeout))
        # Taken right at the socket, so that our own parsing does not distort arrival times.
        self._clock.last_read = time.monotonic()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._clock.left(timeout)), self._clock)

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
        """Connect within what is left of the deadline."""
        self._clock.connects += 1
        left = self._clock.left(timeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options), self._clock)
