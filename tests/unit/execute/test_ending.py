"""Ending an answer on purpose: a case that hangs up, and an interrupted run."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpcore
import pytest

from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Serve = Callable[..., Any]
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@pytest.mark.parametrize("wanted", [1, 3])
def test_a_case_hangs_up_after_so_many_events_and_the_socket_is_closed(
    serve: Serve, chat: WireRequest, wanted: int
) -> None:
    def behave(wire: Any) -> None:
        wire.request()
        wire.send(STREAM)
        for number, _ in zip(range(wanted), wire.drip(0.02), strict=False):
            wire.send(b"data: %d\n\n" % number)
        wire.hold()

    peer = serve(behave)
    with Connection(Target.at(peer.url)) as connection:
        transfer = connection.exchange(replace(chat, hang_up_after=wanted), 1.5)
        assert peer.closed_by_client.wait(1)
    assert transfer.cut == "hang-up" and transfer.failure is None and transfer.facts["clean_close"] is False
    assert transfer.body.count(b"\n\n") == wanted and transfer.total_ms < 5000


def test_an_endless_stream_can_be_hung_up(serve: Serve, chat: WireRequest, in_time: None) -> None:
    with Connection(Target.at(serve("endless_sse").url)) as connection:
        transfer = connection.exchange(replace(chat, hang_up_after=2), 5)
    assert transfer.cut == "hang-up" and transfer.body.count(b"\n\n") == 2


def test_an_answer_that_ends_before_the_hang_up_is_whole(serve: Serve, chat: WireRequest) -> None:
    with Connection(Target.at(serve("closes_after_stream").url)) as connection:
        transfer = connection.exchange(replace(chat, hang_up_after=9), 1)
    assert transfer.cut is None and transfer.failure is None and transfer.facts["clean_close"] is True


def test_an_error_answer_is_never_hung_up(serve: Serve, chat: WireRequest) -> None:
    answer = b"HTTP/1.1 400 No\r\ncontent-type: text/event-stream\r\ncontent-length: 11\r\n\r\ndata: {}\n\n\n"
    with Connection(Target.at(serve(answer).url)) as connection:
        transfer = connection.exchange(replace(chat, hang_up_after=1), 1)
    assert transfer.cut is None and transfer.status == 400 and len(transfer.body) == 11


def test_after_a_hang_up_the_next_request_has_a_new_connection(serve: Serve, chat: WireRequest) -> None:
    peer = serve("endless_sse")
    with Connection(Target.at(peer.url)) as connection:
        connection.exchange(replace(chat, hang_up_after=1), 1)
        second = connection.exchange(replace(chat, hang_up_after=1), 1)
    assert second.cut == "hang-up" and second.facts["connection_lost"] is False and peer.connections == 2


def aborted(url: str, request: WireRequest, after: Callable[[], bool]) -> tuple[Transfer, float]:
    """Begin an exchange, abort it once `after` holds, and give what it returned and how long that took."""
    made: list[Transfer] = []
    with Connection(Target.at(url)) as connection:
        thread = threading.Thread(target=lambda: made.append(connection.exchange(request, 30)))
        thread.start()
        until = time.monotonic() + 3
        while not after() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.05)
        started = time.monotonic()
        connection.abort()
        thread.join(5)
        return made[0], time.monotonic() - started


@pytest.mark.parametrize("behaviour", ["silent", "slow_headers", "slow_body", "open_after_done", "busy_for_ever"])
def test_abort_wakes_whatever_waits(serve: Serve, chat: WireRequest, behaviour: str) -> None:
    peer = serve(behaviour)
    transfer, took = aborted(peer.url, chat, lambda: bool(peer.requests))
    assert took < 5 and transfer.failure is not None
    assert transfer.failure.kind == "broken" or behaviour == "busy_for_ever"


def test_abort_wakes_a_write(serve: Serve) -> None:
    peer = serve("never_reads")
    transfer, took = aborted(
        peer.url, WireRequest("POST", "/v1/files", content=bytes(32 << 20)), lambda: peer.connections > 0
    )
    assert took < 5 and transfer.failure is not None


def test_abort_wakes_a_name_look_up(serve: Serve, get: WireRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, go_on = threading.Event(), threading.Event()

    def slow(*_: Any, **__: Any) -> httpcore.NetworkStream:
        waiting.set()
        go_on.wait(5)
        raise httpcore.ConnectError("too late")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", slow)
    monkeypatch.setattr("aioc.execute.network._LOOPBACK", ())
    transfer, took = aborted(serve("keeps").url, get, waiting.is_set)
    go_on.set()
    assert took < 5 and transfer.failure is not None and "interrupted" in transfer.failure.what


def test_after_an_abort_nothing_more_is_sent(serve: Serve, get: WireRequest) -> None:
    peer = serve("keeps")
    with Connection(Target.at(peer.url)) as connection:
        connection.abort()
        transfer = connection.exchange(get, 1)
    assert transfer.failure is not None and transfer.failure.what == "given up: the run was interrupted"
    assert peer.connections == 0 and transfer.retries == ()
