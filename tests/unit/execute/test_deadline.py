"""A case ends within its deadline, whatever the server does."""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from aioc.execute import reading
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Serve = Callable[..., Any]
Ask = Callable[..., Transfer]


def test_slow_loris_headers_end_at_the_deadline(ask: Ask, in_time: None) -> None:
    transfer = ask("slow_headers", seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"
    assert transfer.failure.what == "no end within 0.3 s, before an answer began" and transfer.status is None
    assert 280 < transfer.total_ms < 5000


def test_a_dripping_body_ends_at_the_deadline_and_what_came_is_kept(ask: Ask, in_time: None) -> None:
    transfer = ask("slow_body", seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"
    assert transfer.failure.what == f"no end within 0.3 s, after {len(transfer.body)} bytes"
    assert transfer.status == 200 and transfer.body.startswith(b"[ ") and len(transfer.arrivals) > 2


def test_endless_1xx_answers_end_at_the_deadline(ask: Ask, in_time: None) -> None:
    transfer = ask("forever_103", seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline" and transfer.status is None


def test_an_endless_stream_ends_at_the_deadline_and_its_events_are_kept(
    ask: Ask, chat: WireRequest, in_time: None
) -> None:
    transfer = ask("endless_sse", chat, seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"
    events = transfer.body.count(b"\n\n")
    assert events > 2 and transfer.failure.what.endswith(f"and {events} events")
    assert transfer.facts["clean_close"] is False


def test_a_silent_server_ends_at_the_deadline(ask: Ask, in_time: None) -> None:
    transfer = ask("silent", seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"
    assert transfer.facts["time_to_first_byte_ms"] is None and transfer.failure.hint


def test_a_server_that_stalls_in_its_answer_is_told_from_one_that_goes_on(ask: Ask) -> None:
    def stalls(wire: Any) -> None:
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")
        wire.hold()

    transfer = ask(stalls, seconds=2.1)
    assert transfer.failure is not None
    assert transfer.failure.what == "no end within 2.1 s, after 1 bytes, the last 2 s in silence"


def test_a_server_that_never_reads_ends_at_the_deadline(ask: Ask, in_time: None) -> None:
    transfer = ask("never_reads", WireRequest("POST", "/v1/files", content=bytes(32 << 20)), seconds=0.3)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"


def test_a_slow_name_look_up_counts_and_its_late_socket_is_closed(
    serve: Serve, get: WireRequest, monkeypatch: pytest.MonkeyPatch, in_time: None
) -> None:
    peer = serve("keeps")
    real, go_on, late = httpcore.SyncBackend.connect_tcp, threading.Event(), []

    def slow(*given: Any, **options: Any) -> httpcore.NetworkStream:
        assert go_on.wait(5)
        late.append(real(*given, **options))
        return late[-1]

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", slow)
    monkeypatch.setattr("aioc.execute.network._LOOPBACK", ())
    with Connection(Target.at(peer.url)) as connection:
        transfer = connection.exchange(get, 0.3)
    assert transfer.failure is not None and transfer.failure.kind == "refused"
    assert transfer.failure.what.startswith("no connection: none within 0.")
    go_on.set()
    until = time.monotonic() + 1
    while (not late or late[0].get_extra_info("socket").fileno() != -1) and time.monotonic() < until:
        time.sleep(0.01)
    assert late and late[0].get_extra_info("socket").fileno() == -1


def test_a_tls_handshake_that_never_comes_ends_at_the_deadline(serve: Serve, get: WireRequest, in_time: None) -> None:
    peer = serve("silent")
    with Connection(Target.at(peer.url.replace("http:", "https:"))) as connection:
        transfer = connection.exchange(get, 0.3)
    assert transfer.failure is not None and transfer.failure.kind in ("refused", "deadline")


def test_a_stream_that_stays_open_after_done_is_a_fact_and_no_failure(
    ask: Ask, chat: WireRequest, in_time: None
) -> None:
    transfer = ask("open_after_done", chat, seconds=1)
    assert transfer.failure is None and transfer.cut is None and transfer.status == 200
    assert transfer.facts["still_open"] is True and transfer.facts["clean_close"] is False
    assert 200 < transfer.facts["close_after_last_event_ms"] < 5000
    assert transfer.body.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("behaviour", ["open_after_done", "open_after_terminal_event", "comments_after_done"])
def test_after_the_last_event_we_wait_only_so_long(
    ask: Ask, chat: WireRequest, behaviour: str, monkeypatch: pytest.MonkeyPatch, in_time: None
) -> None:
    monkeypatch.setattr(reading, "LINGER_SECONDS", 0.2)
    transfer = ask(behaviour, chat, seconds=30)
    assert transfer.failure is None and transfer.facts["still_open"] is True
    assert transfer.facts["close_after_last_event_ms"] == pytest.approx(200, abs=1)


def test_a_finished_stream_without_done_that_stays_open_is_a_fact_at_the_deadline(
    ask: Ask, chat: WireRequest, in_time: None
) -> None:
    transfer = ask("open_after_finish", chat, seconds=1.5)
    assert transfer.failure is None and transfer.facts["still_open"] is True
    assert 500 < transfer.facts["close_after_last_event_ms"] < 5000


def test_a_stream_that_goes_on_after_its_finish_is_past_its_deadline(
    ask: Ask, chat: WireRequest, in_time: None
) -> None:
    transfer = ask("endless_after_finish", chat, seconds=0.8)
    assert transfer.failure is not None and transfer.failure.kind == "deadline"


def test_a_stream_without_its_media_type_is_known_by_its_first_bytes_however_they_are_cut(
    ask: Ask, chat: WireRequest, monkeypatch: pytest.MonkeyPatch, in_time: None
) -> None:
    monkeypatch.setattr(reading, "LINGER_SECONDS", 0.2)
    transfer = ask("undeclared_stream_byte_by_byte", chat, seconds=1.5)
    assert transfer.failure is None and transfer.facts["still_open"] is True


def test_an_answer_in_time_leaves_no_trace_of_the_deadline(ask: Ask) -> None:
    transfer = ask("keeps", seconds=0.5)
    assert transfer.failure is None and transfer.body == b'{"ok":true}' and transfer.retries == ()
    assert transfer.facts["clean_close"] is True and "still_open" not in transfer.facts


def test_no_socket_is_left_open(serve: Serve, get: WireRequest) -> None:
    peer = serve("silent")
    with Connection(Target.at(peer.url)) as connection:
        connection.exchange(get, 0.2)
        assert peer.closed_by_client.wait(1)
    with socket.create_connection(("127.0.0.1", peer.port), timeout=1):
        assert peer.connections >= 1
