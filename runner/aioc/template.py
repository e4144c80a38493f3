"""Names in data: `${model}` becomes a value, once; what came in as a value is never looked at again."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from aioc.model.problem import Json

NAME = re.compile(r"\$\{([^}]*)\}")
VALID_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
MAX_INSERTED = 64 * 1024
"""A captured value inserted as text is at most this long; `let` may be longer."""

Values = Mapping[str, Json]


class MissingNameError(LookupError):
    """A name has no value (a capture that did not happen)."""


def names(value: Json) -> Iterator[str]:
    """Give every name used in a JSON value, in its keys too."""
    if isinstance(value, str):
        yield from NAME.findall(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from names(key)
            yield from names(item)
    elif isinstance(value, list):
        for item in value:
            yield from names(item)


def fill(value: Json, values: Values) -> Json:
    """Replace names in a JSON value: a whole scalar `${x}` keeps x's JSON type, in a text it is inserted."""
    if isinstance(value, str):
        whole = NAME.fullmatch(value)
        if whole:
            return _value(whole[1], values)
        return fill_text(value, values, str)
    if isinstance(value, dict):
        return {fill_text(key, values, str): fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    return value


def fill_text(text: str, values: Values, form: Callable[[str], str]) -> str:
    """Replace names in a text; `form` escapes each inserted text for where it goes."""
    return NAME.sub(lambda match: form(as_text(_value(match[1], values))), text) if "${" in text else text


def fill_pattern(text: str, values: Values) -> str:
    """Replace names in a regular expression, each value literally."""
    return fill_text(text, values, re.escape)


def fill_path(text: str, values: Values) -> str:
    """Replace names in a request path, each value percent-encoded as one segment."""
    return fill_text(text, values, lambda inserted: quote(inserted, safe=""))


def as_text(value: Json) -> str:
    """Give the text of a value as it reads inside another text: JSON, but strings without quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(name: str, values: Values) -> Json:
    if name not in values:
        raise MissingNameError(name)
    return values[name]
