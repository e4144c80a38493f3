"""When a claim did not happen, it is said in what way."""

import pytest
from tests.playing import catalogue

from aioc.model.client import Client, Effect, Need
from aioc.model.result import Finding

from .claimed import claimed, not_so
from .missed import Missing
from .outcome import Outcome
from .play import Cell
from .relay import Relay
from .table import Mutant

CRASH = Cell(Outcome(Effect.CRASH, "TypeError: no"), struck=True)
ONE = next(one for one in claimed("openai-python") if one.effect is Effect.CRASH)


class Blind(Missing):
    """An aioc that sees nothing."""

    def missed(self, client: Client, need: Need, mutant: Mutant) -> Finding | None:
        return None


class Seeing(Missing):
    """An aioc that sees everything."""

    def missed(self, client: Client, need: Need, mutant: Mutant) -> Finding | None:
        return Finding("$", catalogue().cases[0].severity, "no", "", "", catalogue().cases[0].place)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (CRASH, []),
        (None, ["the client has no such scenario"]),
        (Cell(Outcome(None), struck=False), ["the mutant changed nothing that the client got (unaffected)"]),
        (Cell(Outcome(None), struck=True), ["unaffected, and not crash"]),
        (Cell(Outcome(Effect.HANG), struck=True), ["hang, and not crash"]),
    ],
)
def test_what_became_of_the_client(cell: Cell | None, said: list[str]) -> None:
    assert list(not_so(ONE, cell, Seeing(Relay({})))) == said


def test_what_aioc_does_not_say() -> None:
    assert list(not_so(ONE, CRASH, Blind(Relay({})))) == ["aioc does not say that the need is missed"]
