"""What nearly every JSONPath of a case is made of: names, indices, and filters that compare with a text or a number.

jsonpath-ng takes ten times as long for them, and invariants put them to every event of every stream. What they select
is what jsonpath-ng selects (tests/unit/test_jsonpath.py), which for filters is RFC 9535 §2.3.5.2.2.
"""

import json
import operator
import re
from collections.abc import Callable

from aioc.model.problem import Json

Keys = tuple[str | int, ...]
Test = Callable[[Json], bool]

NAME = "[A-Za-z_][A-Za-z0-9_-]*"
PLAIN = rf"(?:\.{NAME}|\[(?:0|[1-9][0-9]*)\])+"
"""A regular expression for names and indices."""
NOTHING = object()
"""What stands where a path leads to nothing."""
_KEY = re.compile(r"\.([^.\[]+)|\[([0-9]+)\]")
_COMPARISON = re.compile(
    rf"""\s* @(?P<path>{PLAIN}) \s*
    (?: (?P<sign>[=!]=|[<>]=?|=~) \s*
        (?: (?P<quote>['"])(?P<text>[^\\]*?)(?P=quote) | (?P<number>-?(?:0|[1-9][0-9]*)(\.[0-9]+)?) ) \s* )?
    (?P<more>&&|\Z)""",
    re.VERBOSE,
)
_SIGNS: dict[str, Callable[[Json, Json], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def keys(path: str) -> Keys:
    """Give the names and indices of such a path."""
    return tuple(int(index) if index else name for name, index in _KEY.findall(path))


def go(path: Keys, value: Json) -> Json | object:
    """Give what a path leads to, or NOTHING."""
    for key in path:
        if isinstance(key, str):
            if not isinstance(value, dict) or key not in value:
                return NOTHING
        elif not isinstance(value, list) or key >= len(value):
            return NOTHING
        value = value[key]
    return value


def filter_test(text: str) -> Test | None:
    """Give what a filter (`@.name == 'text' && @.other`) asks of a value; None for one that is for jsonpath-ng."""
    tests: list[Test] = []
    at = 0
    while at < len(text):
        found = _COMPARISON.match(text, at)
        if found is None:
            return None
        tests.append(_comparison(found))
        at = found.end()
    return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)


def _comparison(found: re.Match[str]) -> Test:
    path, sign = keys(found["path"]), found["sign"]
    if sign is None:
        return lambda value: go(path, value) is not NOTHING
    if sign == "=~":
        pattern = re.compile(found["text"])
        return lambda value: isinstance(text := go(path, value), str) and pattern.search(text) is not None
    wanted, kind = (found["text"], str) if found["number"] is None else (json.loads(found["number"]), int | float)
    holds = _SIGNS[sign]

    def test(value: Json) -> bool:
        there = go(path, value)
        if isinstance(there, kind) and not isinstance(there, bool):
            return holds(there, wanted)
        return sign == "!="

    return test
