"""A transfer becomes an exchange: its JSON or its events, the assembled answer, and the facts."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from aioc.answer.assemble import assemble
from aioc.answer.json_text import MAX_LISTED, JsonText, json_facts, read_json, read_texts
from aioc.answer.sse import MAX_SHOWN, RawEvent, SseReader
from aioc.model.exchange import Exchange, StreamEvent, Transfer, WireRequest
from aioc.model.problem import ABSENT, Absent, Json

DONE = "[DONE]"
_DECODED = ("", "identity", "gzip", "x-gzip", "deflate")
_STREAM_TRUE = re.compile(rb'"stream"\s*:\s*true\b')
_BEGINS_LIKE_SSE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:data:|event:|id:|retry:|:)")


def read(transfer: Transfer) -> Exchange:
    """Read a transfer: what it says, and the facts that checks can ask for."""
    encoding = transfer.header("content-encoding")
    facts: dict[str, Json] = {
        "http_version": "",
        "status": transfer.status,
        "body_length": len(transfer.body),
        "content_length": _number(transfer.header("content-length")),
        "content_encoding": encoding,
        "content_undecoded": (encoding or "").strip().lower() not in _DECODED,
        "time_to_first_byte_ms": None,
        "total_ms": transfer.total_ms,
        "started_unix": transfer.started_unix,
        "connection_reused": False,
        "connection_lost": False,
        "clean_close": transfer.failure is None and transfer.cut is None,
        "close_after_last_event_ms": None,
        "still_open": False,
        "retry_count": len(transfer.retries),
        "arrival": {"reads": len(transfer.arrivals), "spread_ms": None, "events_in_largest_read": 0},
        **transfer.facts,
    }
    media = transfer.header("content-type")
    if is_stream(transfer.request, transfer.status, media, transfer.body):
        return _stream(transfer, facts)
    text = read_json(transfer.body)
    facts["json"] = json_facts([text])
    problem = "" if text.value is not ABSENT else _no_json(transfer, text)
    return Exchange(transfer, text.value, problem, _text(transfer.body), None, facts)


def is_stream(request: WireRequest, status: int | None, media_type: str | None, body: bytes | bytearray) -> bool:
    """Whether official clients read this body as a stream.

    They take an error status for JSON whatever its media type says. Below 400, text/event-stream is a stream; and
    where a stream was asked for they do not look at the media type at all (none of 17 clients does), so that a body
    that begins like one is one. A JSON answer there gives them no event: we call it the JSON that it is.
    """
    if status is not None and status >= 400:
        return False
    if (media_type or "").partition(";")[0].strip().lower() == "text/event-stream":
        return True
    asked = bool(_STREAM_TRUE.search(request.content or b"")) or ("stream", "true") in request.form
    return asked and bool(_BEGINS_LIKE_SSE.match(body))


def _no_json(transfer: Transfer, text: JsonText) -> str:
    """Say why a body is not JSON, with its first line: an HTML page of a proxy explains itself."""
    media = (transfer.header("content-type") or "no media type").partition(";")[0].strip()
    if not transfer.body:
        return f"{media}: the body is empty"
    first = transfer.body[:400].decode("utf-8", "replace").strip().partition("\n")[0].strip()
    shown = first if len(first) <= 100 else f"{first[:100]}…"
    return f'{media}: "{shown}" ({text.problem})'


def read_events(transfer: Transfer) -> SseReader:
    """Read a stream as it came, read by read; the reader then holds every event, [DONE] and what is no JSON too."""
    reader = SseReader()
    start = 0
    for at_ms, end in (*transfer.arrivals, (transfer.total_ms, len(transfer.body))):
        reader.feed(transfer.body[start:end], at_ms)
        start = max(start, end)
    reader.finish(cut=transfer.cut is not None)
    return reader


def _stream(transfer: Transfer, facts: dict[str, Json]) -> Exchange:
    reader = read_events(transfer)
    raw = reader.events
    said = [event for event in raw if event.data != DONE]
    values, odd = read_texts([event.data for event in said])
    pairs = zip(said, values, strict=True)
    events = tuple([StreamEvent(event.event, value, event.at_ms) for event, value in pairs if value is not ABSENT])
    facts["sse"] = _sse_facts(transfer, reader, said, odd, events)
    facts["json"] = json_facts([*odd.values()]) | {"bom": reader.framing.bom, "utf8": reader.framing.utf8}
    if raw:
        reads = Counter(event.at_ms for event in raw)
        spread = raw[-1].at_ms - raw[0].at_ms
        facts["arrival"] = {
            **facts["arrival"],
            "spread_ms": spread,
            "events_in_largest_read": max(reads.values()),
        }
        if facts["close_after_last_event_ms"] is None:
            facts["close_after_last_event_ms"] = max(0.0, transfer.total_ms - raw[-1].at_ms)
    whole, problem = _assembled(transfer, reader, values, odd)
    return Exchange(transfer, whole, problem, _text(transfer.body), events, facts)


def _sse_facts(
    transfer: Transfer,
    reader: SseReader,
    said: Sequence[RawEvent],
    odd: Mapping[int, JsonText],
    events: Sequence[StreamEvent],
) -> dict[str, Json]:
    raw = reader.events
    done = [place for place, event in enumerate(raw) if event.data == DONE]
    wrong = [said[place].data for place, text in odd.items() if text.value is ABSENT]
    mismatch = [
        event.event for event in events if event.event is not None and _type(event.data) not in (None, event.event)
    ]
    return {
        **asdict(reader.framing),
        "events": len(said),
        "done_count": len(done),
        "done_last": bool(done) and done[-1] == len(raw) - 1,
        "events_after_done": len(raw) - done[0] - 1 if done else 0,
        "not_json": [data[:MAX_SHOWN] for data in wrong if data][:MAX_LISTED],
        "frames_glued": sum(bool(text.trailing) for text in odd.values()),
        "event_mismatch": mismatch[:MAX_LISTED],
        "final_blank": bool(transfer.body) and not reader.framing.unterminated,
    }


def _assembled(
    transfer: Transfer, reader: SseReader, values: Sequence[Json | Absent], odd: Mapping[int, JsonText]
) -> tuple[Json | Absent, str]:
    """Put together what comes before [DONE]: there the official client stops; it raises on what is no JSON."""
    raw = reader.events
    end = next((place for place, event in enumerate(raw) if event.data.startswith(DONE)), len(raw))
    if not reader.framing.utf8:
        return ABSENT, "the stream is not UTF-8"
    first = reader.first_without_data
    if first is not None and first <= end:
        return ABSENT, f"the frame after event {first} has no data: the official client raises"
    for place, text in odd.items():
        if text.value is ABSENT and place < end:
            return ABSENT, f'event {place + 1} is {text.problem}: "{raw[place].data[:100]}"'
    return assemble(transfer.request.target, values[:end])


def _type(data: Json) -> Json:
    return data.get("type") if isinstance(data, dict) else None


def _text(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 19 else None
