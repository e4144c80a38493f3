"""The closed list of facts that the `exchange` subject can ask for; docs and lint are made of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FACTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "http_version": ("string", "the protocol of the answer, such as HTTP/1.1"),
        "status": ("integer", "the status code"),
        "body_length": ("integer", "bytes of the body, decoded from its content-encoding"),
        "content_length": (
            "integer or null",
            "the announced length in bytes, null when none (or no number) was announced",
        ),
        "content_encoding": (
            "string or null",
            "the content-encoding of the answer, null when none was named",
        ),
        "content_undecoded": (
            "boolean",
            "whether the body is still encoded, because we cannot undo its content-encoding (br, zstd …)",
        ),
        "time_to_first_byte_ms": (
            "number or null",
            "from the first byte sent to the first byte of the answer (its status line)",
        ),
        "total_ms": ("number", "from the first byte sent to the end of the answer"),
        "started_unix": ("number", "when the request was sent, in seconds since 1970"),
        "connection_reused": ("boolean", "whether the connection of an earlier step served this request"),
        "connection_lost": (
            "boolean",
            "whether the server closed a connection it had promised to keep, so that a new one was needed",
        ),
        "clean_close": ("boolean", "whether the answer ended as its framing says"),
        "close_after_last_event_ms": (
            "number or null",
            "from the last event to the end of the body; 6000 when we stopped waiting then; null without events",
        ),
        "still_open": ("boolean", "whether the body had not ended 6 s after [DONE] or the terminal event"),
        "retry_count": (
            "integer",
            "how often the request was asked again (429, 503, an empty 502, a lost connection)",
        ),
        "arrival.reads": ("integer", "how many reads of the socket brought bytes of the body"),
        "arrival.spread_ms": ("number or null", "from the first event to the last one; null without events"),
        "arrival.events_in_largest_read": (
            "integer",
            "the most events that came with one read; all of them: the answer was not streamed",
        ),
        "json.valid": ("boolean", "whether the body (of a stream: each data but [DONE]) is one JSON value"),
        "json.bom": ("boolean", "whether a byte order mark stands before the JSON"),
        "json.utf8": ("boolean", "whether the body is UTF-8"),
        "json.duplicate_keys": ("array of strings", "keys that stand twice in one object (the first 20)"),
        "json.nan": ("boolean", "whether NaN, Infinity or a number beyond all bounds (1e999) occurs"),
        "json.too_deep": (
            "boolean",
            "whether the JSON is nested deeper than 512 levels; it is then not read",
        ),
        "json.lone_surrogates": ("boolean", "whether half of a surrogate pair occurs in a text"),
        "json.trailing": ("string", "what follows the JSON value in the body, '' when nothing does"),
        "sse.events": (
            "integer",
            "how many events there were ([DONE] not counted, those that are not JSON counted)",
        ),
        "sse.done_count": ("integer", "how often `data: [DONE]` came"),
        "sse.done_last": ("boolean", "whether [DONE] was the last event"),
        "sse.events_after_done": ("integer", "events after the first [DONE]"),
        "sse.not_json": ("array of strings", "data that is neither JSON nor [DONE] nor empty (the first 20)"),
        "sse.empty_data": ("integer", "events with empty data; the official client raises on them"),
        "sse.frames_without_data": (
            "integer",
            "frames with an event, id or retry line but no data; the official client raises on them",
        ),
        "sse.frames_glued": (
            "integer",
            "events whose data is a JSON value with more behind it: a blank line is missing",
        ),
        "sse.comments": ("array of strings", "texts of the comment lines (the first 20)"),
        "sse.comments_glued": ("integer", "comment lines inside a frame that has data"),
        "sse.unknown_fields": (
            "array of strings",
            "lines whose field is none of data, event, id, retry (the first 20)",
        ),
        "sse.id_lines": ("integer", "how many `id:` lines"),
        "sse.retry_lines": ("integer", "how many `retry:` lines"),
        "sse.event_lines": ("integer", "how many `event:` lines"),
        "sse.event_mismatch": (
            "array of strings",
            "`event:` names that differ from the `type` in their data (the first 20)",
        ),
        "sse.crlf": ("integer", "lines that end with CR LF"),
        "sse.cr": ("integer", "lines that end with CR alone"),
        "sse.no_space": ("integer", "`data:` lines without a space after the colon"),
        "sse.multi_line": ("integer", "events whose data has several lines"),
        "sse.bom": ("boolean", "whether a byte order mark begins the stream"),
        "sse.utf8": ("boolean", "whether every line is UTF-8"),
        "sse.final_blank": ("boolean", "whether the last frame is ended by a blank line"),
        "sse.unterminated": ("string", "what follows the last blank line, '' when nothing does"),
        "sse.too_long": ("boolean", "whether a line was longer than 1 MiB; the rest is then not read"),
        "sse.too_many": ("boolean", "whether there were 100,000 events; the rest is then not read"),
    }
)
