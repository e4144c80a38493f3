"""Checks of request parameters, put together from small functions that refuse with the path they refuse."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from aioc.reference.answer import ApiError, Json
from aioc.reference.request import missing

Check: TypeAlias = Callable[[Json, str], object]
"""Takes a value and its path, and raises the refusal of what it does not accept."""

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def anything(value: Json, path: str) -> None:
    """Accept every value."""


def boolean(value: Json, path: str) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        raise _mistyped(value, path, "a boolean")


def text(*choices: str, least: int = 0, most: int | None = None) -> Check:
    """A string, perhaps one of a few or of a bounded length."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str):
            raise _mistyped(value, path, "a string")
        if choices and value not in choices:
            raise ApiError(f"Invalid value: '{value}'. Supported values are: {choices}.", path, "invalid_value")
        if len(value) < least:
            raise ApiError(f"Invalid '{path}': the string is too short.", path, "empty_string")
        if most is not None and len(value) > most:
            raise ApiError(f"Invalid '{path}': more than {most} characters.", path, "string_above_max_length")

    return check


def name(value: Json, path: str) -> None:
    """A function or schema name."""
    text()(value, path)
    if not _NAME.fullmatch(value):
        message = f"Invalid '{path}': expected letters, digits, '_' and '-', up to 64."
        raise ApiError(message, path, "invalid_value")


def base64_bytes(value: Json, path: str, code: str = "invalid_value") -> bytes:
    """A string that is strictly base64; gives what it stands for."""
    text(least=1)(value, path)
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise ApiError(f"Invalid base64 data in '{path}'.", path, code) from None


def number(low: float | None = None, high: float | None = None, whole: bool = False) -> Check:
    """A number inside its bounds; a boolean is none."""
    word = "integer" if whole else "decimal"

    def check(value: Json, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise _mistyped(value, path, f"a number ({word})")
        if low is not None and value < low:
            raise ApiError(f"Invalid '{path}': {value} is below the minimum {low}.", path, f"{word}_below_min_value")
        if high is not None and value > high:
            raise ApiError(f"Invalid '{path}': {value} is above the maximum {high}.", path, f"{word}_above_max_value")

    return check


def integer(low: float | None = None, high: float | None = None) -> Check:
    """A whole number inside its bounds."""
    return number(low, high, whole=True)


def array(item: Check = anything, least: int = 0, most: int | None = None) -> Check:
    """A list of a bounded length."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, list):
            raise _mistyped(value, path, "an array")
        if len(value) < least:
            raise ApiError(f"Invalid '{path}': expected at least {least} items.", path, "empty_array")
        if most is not None and len(value) > most:
            raise ApiError(f"Invalid '{path}': expected at most {most} items.", path, "array_above_max_length")
        for index, element in enumerate(value):
            item(element, f"{path}[{index}]")

    return check


def mapping(fields: Mapping[str, Check] | None = None, *required: str, values: Check = anything) -> Check:
    """An object with known fields, or with any names when no fields are given; null is unset."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            raise _mistyped(value, path, "an object")
        inside = f"{path}." if path else ""
        for field in required:
            if value.get(field) is None:
                raise missing(inside + field)
        for field, element in value.items():
            if fields is None:
                values(element, inside + field)
            elif field not in fields:
                raise ApiError(f"Unknown parameter: '{inside}{field}'.", inside + field, "unknown_parameter")
            elif element is not None:
                fields[field](element, inside + field)

    return check


def tagged(tag: str, kinds: Mapping[str, Check]) -> Check:
    """An object whose field `tag` says which check the rest of it has to pass."""
    has_tag, known = mapping(None, tag), text(*kinds)

    def check(value: Json, path: str) -> None:
        has_tag(value, path)
        known(value[tag], f"{path}.{tag}")
        kinds[value[tag]]({field: element for field, element in value.items() if field != tag}, path)

    return check


def either(*checks: Check) -> Check:
    """The first check whose type fits decides."""

    def check(value: Json, path: str) -> None:
        for one in checks[:-1]:
            try:
                one(value, path)
                return
            except ApiError as wrong:
                if wrong.code != "invalid_type" or wrong.param != path:
                    raise
        checks[-1](value, path)

    return check


def checked(body: Json, fields: Mapping[str, Check], *required: str) -> dict[str, Json]:
    """The body without its nulls, when it passes."""
    mapping(fields, *required)(body, "")
    return {field: value for field, value in body.items() if value is not None}


METADATA = mapping(values=text(most=512))


def _mistyped(value: Json, path: str, expected: str) -> ApiError:
    names = {bool: "a boolean", str: "a string", list: "an array", dict: "an object", type(None): "null"}
    got = names.get(type(value), "a number")
    message = f"Invalid type for '{path}': expected {expected}, but got {got} instead."
    return ApiError(message, path, "invalid_type")
