"""Plain data as the YAML of a case: nothing that YAML readers take differently, short things on one line."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from aioc.model.problem import Json
from aioc.read.scalar import AmbiguousError, plain_value

WIDTH = 100
"""An object or list of plain values that fits into so many columns stands on one line."""
# A colon with a space behind it begins a value.
_PLAIN = re.compile(r"[A-Za-z$/](?:[\w ,.()/*$\[\]{}@=~+?&-]|:(?=[\w/]))*(?<! )", re.ASCII)
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z/][\w ./-]*(?<! )", re.ASCII)
# What json.dumps leaves as it is and a YAML file may not hold, or takes for the end of a line.
_RAW = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml_lines(value: Json) -> Iterator[str]:
    """Give an object or a list as lines of block YAML."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _member(f"{scalar(str(key))}:", item)
    else:
        for item in value:
            if not isinstance(item, dict | list):
                yield f"- {scalar(item)}"
            elif not item or (_short(item) and len(flow(item)) + 2 <= WIDTH):
                yield f"- {flow(item)}"
            else:
                yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(yaml_lines(item)))


def _member(head: str, item: Json) -> Iterator[str]:
    if not isinstance(item, dict | list):
        yield f"{head} {scalar(item)}"
    elif not item or (_short(item) and len(flow(item)) + len(head) + 1 <= WIDTH):
        yield f"{head} {flow(item)}"
    else:
        yield head
        yield from (f"  {line}" for line in yaml_lines(item))


def _short(item: dict[str, Json] | list[Json]) -> bool:
    """Whether it holds plain values only."""
    values = item.values() if isinstance(item, dict) else item
    return not any(isinstance(value, dict | list) and value for value in values)


def scalar(value: Json) -> str:
    """Give a plain value: unquoted where nobody can misread it, else in double quotes (which are JSON's)."""
    return _scalar(value, _PLAIN, in_flow=False)


def flow(value: Json) -> str:
    """Give a value on one line, as it may stand inside `{…}` and `[…]`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return _scalar(value, _PLAIN_IN_FLOW, in_flow=True)


def _scalar(value: Json, plain: re.Pattern[str], *, in_flow: bool) -> str:
    if isinstance(value, float):
        written = f"{Decimal(repr(value)):f}"  # 1e-05 is a number to some readers and a text to others
        return written if "." in written else f"{written}.0"
    if not isinstance(value, str):
        return json.dumps(value)
    if plain.fullmatch(value):
        try:
            if plain_value(value, in_flow=in_flow) == value:
                return value
        except AmbiguousError:
            pass
    quoted = json.dumps(value, ensure_ascii=False)
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
