"""Recorded set-ups of real servers, judged with their overlay: the invariants, and the case that asked the same.

servers/NAME.yaml says what is expected of each set-up, servers/SET-UP.json holds its exchanges (ours, recorded by us).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.playing import cases, catalogue, drive

from aioc.answer.read import read
from aioc.cli.session import REFERENCE_ROLES
from aioc.judge.mark import Seen, mark
from aioc.judge.script import Send
from aioc.judge_recorded import judge_recorded
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer
from aioc.model.overlay import Overlay
from aioc.model.result import Finding, Result, Verdict
from aioc.overlay import applicability, entries_by_case, entries_of, resolve
from aioc.recorded import recorded
from aioc.stale import stale_entries

HERE = Path(__file__).parent
FOLDER = HERE / "servers"
MOST = 12
"""So often a case may ask its one question (copies, tries): each time it gets the recorded answer."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one case in one set-up; what is not named passes, or is skipped."""

    verdict: str
    why: str
    new: bool = False
    """Some FAIL of it is not known to the overlay."""


@dataclass(frozen=True, slots=True, eq=False)
class SetUp:
    """One recorded server: its overlay, its version, what it lacks, and what is expected."""

    name: str
    server: str
    version: str
    lacks: tuple[str, ...]
    expected: Mapping[str, Expected]
    leaves_out: Mapping[str, str]
    """Exchanges that are not put to their case, each with the reason."""


@dataclass(slots=True)
class Outcome:
    """What came of one set-up: the worst verdict by case, and what was seen of the overlay's entries."""

    verdicts: dict[str, tuple[str, bool]] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    skipped: set[str] = field(default_factory=set)
    seen: dict[str, list[Seen]] = field(default_factory=dict)

    def add(self, case: str, verdict: Verdict, findings: Sequence[Finding]) -> None:
        """Note one result; the worst of several counts."""
        if verdict is Verdict.SKIP:
            self.skipped.add(case)
            return
        if verdict is Verdict.PASS:
            self.passed.add(case)
            return
        worst, new = self.verdicts.get(case, ("", False))
        order = ("", "WARN", "FAIL", "ERROR")
        worst = max(worst, verdict.value, key=order.index)
        self.verdicts[case] = (worst, new or any(f.mark is None and f.severity == "fail" for f in findings))
        self.findings.setdefault(case, []).extend(findings)


@cache
def questions() -> dict[str, tuple[str, ...]]:
    """Which cases ask what a recorded exchange asked."""
    return {name: tuple(ids) for name, ids in yaml.safe_load((HERE / "cases.yaml").read_text()).items()}


@cache
def set_ups() -> tuple[SetUp, ...]:
    """Give every recorded set-up."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, entry in yaml.safe_load(path.read_text()).items():
            expected = {case: Expected(**row) for case, row in (entry.get("verdicts") or {}).items()}
            lacks, leaves_out = tuple(entry.get("lacks", ())), entry.get("leaves_out", {})
            found.append(SetUp(name, path.stem, str(entry["version"]), lacks, expected, leaves_out))
    return tuple(found)


def exchanges(set_up: str) -> list[tuple[str, Transfer]]:
    """The exchanges of a set-up, each with its name."""
    return [(name.partition("#")[2], transfer) for name, transfer in recorded([FOLDER / f"{set_up}.json"])]


@cache
def judged(set_up: SetUp) -> Outcome:
    """Judge a set-up with the overlay of its server."""
    return outcome(set_up, exchanges(set_up.name))


def outcome(set_up: SetUp, kept: Sequence[tuple[str, Transfer]]) -> Outcome:
    """Judge exchanges as those of a set-up."""
    found = Outcome()
    overlay = resolve(set_up.server, catalogue())
    versions = {set_up.server: set_up.version}
    result = judge_recorded(catalogue(), overlay, versions, kept)
    found.seen.update({key: list(states) for key, states in result.seen.items()})
    for record in result.records:
        if set(cases()[record.family].needs) & set(set_up.lacks):
            continue  # an invariant of what this set-up has not: its 404 is a missing route
        found.add(record.family, record.verdict, record.findings)
    for case, result, states in _played(set_up, overlay, versions, kept):
        found.add(case.id, result.verdict, result.findings)
        for key, state in states.items():
            found.seen.setdefault(key, []).append(state)
    return found


@cache
def stale(server: str, version: str) -> tuple[str, ...]:
    """Entries of an overlay that no set-up of this version shows, though the case was put to one."""
    overlay = resolve(server, catalogue())
    seen: dict[str, list[Seen]] = {}
    for set_up in set_ups():
        if (set_up.server, set_up.version) == (server, version):
            for key, states in judged(set_up).seen.items():
                seen.setdefault(key, []).extend(states)
    found = stale_entries(overlay, catalogue(), {server: version}, seen)
    return tuple(sorted(f"{entry.place}: {entry.entry}: {entry.message}" for entry in found))


def _played(
    set_up: SetUp, overlay: Overlay, versions: Mapping[str, str], kept: Sequence[tuple[str, Transfer]]
) -> Iterator[tuple[Case, Result, Mapping[str, Seen]]]:
    entries = entries_by_case(overlay, versions)
    lacks = {*set_up.lacks, *(lack.capability for lack in overlay.lacks if applicability(lack, versions).applies)}
    for name, transfer in kept:
        for case_id in () if name in set_up.leaves_out else questions().get(name, ()):
            case = cases()[case_id]
            if lacks & set(case.needs):
                continue
            roles = roles_of(transfer)
            result = answered(case, transfer, roles)
            marked = mark(result, entries_of(case, entries), {**roles, **case.constants})
            yield case, marked.result, marked.seen


def roles_of(transfer: Transfer) -> dict[str, Any]:
    """Every role is played by the model that was asked."""
    try:
        model = json.loads(transfer.request.content or b"{}").get("model")
    except (ValueError, AttributeError):
        model = None
    return dict.fromkeys(REFERENCE_ROLES, model if isinstance(model, str) and model else "recorded-model")


def answered(case: Case, transfer: Transfer, roles: Mapping[str, Any]) -> Result:
    """Play a case of one question; it is answered with this answer, as often as it asks."""
    asked = 0

    def answer(ask: Send) -> list[Exchange]:
        nonlocal asked
        asked += len(ask.requests)
        assert asked <= MOST, f"{case.id} asks without end"
        return [read(replace(transfer, request=request)) for request in ask.requests]

    return drive(case, answer, roles)
