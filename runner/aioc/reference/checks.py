"""Checks of request parameters, put together from small functions that refuse with the path they refuse."""

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from aioc.reference.answer import ApiError, Json
from aioc.reference.request import missing

Check: TypeAlias = Callable[[Json, str], None]


def refuse(param: str, code: str, message: str) -> NoReturn:
    """Raise the 400 for one parameter."""
    raise ApiError(message, param, code)


def anything(value: Json, path: str) -> None:
    """Accept every value."""


def boolean(value: Json, path: str) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        _type(value, path, "a boolean")


def text(*choices: str, least: int = 0, most: int | None = None) -> Check:
    """A string, perhaps one of a few or of a bounded length."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, str):
            _type(value, path, "a string")
        if choices and value not in choices:
            refuse(path, "invalid_value", f"Invalid value: '{value}'. Supported values are: {choices}.")
        if len(value) < least:
            refuse(path, "empty_string", f"Invalid '{path}': the string is too short.")
        if most is not None and len(value) > most:
            refuse(path, "string_above_max_length", f"Invalid '{path}': more than {most} characters.")

    return check


def number(low: float | None = None, high: float | None = None, whole: bool = False) -> Check:
    """A number inside its bounds; a boolean is none."""
    word = "integer" if whole else "decimal"

    def check(value: Json, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            _type(value, path, f"a number ({word})")
        if low is not None and value < low:
            refuse(path, f"{word}_below_min_value", f"Invalid '{path}': {value} is below the minimum {low}.")
        if high is not None and value > high:
            refuse(path, f"{word}_above_max_value", f"Invalid '{path}': {value} is above the maximum {high}.")

    return check


def integer(low: float | None = None, high: float | None = None) -> Check:
    """A whole number inside its bounds."""
    return number(low, high, whole=True)


def array(item: Check = anything, least: int = 0, most: int | None = None) -> Check:
    """A list of a bounded length."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, list):
            _type(value, path, "an array")
        if len(value) < least:
            refuse(path, "empty_array", f"Invalid '{path}': expected at least {least} items.")
        if most is not None and len(value) > most:
            refuse(path, "array_above_max_length", f"Invalid '{path}': expected at most {most} items.")
        for index, element in enumerate(value):
            item(element, f"{path}[{index}]")

    return check


def mapping(fields: Mapping[str, Check] | None = None, *required: str, values: Check = anything) -> Check:
    """An object with known fields, or with any names when no fields are given; null is unset."""

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            _type(value, path, "an object")
        inside = f"{path}." if path else ""
        for name in required:
            if value.get(name) is None:
                raise missing(inside + name)
        for name, element in value.items():
            if fields is not None and name not in fields:
                refuse(inside + name, "unknown_parameter", f"Unknown parameter: '{inside}{name}'.")
            if element is not None or fields is None:
                (values if fields is None else fields[name])(element, inside + name)

    return check


def tagged(tag: str, kinds: Mapping[str, Check]) -> Check:
    """An object whose field `tag` says which check it has to pass."""
    name = text(*kinds)

    def check(value: Json, path: str) -> None:
        if not isinstance(value, dict):
            _type(value, path, "an object")
        if value.get(tag) is None:
            raise missing(f"{path}.{tag}")
        name(value[tag], f"{path}.{tag}")
        kinds[value[tag]](value, path)

    return check


def either(*checks: Check) -> Check:
    """The first check whose type fits decides."""

    def check(value: Json, path: str) -> None:
        wrong: ApiError | None = None
        for one in checks:
            try:
                return one(value, path)
            except ApiError as error:
                wrong = error
                if error.code != "invalid_type" or error.param != path:
                    raise
        if wrong:
            raise wrong

    return check


def checked(body: Json, fields: Mapping[str, Check], *required: str) -> dict[str, Json]:
    """The body without its nulls, when it passes."""
    mapping(fields, *required)(body, "")
    return {name: value for name, value in body.items() if value is not None}


METADATA = mapping(values=text(most=512))


def _type(value: Json, path: str, expected: str) -> NoReturn:
    names = {bool: "a boolean", str: "a string", list: "an array", dict: "an object", type(None): "null"}
    got = names.get(type(value), "a number")
    refuse(path, "invalid_type", f"Invalid type for '{path}': expected {expected}, but got {got} instead.")
