"""Where mutants stand: every broken answer of a recorded case."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aioc.answer.read import read
from aioc.model.exchange import Exchange, Transfer
from aioc.model.problem import ABSENT

from .guided import guided
from .mutants import Mutant, all_mutants, with_json
from .play import Recorded
from .target import targets
from .values import Json, asked_texts, get, places, put


@dataclass(frozen=True, slots=True)
class Spot:
    """A position among the recorded answers, with a mutant of what stands there."""

    step: int
    round: int
    copy: int
    mutant: Mutant
    transfer: Transfer
    """What is broken here (for the report)."""


class Reader:
    """Reads each transfer once."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Transfer, Exchange]] = {}

    def __call__(self, transfer: Transfer) -> Exchange:
        entry = self._read.get(id(transfer))
        if entry is None:
            entry = self._read[id(transfer)] = (transfer, read(transfer))
        return entry[1]


def spots_of(recorded: Recorded, reader: Reader) -> Iterator[Spot]:
    """Every mutant of the first and the last answer of every step."""
    wanted = targets(recorded.case)
    for number, rounds in enumerate(recorded.steps):
        for turn in dict.fromkeys((len(rounds) - 1, 0)) if rounds else ():
            transfer = rounds[turn][0]
            exchange = reader(transfer)
            for mutant in guided(wanted, number, exchange):
                yield Spot(number, turn, 0, mutant, transfer)
            for mutant in all_mutants(exchange):
                yield Spot(number, turn, 0, mutant, transfer)
            for mutant in _served_elsewhere(recorded, reader, number, transfer):
                yield Spot(number, turn, 0, mutant, transfer)
            for copy in range(1, len(rounds[turn])):
                same = Mutant("cross", "the answer of the first copy", lambda transfer=transfer: transfer)
                yield Spot(number, turn, copy, same, rounds[turn][copy])


def _served_elsewhere(recorded: Recorded, reader: Reader, number: int, transfer: Transfer) -> Iterator[Mutant]:
    """The answer of another step in the place of this one, whole or one value or header of it."""
    exchange = reader(transfer)
    for other, rounds in enumerate(recorded.steps):
        if other == number or not rounds:
            continue
        theirs = rounds[-1][0]
        yield Mutant(
            "cross",
            f"the answer of step {other + 1}",
            lambda theirs=theirs: replace(theirs, request=transfer.request),
        )
        for name in dict.fromkeys(key.lower() for key, _ in theirs.headers):
            own = tuple(header for header in transfer.headers if header[0].lower() != name)
            headers = (*own, (name, theirs.header(name) or ""))
            yield Mutant(
                "cross",
                f"header {name} of step {other + 1}",
                lambda headers=headers: replace(transfer, headers=headers),
                (name,),
            )
        mine, foreign = exchange.json, reader(theirs).json
        if mine is ABSENT or foreign is ABSENT or exchange.streamed:
            continue
        values = {generic: get(foreign, path) for generic, path in reversed(list(places(foreign)))}
        for generic, path in places(mine):
            if generic and generic in values and values[generic] != get(mine, path):
                names = tuple(str(part) for part in generic if not str(part).startswith("*"))
                for how, value in _theirs(values[generic], transfer):
                    yield Mutant(
                        "cross",
                        f"/{'/'.join(map(str, generic))} of step {other + 1}{how}",
                        lambda mine=mine, path=path, value=value: with_json(transfer, put(mine, path, value)),
                        names,
                    )


def _theirs(value: Json, mine: Transfer) -> Iterator[tuple[str, Json]]:
    """A value as it is, and a text without what this request names in it: a stop string that only is cut out."""
    yield "", value
    for number, word in enumerate(asked_texts(mine.request.content) if isinstance(value, str) else ()):
        if word in value:
            yield f" without text {number} of the request", value.replace(word, "")
