"""One check put to one or more answers of a step: whether it holds, and the findings when it does not."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from aioc.jsonpath import Match
from aioc.judge.kept import keep
from aioc.judge.schema import validator
from aioc.judge.select import NotJudgedError, select
from aioc.model.case import Check, Severity
from aioc.model.exchange import Exchange
from aioc.model.frozen import frozen
from aioc.model.problem import ABSENT, Absent, Json
from aioc.model.result import Finding
from aioc.template import MissingNameError, fill, fill_pattern, names


@frozen
class Miss:
    """A value that did not satisfy a check. `pointer` is '' or, for a `schema:` check, a JSON pointer."""

    where: str
    value: Json | Absent
    why: str
    pointer: str = ""
    severity: Severity | None = None
    expected: str = ""


@frozen
class Judgement:
    """What came of a check: the values it was put to and those that missed; `unjudged` says why not."""

    values: tuple[Json, ...] = ()
    misses: tuple[Miss, ...] = ()
    unjudged: NotJudgedError | None = None
    keywords: Mapping[str, Json] = field(default_factory=dict)
    """Those of the check, with names filled in."""

    @property
    def held(self) -> bool:
        """Whether the check was judged and nothing missed."""
        return self.unjudged is None and not self.misses


def judge(check: Check, exchanges: Sequence[Exchange], known: Mapping[str, Json]) -> Judgement:
    """Put a check to the answers of a step (several when the request had copies)."""
    try:
        keywords, compiled = _compiled(check, known)
        matches: list[Match] = []
        holes: list[str] = []
        misses: list[Miss] = []
        for exchange in exchanges:
            selection = select(check.subject, exchange, known)
            matches += selection.matches
            holes += selection.holes
            if not selection.matches and not selection.holes and not check.absent and not check.optional:
                misses.append(Miss(_subject(check), ABSENT, "nothing is there"))
    except NotJudgedError as error:
        return Judgement(unjudged=error, keywords=check.keywords)
    except MissingNameError as error:
        return Judgement(unjudged=NotJudgedError("capture", f"{error.args[0]} was not captured"))
    except (ValueError, re.error) as error:
        return Judgement((), (Miss(_subject(check), ABSENT, str(error)),), keywords=check.keywords)
    if check.absent:
        misses += [Miss(match.where, match.value, "is there") for match in matches if match.value is not None]
        return Judgement(tuple(match.value for match in matches), tuple(misses), keywords=keywords)
    if not check.optional:
        misses += [Miss(hole, ABSENT, "is missing") for hole in holes]
    matches = _arranged(check, matches, misses)
    for match in matches:
        misses += _errors(compiled, match)
    return Judgement(tuple(match.value for match in matches), tuple(misses), keywords=keywords)


def _arranged(check: Check, matches: list[Match], misses: list[Miss]) -> list[Match]:
    """Give the values one by one, or all together for `collect` and `join`."""
    if check.join is not None:
        texts = [match for match in matches if match.value is not None]
        wrong = [match for match in texts if not isinstance(match.value, str)]
        if wrong:
            misses += [Miss(match.where, match.value, "is no text to be joined") for match in wrong]
            return []
        return [] if misses else [Match(_subject(check), check.join.join(match.value for match in texts))]
    if check.optional:
        matches = [match for match in matches if match.value is not None]
    if check.collect:
        return [] if misses else [Match(_subject(check), [match.value for match in matches])]
    return matches


_COMPILED: dict[int, tuple[Check, dict[str, Json], Any]] = {}


def _compiled(check: Check, known: Mapping[str, Json]) -> tuple[dict[str, Json], Any]:
    """Give the keywords with names filled in and their validator, made once for a check without names."""
    kept = _COMPILED.get(id(check))
    if kept is None:
        keywords = filled(check, known)
        kept = check, keywords, validator(keywords) if keywords else None
        if not any(names(dict(check.keywords))):
            keep(_COMPILED, id(check), kept)
    return kept[1:]


def filled(check: Check, known: Mapping[str, Json]) -> dict[str, Json]:
    """Give the keywords of a check with names filled in; raises MissingNameError."""
    return {word: _fill_keyword(word, value, known) for word, value in check.keywords.items()}


def _fill_keyword(word: str, value: Json, known: Mapping[str, Json]) -> Json:
    """Fill names; inside a `pattern`, at any depth, they are literal text."""
    if word == "pattern" and isinstance(value, str):
        return fill_pattern(value, known)
    if isinstance(value, dict) and word not in ("const", "enum"):
        return {key: _fill_keyword(key, item, known) for key, item in value.items()}
    if isinstance(value, list) and word in ("allOf", "anyOf", "oneOf", "prefixItems"):
        return [_fill_keyword("", item, known) for item in value]
    return fill(value, known)


def _errors(compiled: Any, match: Match) -> list[Miss]:
    if compiled is None:
        return []
    try:
        errors = list(compiled.iter_errors(match.value))
    except RecursionError:
        return [Miss(match.where, match.value, "is nested too deep to be judged")]
    if not errors:
        return []
    where = match.where
    misses = [_miss(where, error) for error in errors]
    if not any(miss.pointer for miss in misses):
        # One value, one miss: the keywords of a plain check are one statement.
        first = misses[0]
        return [Miss(first.where if len(misses) == 1 else where, match.value, first.why)]
    return misses


def _miss(where: str, error: Any) -> Miss:
    """Give what one error of a validator says; some hold what judge/schema.py wrote on them."""
    severity, missing = getattr(error, "severity", None), getattr(error, "missing", None)
    parts = [*error.absolute_path, *([] if missing is None else [missing])]
    pointer = "#/" + "/".join("*" if isinstance(part, int) else str(part) for part in parts)
    return Miss(
        where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts),
        error.instance if missing is None else ABSENT,
        _why(error),
        pointer if getattr(error, "in_shape", False) else "",
        Severity(severity) if severity else None,
        f"{error.validator} {short(error.validator_value)}" if missing is None else "a value",
    )


def _why(error: Any) -> str:
    wanted = error.validator_value
    match error.validator:
        case "type":
            return f"is not of type {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
        case "const":
            return f"is not {short(wanted)}"
        case "enum":
            return f"is none of {', '.join(short(item) for item in wanted)}"
        case "pattern":
            return f"does not match {wanted}"
        case "not":
            return "satisfies what it must not"
        case "minimum" | "exclusiveMinimum":
            return f"is less than {wanted}" if error.validator == "minimum" else f"is not more than {wanted}"
        case "maximum" | "exclusiveMaximum":
            return f"is more than {wanted}" if error.validator == "maximum" else f"is not less than {wanted}"
        case "minLength" | "minItems" | "minProperties" | "minContains":
            return f"is shorter than {wanted}"
        case "maxLength" | "maxItems" | "maxProperties" | "maxContains":
            return f"is longer than {wanted}"
        case "uniqueItems":
            return "holds the same element twice"
        case "contains":
            return "holds no element that is asked for"
        case "anyOf" | "oneOf":
            return "fits none of the forms that are allowed"
        case None:
            return "must not be there"
    text = str(error.message)
    return text if len(text) <= 200 else text[:197] + "…"


def _subject(check: Check) -> str:
    if check.subject.kind == "sum":
        return "sum of " + " + ".join(check.subject.argument)
    return check.subject.address if check.subject.kind != "value" or check.subject.argument else "the value"


def short(value: Json | Absent, limit: int = 120) -> str:
    """Show a value as JSON on one line, cut at the limit."""
    if value is ABSENT:
        return "absent"
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def expectation(check: Check, keywords: Mapping[str, Json]) -> str:
    """Say in a line what the check asks for, in the words of the case."""
    parts = []
    if check.absent:
        parts.append("absent or null")
    for word, value in keywords.items():
        if word == "const":
            parts.append(short(value))
        elif word == "enum":
            parts.append("one of " + ", ".join(short(item) for item in value))
        else:
            parts.append(f"{word} {short(value) if not isinstance(value, str) else value}")
    text = ", ".join(parts) or "something"
    if check.collect:
        text = f"all matches together: {text}"
    if check.join is not None:
        text = f"all matches joined by {check.join!r}: {text}"
    return f"{text} (or nothing)" if check.optional else text


def findings(check: Check, judgement: Judgement, step: str, exchange: int, answers: int = 1) -> list[Finding]:
    """Give the findings of a check that did not hold: one, or one a JSON pointer for a `schema:` check.

    They are about `answers` exchanges of the case, from number `exchange` on (several with `copies`).
    """
    groups: dict[tuple[str, Severity], list[Miss]] = {}
    for miss in judgement.misses:
        severity = check.severity if miss.severity is None else miss.severity.at_most(check.severity)
        groups.setdefault((miss.pointer, severity), []).append(miss)
    made = []
    for (pointer, severity), misses in groups.items():
        first = misses[0]
        more = f" (and {len(misses) - 1} more)" if len(misses) > 1 else ""
        made.append(
            Finding(
                address=check.address + pointer,
                severity=severity,
                message=f"{first.where} {first.why}{more}",
                expected=expectation(check, judgement.keywords) if not pointer else first.expected,
                actual=describe(first.value),
                place=check.place,
                step=step,
                exchange=exchange,
                answers=answers,
                missed=tuple(miss.value for miss in misses),
            )
        )
    return made


def describe(value: Json | Absent) -> str:
    """Show a value with its JSON type."""
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    kind = kinds.get(type(value))
    return f"{kind} {short(value, 200)}" if kind else short(value)
