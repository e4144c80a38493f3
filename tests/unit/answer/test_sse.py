"""Server-sent events from bytes: the same events however the bytes are cut (S14)."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.growth import QUADRATIC, growth

from aioc.answer.sse import MAX_LISTED, MAX_SHOWN, SseReader


def reader_of(*chunks: bytes, cut: bool = False, **limits: Any) -> SseReader:
    reader = SseReader(**limits)
    for number, chunk in enumerate(chunks):
        reader.feed(chunk, float(number))
    reader.finish(cut=cut)
    return reader


def events(*chunks: bytes) -> list[tuple[str | None, str]]:
    return [(event.event, event.data) for event in reader_of(*chunks).events]


def framing(*chunks: bytes, **limits: Any) -> dict[str, Any]:
    return asdict(reader_of(*chunks, **limits).framing)


def cuts(raw: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({min(place, len(raw)) for place in places} | {len(raw)})
    return [raw[start:end] for start, end in zip([0, *ends], ends, strict=False)]


PIECES = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n", b"\r\r", b":", b": note\n", b":\n", b"data", b"data:", b"data: x"),
    *(
        b'data: {"c":"\xe2\x80\xa8"}',
        b"data:\xf0\x9f\x98\x80",
        b"\xf0\x9f",
        b"\xff",
        b"event: a\n",
        b"event:",
        b"id: 1\n",
    ),
    *(b"retry: 5\n", b"odd\n", b"\xef\xbb\xbf", b"data: [DONE]\n\n", b"x" * 20, b"\x00", b" ", b"\x0b", b"\xc2\x85"),
]
STREAMS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join), st.binary(max_size=60))
LIMITS: list[dict[str, Any]] = [{"max_line": 8}, {"max_events": 2}]
PLACES = st.lists(st.integers(0, 200), max_size=12)


@settings(max_examples=300, deadline=None)
@given(STREAMS, PLACES)
def test_any_cutting_gives_the_same_events_and_framing(raw: bytes, places: list[int]) -> None:
    pieces = cuts(raw, places)
    assert b"".join(pieces) == raw
    assert events(*pieces) == events(raw) and framing(*pieces) == framing(raw)


@settings(max_examples=150, deadline=None)
@given(STREAMS)
def test_byte_by_byte_is_the_same_as_at_once_with_tight_limits_too(raw: bytes) -> None:
    for limits in LIMITS:
        whole, single = reader_of(raw, **limits), reader_of(*(bytes([byte]) for byte in raw), **limits)
        assert asdict(whole.framing) == asdict(single.framing)
        assert [event.data for event in whole.events] == [event.data for event in single.events]
        assert whole.first_without_data == single.first_without_data


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))), st.sampled_from(["\n", "\r\n", "\r"])
)
def test_texts_of_one_line_come_back_as_they_were(texts: list[str], end: str) -> None:
    raw = "".join(f"data: {text}{end}{end}" for text in texts).encode()
    assert [data for _, data in events(raw)] == texts


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"data: a\n\ndata: b\n\n", [(None, "a"), (None, "b")]),
        (b"data: a\r\rdata: b\r\r", [(None, "a"), (None, "b")]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [(None, "a"), (None, "b")]),
        (b"\xef\xbb\xbfdata: a\n\n", [(None, "a")]),
        (b"data:a\n\n", [(None, "a")]),
        (b"data:  a\n\n", [(None, " a")]),
        (b"data: a\ndata: b\ndata\n\n", [(None, "a\nb\n")]),
        (b"data: a:b\n\n", [(None, "a:b")]),
        (b"data\n\n", [(None, "")]),
        (b"event: e\ndata: a\n\ndata: b\n\n", [("e", "a"), (None, "b")]),
        (b"data: a\nevent: e\nevent: f\n\n", [("f", "a")]),
        (b"event:\ndata: a\n\n", [(None, "a")]),
        (b"event: e\n\ndata: a\n\n", [(None, "a")]),
        (b": ping\n\ndata: a\n: pong\n\n", [(None, "a")]),
        (b"DATA: a\n\n data: b\n\ndata : c\n\n", []),
        (b"data: a", []),
        (b"data: a\n", []),
        (b"", []),
        (b"\n\n\n", []),
        (
            "data: a\u2028b\u2029c\u0085d\x0b\x0c\x1c\x1d\x1e\n\n".encode(),
            [(None, "a\u2028b\u2029c\u0085d\x0b\x0c\x1c\x1d\x1e")],
        ),
        (b"data: \xff\n\n", [(None, "\ufffd")]),
    ],
)
def test_events_by_the_rules_of_the_whatwg(raw: bytes, expected: list[tuple[str | None, str]]) -> None:
    assert events(raw) == expected


@pytest.mark.parametrize(
    ("raw", "facts"),
    [
        (b"data: a\r\n\r\n", {"crlf": 2, "cr": 0}),
        (b"data: a\r\r", {"crlf": 0, "cr": 2}),
        (b"data: a\r\n\n", {"crlf": 1, "cr": 0}),
        (b"\xef\xbb\xbfdata: a\n\n", {"bom": True, "unknown_fields": []}),
        (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", {"bom": False, "unknown_fields": ["\ufeffdata: b"]}),
        (b"data:a\n\ndata:\n\ndata: b\n\n", {"no_space": 1, "empty_data": 1}),
        (b"data: a\ndata: b\n\n", {"multi_line": 1}),
        (b": one\n:two\n\n: three\ndata: a\n\n", {"comments": ["one", "two", "three"], "comments_glued": 1}),
        (b"event: e\n\nid: 1\n\n", {"frames_without_data": 2, "event_lines": 1, "id_lines": 1}),
        (b"retry: 1\nid: 2\ndata: a\n\n", {"retry_lines": 1, "id_lines": 1, "frames_without_data": 0}),
        (b'{"a": 1}\n\nodd\n\n', {"unknown_fields": ['{"a": 1}', "odd"], "frames_without_data": 0}),
        (b"data: \xff\n\n", {"utf8": False}),
        (b": \xff\n\n", {"utf8": False}),
        (b"data: \xf0\x9f\x98\x80\n\n", {"utf8": True}),
        (b"data: a\n\ndata: b", {"unterminated": "data: b"}),
        (b"data: a\n\nevent: e\ndata: b\n", {"unterminated": "event: e\ndata: b"}),
        (b"data: a\n\n", {"unterminated": ""}),
    ],
)
def test_oddities_of_the_framing_are_counted(raw: bytes, facts: dict[str, Any]) -> None:
    made = framing(raw)
    assert {key: made[key] for key in facts} == facts


def test_the_first_frame_without_data_is_known_by_the_events_before_it() -> None:
    assert reader_of(b"data: a\n\nevent: e\n\ndata: b\n\nid: 1\n\n").first_without_data == 1
    assert reader_of(b"data: a\n\n: only a comment\n\n").first_without_data is None


def test_an_event_is_as_late_as_its_blank_line() -> None:
    reader = reader_of(b"data: a\n", b"\ndata: b\r\n\r", b"\ndata: c", b"\n\n")
    assert [(event.data, event.at_ms) for event in reader.events] == [("a", 1.0), ("b", 1.0), ("c", 3.0)]


def test_a_stream_that_we_cut_inside_a_character_is_still_utf8() -> None:
    raw = "data: a\n\ndata: 😀".encode()[:-2]
    assert reader_of(raw, cut=True).framing.utf8 is True and reader_of(raw).framing.utf8 is False
    assert reader_of(b"data: \xff\n\ndata: b", cut=True).framing.utf8 is False


def test_a_line_beyond_the_cap_ends_the_reading_and_what_came_before_stays() -> None:
    reader = reader_of(b"data: a\n\ndata: " + b"b" * 20 + b"\n\ndata: c\n\n", max_line=16)
    assert [event.data for event in reader.events] == ["a"] and reader.framing.too_long is True


def test_a_line_of_exactly_the_cap_is_read() -> None:
    reader = reader_of(b"data: 0123456789\n\n", max_line=16)
    assert [event.data for event in reader.events] == ["0123456789"] and reader.framing.too_long is False
    assert reader_of(b"data: 01234567890\n\n", max_line=16).framing.too_long is True


def test_a_line_without_end_is_not_collected() -> None:
    reader = SseReader(max_line=1 << 20)
    for _ in range(64):
        reader.feed(bytes(1 << 16), 0.0)
    reader.finish()
    assert reader.framing.too_long is True and reader.events == [] and len(reader._partial) == 0


def test_events_beyond_the_cap_are_not_read() -> None:
    reader = reader_of(b"data: a\n\n" * 5, max_events=3)
    assert len(reader.events) == 3 and reader.framing.too_many is True


def test_lists_and_texts_are_capped() -> None:
    made = framing(b": note\nodd\n" * 50 + b": " + b"x" * 999)
    assert len(made["comments"]) == len(made["unknown_fields"]) == MAX_LISTED
    assert len(framing(b": " + b"x" * 999 + b"\n\n")["comments"][0]) == MAX_SHOWN
    assert len(framing(b"data: " + b"x" * 999)["unterminated"]) == MAX_SHOWN


@pytest.mark.parametrize(
    ("chunks", "texts"),
    [
        ([b"data: a\rdata: b\n\n"], ["a\nb"]),
        ([b"data: a\n\ndata: b\n\n\rdata: c\n\n"], ["a", "b", "c"]),
        ([b"x", b"data: a\n\n"], []),
        ([b"id: 1\n", b"data: a\n\n", b"da", b"ta: b\n\n"], ["a", "b"]),
        ([b"data: a\n\ndata: b", b"data: c\n\n"], ["a", "bdata: c"]),
        ([b"data: a\n\ndata: \n\ndata: b\n\n"], ["a", "", "b"]),
        ([b"data: a\n\ndata: b\ndata: c\n\n"], ["a", "b\nc"]),
        (["data: \u2028\x85\n\ndata: b\n\n".encode()], ["\u2028\x85", "b"]),
        ([b"data: a\n\ndata: \xff\n\ndata: b\n\n"], ["a", "\ufffd", "b"]),
    ],
)
def test_events_that_come_at_once_are_the_same(chunks: list[bytes], texts: list[str]) -> None:
    assert [event.data for event in reader_of(b"data: 0\n\n", *chunks).events] == ["0", *texts]


@pytest.mark.parametrize("plain", [2, 3, 4])
def test_the_cap_is_the_same_for_events_that_come_at_once(plain: int) -> None:
    raw = b"id: 1\ndata: 0\n\n" + b"data: a\n\n" * plain + b"id: 2\n"
    reader = reader_of(raw, b"data: b\n\n", max_events=4)
    assert len(reader.events) == 4 and reader.framing.too_many is True
    assert reader.framing.id_lines == (2 if plain < 3 else 1)


@pytest.mark.parametrize(
    ("again", "end", "limits"),
    [
        (b"data: a\n\n", b"", {"max_events": 5000}),
        (b"data: a\n\n", b"data: \xff\n\n", {}),
        (b"data: \xff\n\n", b"", {}),
        (b"data: a\n\n", b"data: \r\n\n", {}),
        (b"data: a\n\n", b"data: open", {"max_line": 5000}),
        (b": a\n\ndata: a\n\n", b"", {}),
    ],
)
def test_events_that_come_at_once_take_time_in_proportion(again: bytes, end: bytes, limits: dict[str, Any]) -> None:
    assert growth(lambda number: reader_of(again * number + end, **limits), 2000) < QUADRATIC
