"""What a kept connection may do to the next request (S10, S11)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from aioc.conduct import Conductor
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.judge.script import Script, Send
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer, WireRequest
from aioc.model.problem import Place
from aioc.model.result import Result, Verdict

Serve = Callable[..., Any]
LOST = ("the server had closed the connection it kept",)


@pytest.fixture
def twice(serve: Serve, get: WireRequest) -> Iterator[Callable[[str], tuple[Transfer, Transfer, Any]]]:
    """Ask a server twice on one connection."""

    def run(behaviour: str, request: WireRequest = get) -> tuple[Transfer, Transfer, Any]:
        peer = serve(behaviour)
        with Connection(Target.at(peer.url)) as connection:
            return connection.exchange(request, 1.0), connection.exchange(request, 1.0), peer

    yield run


def test_requests_of_one_case_share_a_connection(twice: Any) -> None:
    first, second, peer = twice("keeps")
    assert first.facts["connection_reused"] is False and second.facts["connection_reused"] is True
    assert second.facts["connection_lost"] is False and peer.connections == 1


def test_connection_close_is_obeyed_and_nothing_lost(twice: Any) -> None:
    _, second, peer = twice("close_at_once")
    assert second.failure is None and peer.connections == 2
    assert second.facts["connection_reused"] is False and second.facts["connection_lost"] is False


@pytest.mark.parametrize("behaviour", ["closes_when_asked_again", "resets_when_asked_again"])
def test_a_kept_connection_that_died_is_opened_anew_once(twice: Any, behaviour: str) -> None:
    _, second, peer = twice(behaviour)
    assert second.failure is None and second.body == b'{"ok":true}' and second.retries == LOST
    assert second.facts["connection_lost"] is True and second.facts["connection_reused"] is False
    assert peer.connections == 2 and len(peer.requests) == 3


def test_a_connection_closed_while_idle_costs_no_second_request(twice: Any, serve: Serve, get: WireRequest) -> None:
    peer = serve("closes_when_idle")
    with Connection(Target.at(peer.url)) as connection:
        connection.exchange(get, 1)
        assert peer.closing.wait(1)
        second = connection.exchange(get, 1)
    assert second.failure is None and second.facts["connection_lost"] is True
    assert peer.connections == 2 and len(peer.requests) == 2


def test_a_new_connection_that_breaks_is_the_servers_failure_and_not_asked_again(
    serve: Serve, get: WireRequest
) -> None:
    peer = serve("breaks_the_second_connection")
    with Connection(Target.at(peer.url)) as connection:
        connection.exchange(get, 1)
        assert peer.closing.wait(1)
        second = connection.exchange(get, 1)
    assert second.failure is not None and second.failure.kind == "broken" and second.retries == ()
    assert len(peer.requests) == 2


def test_an_answer_that_began_on_a_kept_connection_is_not_asked_for_again(twice: Any) -> None:
    _, second, peer = twice("half_an_answer_when_asked_again")
    assert second.failure is not None and second.failure.kind == "broken" and second.retries == ()
    assert len(peer.requests) == 2


def test_a_server_that_always_closes_is_asked_again_only_once(serve: Serve, get: WireRequest) -> None:
    def behave(wire: Any) -> None:
        wire.request()
        if wire.number == 0:
            wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            wire.request()

    peer = serve(behave)
    with Connection(Target.at(peer.url)) as connection:
        connection.exchange(get, 1)
        second = connection.exchange(get, 1)
    assert second.failure is not None and second.failure.kind == "broken" and second.retries == LOST
    assert len(peer.requests) == 3 and second.facts["connection_lost"] is True


def test_extra_bytes_of_one_answer_are_not_the_next_answer(twice: Any) -> None:
    first, second, peer = twice("extra_bytes")
    assert first.failure is None and first.body == b'{"ok":true}'
    assert second.failure is not None and second.failure.kind == "broken" and "EXTRA" in second.failure.what
    assert second.retries == () and peer.connections == 1


def test_a_second_answer_to_the_first_request_is_not_the_next_answer(twice: Any) -> None:
    _, second, peer = twice("two_answers")
    assert second.failure is not None and second.status is None
    assert "the answer was there before the request was sent" in second.failure.what
    assert second.retries == () and peer.connections == 1


def test_extra_bytes_do_not_reach_another_case(serve: Serve, get: WireRequest) -> None:
    target = Target.at(serve("extra_bytes").url)
    for _ in range(3):
        with Connection(target) as connection:
            assert connection.exchange(get, 1).failure is None


def test_a_stream_closed_in_spite_of_keep_alive_spoils_nothing(twice: Any, chat: WireRequest) -> None:
    first, second, peer = twice("closes_after_stream", chat)
    for transfer in (first, second):
        assert transfer.failure is None and transfer.facts["clean_close"] is True and transfer.retries in ((), LOST)
    assert second.facts["connection_lost"] is True and peer.connections == 2


def test_after_a_failure_the_connection_is_usable(serve: Serve, get: WireRequest) -> None:
    def behave(wire: Any) -> None:
        wire.request()
        body = b"{}" if wire.number else b""
        wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n", body)

    with Connection(Target.at(serve(behave).url)) as connection:
        assert connection.exchange(get, 1).failure is not None
        second = connection.exchange(get, 1)
    assert second.failure is None and second.facts["connection_lost"] is False


def test_copies_are_sent_at_once_and_each_on_its_own_connection(serve: Serve, chat: WireRequest) -> None:
    together = []

    def behave(wire: Any) -> None:
        wire.request()
        together.append(wire.number)
        for _ in wire.drip(0.01):
            if len(together) == 4:
                break
        wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    peer = serve(behave)
    case = Case("chat/x", "chat/x", "t", "s", Place("x", 1, 1), "d")

    def script() -> Script:
        answers: Sequence[Exchange] = yield Send((chat,) * 4, 1.5)
        return Result(case, Verdict.PASS, exchanges=tuple(answers))

    target = Target.at(peer.url)
    (result,) = Conductor(lambda _case: Connection(target)).play([(case, script())])
    assert [one.json for one in result.exchanges] == [{}] * 4
    assert sorted(together) == [0, 1, 2, 3] and peer.connections == 4


def test_connections_in_many_threads_do_not_disturb_each_other(serve: Serve) -> None:
    def echo(wire: Any) -> None:
        while asked := wire.request():
            path = asked.split(b" ")[1]
            wire.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(path), path))

    target = Target.at(serve(echo).url)

    def ask(number: int) -> list[bytes]:
        with Connection(target) as connection:
            return [connection.exchange(WireRequest("GET", f"/{number}/{turn}"), 2).body for turn in range(3)]

    with ThreadPoolExecutor(8) as pool:
        for number, bodies in enumerate(pool.map(ask, range(24))):
            assert bodies == [f"/{number}/{turn}".encode() for turn in range(3)]
