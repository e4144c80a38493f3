"""Real bugs of real servers (research: 153 reports), each put to the catalogue as a damaged answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from aioc.answer.read import read
from aioc.judge.script import Send
from aioc.model.case import Severity
from aioc.model.exchange import Exchange, Transfer
from aioc.model.result import Finding, Verdict

from .damage import damaged
from .kill import judged_by, new_findings
from .play import Recorded, baseline, drive

FOLDER = Path(__file__).with_name("real_bugs")


@dataclass(frozen=True, slots=True)
class Bug:
    """One reported bug: whose it was, in which case's answer it shows, what it does to it, and who must notice."""

    id: str
    bug: str
    case: str
    damage: tuple[dict[str, Any], ...]
    killed_by: tuple[str, ...] = ()
    step: str = ""
    instead: str = ""
    """The step whose answer comes to this one too (before the damage): what was asked makes no difference."""
    legal: bool = False
    """True where the client was at fault: such an answer must not be a FAIL."""


@cache
def bugs() -> tuple[Bug, ...]:
    """Give every bug, in the order of the files."""
    return tuple(_read())


def _read() -> Iterator[Bug]:
    for file in sorted(FOLDER.glob("*.yaml")):
        for bug_id, entry in yaml.safe_load(file.read_text()).items():
            lists = {key: tuple(entry.pop(key, ())) for key in ("damage", "killed_by")}
            yield Bug(bug_id, **entry, **lists)


def noticed(bug: Bug) -> dict[str, list[Finding]]:
    """Give what the catalogue finds in the damaged answers, by case: the case itself, and each invariant.

    Raises ValueError when the bug cannot be shown (no such case or step, a damage that changes nothing).
    """
    recorded = next((one for one in baseline().played if one.case.id == bug.case), None)
    if recorded is None:
        raise ValueError(f"{bug.id}: {bug.case} is not played")
    steps = [number for number, step in enumerate(recorded.case.steps) if bug.step in ("", step.name)]
    if not steps or not any(recorded.steps[number] for number in steps):
        raise ValueError(f"{bug.id}: {bug.case} has no step {bug.step!r} that was played")
    broken = {number: _broken(recorded, number, bug) for number in (steps if bug.step else steps[:1])}
    found: dict[str, list[Finding]] = {}
    own = _replayed(recorded, broken)
    if fresh := new_findings(own, recorded.result.findings):
        found[bug.case] = [finding for finding in own if (finding.step, finding.address) in fresh]
    answers = [("bug", read(transfer)) for rounds in broken.values() for copies in rounds for transfer in copies]
    for result in judged_by(baseline().invariants, answers):
        if result.findings:
            found[result.case.id] = list(result.findings)
    return found


def _broken(recorded: Recorded, number: int, bug: Bug) -> list[list[Transfer]]:
    others = {step.name: rounds for step, rounds in zip(recorded.case.steps, recorded.steps, strict=True)}
    if bug.instead and not others.get(bug.instead):
        raise ValueError(f"{bug.id}: {bug.case} has no step {bug.instead!r} that was played")

    def one(transfer: Transfer) -> Transfer:
        if bug.instead:
            transfer = replace(others[bug.instead][-1][0], request=transfer.request)
        return damaged(transfer, bug.damage)

    return [[one(transfer) for transfer in copies] for copies in recorded.steps[number]]


def _replayed(recorded: Recorded, broken: dict[int, list[list[Transfer]]]) -> Sequence[Finding]:
    asked: dict[int, int] = {}

    def answer(number: int, ask: Send) -> list[Exchange]:
        rounds = broken.get(number) or recorded.steps[number]
        turn = min(asked.get(number, 0), len(rounds) - 1)
        asked[number] = turn + 1
        return [read(transfer) for transfer in rounds[turn]]

    result = drive(recorded.case, answer)
    if result.verdict is Verdict.ERROR:  # no answer at all
        place = recorded.case.steps[0].place
        return (Finding("answer", Severity.FAIL, result.reason, "an answer", "none", place),)
    return result.findings
