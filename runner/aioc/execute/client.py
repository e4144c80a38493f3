"""One connection to the server under test: sends a request, and gives all that came back, whatever that is."""

import contextlib
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Literal

import httpcore
import httpx

from aioc.answer.sse import SseReader
from aioc.execute.body import BodyReader, LimitError
from aioc.execute.network import Backend, Clock, DeadlineError
from aioc.execute.retry import pause_before_retry
from aioc.execute.target import Target, tls_context
from aioc.model.exchange import Failure, Transfer, WireRequest

LINGER_SECONDS = 6.0
"""How long an answer may stay open after its last event before we stop waiting for its end."""
MAX_RETRIES = 3
_SECRET_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-api-key", "api-key", "proxy-authorization"})
_TERMINAL = ("response.completed", "response.incomplete", "response.failed")


class Connection:
    """Sends the requests of one case, one after the other, on one connection while the server keeps it."""

    def __init__(self, target: Target) -> None:
        """Prepare; nothing is sent yet."""
        self._target = target
        self._clock = Clock()
        self._pool: httpcore.ConnectionPool | httpcore.HTTPProxy | None = None

    def __enter__(self) -> "Connection":
        """Give the connection; its socket opens with the first request."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the socket."""
        self._close()

    def abort(self) -> None:
        """End what is under way, from another thread."""
        self._clock.until = 0.0
        for stream in self._clock.streams:
            with contextlib.suppress(OSError, RuntimeError):
                stream.close()

    def exchange(self, request: WireRequest, seconds: float, *, retry_busy: bool = True) -> Transfer:
        """Send a request and read the answer within so many seconds, retries included.

        429, and 503 with Retry-After, are waited out (unless `retry_busy` is off); an empty 502 or 504 is a
        gateway's and is asked again once; a kept connection that died is opened anew. Never raises.
        """
        self._clock.until = time.monotonic() + seconds
        retries: list[str] = []
        lost = False
        while True:
            transfer = self._once(request, lost=lost)
            if transfer.facts.get("connection_lost") and not lost:
                lost = True
                self._close()
                continue
            why, wait = pause_before_retry(transfer, len(retries), retry_busy=retry_busy)
            if why is None or len(retries) >= MAX_RETRIES:
                break
            if wait >= self._clock.until - time.monotonic():
                transfer = transfer.failed(
                    Failure(
                        "busy",
                        f"{why}, and the deadline of {seconds:g} s comes first",
                        "give it more time with --timeout",
                    )
                )
                break
            retries.append(why)
            time.sleep(wait)
        if transfer.failure is None and _is_gateway(transfer):
            transfer = transfer.failed(
                Failure(
                    "gateway",
                    f"an empty {transfer.status} from a gateway, twice",
                    "is the server behind it running?",
                )
            )
        return replace(transfer, retries=tuple(retries))

    def _close(self) -> None:
        if self._pool is not None:
            with contextlib.suppress(Exception):
                self._pool.close()
            self._pool = None

    def _opened(self) -> httpcore.ConnectionPool | httpcore.HTTPProxy:
        if self._pool is None:
            target = self._target
            # A context is made for https only: it costs more than a whole case.
            context = (
                tls_context(target.cacert, target.cert)
                if target.origin.startswith("https")
                else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            )
            backend = Backend(self._clock)
            if target.proxy:
                self._pool = httpcore.HTTPProxy(
                    target.proxy, ssl_context=context, max_connections=1, network_backend=backend
                )
            else:
                self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=backend)
        return self._pool

    def _once(self, request: WireRequest, *, lost: bool) -> Transfer:
        """Send once. Whatever breaks, what had come until then is kept."""
        target = self._target
        built = _built(target, request)
        connects = self._clock.connects
        kept = self._pool is not None and bool(self._pool.connections)
        started_unix, started = time.time(), time.monotonic()
        reading = _Reading(request, target.max_body, started, self._clock)
        failure: Failure | None = None
        try:
            core = httpcore.Request(
                built.method, _core_url(target, request), headers=built.headers.raw, content=built.stream
            )
            response = self._opened().handle_request(core)
            try:
                reading.head(response)
                reading.body(response.iter_stream())
            finally:
                # A half-read answer closes its connection, which is what a hang-up is.
                with contextlib.suppress(Exception):
                    response.close()
        except LimitError as error:
            failure = Failure("limit", str(error), "raise it with --max-body")
        except DeadlineError:
            failure = reading.too_late(request)
        except (httpcore.TimeoutException, TimeoutError):
            failure = reading.too_late(request)
        except Exception as error:  # what a server or a network does must never end the run
            failure = _failure(error, reading)
        if failure is not None or reading.cut is not None:
            self._close()
        total = (time.monotonic() - started) * 1000
        reused = kept and self._clock.connects == connects
        dead = failure is not None and failure.kind == "broken" and reused and reading.status is None
        facts = {
            **reading.facts,
            "connection_reused": reused,
            "connection_lost": lost or dead,
            "clean_close": failure is None and reading.cut is None and not reading.still_open,
        }
        return Transfer(
            _without_secrets(request, built),
            reading.status,
            tuple((name, value) for name, value in reading.headers if name.lower() not in _SECRET_HEADERS),
            reading.content.whole() if reading.content else b"",
            tuple(reading.arrivals),
            started_unix,
            total,
            facts,
            failure,
            reading.cut,
        )


class _Reading:
    """An answer being read."""

    def __init__(self, request: WireRequest, limit: int, started: float, clock: Clock) -> None:
        self.request = request
        self.limit = limit
        self.started = started
        self.clock = clock
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.content: BodyReader | None = None
        self.arrivals: list[tuple[float, int]] = []
        self.facts: dict[str, object] = {}
        self.cut: Literal["hang-up", "limit"] | None = None
        self.still_open = False
        self._sse: SseReader | None = None

    def head(self, response: httpcore.Response) -> None:
        self.status = response.status
        self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers]
        self.facts["http_version"] = response.extensions.get("http_version", b"").decode("latin-1")
        self.facts["time_to_headers_ms"] = (self.clock.last_read - self.started) * 1000
        lower = {name.lower(): value for name, value in self.headers}
        self.content = BodyReader(lower.get("content-encoding", ""), self.limit)
        if lower.get("content-type", "").startswith("text/event-stream"):
            self._sse = SseReader()

    def body(self, chunks: Iterator[bytes]) -> None:
        assert self.content is not None  # head comes first
        limit = self.clock.until
        for chunk in chunks:
            at = (self.clock.last_read - self.started) * 1000
            decoded = self.content.feed(chunk)
            self.arrivals.append((at, self.content.length))
            if self._sse is None:
                continue
            self._sse.feed(decoded, at)
            if self.request.hang_up_after is not None and len(self._sse.events) >= self.request.hang_up_after:
                self.cut = "hang-up"
                return
            if self._over() and self.clock.until == limit:
                # All is said: the end of the body must come soon, or the client that waits for it hangs.
                self.clock.until = min(limit, time.monotonic() + LINGER_SECONDS)
        self.content.finish()

    def _over(self) -> bool:
        last = self._sse.events[-1] if self._sse and self._sse.events else None
        return last is not None and (last.data == "[DONE]" or any(f'"{word}"' in last.data[:200] for word in _TERMINAL))

    def too_late(self, request: WireRequest) -> Failure | None:
        """The deadline is over: no failure when only the end of a finished stream did not come."""
        if self._over():
            self.still_open = True
            self.facts["close_after_last_event_ms"] = LINGER_SECONDS * 1000
            return None
        events = f", {len(self._sse.events)} events" if self._sse else ""
        had = f"{self.content.length} bytes{events} had come" if self.content else "no answer had begun"
        return Failure(
            "deadline",
            f"{request.method} {request.target} did not end in time; {had}",
            "give it more time with --timeout",
        )


def _built(target: Target, request: WireRequest) -> httpx.Request:
    """Let httpx encode the body (multipart above all) and frame it; the URL is put together by us."""
    headers = target.headers_for(request.headers)
    files = [(part.field, (part.file_name, part.content, part.media_type)) for part in request.files]
    data: dict[str, list[str]] = {}
    for name, value in request.form:
        data.setdefault(name, []).append(value)
    if files or data:
        if not files:
            files = [(name, (None, value, None)) for name, values in data.items() for value in values]  # type: ignore[misc]
            data = {}
        return httpx.Request(request.method, target.origin, headers=headers, data=data, files=files)
    return httpx.Request(request.method, target.origin, headers=headers, content=request.content)


def _core_url(target: Target, request: WireRequest) -> httpcore.URL:
    url = httpx.URL(target.origin)
    return httpcore.URL(
        scheme=url.raw_scheme,
        host=url.raw_host,
        port=url.port,
        target=target.path(request.target).encode("utf-8"),
    )


def _without_secrets(request: WireRequest, built: httpx.Request) -> WireRequest:
    """Keep the headers as sent, without those that hold keys."""
    headers: list[tuple[str, str | None]] = [
        (name, value) for name, value in built.headers.items() if name not in _SECRET_HEADERS and name != "host"
    ]
    return replace(request, headers=tuple(headers))


def _failure(error: Exception, reading: _Reading) -> Failure:
    text = str(error) or type(error).__name__
    cause = error.__cause__ or error.__context__ or error
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError) or "CERTIFICATE" in text:
        return Failure("tls", f"TLS: {text}", "a private authority is named with --cacert FILE")
    if isinstance(error, httpcore.ConnectError | httpcore.ProxyError) and reading.status is None:
        return Failure("refused", f"no connection: {text}", "is the server running? is --base-url right?")
    events = f" and {len(reading.arrivals)} reads" if reading.arrivals else ""
    had = f" after {reading.content.length} bytes{events}" if reading.content else " before an answer began"
    return Failure(
        "broken",
        f"the connection broke{had}: {text}",
        "this is the transport, not the answer; look at the server's log",
    )


def _is_gateway(transfer: Transfer) -> bool:
    return transfer.status in (502, 504) and not transfer.body.lstrip().startswith(b"{")
