"""The facts of an exchange are exactly the closed list, whatever came."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aioc.answer.facts import FACTS
from aioc.answer.read import read
from aioc.model.exchange import Failure, Transfer, WireRequest
from aioc.model.problem import ABSENT

Answer = Callable[..., Transfer]
Sse = Callable[..., bytes]
STREAM = "text/event-stream"
PLAIN = WireRequest("POST", "/v1/chat/completions", content=b'{"stream": false}')
CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "x"}}]}
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array of strings": (list,),
}


def flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def check_facts(facts: Mapping[str, Any], *, streamed: bool) -> None:
    """Each fact of the list is there with a value of its type, and no other."""
    made = dict(flat(facts))
    assert set(made) == {name for name in FACTS if streamed or not name.startswith("sse.")}
    for name, value in made.items():
        types = [one for word in FACTS[name].partition(":")[0].split(" or ") for one in TYPES[word]]
        assert type(value) in types, name
        assert not isinstance(value, list) or all(isinstance(item, str) for item in value)


def test_the_facts_of_a_plain_answer_are_exactly_the_list(answer: Answer) -> None:
    for transfer in (
        answer(b"{}"),
        answer(b"", None),
        answer(b"\xff", "text/html", headers=(("content-length", "1"), ("content-encoding", "br"))),
        answer(b"{", arrivals=((1.0, 1),), retries=("429, waited 1 s",)),
    ):
        check_facts(read(transfer).facts, streamed=False)


def test_the_facts_of_a_stream_are_exactly_the_list(answer: Answer, sse: Sse) -> None:
    for body in (sse(CHUNK, "[DONE]"), b"", sse("x", "", '{"a": NaN, "a": 1}'), b"\xff\r\n\r\n: c\nodd\n\nid: 1\n\nx"):
        check_facts(read(answer(body, STREAM)).facts, streamed=True)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["application/json", STREAM]))
def test_whatever_comes_the_facts_are_exactly_the_list(body: bytes, media: str) -> None:
    exchange = read(Transfer(PLAIN, 200, (("content-type", media),), body))
    check_facts(exchange.facts, streamed=media == STREAM)
    assert (exchange.json is ABSENT) == bool(exchange.json_problem)


def test_an_answer_that_never_came_can_be_read(answer: Answer) -> None:
    exchange = read(Transfer(PLAIN, failure=Failure("refused", "no connection")))
    assert exchange.facts["status"] is None and exchange.facts["clean_close"] is False and exchange.json is ABSENT
    assert exchange.json_problem == "no media type: the body is empty"


def test_the_facts_of_the_transport_win(answer: Answer) -> None:
    measured = {
        "http_version": "HTTP/1.1",
        "connection_reused": True,
        "still_open": True,
        "close_after_last_event_ms": 9,
    }
    facts = read(answer(b"data: {}\n\n", STREAM, facts=measured, total_ms=500.0)).facts
    assert {name: facts[name] for name in measured} == measured


def test_lengths_headers_and_retries(answer: Answer) -> None:
    headers = (("Content-Length", "12"), ("Content-Encoding", "GZIP"))
    facts = read(answer(b"{}", headers=headers, retries=("a", "b"))).facts
    assert (facts["body_length"], facts["content_length"], facts["retry_count"]) == (2, 12, 2)
    assert (facts["content_encoding"], facts["content_undecoded"]) == ("GZIP", False)
    assert read(answer(b"", headers=(("content-encoding", "zstd"),))).facts["content_undecoded"] is True


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "x", "9" * 30])
def test_a_content_length_that_is_no_number_is_null(answer: Answer, text: str) -> None:
    assert read(answer(b"", headers=(("content-length", text),))).facts["content_length"] is None
