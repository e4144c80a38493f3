"""The overlay put to a result: known deviations are marked and downgraded, entries are seen or stale."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum

from aioc.judge.check import filled, judge
from aioc.judge.schema import validator
from aioc.model.case import Check
from aioc.model.exchange import Exchange
from aioc.model.frozen import frozen
from aioc.model.overlay import Deviation
from aioc.model.problem import ABSENT, Json
from aioc.model.result import Finding, Observation, Result, Verdict, worst
from aioc.template import MissingNameError


class Seen(Enum):
    """What a result says of an overlay entry."""

    NOT_REACHED = 0
    CONFORMS = 1
    OTHER = 2
    OBSERVED = 3


@frozen
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
        about = [
            number
            for number, finding in enumerate(marked)
            if finding.step == entry.step and same_address(entry.address, finding.address)
        ]
        state = Seen.OTHER if about else _conforms(entry, observations)
        for number in about:
            finding = marked[number]
            if _does_instead(entry.instead, finding, exchanges, names):
                state = Seen.OBSERVED
                if finding.mark is None:
                    severity = finding.severity.at_most(entry.severity)
                    marked[number] = replace(
                        finding, mark="known", was=finding.severity, severity=severity, reason=entry.reason
                    )
        seen[str(entry.place)] = state
    return tuple(marked), seen


def same_address(wanted: str, address: str) -> bool:
    """Whether an address that somebody wrote is that of a finding.

    `name#/choices/*/logprobs`: findings are told with `*` for every index already, and who writes one may use `*` for a
    name too.
    """
    if wanted == address:
        return True
    own, sign, pointer = wanted.partition("#/")
    name, found, actual = address.partition("#/")
    if not sign or not found or own != name:
        return False
    left, right = pointer.split("/"), actual.split("/")
    return len(left) == len(right) and all(a in ("*", b) for a, b in zip(left, right, strict=True))


def _does_instead(instead: Check, finding: Finding, exchanges: Sequence[Exchange], names: Mapping[str, Json]) -> bool:
    """Whether the server does what the entry says: a check of its own, or one put to every value that missed."""
    if instead.subject.kind != "value" or instead.subject.argument:
        answers = exchanges[finding.exchange : finding.exchange + finding.answers] if finding.exchange >= 0 else ()
        return bool(answers) and judge(instead, answers, names).held
    if instead.absent:
        return all(value is ABSENT or value is None for value in finding.missed)
    try:
        compiled = validator(filled(instead, names))
    except (MissingNameError, ValueError):
        return False
    return bool(finding.missed) and all(value is not ABSENT and compiled.is_valid(value) for value in finding.missed)


def _conforms(entry: Deviation, observations: Sequence[Observation]) -> Seen:
    """No finding at the entry's address: was the check put to something, and did it hold each time?"""
    name, sign, pointer = entry.address.partition("#/")
    about = [seen for seen in observations if seen.step == entry.step and seen.address == name]
    if sign:
        parent = pointer.split("/")[:-1]
        reached = any(_reaches(value, parent) for seen in about for value in seen.values)
        return Seen.CONFORMS if reached else Seen.NOT_REACHED
    if not about:
        return Seen.NOT_REACHED
    return Seen.CONFORMS if all(seen.held for seen in about) else Seen.OTHER


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
    """Join what several answers say of one entry: one that conforms among deviating ones is no staleness."""
    return max(states, key=lambda state: state.value, default=Seen.NOT_REACHED)
