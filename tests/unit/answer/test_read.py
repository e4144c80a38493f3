"""A transfer becomes an exchange: JSON or events, why not, and a closed list of facts."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from aioc.answer.read import is_stream, read
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import ABSENT

Answer = Callable[..., Transfer]
Sse = Callable[..., bytes]
STREAM = "text/event-stream"
PLAIN = WireRequest("POST", "/v1/chat/completions", content=b'{"stream": false}')
CHUNK = {
    "id": "c",
    "object": "chat.completion.chunk",
    "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": None}],
}


@pytest.mark.parametrize(
    ("body", "media", "problem"),
    [
        (b"", "application/json", "application/json: the body is empty"),
        (b"<html>\n<p>nginx", "text/html; charset=utf-8", 'text/html: "<html>" (not JSON at byte 0)'),
        (b"\n\n Bad gateway\nx", None, 'no media type: "Bad gateway" (not JSON at byte 3)'),
        (b"x" * 500, "text/plain", f'text/plain: "{"x" * 100}…" (not JSON at byte 0)'),
        (b"\xff", "application/json", 'application/json: "\ufffd" (not UTF-8 at byte 0)'),
        (b"{} {}", "application/json", 'application/json: "{} {}" (more text after the JSON at byte 3)'),
    ],
)
def test_what_is_no_json_says_what_it_is(answer: Answer, body: bytes, media: str | None, problem: str) -> None:
    exchange = read(answer(body, media, PLAIN))
    assert exchange.json is ABSENT and exchange.json_problem == problem and exchange.events is None
    assert exchange.text == (None if body == b"\xff" else body.decode())


def test_null_is_a_value(answer: Answer) -> None:
    exchange = read(answer(b"null"))
    assert exchange.json is None and exchange.json_problem == "" and exchange.facts["json"]["valid"] is True


ASKED = WireRequest("POST", "/v1/x", content=b'{"stream" : true}')
FORM = WireRequest("POST", "/v1/x", form=(("stream", "true"),))


@pytest.mark.parametrize(
    ("request_", "status", "media", "body", "stream"),
    [
        (PLAIN, 200, STREAM, b"{}", True),
        (PLAIN, 200, "Text/Event-Stream; charset=utf-8", b"", True),
        (PLAIN, None, STREAM, b"", True),
        (ASKED, 400, STREAM, b"data: {}\n\n", False),
        (ASKED, 200, "application/json", b"data: {}\n\n", True),
        (ASKED, 200, None, b"\xef\xbb\xbf\r\n: ping\n\n", True),
        (ASKED, 200, None, b"event: x\n", True),
        (ASKED, 200, None, b'{"data": 1}', False),
        (ASKED, 200, None, b"", False),
        (FORM, 200, None, b"id: 1\n", True),
        (PLAIN, 200, "text/plain", b"data: {}\n\n", False),
    ],
)
def test_what_is_a_stream(
    request_: WireRequest, status: int | None, media: str | None, body: bytes, stream: bool
) -> None:
    assert is_stream(request_, status, media, body) is stream


def test_a_stream_is_events_and_the_assembled_answer(answer: Answer, sse: Sse) -> None:
    body = sse(CHUNK, "", "no json", "[DONE]", {"late": 1})
    exchange = read(answer(body, STREAM))
    assert exchange.events is not None and [event.data for event in exchange.events] == [CHUNK, {"late": 1}]
    assert exchange.json is ABSENT and exchange.json_problem == 'event 2 is not JSON at byte 0: ""'
    facts = exchange.facts["sse"]
    assert {name: facts[name] for name in ("events", "done_count", "done_last", "events_after_done", "not_json")} == {
        "events": 4,
        "done_count": 1,
        "done_last": False,
        "events_after_done": 1,
        "not_json": ["no json"],
    }
    assert facts["empty_data"] == 1 and exchange.facts["json"]["valid"] is False


@pytest.mark.parametrize("done", ["[DONE]", "[DONE] "])
def test_what_follows_done_is_not_assembled(answer: Answer, sse: Sse, done: str) -> None:
    exchange = read(answer(sse(CHUNK, done, "no json", {"error": "late"}), STREAM))
    assert isinstance(exchange.json, dict) and exchange.json["choices"][0]["message"] == {"content": "x"}


@pytest.mark.parametrize(
    ("body", "done"),
    [
        (["[DONE]"], (1, True, 0)),
        (["[DONE]", "[DONE]"], (2, True, 1)),
        ([CHUNK], (0, False, 0)),
        (["[DONE]", CHUNK, CHUNK], (1, False, 2)),
    ],
)
def test_done_is_counted_and_what_came_after_it(answer: Answer, sse: Sse, body: list[Any], done: Any) -> None:
    facts = read(answer(sse(*body), STREAM)).facts["sse"]
    assert (facts["done_count"], facts["done_last"], facts["events_after_done"]) == done


def test_json_facts_of_a_stream_are_those_of_all_its_events(answer: Answer, sse: Sse) -> None:
    body = sse('{"a": 1, "a": 2}', '{"b": NaN}', '{"c": "\\ud800"}', "[" * 600, '{"d": 1}{"e": 2}', "[DONE]")
    exchange = read(answer(body, STREAM))
    assert exchange.facts["json"] == {
        "valid": False,
        "bom": False,
        "utf8": True,
        "duplicate_keys": ["a"],
        "nan": True,
        "too_deep": True,
        "lone_surrogates": True,
        "trailing": '{"e": 2}',
    }
    assert exchange.facts["sse"]["frames_glued"] == 1


def test_events_named_otherwise_than_their_type_are_listed(answer: Answer) -> None:
    body = b'event: a\ndata: {"type": "a"}\n\nevent: b\ndata: {"type": "c"}\n\nevent: d\ndata: {}\n\n'
    assert read(answer(body, STREAM)).facts["sse"]["event_mismatch"] == ["b"]


@pytest.mark.parametrize(
    ("body", "blank", "rest"),
    [
        (b"data: {}\n\n", True, ""),
        (b"data: {}\n", False, "data: {}"),
        (b"data: {}\n\ndata: [DONE]", False, "data: [DONE]"),
        (b"data: {}\r\n\r\n\r\n", True, ""),
        (b"", False, ""),
    ],
)
def test_whether_the_last_frame_is_ended(answer: Answer, body: bytes, blank: bool, rest: str) -> None:
    facts = read(answer(body, STREAM)).facts["sse"]
    assert (facts["final_blank"], facts["unterminated"]) == (blank, rest)


def test_arrival_is_told_from_the_reads(answer: Answer, sse: Sse) -> None:
    one, two = sse(CHUNK), sse({"n": 1}, {"n": 2})
    arrivals = ((10.0, len(one)), (30.0, len(one + two)))
    exchange = read(answer(one + two, STREAM, arrivals=arrivals, total_ms=45.0))
    assert exchange.events is not None and [event.at_ms for event in exchange.events] == [10.0, 30.0, 30.0]
    assert exchange.facts["arrival"] == {"reads": 2, "spread_ms": 20.0, "events_in_largest_read": 2}
    assert exchange.facts["close_after_last_event_ms"] == 15.0


def test_what_the_arrivals_do_not_cover_came_at_the_end(answer: Answer, sse: Sse) -> None:
    exchange = read(answer(sse(CHUNK, CHUNK), STREAM, arrivals=((1.0, 5),), total_ms=7.0))
    assert exchange.events is not None and [event.at_ms for event in exchange.events] == [7.0, 7.0]


def test_a_stream_that_is_not_utf8_is_not_assembled(answer: Answer) -> None:
    exchange = read(answer(b'data: {"a": "\xff"}\n\n', STREAM))
    assert exchange.json_problem == "the stream is not UTF-8" and exchange.text is None
    assert exchange.facts["sse"]["utf8"] is False and exchange.facts["json"]["utf8"] is False


def test_a_stream_that_a_case_hung_up_inside_a_character_is_assembled(answer: Answer, sse: Sse) -> None:
    body = sse(CHUNK) + 'data: {"c": "😀'.encode()[:-2]
    exchange = read(answer(body, STREAM, cut="hang-up"))
    assert isinstance(exchange.json, dict) and exchange.facts["sse"]["utf8"] is True
    assert exchange.facts["clean_close"] is False


@pytest.mark.parametrize("where", [0, 1])
def test_a_frame_without_data_before_done_spoils_the_assembled_answer(answer: Answer, sse: Sse, where: int) -> None:
    frames = [sse(CHUNK), sse("[DONE]")]
    frames.insert(where, b"event: ping\n\n")
    exchange = read(answer(b"".join(frames), STREAM))
    assert exchange.json_problem == f"the frame after event {where} has no data: the official client raises"
    after = read(answer(sse(CHUNK, "[DONE]") + b"event: ping\n\n", STREAM))
    assert isinstance(after.json, dict)


def test_events_that_come_with_unicode_line_ends_are_whole(answer: Answer) -> None:
    data = {**CHUNK, "choices": [{"index": 0, "delta": {"content": "a\u2028b\u0085c"}, "finish_reason": None}]}
    exchange = read(answer(f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode(), STREAM))
    assert isinstance(exchange.json, dict) and exchange.json["choices"][0]["message"]["content"] == "a\u2028b\u0085c"
