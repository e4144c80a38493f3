"""Which checks of a case a broken answer kills: the case is replayed with one answer exchanged."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aioc.answer.read import read
from aioc.cli.session import REFERENCE_ROLES
from aioc.judge.invariant import Invariants, concerns
from aioc.judge.schema import validator
from aioc.judge.script import Send
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Failure, Transfer
from aioc.model.problem import ABSENT
from aioc.model.result import Finding, Result

from .guided import guided
from .killers import killers
from .likely import family, likely_first
from .mutants import all_mutants
from .play import Recorded, drive
from .spots import Reader, Spot, spots_of
from .target import Address, Target, targets
from .values import WORDS, get, places

MAX_SHAPES = 6
"""So many different answers are broken for one invariant."""


@dataclass(slots=True)
class Outcome:
    """What the mutants of one case did."""

    case: Case
    targets: list[Target]
    spots: int = 0
    run: int = 0
    killers: dict[Address, list[str]] = field(default_factory=dict)
    killing: list[tuple[Spot, bool]] = field(default_factory=list)
    """Every mutant that was run, and whether anything was found (`json` and `stream` too)."""
    crashes: list[str] = field(default_factory=list)
    """Mutants on which the engine itself raised: a defect of the engine."""
    unjudged: set[Address] = field(default_factory=set)
    """Checks that the unbroken answers never reached (a condition that does not hold)."""

    @property
    def survivors(self) -> list[Target]:
        return [target for target in self.targets if target.key not in self.killers]


def survey(recorded: Recorded, *, everything: bool = False) -> Outcome:
    """Play a case with broken answers until each target is killed, or with every mutant there is."""
    case = recorded.case
    outcome = Outcome(case, targets(case))
    reader = Reader()
    seen = {(seen.step, seen.address) for seen in recorded.result.observations}
    outcome.unjudged = {target.key for target in outcome.targets if target.key not in seen}

    def run(spot: Spot) -> set[Address]:
        return new_findings(replay(recorded, spot, reader).findings, recorded.result.findings)

    _hunt(outcome, list(spots_of(recorded, reader)), run, everything)
    return outcome


def survey_invariant(case: Case, answers: Sequence[tuple[str, Exchange]], *, everything: bool = False) -> Outcome:
    """Put broken answers to an invariant; `answers` are all that were recorded, each with the case that asked."""
    outcome = Outcome(case, targets(case))
    results = judged(case, answers)
    outcome.unjudged = set() if results.judged else {target.key for target in outcome.targets}

    def run(spot: Spot) -> set[Address]:
        exchange = read(spot.mutant.make())
        return new_findings(judged(case, [("mutant", exchange)]).findings, results.findings)

    spots = [
        Spot(0, number, 0, mutant, exchange.transfer)
        for number, exchange in enumerate(answers_for(case, answers))
        for mutant in (*all_mutants(exchange), *guided(outcome.targets, 0, exchange))
    ]
    _hunt(outcome, spots, run, everything)
    return outcome


def judged(case: Case, answers: Iterable[tuple[str, Exchange]]) -> Result:
    """Put answers to one invariant."""
    return judged_by([case], answers)[0]


def judged_by(cases: Sequence[Case], answers: Iterable[tuple[str, Exchange]]) -> list[Result]:
    """Put answers to invariants."""
    invariants = Invariants(cases, {}, REFERENCE_ROLES, lambda _exchange: "")
    for asker, exchange in answers:
        invariants.see([exchange], asker)
    return [result for result, _ in invariants.results()]


def answers_for(case: Case, answers: Sequence[tuple[str, Exchange]]) -> list[Exchange]:
    """A few answers that an invariant speaks of, each with places that those before it have not.

    The smallest with another class of status than the first stands second: what holds for errors alone is seen there.
    """
    assert case.answers is not None
    status = validator(case.answers.status)
    near = [
        exchange
        for _, exchange in answers
        if concerns(case.answers, exchange) and exchange.transfer.failure is None and exchange.transfer.cut is None
    ]
    # Where no answer has such a status (a GET that fails with 500), mutants of the others may have it.
    mine = [exchange for exchange in near if status.is_valid(exchange.transfer.status)] or near
    sized = sorted(((_places_of(exchange), exchange) for exchange in mine), key=lambda p: len(p[1].transfer.body))
    known: set[object] = set()
    chosen: list[Exchange] = []
    while sized and len(chosen) < MAX_SHAPES:
        others = [pair for pair in sized if _class(pair[1]) != _class(chosen[0])] if len(chosen) == 1 else []
        best = others[0] if others else max(sized, key=lambda pair: len(pair[0] - known))
        if chosen and not best[0] - known:
            break
        chosen.append(best[1])
        known |= best[0]
        sized.remove(best)
    return chosen


def _class(exchange: Exchange) -> int:
    return (exchange.transfer.status or 0) // 100


def _places_of(exchange: Exchange) -> set[object]:
    status, media = exchange.transfer.status, exchange.transfer.header("content-type")
    found: set[object] = {status, media, exchange.streamed, exchange.transfer.request.target.partition("?")[0]}
    values = [event.data for event in exchange.events or ()] or [exchange.json]
    for value in values:
        if value is not ABSENT:
            for generic, path in places(value):
                at = get(value, path)
                found.add((generic, type(at).__name__))
                if isinstance(at, list | dict):
                    found.add((generic, min(len(at), 2)))
                elif isinstance(at, str) and generic and generic[-1] in WORDS:
                    found.add((generic, at))
    return found


def _hunt(outcome: Outcome, spots: list[Spot], run: Callable[[Spot], set[Address]], everything: bool) -> None:
    """Run mutants, the likely killers of each target first."""
    outcome.spots = len(spots)
    done: set[int] = set()

    def one(number: int) -> None:
        done.add(number)
        outcome.run += 1
        try:
            killed = run(spots[number])
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            outcome.crashes.append(f"{spots[number].mutant.name}: {error!r} at {where}")
            return
        for target in outcome.targets:
            if any(
                step == target.step and (address == target.address or address.startswith(target.address + "#/"))
                for step, address in killed
            ):
                outcome.killers.setdefault(target.key, []).append(spots[number].mutant.name)
        outcome.killing.append((spots[number], bool(killed)))

    first = set(killers().get(outcome.case.id, ()))
    for number in range(len(spots)):
        if everything or spots[number].mutant.name in first:
            one(number)
    if everything or not outcome.survivors:
        return
    families = [family(spot.mutant.name) for spot in spots]
    for target in outcome.targets:
        if target.key in outcome.killers:
            continue
        for number in likely_first(target, spots, families):
            if number not in done:
                one(number)
                if target.key in outcome.killers:
                    break


def new_findings(findings: Sequence[Finding], before: Sequence[Finding]) -> set[Address]:
    """The addresses of findings that the unbroken answers do not give; an inconclusive case finds nothing."""
    known = {(finding.step, finding.address, finding.severity) for finding in before}
    return {
        (finding.step, finding.address)
        for finding in findings
        if not finding.message.startswith("inconclusive")
        and (finding.step, finding.address, finding.severity) not in known
    }


def replay(recorded: Recorded, spot: Spot, reader: Reader) -> Result:
    """Play a case with the recorded answers and one mutant; who asks more often gets the last answer again."""
    broken = read(spot.mutant.make())
    asked: dict[int, int] = {}

    def answer(number: int, ask: Send) -> list[Exchange]:
        rounds = recorded.steps[number]
        if not rounds:
            nothing = Transfer(ask.requests[0], failure=Failure("not-recorded", "this step was not played"))
            return [read(nothing) for _ in ask.requests]
        turn = min(asked.get(number, 0), len(rounds) - 1)
        asked[number] = turn + 1
        exchanges = [reader(transfer) for transfer in rounds[turn]]
        if (number, turn) == (spot.step, spot.round):
            exchanges[spot.copy] = broken
        return exchanges

    return drive(recorded.case, answer)
