"""The overlay put to a result: known deviations are marked and downgraded, entries are seen or stale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from aioc.judge.check import judge
from aioc.judge.schema import validator
from aioc.model.case import Check, Severity
from aioc.model.exchange import Exchange
from aioc.model.overlay import Deviation
from aioc.model.problem import ABSENT, Json
from aioc.model.result import Finding, Observation, Result, Verdict, worst


class Seen(Enum):
    """What a result says of an overlay entry."""

    NOT_REACHED = 0
    CONFORMS = 1
    OTHER = 2
    OBSERVED = 3


@dataclass(frozen=True, slots=True)
class Marked:
    """A result with its findings marked, and what it says of each entry."""

    result: Result
    seen: Mapping[str, Seen]


def mark(result: Result, entries: Sequence[Deviation], names: Mapping[str, Json]) -> Marked:
    """Put the entries of this case to its result; an entry never raises a severity."""
    findings, seen = mark_findings(result.findings, result.observations, result.exchanges, entries, names)
    verdict = result.verdict
    if verdict in (Verdict.FAIL, Verdict.WARN, Verdict.PASS):
        verdict = worst(findings)
    return Marked(replace(result, findings=findings, verdict=verdict), seen)


def mark_findings(
    findings: Sequence[Finding],
    observations: Sequence[Observation],
    exchanges: Sequence[Exchange],
    entries: Sequence[Deviation],
    names: Mapping[str, Json],
) -> tuple[tuple[Finding, ...], dict[str, Seen]]:
    """Mark the findings that do what an entry says, and tell what was seen of each entry."""
    marked = list(findings)
    seen: dict[str, Seen] = {}
    for entry in entries:
        about = [n for n, finding in enumerate(marked) if _speaks_of(entry, finding.step, finding.address)]
        state = _conforms(entry, observations) if not about else Seen.OTHER
        for number in about:
            finding = marked[number]
            if finding.mark == "known":
                state = Seen.OBSERVED
            elif _does_instead(entry.instead, finding, exchanges, names):
                marked[number] = _downgraded(finding, entry)
                state = Seen.OBSERVED
        seen[_key(entry)] = state
    return tuple(marked), seen


def _key(entry: Deviation) -> str:
    return f"{entry.place}"


def _downgraded(finding: Finding, entry: Deviation) -> Finding:
    return replace(
        finding,
        mark="known",
        was=finding.severity,
        severity=finding.severity.at_most(entry.severity) if entry.severity is not Severity.FAIL else finding.severity,
        reason=entry.reason,
    )


def _speaks_of(entry: Deviation, step: str, address: str) -> bool:
    if entry.step != step:
        return False
    if entry.address == address:
        return True
    # `name#/choices/*/logprobs`: findings are told with `*` for every index already,
    # and an entry may use `*` for a name too.
    wanted, sign, pointer = entry.address.partition("#/")
    name, found, actual = address.partition("#/")
    if not sign or not found or wanted != name:
        return False
    left, right = pointer.split("/"), actual.split("/")
    return len(left) == len(right) and all(a in ("*", b) for a, b in zip(left, right, strict=True))


def _does_instead(instead: Check, finding: Finding, exchanges: Sequence[Exchange], names: Mapping[str, Json]) -> bool:
    """Whether the server does what the entry says: a check of its own, or one put to every value that missed."""
    if instead.subject.kind != "value" or instead.subject.argument:
        at = finding.exchange
        return 0 <= at < len(exchanges) and judge(instead, (exchanges[at],), names).held
    if instead.absent:
        return all(value is ABSENT or value is None for value in finding.missed)
    compiled = validator(instead.keywords)
    return bool(finding.missed) and all(value is not ABSENT and compiled.is_valid(value) for value in finding.missed)


def _conforms(entry: Deviation, observations: Sequence[Observation]) -> Seen:
    """No finding at the entry's address: was the check put to something and held?"""
    name, sign, pointer = entry.address.partition("#/")
    for seen in observations:
        if seen.step == entry.step and seen.address == name:
            if not sign:
                return Seen.CONFORMS if seen.held else Seen.OTHER
            if any(_reaches(value, pointer.split("/")[:-1]) for value in seen.values):
                return Seen.CONFORMS
    return Seen.NOT_REACHED


def _reaches(value: Json, parts: Sequence[str]) -> bool:
    """Whether the parent of a pointer's last part is there: an empty list says nothing about its elements."""
    if not parts:
        return isinstance(value, dict | list) and bool(value)
    if isinstance(value, list):
        return any(_reaches(item, parts[1:]) for item in value)
    if isinstance(value, dict):
        items = value.values() if parts[0] == "*" else [value[parts[0]]] if parts[0] in value else []
        return any(_reaches(item, parts[1:]) for item in items)
    return False


def together(states: Sequence[Seen]) -> Seen:
    """Join what the members of a family (or the answers of an invariant) say of one entry.

    One conforming member among deviating ones is no staleness: all must conform.
    """
    return max(states, key=lambda state: state.value, default=Seen.NOT_REACHED)
