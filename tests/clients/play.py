"""Every scenario of a client against the untouched server, and every mutant in the scenarios that claims name."""

import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass

from .clients import Driven
from .driver import START_SECONDS, Asked, Driver, NotUpError
from .outcome import Answer, Outcome, outcome
from .relay import Relay
from .table import WHOLE

MODEL = "reference-chat"
LEAST_SECONDS = 4.0
MUCH_SLOWER = 12
"""A scenario hangs when it takes so many times as long as with the untouched server."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a mutant in a scenario."""

    mutant: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What became of a client there; `struck` says whether the mutant changed anything that it got."""

    outcome: Outcome
    struck: bool

    @property
    def shown(self) -> str:
        """The word for it; a mutant that changed nothing says nothing."""
        return self.outcome.shown if self.struck else "not met"


@dataclass(frozen=True, slots=True)
class Played:
    """All that was seen of one client; `wrong` are scenarios that go wrong with the untouched server."""

    client: str
    wrong: tuple[str, ...]
    cells: dict[Row, Cell]


def played(
    client: Driven, rows: Sequence[Row], hang: Set[Row], relay: Relay, tell: Callable[[str], None], until: float
) -> Played:
    """Play all rows whose scenario the client has, last those that make it `hang`: they end its process.

    `until` is when it must be done. Raises NotUpError.
    """

    def asked(mutant: str, scenario: str) -> Asked:
        return {"scenario": scenario, "base_url": relay.url(mutant, client.name), "model": MODEL}

    cells: dict[Row, Cell] = {}
    with Driver(client.name, client.command, client.log) as driver:
        whole, wrong, slowest = {}, [], 0.0
        for scenario in client.scenarios:
            answer, seconds = _timed(driver, asked(WHOLE, scenario))
            slowest = max(slowest, seconds)
            whole[scenario] = answer or {}
            wrong += [f"{client.name}, {scenario}, untouched: {what}" for what in _lacks(answer)]
        tell(f"{client.name}: {len(client.scenarios)} scenarios untouched, the slowest in {slowest:.2f} s")
        limit = max(LEAST_SECONDS, MUCH_SLOWER * slowest)
        for row in sorted(rows, key=lambda row: row in hang):
            if time.monotonic() > until:
                raise NotUpError(f"{client.name}: {len(cells)} of the broken answers played when the time was up")
            if row.scenario in client.scenarios:
                before = relay.struck[row.mutant, client.name]
                answer = driver.ask(asked(row.mutant, row.scenario), limit, asked(WHOLE, row.scenario))
                struck = relay.struck[row.mutant, client.name] > before
                cells[row] = Cell(outcome(answer, whole[row.scenario]), struck)
        tell(f"{client.name}: {len(cells)} times with a broken answer")
    return Played(client.name, tuple(wrong), cells)


def _timed(driver: Driver, untouched: Asked) -> tuple[Answer | None, float]:
    """Play a scenario, and say how long it took when everything was read already."""
    driver.ask(untouched, START_SECONDS, untouched)
    started = time.monotonic()
    answer = driver.ask(untouched, START_SECONDS, untouched)
    return answer, time.monotonic() - started


def _lacks(answer: Answer | None) -> Iterator[str]:
    """Say what an answer of the untouched server lacks."""
    if answer is None:
        yield "hangs"
    elif "raised" in answer:
        yield answer["raised"]
    else:
        for key, value in answer.items():
            if key == "calls" and len(value) != 2:
                yield f"calls {value}, not two"
            elif key == "vectors" and [len(vector) for vector in value] != [256] * 3:
                yield "vectors that are not three of 256 numbers"
            elif not value:
                yield f"no {key}"
