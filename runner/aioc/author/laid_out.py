"""A JSON value on lines that a person can find a path in, and where a path that selects nothing went wrong."""

import json
import re
from collections.abc import Iterator

from aioc.jsonpath import compiled
from aioc.model.problem import Json, did_you_mean

WIDTH = 110
MOST_ITEMS = 8
"""Of a longer list of numbers or texts only so many are shown."""


def laid_out(value: Json) -> Iterator[str]:
    """Give a value as JSON, what is short on one line."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= WIDTH or not isinstance(value, dict | list):
        yield text
        return
    if isinstance(value, dict):
        opening, closing = "{}"
        pairs = [(f"{json.dumps(key, ensure_ascii=False)}: ", item) for key, item in value.items()]
    else:
        opening, closing = "[]"
        pairs = [("", item) for item in value]
    plain = isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)
    cut = len(pairs) - MOST_ITEMS if plain and len(pairs) > MOST_ITEMS else 0
    yield opening
    for number, (key, item) in enumerate(pairs[: len(pairs) - cut], 1):
        first, *rest = laid_out(item)
        lines = [f"{key}{first}", *rest]
        lines[-1] += "," if number < len(pairs) else ""
        yield from (f"  {line}" for line in lines)
    if cut:
        yield f"  … and {cut} more"
    yield closing


def where_lost(path: str, value: Json) -> str:
    """Say how far a JSONPath that selects nothing leads, and what is there instead; '' where that cannot be told."""
    lost = ""
    while found := re.fullmatch(r"(\$.*)\.(\w+)((?:\[[^\]]*\])*)", path):
        path, lost = found[1], found[2]
        there = [match.value for match in compiled(path).select(value).matches]
        keys = list(dict.fromkeys(key for one in there if isinstance(one, dict) for key in one))
        if keys:
            return f"{path} has no {lost}; {did_you_mean(lost, keys) or f'it has {len(keys)} other members'}"
        if there:
            return f"{path} is no object: it has no {lost}"
    return ""
