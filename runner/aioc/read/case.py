"""A case file: from a document to frozen cases (several for a `for_each`), every fault noted."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aioc.model.case import Answers, Capture, Case, Check, Condition, Severity, Step
from aioc.model.choice import ROLES
from aioc.model.problem import Json, Problem
from aioc.read.check import (
    Scope,
    read_captures,
    read_checks,
    read_given,
    read_until,
    status_keywords,
    taken_by,
    unique_addresses,
)
from aioc.read.document import Document, KeyPath
from aioc.read.request import read_constant, read_request


def read_case(document: Document, case_id: str, server: str | None, root: Path, scope: Scope) -> list[Case]:
    """Read the cases of a document that fits case.schema.json; faults go to the scope."""
    data = document.data
    severity = Severity(data.get("severity", "fail"))
    family = data.get("for_each", {})
    scope.captures = {name for step in _steps(data) for name in step[0].get("capture", {})}
    constants = {name: read_constant(scope, item, ("let", name), root) for name, item in data.get("let", {}).items()}
    for word in ("let", "for_each"):
        for name in data.get(word, {}):
            if name in scope.known or name in ROLES:
                scope.note(f"the name {name!r} is taken", (word, name), taken_by(name), key=True)
            scope.known.add(name)
    given = tuple(read_given(scope, data.get("given"), ("given",)))
    answers: Answers | None = None
    captures: tuple[Capture, ...] = ()
    checks: tuple[Check, ...] = ()
    steps: tuple[Step, ...] = ()
    if _form(scope, data) == "answers":
        answers = _answers(data["answers"])
        captures = tuple(read_captures(scope, data.get("capture"), ("capture",)))
        checks = _checks(scope, data, (), severity, may_gate=False)
    else:
        # The condition of a case without `steps` is its step's: a case without `steps` is one step.
        several = "steps" in data
        steps = tuple(
            _step(scope, item, path, str(number) if several else "", severity, root, () if several else given)
            for number, (item, path) in enumerate(_steps(data), 1)
        )
        _distinct_names(scope, steps)
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    shared = Case(
        id=case_id,
        family=case_id,
        title=data["title"],
        source=data["source"],
        place=document.place(),
        digest=digest,
        severity=severity,
        needs=tuple(data.get("needs", ())),
        roles=frozenset(scope.used & set(ROLES)),
        constants=constants,
        given=given,
        steps=steps,
        answers=answers,
        captures=captures,
        checks=checks,
        timeout=data.get("timeout"),
        danger=bool(data.get("danger")),
        server=server,
        why=data.get("why", ""),
    )
    return list(_members(shared, family))


def _form(scope: Scope, data: Mapping[str, Json]) -> str:
    """Say which of the three forms the file has; a fault when it is none or a mixture."""
    present = [word for word in ("request", "steps", "answers") if word in data]
    if len(present) != 1:
        has = "has none of them" if not present else f"has {' and '.join(present)}"
        hint = "keep one of them" if present else "request: {method: GET, path: /v1/models}"
        scope.note(f"a case has one of `request`, `steps` or `answers`; this {has}", (), hint)
        return present[0] if present else "none"
    form = present[0]
    misplaced = {
        "steps": ("request", "capture", "expect", "until"),
        "answers": ("until", "for_each", "let", "danger", "timeout"),
        "request": (),
    }[form]
    for word in misplaced:
        if word in data:
            scope.note(
                f"`{word}` stands inside the steps" if form == "steps" else f"an invariant has no `{word}`",
                (word,),
                "indent it under a step" if form == "steps" else "leave it out: an invariant sends nothing",
                key=True,
            )
    if "expect" not in data and not any("expect" in step for step in data.get("steps", ())):
        scope.note("the word 'expect' is missing", (), "a case that checks nothing says nothing")
    return form


def _steps(data: Mapping[str, Json]) -> list[tuple[Mapping[str, Json], KeyPath]]:
    if "steps" in data:
        return [(item, ("steps", number)) for number, item in enumerate(data["steps"])]
    if "request" in data:
        # The case's own `given` is read with the case.
        return [({word: value for word, value in data.items() if word != "given"}, ())]
    return []


def _step(
    scope: Scope,
    data: Mapping[str, Json],
    path: KeyPath,
    number: str,
    severity: Severity,
    root: Path,
    case_given: tuple[Condition, ...],
) -> Step:
    request = read_request(scope, data["request"], (*path, "request"), root)
    given = tuple(read_given(scope, data.get("given"), (*path, "given")))
    until = read_until(scope, data.get("until"), (*path, "until"))
    captures = tuple(read_captures(scope, data.get("capture"), (*path, "capture")))
    if request.copies > 1:
        for capture in captures:
            if not capture.collect:
                what = "with `copies` a capture collects over all answers"
                scope.note(what, (*path, "capture", capture.name), "collect: true")
    checks = _checks(scope, data, path, severity, may_gate=True)
    on_status = [*checks, *(condition.check for condition in (*given, *case_given))]
    if checks and not any(check.subject.kind == "status" for check in on_status) and until is None:
        scope.note("a step with checks checks its status too", (*path, "expect"), "begin with `- status: 200`")
    return Step(
        data.get("name", number) if number else "",
        scope.document.place(path),
        request,
        captures,
        checks,
        given,
        until,
        bool(data.get("always")),
    )


def _checks(
    scope: Scope, data: Mapping[str, Json], path: KeyPath, severity: Severity, *, may_gate: bool
) -> tuple[Check, ...]:
    checks = read_checks(scope, data.get("expect"), (*path, "expect"), severity, may_gate=may_gate)
    unique_addresses(scope, checks)
    gates = [check for check in checks if check.gate]
    for gate in gates[1:]:
        what = "a step has one gate: this second status check needs a severity of its own"
        scope.problems.append(Problem(what, gate.place, f"the gate stands in line {gates[0].place.line}"))
    return checks


def _distinct_names(scope: Scope, steps: tuple[Step, ...]) -> None:
    seen: set[str] = set()
    for number, step in enumerate(steps):
        if step.name in seen:
            scope.note(f"two steps are called {step.name!r}", ("steps", number), "give each its own `name`")
        seen.add(step.name)


def _answers(data: Mapping[str, Json]) -> Answers:
    status = status_keywords(data.get("status", 200))
    return Answers(_listed(data["path"]), _listed(data.get("method", [])), data.get("streamed"), status)


def _listed(value: Json) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _members(case: Case, family: Mapping[str, list[Json]]) -> list[Case]:
    if not family:
        return [case]
    ((name, members),) = family.items()
    return [
        replace(
            case,
            id=f"{case.family}:{str(member).lower() if isinstance(member, bool) else member}",
            constants={**case.constants, name: member},
        )
        for member in members
    ]
