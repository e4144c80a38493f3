"""The facts of real transfers: exactly those of the closed list, and true."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from aioc.answer.facts import FACTS
from aioc.answer.read import read
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Serve = Callable[..., Any]
Ask = Callable[..., Transfer]


def names(facts: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from names(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


@pytest.mark.parametrize(
    "behaviour",
    ["keeps", "endless_sse", "open_after_done", "closes_after_stream", "silent", "stacked_bomb", "busy_twice"],
)
def test_the_facts_of_a_transfer_are_exactly_the_list(ask: Ask, chat: WireRequest, behaviour: str) -> None:
    exchange = read(ask(behaviour, chat, seconds=0.3))
    assert set(names(exchange.facts)) == {name for name in FACTS if exchange.streamed or not name.startswith("sse.")}


def test_a_refused_connection_has_the_facts_too(free_port: int, get: WireRequest) -> None:
    with Connection(Target.at(f"127.0.0.1:{free_port}")) as connection:
        facts = read(connection.exchange(get, 1)).facts
    assert set(names(facts)) == {name for name in FACTS if not name.startswith("sse.")}
    assert facts["http_version"] == "" and facts["status"] is None


def test_times_and_reads_are_those_of_the_socket(serve: Serve, chat: WireRequest) -> None:
    def behave(wire: Any) -> None:
        wire.request()
        next(wire.drip(0.15))
        wire.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        for frames in (b"data: 1\n\n", b"data: 2\n\ndata: 3\n\ndata: 4\n\n", b"data: [DONE]\n\n"):
            next(wire.drip(0.15))
            wire.send(frames)
        next(wire.drip(0.15))

    with Connection(Target.at(serve(behave).url)) as connection:
        exchange = read(connection.exchange(chat, 2))
    facts = exchange.facts
    assert facts["arrival"]["reads"] == 3 and facts["arrival"]["events_in_largest_read"] == 3
    assert facts["time_to_first_byte_ms"] > 140 and facts["arrival"]["spread_ms"] > 290
    assert facts["close_after_last_event_ms"] > 140 and 740 < facts["total_ms"] < 9000
    assert facts["clean_close"] is True and facts["still_open"] is False
    assert exchange.events is not None and exchange.events[1].at_ms == exchange.events[3].at_ms


def test_the_arrivals_of_a_hostile_drip_do_not_fill_the_memory(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, chat: WireRequest
) -> None:
    monkeypatch.setattr("aioc.execute.reading.MAX_ARRIVALS", 3)
    transfer = ask("slow_body", seconds=0.3)
    assert len(transfer.arrivals) == 3 and transfer.arrivals[-1][1] == len(transfer.body)
