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
            head = f"{scalar(str(key))}:"
            line = _one_line(item, len(head) + 1)
            if line is not None:
                yield f"{head} {line}"
            else:
                yield head
                yield from (f"  {inner}" for inner in yaml_lines(item))
    else:
        for item in value:
            line = _one_line(item, 2)
            yield from item_lines(item) if line is None else [f"- {line}"]


def item_lines(item: Json) -> Iterator[str]:
    """Give an object or a list as an item of a list, over several lines."""
    yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(yaml_lines(item)))


def _one_line(item: Json, before: int) -> str | None:
    """Give what stands on one line behind so many columns; None for what does not fit, or holds objects or lists."""
    if not isinstance(item, dict | list):
        return scalar(item)
    inside = item.values() if isinstance(item, dict) else item
    if any(isinstance(value, dict | list) and value for value in inside):
        return None
    line = flow(item)
    return line if not item or before + len(line) <= WIDTH else None


def flow(value: Json) -> str:
    """Give a value on one line, as it may stand inside `{…}` and `[…]`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, in_flow=True)


def scalar(value: Json, *, in_flow: bool = False) -> str:
    """Give a plain value: unquoted where nobody can misread it, else in double quotes (which are JSON's)."""
    if isinstance(value, float):
        written = f"{Decimal(repr(value)):f}"  # 1e-05 is a number to some readers and a text to others
        return written if "." in written else f"{written}.0"
    if not isinstance(value, str):
        return json.dumps(value)
    if (_PLAIN_IN_FLOW if in_flow else _PLAIN).fullmatch(value):
        try:
            if plain_value(value, in_flow=in_flow) == value:
                return value
        except AmbiguousError:
            pass
    quoted = json.dumps(value, ensure_ascii=False)
    return _RAW.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
