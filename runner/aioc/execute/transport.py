"""One connection of httpcore with our sockets: no redirects, cookies or environment."""

import contextlib

import httpcore
import httpx

from aioc.execute.network import Backend, Clock
from aioc.execute.target import Target, tls_context


class Transport:
    """Sends requests of a target on one connection while the server keeps it."""

    def __init__(self, target: Target, clock: Clock) -> None:
        """Prepare; the socket opens with the first request."""
        self._target = target
        self._clock = clock
        self._pool: httpcore.ConnectionPool | None = None

    def send(self, request: httpcore.Request) -> httpcore.Response:
        """Send; the answer's body is still to be read. Raises httpcore's errors."""
        if self._pool is None:
            self._pool = self._opened()
        return self._pool.handle_request(request)

    def close(self) -> None:
        """Close the socket."""
        if self._pool is not None:
            with contextlib.suppress(Exception):
                self._pool.close()
            self._pool = None

    def _opened(self) -> httpcore.ConnectionPool:
        target = self._target
        # A TLS context costs more than a whole case: shared, and made for https only.
        context = tls_context(target.cacert, target.cert) if target.origin.startswith("https:") else None
        backend = Backend(self._clock)
        if not target.proxy:
            return httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)
        proxy = httpx.Proxy(target.proxy)
        return httpcore.HTTPProxy(
            str(proxy.url),
            proxy_auth=proxy.raw_auth,
            ssl_context=context,
            max_connections=1,
            network_backend=backend,
        )
