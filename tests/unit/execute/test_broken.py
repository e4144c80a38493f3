"""Broken transports are failures of their own kind, never an answer that happens to parse (S9, S16)."""

from collections.abc import Callable
from typing import Any

import pytest

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Ask = Callable[..., Transfer]
JSON = b'{"ok":true}'


@pytest.mark.parametrize("behaviour", ["content_length_too_long", "missing_last_chunk", "bad_chunk", "reset_in_body"])
def test_a_body_that_breaks_off_is_no_answer_though_it_parses(ask: Ask, behaviour: str) -> None:
    transfer = ask(behaviour)
    assert transfer.failure is not None and transfer.failure.kind == "broken"
    assert transfer.failure.what.startswith("the connection broke after 11 bytes: ") and transfer.failure.hint
    assert transfer.status == 200 and transfer.body == JSON
    assert transfer.facts["clean_close"] is False and transfer.facts["connection_lost"] is False
    assert transfer.retries == ()


def test_a_stream_that_breaks_off_says_how_many_events_came(ask: Ask, chat: WireRequest) -> None:
    transfer = ask("reset_in_stream", chat)
    assert transfer.failure is not None and transfer.failure.kind == "broken"
    assert transfer.failure.what.startswith("the connection broke after 22 bytes and 2 events: ")


def test_how_the_connection_ends_after_done_is_no_failure(ask: Ask, chat: WireRequest) -> None:
    transfer = ask("reset_after_done", chat)
    assert transfer.failure is None and transfer.facts["clean_close"] is False
    assert transfer.body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    "behaviour", ["closes_without_a_word", "closes_in_headers", "http_09", "two_content_lengths", "huge_header"]
)
def test_what_is_no_answer_at_all_is_broken_and_not_asked_again(ask: Ask, behaviour: str) -> None:
    transfer = ask(behaviour)
    assert transfer.failure is not None and transfer.failure.kind == "broken"
    assert transfer.failure.what.startswith("the connection broke before an answer began: ")
    assert transfer.status is None and transfer.retries == ()


def test_an_odd_status_is_a_result(ask: Ask) -> None:
    transfer = ask("status_999")
    assert transfer.failure is None and transfer.status == 999 and transfer.body == b"{}"


def test_a_body_where_none_may_be_is_not_read_and_spoils_nothing(ask: Ask) -> None:
    transfer = ask(b"HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n{}")
    assert (transfer.failure, transfer.status, transfer.body) == (None, 204, b"")


def test_a_header_that_is_not_utf8_is_kept_as_text_that_can_be_written(ask: Ask) -> None:
    transfer = ask(b"HTTP/1.1 200 OK\r\nx-owner: caf\xe9 \xff\xfe\r\ncontent-length: 2\r\n\r\n{}")
    assert (transfer.failure, transfer.status, transfer.body) == (None, 200, b"{}")
    value = transfer.header("x-owner")
    assert value.startswith("caf") and value.encode("utf-8")


def test_an_answer_before_the_body_was_sent_is_the_answer(ask: Ask) -> None:
    transfer = ask("refuses_before_the_body_ends", WireRequest("POST", "/v1/files", content=bytes(16 << 20)))
    assert transfer.failure is None and transfer.status == 413 and transfer.body == b"{}"


def test_a_body_without_a_length_ends_with_the_connection(serve: Callable[..., Any], get: WireRequest) -> None:
    def no_length(wire: Any) -> None:
        wire.request()
        wire.send(b"HTTP/1.0 200 OK\r\n\r\n", JSON)

    with Connection(Target.at(serve(no_length).url)) as connection:
        transfer = connection.exchange(get, 2)
    assert transfer.failure is None and transfer.body == JSON and transfer.facts["http_version"] == "HTTP/1.0"


def test_nobody_listening_is_a_refused_connection_with_the_flag_that_helps(free_port: int, get: WireRequest) -> None:
    with Connection(Target.at(f"http://127.0.0.1:{free_port}")) as connection:
        transfer = connection.exchange(get, 2)
    assert transfer.failure is not None and transfer.failure.kind == "refused"
    assert transfer.failure.what.startswith("no connection: ") and "--base-url" in transfer.failure.hint
    assert transfer.status is None and transfer.headers == () and transfer.total_ms >= 0


def test_a_name_that_does_not_exist_is_a_refused_connection(get: WireRequest) -> None:
    with Connection(Target.at("http://no-such-host.invalid")) as connection:
        transfer = connection.exchange(get, 2)
    assert transfer.failure is not None and transfer.failure.kind == "refused"


@pytest.mark.parametrize(
    "request_",
    [
        WireRequest("GET", "//evil.example/v1/models"),
        WireRequest("GET", "http://evil.example/v1/models"),
        WireRequest("GET", "/v1/models", (("x-a", "1\r\nx-b: 2"),)),
        WireRequest("GET", "/v1/models", (("x a", "1"),)),
        WireRequest("GE T", "/v1/models"),
    ],
)
def test_what_cannot_be_sent_is_said_and_not_sent(
    serve: Callable[..., Any], get: WireRequest, request_: WireRequest
) -> None:
    peer = serve("keeps")
    with Connection(Target.at(peer.url)) as connection:
        assert connection.exchange(get, 2).failure is None
        transfer = connection.exchange(request_, 2)
        assert transfer.failure is not None and transfer.failure.kind == "broken"
        assert transfer.failure.what.startswith("the request cannot be sent: ") and transfer.retries == ()
        assert transfer.facts["connection_lost"] is False and transfer.facts["connection_reused"] is False
        third = connection.exchange(get, 2)
        assert third.failure is None and third.facts["connection_lost"] is False  # it was we who closed it
    assert len(peer.requests) == 2
