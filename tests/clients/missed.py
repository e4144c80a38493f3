"""What aioc says of a server that is broken so: whether a need of a client is met, as `aioc clients` has it."""

from collections.abc import Iterator
from dataclasses import replace

from tests.mutation.kill import judged
from tests.playing import cases, catalogue, drive

from aioc.answer.read import read
from aioc.execute.client import Connection
from aioc.execute.target import Target
from aioc.judge.script import Send
from aioc.model.case import Case
from aioc.model.client import Client, Need
from aioc.model.exchange import Exchange
from aioc.model.result import Finding, Result
from aioc.readiness import asked_for
from aioc.report.record import record_of

from .broken import KINDS
from .relay import Relay
from .table import Mutant

ASKER = "aioc"


class Missing:
    """Plays cases against the relay, each once a mutant."""

    def __init__(self, relay: Relay) -> None:
        """Nothing is sent yet."""
        self._relay = relay
        self._played: dict[tuple[str, str], Result] = {}

    def missed(self, client: Client, need: Need, mutant: Mutant) -> Finding | None:
        """Give the first finding by which the need is missed, None when it is met.

        What the client sends itself is not asked: not every run does that.
        """
        ((_, asked),) = asked_for([replace(client, sends=())], catalogue())
        for case in cases().values():
            if need.case not in (case.id, case.family):
                continue
            results = self._invariant(case, asked, mutant) if case.answers is not None else [self._result(case, mutant)]
            for result in results:
                finding = record_of(result).missed(need.check, asked)
                if finding is not None:
                    return finding
        return None

    def _invariant(self, case: Case, asked: frozenset[str], mutant: Mutant) -> Iterator[Result]:
        """Put the answers to each request of the client to an invariant, one request after the other."""
        for name in sorted(asked):
            if _fits(cases()[name], mutant):
                exchanges = self._result(cases()[name], mutant).exchanges
                yield judged(case, [(name, exchange) for exchange in exchanges])

    def _result(self, case: Case, mutant: Mutant) -> Result:
        key = (mutant.name, case.id)
        if key not in self._played:
            with Connection(Target.at(self._relay.url(mutant.name, ASKER))) as connection:

                def answer(ask: Send) -> list[Exchange]:
                    return [read(connection.exchange(request, ask.seconds)) for request in ask.requests]

                self._played[key] = drive(case, answer)
        return self._played[key]


def _fits(case: Case, mutant: Mutant) -> bool:
    """Whether an answer to this case is of the kind that is broken."""
    return any(
        KINDS.get(step.request.path) == mutant.of.removesuffix("-stream")
        and isinstance(step.request.json, dict)
        and bool(step.request.json.get("stream")) == mutant.of.endswith("-stream")
        for step in case.steps
    )
