"""What a run finds: findings, verdicts and the result of a case."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

from aioc.model.case import Case, Severity
from aioc.model.exchange import Exchange
from aioc.model.frozen import frozen
from aioc.model.problem import Json, Place


class Verdict(StrEnum):
    """The word a case ends with."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"
    SKIP = "SKIP"
    ERROR = "ERROR"


WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN, Verdict.PASS, Verdict.SKIP)
"""The verdicts in the order in which reports care for them."""

Mark = Literal["known"]


@frozen
class Finding:
    """A check that did not hold.

    `address` is the check's, with `#/pointer` for a finding of a `schema:` check; `step` the step's name
    ('' in a case of one step); `missed` the values that did not satisfy it (ABSENT for a hole), which is
    what an overlay's `instead` is put to; `severity` is what counts after the overlay, `was` before it.
    It is about `answers` exchanges of the case from number `exchange` on (-1: about none of its own).
    `asked_by` names the cases that made the exchanges, in findings of an invariant; `count` is their number.
    """

    address: str
    severity: Severity
    message: str
    expected: str
    actual: str
    place: Place
    step: str = ""
    exchange: int = -1
    answers: int = 1
    missed: tuple[Json, ...] = ()
    was: Severity | None = None
    mark: Mark | None = None
    reason: str = ""
    asked_by: tuple[str, ...] = ()
    count: int = 1
    whose: str = ""
    """Behind a proxy: who wrote the answer that it is about ('' where nobody can tell)."""


@frozen
class Observation:
    """A check that was judged: what it was put to and whether it held; staleness is read from these."""

    step: str
    address: str
    held: bool
    values: tuple[Json, ...] = ()
    exchange: int = -1


@frozen
class Result:
    """The end of one case. `reason` says why it is SKIP or ERROR ('' otherwise).

    `hint` is advice for an ERROR; `notes` are things worth a line that change no verdict (a request asked
    again, a condition that did not hold); `seconds` is wall time spent waiting for the server.
    """

    case: Case
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    observations: tuple[Observation, ...] = ()
    reason: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    not_run: bool = False
    selected: bool = True
    """False for a case that nobody asked for, sent only because it shows a capability."""
    judged: int = 0
    """Of an invariant: the number of answers that it was put to."""


def missed_gates(case: Case, observations: Sequence[Observation]) -> list[Observation]:
    """Give the gates of a case that were judged and did not hold."""
    gates = case.gates
    return [seen for seen in observations if not seen.held and (seen.step, seen.address) in gates]


def worst(findings: tuple[Finding, ...]) -> Verdict:
    """Give the verdict of these findings: info alone leaves a case PASS."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return Verdict.FAIL
    return Verdict.WARN if Severity.WARN in severities else Verdict.PASS
