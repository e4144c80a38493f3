"""Endpoints × request fields × answer fields: what the cases send and look at, and what nobody does."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from aioc.coverage.fields import Endpoint, endpoint_of, endpoints
from aioc.coverage.seen import Name, seen_by
from aioc.judge.invariant import path_pattern
from aioc.model.case import Answers, Case, Check, Request
from aioc.model.problem import Json


@dataclass(slots=True)
class Cells:
    """One endpoint: the cases that ask it, and the ids of the cases that fill each cell."""

    endpoint: Endpoint
    cases: set[str] = field(default_factory=set)
    request: dict[str, set[str]] = field(default_factory=dict)
    answer: dict[str, set[str]] = field(default_factory=dict)
    events: dict[str, set[str]] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[tuple[str, tuple[str, ...], dict[str, set[str]]], ...]:
        """Each kind of cell: its name, the documented fields, and who fills them."""
        end = self.endpoint
        return (
            ("request", end.request, self.request),
            ("answer", end.answer, self.answer),
            ("events", end.events, self.events),
        )

    def holes(self, part: str) -> list[str]:
        """The documented fields of a kind that no case sends or looks at."""
        return [name for kind, fields, filled in self.parts if kind == part for name in fields if name not in filled]


def measure(cases: Iterable[Case]) -> list[Cells]:
    """Measure the catalogue's own cases (those of one server's overlay are left out)."""
    table = {endpoint.name: Cells(endpoint) for endpoint in endpoints()}
    for case in cases:
        if case.server is not None:
            continue
        if case.answers is not None:
            for cells in table.values():
                if _speaks_of(case.answers, cells.endpoint):
                    _look(cells, case.id, case.checks)
            continue
        for step in case.steps:
            endpoint = endpoint_of(step.request.method, step.request.path)
            if endpoint is not None:
                cells = table[endpoint.name]
                cells.cases.add(case.id)
                for name in sent_by(step.request, case.constants):
                    cells.request.setdefault(name, set()).add(case.id)
                _look(cells, case.id, step.checks)
    return list(table.values())


def sent_by(request: Request, constants: Mapping[str, Json]) -> Iterator[str]:
    """Give the names of what a request sends: `a`, `a.b` in body or form, `?a` in the query."""
    query = request.path.partition("?")[2]
    yield from ("?" + pair.partition("=")[0] for pair in query.split("&") if pair)
    body = request.json if request.has_json else _json_of(request.raw)
    if isinstance(body, Mapping):
        for key, value in body.items():
            name = re.sub(r"\$\{(\w+)\}", lambda match: str(constants.get(match[1], match[0])), key)
            yield name
            if isinstance(value, Mapping):
                yield from (f"{name}.{inner}" for inner in value)
    for key, _ in request.form:
        yield re.sub(r"\[.*", "", key)
    yield from (re.sub(r"\[.*", "", part.field) for part in request.files)


def _json_of(raw: str | None) -> Json:
    try:
        return json.loads(raw or "null")
    except ValueError:
        return None


def _speaks_of(answers: Answers, endpoint: Endpoint) -> bool:
    if answers.methods and endpoint.method not in answers.methods:
        return False
    path = endpoint.path.replace("{id}", "x")
    return any(pattern == "*" or path_pattern(pattern).fullmatch(path) for pattern in answers.paths)


def _look(cells: Cells, case_id: str, checks: Iterable[Check]) -> None:
    seen = [place for check in checks for place in seen_by(check)]
    for kind, documented, filled in cells.parts:
        for name in documented:
            if any(where == kind and _reaches(path, name.split(".")) for where, path in seen):
                filled.setdefault(name, set()).add(case_id)


def _reaches(name: Name, wanted: list[str]) -> bool:
    """Whether a path of names leads to a field or through it."""
    if not wanted:
        return True
    if not name:
        return False
    if name[0] == "**":
        return any(_reaches(name[1:], wanted[start:]) for start in range(len(wanted)))
    return name[0] in ("*", wanted[0]) and _reaches(name[1:], wanted[1:])
