"""An httpx transport on one connection of httpcore, with our sockets: no redirects, cookies or environment."""

import contextlib
from collections.abc import Iterator

import httpcore
import httpx

from aioc.execute.network import Backend, Clock
from aioc.execute.target import Target, tls_context


class _Body(httpx.SyncByteStream):
    """The body of an answer, as httpcore gives it."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class Transport(httpx.BaseTransport):
    """Sends requests of a target on one connection while the server keeps it."""

    def __init__(self, target: Target, clock: Clock) -> None:
        """Prepare; the socket opens with the first request."""
        self._target = target
        self._clock = clock
        self._pool: httpcore.ConnectionPool | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send; the answer's body is still to be read. Raises httpcore's errors as they are."""
        url = request.url
        # The path goes out as the case wrote it: httpx would tidy it up.
        path = request.extensions.get("target", url.raw_path)
        assert isinstance(request.stream, httpx.SyncByteStream)  # a sync client makes no other
        response = self._opened().handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=path),
                headers=request.headers.raw,
                content=request.stream,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """Close the socket."""
        if self._pool is not None:
            with contextlib.suppress(Exception):
                self._pool.close()
            self._pool = None

    def _opened(self) -> httpcore.ConnectionPool:
        if self._pool is None:
            target = self._target
            # A TLS context costs more than a whole case: shared, and made for https only.
            context = tls_context(target.cacert, target.cert) if target.origin.startswith("https:") else None
            backend = Backend(self._clock)
            if target.proxy:
                proxy = httpx.Proxy(target.proxy)
                self._pool = httpcore.HTTPProxy(
                    str(proxy.url),
                    proxy_auth=proxy.raw_auth,
                    ssl_context=context,
                    max_connections=1,
                    network_backend=backend,
                )
            else:
                self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)
        return self._pool
