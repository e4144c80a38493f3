"""An exchange as the HTML report shows it: what went over the wire as text, a stream as rows with arrival times."""

import re
from collections.abc import Iterator, Sequence

from aioc.answer.json_text import read_json
from aioc.answer.read import is_stream, read_events
from aioc.answer.sse import RawEvent
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.frozen import frozen
from aioc.model.problem import ABSENT
from aioc.report.curl import curl_line
from aioc.report.text import shorten

WIDE = 1000
"""How many units wide the drawing of a stream's arrival times is."""
_THINNEST = 4
_LAST_EVENTS = 2
_LONG_HEADER = 400

_BLANK = re.compile(r"[ \t\r\n]*+")
_EMPTY = re.compile(r"\{[ \t\r\n]*+\}|\[[^\[\]{}\"]*+\]")  # nothing inside, or numbers and words only
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],:]|[^\s{}\[\],:"]++')


@frozen
class Limits:
    """How much of an exchange is shown: characters of a body, events of a stream, characters of an event."""

    body: int
    events: int
    event: int


FULL = Limits(4096, 100, 800)
SHORT = Limits(1024, 10, 320)
TIGHT = Limits(768, 5, 160)


@frozen
class Shown:
    """A body: its text as far as it is shown, and a line on what is not."""

    text: str = ""
    left: str = ""


@frozen
class EventRow:
    """An event of a stream; its bar reaches from the arrival before it (`start`) to its own, in units of WIDE."""

    number: int
    at: str
    gap: str
    start: int
    width: int
    event: str
    data: str
    skipped: int = 0
    """The row stands for so many events that are not shown."""


@frozen
class ExchangeView:
    """What a template needs of an exchange, all of it text."""

    number: int
    about: bool
    """Whether a finding is about it."""
    open: bool
    line: str
    status: str
    took: str
    request_head: str
    request_body: Shown
    answer_head: str
    answer_body: Shown
    events: tuple[EventRow, ...]
    events_line: str
    remarks: tuple[tuple[str, str], ...]
    curl: str


def exchange_view(transfer: Transfer, number: int, limits: Limits, *, about: bool, opened: bool) -> ExchangeView:
    """Make the view of an exchange; `number` counts from 1."""
    request = transfer.request
    events = _raw_events(transfer)
    return ExchangeView(
        number,
        about,
        opened,
        f"{request.method} {request.target}",
        "no answer" if transfer.status is None else str(transfer.status),
        milliseconds(transfer.total_ms),
        _head(f"{request.method} {request.target}", request.headers),
        _request_body(request, limits.body),
        _answer_head(transfer),
        Shown() if events else shown(transfer.body, limits.body),
        tuple(_rows(events, limits)),
        _events_line(events, transfer),
        tuple(_remarks(transfer)),
        curl_line(request),
    )


def milliseconds(number: float) -> str:
    """Give a time as people read it."""
    return f"{number:,.1f} ms"


def shown(raw: bytes | None, limit: int, length: int | None = None) -> Shown:
    """Give a body's beginning: JSON is indented, its tokens stay as they came; of what is no text only the size."""
    if not raw:
        return Shown()
    text = _text(raw)
    if text is None:
        return Shown("", f"{len(raw):,} bytes that are no text")
    if text.lstrip()[:1] in ("{", "[") and read_json(raw).value is not ABSENT:
        part, end = indented(text, limit)
    else:
        part, end = text[:limit], min(limit, len(text))
    left = f"{len(text) - end:,} of {len(text):,} characters are left out" if end < len(text) else ""
    if length is not None and length > len(raw):
        left = f"the journal holds {len(raw):,} of {length:,} bytes; {left or 'all of them are shown'}"
    return Shown(part, left)


def indented(text: str, limit: int) -> tuple[str, int]:
    """Give JSON text with a line for each value, up to a number of characters, and how far in `text` that reaches.

    No token is changed: numbers, escapes and keys that stand twice are what the server sent. Arrays of numbers
    stay on their line.
    """
    parts: list[str] = []
    room, depth, at = limit, 0, 0
    while room > 0:
        at = _BLANK.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
        found = _EMPTY.match(text, at) or _TOKEN.match(text, at)
        if found is None:
            break
        token = piece = found[0]
        if token in ("{", "["):
            depth += 1
            piece = token + _newline(depth)
        elif token in ("}", "]"):
            depth -= 1
            piece = _newline(depth) + token
        elif token == ",":
            piece = token + _newline(depth)
        elif token == ":":
            piece = ": "
        parts.append(piece[:room])
        at = found.end() if len(piece) <= room else at + min(room, len(token))
        room -= len(piece)
    return "".join(parts), _BLANK.match(text, at).end()  # type: ignore[union-attr]


def _newline(depth: int) -> str:
    return "\n" + "  " * max(0, depth)


def _text(raw: bytes) -> str | None:
    """Give the text of a body; one that was cut inside a character loses only that character."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 3 or error.reason != "unexpected end of data":
            return None
        text = raw[: error.start].decode("utf-8")
    return None if "\x00" in text else text


def _head(line: str, headers: Sequence[tuple[str, str | None]]) -> str:
    lines = [
        f"{name}: {shorten(value, _LONG_HEADER) if value is not None else '(not sent at all)'}"
        for name, value in headers
    ]
    return "\n".join([line, *lines])


def _answer_head(transfer: Transfer) -> str:
    if transfer.status is None:
        return ""
    version = str(transfer.facts.get("http_version") or "HTTP")
    head = _head(f"{version} {transfer.status}", transfer.headers)
    return head if transfer.headers_kept else f"{head}\n(the recorder kept no headers)"


def _request_body(request: WireRequest, limit: int) -> Shown:
    if not (request.form or request.files):
        return shown(request.content, limit, request.length)
    lines = [f"{name} = {shorten(value, limit)}" for name, value in request.form]
    lines += [
        f"{part.field} = file {part.file_name}, {part.media_type}, {len(part.content):,} bytes"
        for part in request.files
    ]
    return Shown(shorten("\n".join(lines), limit), "a form of several parts")


def _raw_events(transfer: Transfer) -> Sequence[RawEvent]:
    """Read the events as they came: [DONE] and what is no JSON stand among them."""
    if not is_stream(transfer.request, transfer.status, transfer.header("content-type"), transfer.body):
        return ()
    return read_events(transfer).events


def _rows(events: Sequence[RawEvent], limits: Limits) -> Iterator[EventRow]:
    whole = max([event.at_ms for event in events], default=0.0) or 1.0
    first = len(events) if len(events) <= limits.events else limits.events - _LAST_EVENTS
    before = 0.0
    for number, event in enumerate(events, 1):
        if first < number <= len(events) - _LAST_EVENTS:
            if number == first + 1:
                yield EventRow(number, "", "", 0, 0, "", "", len(events) - _LAST_EVENTS - first)
        else:
            gap = max(0.0, event.at_ms - before)
            end = round(WIDE * event.at_ms / whole)
            width = max(_THINNEST, round(WIDE * gap / whole))
            yield EventRow(
                number,
                f"{event.at_ms:,.1f}",
                f"+{gap:,.1f}",
                max(0, min(end, WIDE) - width),
                width,
                event.event or "",
                shorten(event.data, limits.event),
            )
        before = event.at_ms


def _events_line(events: Sequence[RawEvent], transfer: Transfer) -> str:
    if not events:
        return ""
    reads = len({event.at_ms for event in events})
    plural = "s" if len(events) > 1 else ""
    return (
        f"{len(events):,} event{plural} in {reads:,} read{'s' if reads > 1 else ''}, the first after "
        f"{milliseconds(events[0].at_ms)}, the last after {milliseconds(events[-1].at_ms)}, "
        f"the end after {milliseconds(transfer.total_ms)}"
    )


def _remarks(transfer: Transfer) -> Iterator[tuple[str, str]]:
    if transfer.failure is not None:
        yield "not judged", f"{transfer.failure.what} ({transfer.failure.kind})"
        if transfer.failure.hint:
            yield "hint", transfer.failure.hint
    if transfer.cut == "limit":
        yield "cut", "the answer was longer than aioc reads (--max-body)"
    elif transfer.cut is not None:
        yield "cut", "the case hung up on purpose"
    for retry in transfer.retries:
        yield "asked again", retry
