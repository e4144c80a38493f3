"""The places where good sense is wrong about OpenAI: exchanges of our own making, and what is to be said of each."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.mutation.damage import damaged
from tests.playing import cases, catalogue, drive

from aioc.answer.read import read
from aioc.judge.script import Send
from aioc.judge_recorded import judge_recorded
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer, WireRequest
from aioc.model.result import Result
from aioc.recorded import transfer_of
from aioc.report.record import CaseRecord
from aioc.surface import unsupported

HERE = Path(__file__).parent
FOLDER = HERE / "places"
CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
TABLE = range(1, 27)
"""The places of the table; what stands below it is place 0."""

Found = dict[str, str]
"""Addresses of findings, each with its severity."""


@dataclass(frozen=True, slots=True)
class Played:
    """A case, played against scripted answers (files of the folder, in this order)."""

    case: str
    answers: tuple[str, ...]
    verdict: str = "PASS"
    finds: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reverse:
    """A small change of the file, and who notices it: invariants by name, or a case that is played."""

    why: str
    change: tuple[dict[str, Any], ...] = ()
    noticed: Mapping[str, str] | None = None
    case: str = ""
    answers: tuple[str, ...] = ()
    finds: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One file, with what places.yaml says of it."""

    file: str
    place: int
    shows: str
    would_trip: Mapping[str, str]
    judged_by: tuple[str, ...]
    warns: Mapping[str, Sequence[str]]
    played: tuple[Played, ...]
    reverse: tuple[Reverse, ...]


@cache
def places() -> tuple[Place, ...]:
    """Give every entry of places.yaml."""
    entries = yaml.safe_load((HERE / "places.yaml").read_text())
    return tuple(_place(entry) for entry in entries)


def _place(entry: dict[str, Any]) -> Place:
    own = (entry["file"],)
    played = tuple(Played(**{**one, "answers": _answers(one, own)}) for one in entry.pop("played", ()))
    reverse = tuple(
        Reverse(**{**one, "change": tuple(one.get("change", ())), "answers": _answers(one, own)})
        for one in entry.pop("reverse", ())
    )
    return Place(
        **{"would_trip": {}, "warns": {}, **entry, "judged_by": tuple(entry.get("judged_by", ()))},
        played=played,
        reverse=reverse,
    )


def _answers(one: dict[str, Any], own: Sequence[str]) -> tuple[str, ...]:
    """Give the files of the answers: the place's own by default; `file*3` is the same one three times."""
    names = [name.partition("*") for name in one.get("answers", own)]
    return tuple(file for file, _, times in names for _ in range(int(times or 1)))


@cache
def transfer(file: str) -> Transfer:
    return transfer_of(json.loads((FOLDER / f"{file}.json").read_text()))


def judged(exchanges: Iterable[tuple[str, Transfer]], select: Sequence[str] = ()) -> list[CaseRecord]:
    """Put the invariants to these exchanges; one record for each pair that was judged."""
    return [
        r for r in judge_recorded(catalogue(), None, {}, exchanges, select).records if r.verdict != "SKIP" or r.findings
    ]


@cache
def all_judged() -> dict[str, list[CaseRecord]]:
    """Give the records of each file."""
    by_file: dict[str, list[CaseRecord]] = {place.file: [] for place in places()}
    for record in judged((place.file, transfer(place.file)) for place in places()):
        by_file[record.id.rpartition("@")[2]].append(record)
    return by_file


def worst(record: CaseRecord) -> str:
    """Give the worst severity that was found ('' for none)."""
    found = {finding.severity for finding in record.findings}
    return next((severity for severity in ("fail", "warn", "info") if severity in found), "")


def found(result: Result) -> Found:
    return {finding.address: str(finding.severity) for finding in result.findings}


def driven(case: Case, give: Callable[[WireRequest], Transfer]) -> Result:
    """Play a case to its end; each request is answered with what `give` gives for it."""

    def answer(ask: Send) -> list[Exchange]:
        given = give(ask.requests[0])
        return [read(replace(given, request=request)) for request in ask.requests]

    return drive(case, answer)


def played(case: Case, answers: Sequence[Transfer]) -> Result:
    """Play a case against these answers; each must be one to the method and path that the case asks for."""
    left = list(answers)

    def give(request: WireRequest) -> Transfer:
        wanted = f"{request.method} {request.target}"
        assert left, f"{case.id} asks once more: {wanted}"
        given = left.pop(0)
        assert wanted == f"{given.request.method} {given.request.target}", case.id
        return given

    result = driven(case, give)
    assert not left, f"{case.id} did not ask for {len(left)} of the answers"
    return result


def changed(place: Place, reverse: Reverse, file: str) -> Transfer:
    """Give the answer in this file, with the change where it is the file of the place."""
    same = transfer(file)
    return damaged(same, reverse.change) if file == place.file and reverse.change else same


def missing(parameter: str, refusal: Transfer) -> set[str]:
    """Give the capabilities that a server lacks which refuses this parameter; what needs them is then SKIP."""
    return {
        name
        for name, row in catalogue().capabilities.items()
        if (case := cases().get(row.shown_by)) is not None
        and sends(case, parameter)
        and unsupported(row, refusing(case, parameter, refusal)) is not None
    }


def sends(case: Case, parameter: str) -> set[str]:
    """Give the names of the steps whose request carries this parameter, or a message of this role."""
    return {
        step.name
        for step in case.steps
        if step.request.path in (CHAT, RESPONSES)
        and isinstance(step.request.json, dict)
        and carries(step.request.json, parameter)
    }


def carries(body: dict[str, Any], parameter: str) -> bool:
    messages = body.get("messages")
    roles = [one.get("role") for one in messages if isinstance(one, dict)] if isinstance(messages, list) else []
    return body.get(parameter) is not None or parameter in roles


def refusing(case: Case, parameter: str, refusal: Transfer) -> Result:
    """Play a case against a model that refuses this parameter, and answers everything else with two words."""

    def give(request: WireRequest) -> Transfer:
        body = asked(request)
        return refusal if carries(body, parameter) else either("25-stored-created", "17-no-usage-key", body)

    return driven(case, give)


def asked(request: WireRequest) -> dict[str, Any]:
    """Give the JSON object that a request carries ({} for anything else)."""
    try:
        body = json.loads(request.content or b"")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def either(plain: str, streamed: str, body: dict[str, Any]) -> Transfer:
    return transfer(streamed if body.get("stream") is True else plain)
