"""Invariants: checks that hold for every answer of an endpoint, whichever case asked for it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache

from aioc.judge.blame import Blame, blamed
from aioc.judge.check import judge
from aioc.judge.guard import TooSlowError, time_limit
from aioc.judge.mark import Seen, mark_findings, together
from aioc.judge.schema import validator
from aioc.judge.script import holds, take_captures
from aioc.judge.tally import Tally
from aioc.model.case import Answers, Case, Condition, Severity
from aioc.model.exchange import Exchange
from aioc.model.overlay import Deviation
from aioc.model.problem import Json
from aioc.model.result import Finding, Result, Verdict, worst


@dataclass(slots=True)
class _Found:
    """What one invariant has found so far, over all answers."""

    judged: int = 0
    shown: int = 0
    too_slow: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    findings: dict[tuple[str, Severity, str | None, str], Finding] = field(default_factory=dict)
    askers: dict[tuple[str, Severity, str | None, str], list[str]] = field(default_factory=dict)
    seen: dict[str, list[Seen]] = field(default_factory=dict)


class Invariants:
    """All invariants of a run; each answer is put to those it concerns as soon as it is there."""

    def __init__(
        self,
        cases: Sequence[Case],
        entries: Mapping[str, Sequence[Deviation]],
        names: Mapping[str, Json],
        whose: Blame,
    ) -> None:
        """Take the invariants, the overlay's entries by case, the roles, and who tells whose an answer is."""
        self._cases = tuple(cases)
        self._entries = entries
        self._names = names
        self._whose = whose
        self._found = {case.id: _Found() for case in cases}
        self._by_kind: dict[tuple[str, str, bool, int | None], list[Case]] = {}

    def fresh(self) -> "Invariants":
        """Give the same invariants, which have seen nothing yet."""
        other = copy(self)
        other._found = {case.id: _Found() for case in self._cases}
        return other

    def see(self, exchanges: Sequence[Exchange], asked_by: str) -> None:
        """Put the answers of one case to every invariant that speaks of them."""
        for _ in self.seeing(exchanges, asked_by):
            pass

    def seeing(self, exchanges: Sequence[Exchange], asked_by: str) -> Iterator[None]:
        """Do the same in small pieces, as it is iterated."""
        for exchange in exchanges:
            if exchange.transfer.failure is not None:
                continue
            for case in self._concerned(exchange):
                try:
                    with time_limit():
                        self._judge(case, exchange, asked_by)
                except TooSlowError:
                    self._found[case.id].too_slow = f"judging an answer of {asked_by} took too long"
                yield

    def _concerned(self, exchange: Exchange) -> Sequence[Case]:
        """Give the invariants that speak of an answer; of all answers of one kind they are the same."""
        request, status = exchange.transfer.request, exchange.transfer.status
        kind = (request.method, request.target.partition("?")[0], exchange.streamed, status)
        if kind not in self._by_kind:
            self._by_kind[kind] = [
                case
                for case in self._cases
                if case.answers and concerns(case.answers, exchange) and validator(case.answers.status).is_valid(status)
            ]
        return self._by_kind[kind]

    def _judge(self, case: Case, exchange: Exchange, asked_by: str) -> None:
        tally = put_to(case, exchange, self._names)
        if tally is None:
            return
        found = self._found[case.id]
        found.judged += bool(tally.observations)
        found.shown += bool(tally.observations) and not (tally.findings and tally.nothing_shown())
        entries = self._entries.get(case.id, ())
        marked, seen = mark_findings(tally.findings, tally.observations, (exchange,), entries, self._names)
        for key, state in seen.items():
            found.seen.setdefault(key, []).append(state)
        for finding in blamed(marked, (exchange,), self._whose):
            same = (finding.address, finding.severity, finding.mark, finding.expected + finding.whose)
            found.askers.setdefault(same, []).append(asked_by)
            if same not in found.findings:
                # The first answer that misses is kept, so that reports can show one.
                if not found.exchanges or found.exchanges[-1] is not exchange:
                    found.exchanges.append(exchange)
                found.findings[same] = replace(finding, exchange=len(found.exchanges) - 1)

    def results(self) -> list[tuple[Result, dict[str, Seen]]]:
        """Give each invariant's result; one that no answer concerned is SKIP."""
        made = []
        for case in self._cases:
            found = self._found[case.id]
            findings = tuple(
                replace(finding, asked_by=tuple(dict.fromkeys(found.askers[key])), count=len(found.askers[key]))
                for key, finding in found.findings.items()
            )
            seen = {key: together(states) for key, states in found.seen.items()}
            verdict, reason = worst(findings), ""
            if found.too_slow and verdict is not Verdict.FAIL:
                verdict, reason = Verdict.ERROR, found.too_slow
            elif not found.judged:
                verdict, reason = Verdict.SKIP, "no such answer in this run"
            elif verdict is Verdict.PASS and not found.shown:
                verdict, reason = Verdict.SKIP, f"not shown: {findings[0].message}"
            exchanges = tuple(found.exchanges)
            made.append((Result(case, verdict, findings, exchanges, (), reason, judged=found.judged), seen))
        return made


def put_to(case: Case, exchange: Exchange, names: Mapping[str, Json]) -> Tally | None:
    """Put one answer to an invariant; None when its condition does not hold."""
    tally = Tally(case)
    tally.saw((exchange,))
    if exchange.transfer.cut is not None:  # on purpose, or by a recorder: what came before the body is whole
        case = _without_body(case)
    if not all(holds(condition.check, (exchange,), names) for condition in case.given):
        return None
    values = dict(names)
    take_captures(case.captures, (exchange,), values, tally, "")
    for check in case.checks:
        if all(holds(condition.check, (exchange,), values) for condition in check.given):
            tally.checked(check, "", judge(check, (exchange,), values))
    return tally


def _without_body(case: Case) -> Case:
    """The part of an invariant that looks at status and headers alone; nothing where a condition looks further."""

    def whole(conditions: Sequence[Condition]) -> bool:
        return all(condition.check.subject.kind in ("status", "header") for condition in conditions)

    if not whole(case.given):
        return replace(case, given=(), captures=(), checks=())
    checks = tuple(check for check in case.checks if check.subject.kind in ("status", "header") and whole(check.given))
    return replace(case, captures=(), checks=checks)


def concerns(answers: Answers, exchange: Exchange) -> bool:
    """Whether an invariant speaks of this kind of exchange, whatever its status."""
    request = exchange.transfer.request
    if answers.methods and request.method not in answers.methods:
        return False
    if answers.streamed is not None and answers.streamed != exchange.streamed:
        return False
    path = request.target.partition("?")[0]
    return any(pattern == "*" or path_pattern(pattern).fullmatch(path) for pattern in answers.paths)


@lru_cache(maxsize=256)
def path_pattern(pattern: str) -> re.Pattern[str]:
    """Read a path in which `{id}` stands for one segment."""
    return re.compile(
        "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[a-z_]+\})", pattern))
    )
