"""An answer while it comes: its bytes, its events, and when to stop waiting for more."""

import re
import time
from collections.abc import Iterator
from typing import Literal

import httpcore

from aioc.answer.assemble import TERMINAL
from aioc.answer.read import DONE, is_stream
from aioc.answer.sse import RawEvent, SseReader
from aioc.execute.body import BodyReader
from aioc.execute.network import Clock
from aioc.model.exchange import WireRequest
from aioc.model.problem import Json

LINGER_SECONDS = 6.0
"""How long an answer may stay open after its last event before we stop waiting for its end."""
SILENT_SECONDS = 0.5
"""A stream without [DONE] that is silent for so long at the deadline, after its choices ended, is a finished one."""
MAX_ARRIVALS = 100_000
_TELLING = 64
"""As long as the body is no longer, more of it may still show that it is a stream."""
# Inside a JSON text these quotes would be escaped, so the words of a model cannot end the wait.
_FINISH = re.compile(r'"finish_reason"\s*:\s*"')
_TERMINAL_TYPE = re.compile(r'"type"\s*:\s*"response\.(completed|incomplete|failed)"')


class Reading:
    """An answer being read; whatever breaks, what had come until then stays."""

    def __init__(self, request: WireRequest, limit: int, clock: Clock) -> None:
        """Wait for the answer to this request."""
        self.status: int | None = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.arrivals: list[tuple[float, int]] = []
        self.facts: dict[str, Json] = {}
        self.cut: Literal["hang-up", "limit"] | None = None
        self.over_at: float | None = None
        """When the event came that ends the stream ([DONE] or a terminal response event)."""
        self.keeps = False
        """Whether the answer says that the connection stays open for the next request."""
        self._request = request
        self._limit = limit
        self._clock = clock
        self._content: BodyReader | None = None
        self._sse: SseReader | None = None

    @property
    def body(self) -> bytes:
        """The decoded body so far, never more than the limit."""
        return bytes(self._content.body) if self._content else b""

    @property
    def had(self) -> str:
        """What had come, for messages."""
        if self.status is None:
            return "before an answer began"
        events = f" and {len(self._sse.events)} events" if self._sse else ""
        return f"after {len(self.body)} bytes{events}"

    def head(self, response: httpcore.Response) -> None:
        """Take status and headers."""
        self.status = response.status
        self.headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers)
        self.facts["http_version"] = response.extensions.get("http_version", b"").decode("latin-1")
        self._media = self._header("content-type")
        framed = self._header("content-length") or self._header("transfer-encoding") or self.status in (204, 304)
        closes = "close" in (self._header("connection") or "").lower()
        self.keeps = self.facts["http_version"] == "HTTP/1.1" and bool(framed) and not closes
        self._content = BodyReader(self._header("content-encoding") or "", self._limit)

    def _header(self, name: str) -> str | None:
        """Join the header's lines as HTTP says, so that two encodings cannot pass for one."""
        return ", ".join(value for key, value in self.headers if key.lower() == name) or None

    def read(self, chunks: Iterator[bytes]) -> None:
        """Read the body to its end, to the event at which the case hangs up, or as long as makes sense."""
        content = self._content
        assert content is not None  # `head` comes first
        fresh = 0
        for chunk in chunks:
            fresh = len(content.body)
            try:
                decoded = content.feed(chunk)
            finally:
                self._arrived(len(content.body))
            if (
                self._sse is None
                and fresh < _TELLING
                and is_stream(self._request, self.status, self._media, content.body[: 2 * _TELLING])
            ):
                self._sse, decoded = SseReader(), bytes(content.body)
            if self._sse is not None and self._events(self._sse, decoded):
                self.cut = "hang-up"
                return
        content.finish()

    def _arrived(self, length: int) -> None:
        """One entry a read of the socket: several chunks may come with one, and a drip must not fill the memory."""
        at = self._ms(self._clock.last_read)
        if self.arrivals and (self.arrivals[-1][0] == at or len(self.arrivals) >= MAX_ARRIVALS):
            self.arrivals[-1] = (self.arrivals[-1][0], length)
        else:
            self.arrivals.append((at, length))

    def _events(self, sse: SseReader, decoded: bytes) -> bool:
        """Count events; True when the case wants to hang up now."""
        before = len(sse.events)
        sse.feed(decoded, self._ms(self._clock.last_read))
        wanted = self._request.hang_up_after
        if wanted is not None and len(sse.events) >= wanted:
            return True
        fresh = sse.events[before:]
        texts = [event.data for event in fresh]
        # Looked at in one go: a stream may have 100,000 events.
        maybe = DONE in texts or "response." in "\n".join(texts) or any(event.event for event in fresh)
        if self.over_at is None and maybe and any(_ends(event) for event in fresh):
            # All is said: the end of the body must come soon, or a client that waits for it hangs.
            self.over_at = self._clock.last_read
            self._clock.until = min(self._clock.until, time.monotonic() + LINGER_SECONDS)
        return False

    def left_open(self) -> bool:
        """The time is up: True when only the end of a finished stream did not come, which is a fact, no failure."""
        since = self.over_at
        if since is None and time.monotonic() - self._clock.last_read > SILENT_SECONDS and self._finished():
            since = self._clock.last_read
        if since is None:
            return False
        self.facts["still_open"] = True
        waited = time.monotonic() - since
        self.facts["close_after_last_event_ms"] = min(waited, LINGER_SECONDS) * 1000
        return True

    def _finished(self) -> bool:
        """Whether a choice said why it ends: without [DONE] only the silence after it shows that all is said."""
        return self._sse is not None and any(_FINISH.search(event.data) for event in self._sse.events)

    def _ms(self, moment: float) -> float:
        return (moment - (self._clock.sent or moment)) * 1000


def _ends(event: RawEvent) -> bool:
    return event.data == DONE or event.event in TERMINAL or bool(_TERMINAL_TYPE.search(event.data))
