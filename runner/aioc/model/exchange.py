"""What went over the wire (Transfer) and what it says (Exchange)."""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, NamedTuple

from aioc.model.frozen import frozen
from aioc.model.problem import ABSENT, Absent, Json

FailureKind = Literal["refused", "deadline", "broken", "tls", "limit", "busy", "gateway", "not-recorded"]


@frozen
class WireFile:
    """One file of a multipart body, ready to be sent."""

    field: str
    file_name: str
    media_type: str
    content: bytes


@frozen
class WireRequest:
    """A request with all names filled in; `target` is the path below the base URL, query included.

    A header with None is not sent at all (a case that must go without a key). `content` and
    `form`/`files` exclude each other.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str | None], ...] = ()
    content: bytes | None = None
    form: tuple[tuple[str, str], ...] = ()
    files: tuple[WireFile, ...] = ()
    hang_up_after: int | None = None
    length: int | None = None
    """Of a request read from a journal that holds only the beginning of its body: how long the whole was."""


@frozen
class Failure:
    """Why there is no answer to judge: no connection, deadline, broken transport …"""

    kind: FailureKind
    what: str
    hint: str = ""


@frozen
class Transfer:
    """One request and all that came back, before anybody reads meaning into it; the journal keeps this.

    `body` is decoded from its content-encoding and cut at the body limit (`cut` says so, or says that the
    case hung up on purpose). `arrivals` are (milliseconds since the request began to be sent, length of the
    body so far), one for each read from the socket. `facts` holds the transport's own measurements by the
    names of docs/format.md. Times are milliseconds, `started_unix` seconds.
    """

    request: WireRequest
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    arrivals: tuple[tuple[float, int], ...] = ()
    started_unix: float = 0.0
    total_ms: float = 0.0
    facts: Mapping[str, Json] = field(default_factory=dict)
    failure: Failure | None = None
    cut: Literal["hang-up", "limit"] | None = None
    retries: tuple[str, ...] = ()
    """Why it was asked again before this answer came (429, 503, an empty 502, a dead kept connection)."""
    headers_kept: bool = True
    """False for a recording whose recorder kept no header: then nothing is said of them."""

    def header(self, name: str) -> str | None:
        """Give the value of the first header of this name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class StreamEvent(NamedTuple):
    """One event of a stream whose data is JSON; `at_ms` is when its last byte was read."""

    event: str | None
    data: Json
    at_ms: float


@frozen
class Exchange:
    """A transfer, read: its JSON or its events, the assembled answer and the facts checks can ask for.

    `json` is ABSENT when the body is not JSON (`json_problem` says why); for a stream it is the answer
    assembled as the official client does it. `events` is None when the answer is not a stream.
    """

    transfer: Transfer
    json: Json | Absent = ABSENT
    json_problem: str = ""
    text: str | None = None
    events: tuple[StreamEvent, ...] | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def streamed(self) -> bool:
        """Whether the answer was a stream of server-sent events."""
        return self.events is not None
