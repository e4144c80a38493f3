"""Which answers are asked again, how often, and what is said of it (S18, S19)."""

import email.utils
import time
from collections.abc import Callable
from typing import Any

import pytest

from aioc.execute.client import Connection
from aioc.execute.retry import busy_wait
from aioc.execute.target import Target
from aioc.model.exchange import Transfer, WireRequest

Serve = Callable[..., Any]
Answered = tuple[Transfer, Any]


@pytest.fixture
def ask_of(serve: Serve, get: WireRequest) -> Callable[..., Answered]:
    def put(behaviour: Any, seconds: float = 1.5, **options: Any) -> Answered:
        peer = serve(behaviour)
        with Connection(Target.at(peer.url)) as connection:
            return connection.exchange(get, seconds, **options), peer

    return put


def test_429_and_503_with_retry_after_are_waited_out_and_said(ask_of: Callable[..., Answered]) -> None:
    started = time.monotonic()
    transfer, peer = ask_of("busy_twice")
    assert transfer.failure is None and transfer.status == 200
    assert transfer.retries == ("429, waited 0.05 s", "503, waited 0.05 s") and len(peer.requests) == 3
    took = (time.monotonic() - started) * 1000
    assert took >= 100 and transfer.total_ms < took - 100  # of the answer that counts, not of the waiting


def test_a_busy_server_is_asked_again_three_times_at_most(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("busy_for_ever")
    assert transfer.failure is not None and transfer.failure.kind == "busy"
    assert transfer.failure.what == "still 429 after 3 retries" and transfer.status == 429
    assert transfer.retries == ("429, waited 0.05 s",) * 3 and len(peer.requests) == 4


def test_a_wait_beyond_the_deadline_is_not_begun(ask_of: Callable[..., Answered], in_time: None) -> None:
    transfer, peer = ask_of("busy_for_an_hour")
    assert transfer.failure is not None and transfer.failure.kind == "busy" and transfer.retries == ()
    assert transfer.failure.what == "429: to be asked again in 3,600 s, after the deadline"
    assert len(peer.requests) == 1


def test_429_without_a_time_is_asked_again_after_a_second(ask_of: Callable[..., Answered], in_time: None) -> None:
    transfer, _ = ask_of("busy_without_a_time")
    assert transfer.status == 200 and transfer.retries == ("429, waited 1 s",)


def test_503_without_retry_after_is_an_answer(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("overloaded")
    assert transfer.failure is None and transfer.status == 503 and transfer.retries == ()
    assert len(peer.requests) == 1


def test_a_case_about_429_is_given_the_429(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("busy_twice", retry_busy=False)
    assert transfer.failure is None and transfer.status == 429 and len(peer.requests) == 1


def test_an_empty_502_is_asked_again_once(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("empty_502_once")
    assert transfer.failure is None and transfer.status == 200
    assert transfer.retries == ("502 without a JSON body",) and len(peer.requests) == 2


def test_a_gateway_that_stays_alone_is_a_failure_of_its_own_kind(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("html_504")
    assert transfer.failure is not None and transfer.failure.kind == "gateway"
    assert transfer.failure.what == "504 without a JSON body, twice" and len(peer.requests) == 2
    assert transfer.status == 504 and transfer.body == b"<h1>nginx</h1>"


def test_502_with_a_json_body_is_an_answer(ask_of: Callable[..., Answered]) -> None:
    transfer, peer = ask_of("json_502")
    assert transfer.failure is None and transfer.status == 502 and len(peer.requests) == 1


def busy(status: int, *headers: tuple[str, str]) -> Transfer:
    return Transfer(WireRequest("GET", "/"), status, headers)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2", 2.0),
        (" 0.5 ", 0.5),
        ("0", 0.0),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0.0),  # is past
        ("soon", None),
        ("-1", None),
        ("1e9", None),
        ("٣", None),
        ("nan", None),
        ("Thu, 99 Xyz 2026", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_anything_else_is_nothing(text: str, seconds: float | None) -> None:
    assert busy_wait(busy(503, ("Retry-After", text)), 0) == seconds


def test_retry_after_as_a_date_ahead() -> None:
    wait = busy_wait(busy(503, ("retry-after", email.utils.formatdate(time.time() + 60, usegmt=True))), 0)
    assert wait is not None and 58 < wait <= 60


def test_429_without_a_time_waits_longer_each_time() -> None:
    assert [busy_wait(busy(429), tried) for tried in range(3)] == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("status", [200, 400, 500, 502])
def test_other_statuses_are_never_busy(status: int) -> None:
    assert busy_wait(busy(status, ("retry-after", "1")), 0) is None
