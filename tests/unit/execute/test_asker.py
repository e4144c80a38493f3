"""A survey asks each question on a connection of its own."""

from collections.abc import Callable
from typing import Any

from tests.servers import BEHAVIOURS
from tests.servers.peer import Wire

from aioc.cli.connect import asker
from aioc.execute.target import Target
from aioc.model.exchange import WireRequest


def test_an_error_that_spoils_its_connection_spoils_no_other_answer(
    serve: Callable[..., Any], get: WireRequest, in_time: None
) -> None:
    numbers = []

    def remembers(wire: Wire) -> None:
        numbers.append(wire.number)
        BEHAVIOURS["keeps"](wire)

    ask = asker(Target.at(serve(remembers).url), 5)
    assert [ask(get).transfer.status for _ in range(3)] == [200, 200, 200]
    assert numbers == [0, 1, 2]
