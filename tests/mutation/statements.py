"""Which statements of the answer schemas no mutant violates: `python -m tests.mutation.report --schemas`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aioc.answer.read import read
from aioc.judge.schema import shapes, validator
from aioc.judge.select import NotJudgedError, select
from aioc.model.case import Case, Check
from aioc.model.exchange import Exchange

from .kill import answers_for
from .mutants import all_mutants
from .values import Json

_CONTAINERS = frozenset({"properties", "$defs", "allOf", "anyOf", "oneOf", "items", "prefixItems", "then", "else"})
_CONTAINERS |= {"contains", "additionalProperties", "patternProperties", "dependentSchemas"}
_SILENT = _CONTAINERS | {"if", "$ref", "$id", "$schema", "title", "description", "severity", "$comment", "minContains"}
_ONE_OF_MANY = frozenset({"anyOf", "oneOf", "contains"})

Statement = tuple[int, str]
"""The schema object it stands in, and its keyword (`required` with the name)."""


def idle_statements(cases: Sequence[Case], answers: Sequence[tuple[str, Exchange]]) -> list[str]:
    """Give every statement of the schemas that nothing has violated, and the schemas that nothing uses."""
    violated: set[Statement] = set()
    for case in cases:
        checks = [check for check in case.checks if "schema" in check.keywords]
        for exchange in answers_for(case, answers) if checks else ():
            for mutant in all_mutants(exchange):
                if mutant.kind == "json":
                    try:
                        broken = read(mutant.make())
                    except Exception:  # a defect of the engine; the survey tells
                        continue
                    for check in checks:
                        violated.update(_violated(check, broken))
    lines = []
    for name in sorted(shapes()):
        every = dict(_statements(shapes()[name].contents, name.removesuffix(".schema.json")))
        idle = [where for statement, where in every.items() if statement not in violated]
        if len(idle) == len(every):
            lines.append(f"{name}: nothing of it")
        else:
            lines += idle
    return lines


def _violated(check: Check, exchange: Exchange) -> Iterator[Statement]:
    compiled = validator(check.keywords)
    try:
        found = select(check.subject, exchange, {}).matches
    except NotJudgedError:
        return
    for match in found:
        yield from _of(compiled.iter_errors(match.value))


def _of(errors: Iterable[Any]) -> Iterator[Statement]:
    for error in errors:
        if isinstance(error.schema, dict):
            name = getattr(error, "missing", None)
            yield id(error.schema), f"{error.validator} {name}" if name is not None else str(error.validator)
        yield from _of(error.context or ())


def _statements(schema: Json, where: str) -> Iterator[tuple[Statement, str]]:
    if not isinstance(schema, dict):
        return
    for word, value in schema.items():
        if word == "required":
            for name in value:
                yield (id(schema), f"required {name}"), f"{where} required {name}"
        elif word not in _SILENT or word in _ONE_OF_MANY:
            yield (id(schema), word), f"{where} {word}"
        if word in ("properties", "$defs", "patternProperties", "dependentSchemas"):
            for name, inner in value.items():
                yield from _statements(inner, f"{where}/{name}")
        elif word in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for number, inner in enumerate(value):
                yield from _statements(inner, f"{where}/{word} {number}" if word != "allOf" else where)
        elif word in _CONTAINERS:
            yield from _statements(value, f"{where}/*" if word == "items" else f"{where}/{word}")
