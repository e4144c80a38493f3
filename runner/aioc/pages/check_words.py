"""A check in words: what it looks at, and what it asks of it; for pages, in Markdown."""

import json
from collections.abc import Iterator, Mapping

from aioc.model.case import Case, Check
from aioc.model.overlay import Deviation
from aioc.model.problem import Json
from aioc.report.md import code
from aioc.report.text import shorten

LONGEST = 140
ELSEWHERE = "is of the shape that the file writes out"
_ORDER = {"ascending": "is in ascending order", "descending": "is in descending order", "counting": "counts 0, 1, 2 …"}
_VALUE_FOLLOWS = {
    "const": "is",
    "minimum": "is at least",
    "maximum": "is at most",
    "exclusiveMinimum": "is more than",
    "exclusiveMaximum": "is less than",
}
_NAME_FOLLOWS = {
    "schema": "has the shape",
    "contentMediaType": "holds",
    "contentEncoding": "is coded as",
}
_OF_ARRAYS = {"minItems", "maxItems", "uniqueItems", "order", "contains", "items", "type"}
_TYPES = {
    "null": "null",
    "object": "an object",
    "array": "an array",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def subject(check: Check) -> str:
    """Say what a check looks at."""
    about = check.subject
    match about.kind:
        case "status":
            return "the status"
        case "header":
            return f"the header {code(str(about.argument).lower())}"
        case "path":
            return "the answer" if about.argument == "$" else code(_short(str(about.argument)))
        case "events":
            return (
                "each event" if about.argument == "$[*].data" else f"{code(_short(str(about.argument)))} of the events"
            )
        case "exchange":
            return f"{code(str(about.argument))} of the transfer"
        case "body":
            return "the body"
        case "sum":
            return f"the sum of {code(_short(json.dumps(about.argument)))}"
    return code(_short(str(about.argument))) if about.argument is not None else "the value"


def demand(check: Check) -> str:
    """Say what a check asks of what it looks at."""
    if check.absent:
        return "is not there"
    words = list(_keywords(check.keywords))
    said = ELSEWHERE if any(ELSEWHERE in word for word in words) else ", ".join(words) or "is there"
    whole = check.join is not None or (check.collect and not set(check.keywords) <= _OF_ARRAYS)
    return f"{'all together ' if whole else ''}{said}{', if it is there' if check.optional and check.keywords else ''}"


def sentence(check: Check) -> str:
    """Give the whole of it: `the status is 200`."""
    return f"{subject(check)} {demand(check)}"


def _keywords(keywords: Mapping[str, Json]) -> Iterator[str]:
    left = dict(keywords)
    if "type" in left and {"const", "enum", "pattern", "minLength", "order"} & left.keys() - {"type"}:
        left.pop("type")  # said by the other
    if "minItems" in left and left.get("maxItems") == left["minItems"]:
        yield f"has {_items(left.pop('minItems'))}"
        left.pop("maxItems")
    if {"minimum", "maximum"} <= left.keys():
        yield f"is from {_value(left.pop('minimum'))} to {_value(left.pop('maximum'))}"
    for word, value in left.items():
        yield _keyword(word, value)


def _keyword(word: str, value: Json) -> str:
    if word in _VALUE_FOLLOWS:
        return f"{_VALUE_FOLLOWS[word]} {_value(value)}"
    if word in _NAME_FOLLOWS:
        return f"{_NAME_FOLLOWS[word]} {code(value)}"
    match word:
        case "enum":
            return f"is one of {', '.join(map(_value, value))}" if len(value) <= 12 else f"is one of {len(value)} words"
        case "type":
            kinds = [value] if isinstance(value, str) else value
            return f"is {' or '.join(_TYPES.get(kind, kind) for kind in kinds)}"
        case "pattern":
            return f"matches {code(_short(value))}"
        case "minItems":
            return "is not empty" if value == 1 else f"has at least {_items(value)}"
        case "maxItems":
            return "is empty" if value == 0 else f"has at most {_items(value)}"
        case "minLength":
            return "is not empty" if value == 1 else f"has at least {value} characters"
        case "maxLength":
            return f"has at most {value} characters"
        case "order":
            return _ORDER.get(value, f"is in the order {code(str(value))}")
        case "uniqueItems":
            return "has nothing twice"
        case "required":
            return f"has {', '.join(map(code, value))}"
        case "not":
            return _not(value) if isinstance(value, dict) else "is nothing"
        case "contains":
            return f"has an element that {', '.join(_keywords(value))}" if isinstance(value, dict) else "is not empty"
        case "items":
            return f"each element {', '.join(_keywords(value))}" if isinstance(value, dict) else "any elements"
        case "anyOf":
            return ", or ".join(" and ".join(_keywords(item)) for item in value)
        case "near":
            return f"is {_value(value['to'])}, give or take {_value(value['within'])}"
        case "allOf":
            return " and ".join(part for item in value for part in _keywords(item))
    if isinstance(value, dict | list):
        return ELSEWHERE
    return f"{word} {_value(value)}"


def _not(keywords: Mapping[str, Json]) -> str:
    """Turn one keyword round where English has a word for it."""
    said = " and ".join(_keywords(keywords))
    for word, turned in (("is ", "is not "), ("matches ", "does not match "), ("has ", "does not have ")):
        if said.startswith(word) and len(keywords.keys() - {"type"}) <= 1:
            return turned + said.removeprefix(word)
    return f"is nothing that {said}"


def instead(entry: Deviation, case: Case | None) -> str:
    """Say what the server does at an entry's check, and what the case asks there."""
    check = None if case is None else asked(case, entry)
    own = entry.instead
    pointer = entry.address.partition("#")[2]
    if own.subject.kind != "value" or own.subject.argument is not None:
        return f"{sentence(own)}{_against(check, pointer)}"
    if pointer:
        return f"{'the whole' if pointer == '/' else code(pointer)} {demand(own)}"
    return f"{subject(check) if check else code(entry.address)} {demand(own)}{_against(check, pointer)}"


def _against(check: Check | None, pointer: str) -> str:
    if check is None or pointer:
        return ""
    return (
        f"; asked: {demand(check).removeprefix('is ')}"
        if check.keywords or check.absent
        else "; asked: that it is there"
    )


def asked(case: Case, entry: Deviation) -> Check | None:
    """Give the check of the case that an entry is about; None for `json`, `stream`, a capture …"""
    name = entry.address.partition("#")[0] or entry.address
    checks = [check for step in case.steps if step.name == entry.step or not entry.step for check in step.checks]
    return next((check for check in (*checks, *case.checks) if check.address == name), None)


def _value(value: Json) -> str:
    if value == "":
        return "an empty text"
    return code(_short(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))


def _items(number: Json) -> str:
    return "1 element" if number == 1 else f"{number} elements"


def _short(value: str) -> str:
    return shorten(value, LONGEST)
