"""JSON from untrusted bytes: bounded, never recursive before its depth is known, every liberty noted."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aioc.model.problem import ABSENT, Absent, Json

MAX_DEPTH = 512
MAX_LISTED = 20
BOM = b"\xef\xbb\xbf"
_BLANK = " \t\r\n"
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
# Possessive, and closed by the end of the text too: no body makes this backtrack or begin anew.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
# Apart, and from the first digit on only: as one pattern they take a second for some bodies of a few MiB.
_EXPONENT = re.compile(r"[eE]\+?[0-9]{2}")
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{200}")
_AT_ONCE = 100  # texts: one that is odd has so many read one by one
_LONG_INTEGER = 4000  # Python refuses to read integers of more than 4,300 digits


@dataclass(slots=True)
class JsonText:
    """A JSON value and what was wrong with its text. `value` is ABSENT when it is no JSON; `problem` says why."""

    value: Json | Absent = ABSENT
    problem: str = ""
    bom: bool = False
    utf8: bool = True
    duplicate_keys: list[str] = field(default_factory=list)
    nan: bool = False
    too_deep: bool = False
    lone_surrogates: bool = False
    trailing: str = ""

    def number(self, text: str) -> float:
        """Read a number that may be beyond all bounds."""
        value = float(text)
        self.nan = self.nan or not math.isfinite(value)
        return value

    def integer(self, text: str) -> int | float:
        """Read an integer of any length."""
        return int(text) if len(text) < _LONG_INTEGER else self.number(text)

    def pairs(self, items: list[tuple[str, Any]]) -> dict[str, Any]:
        """Make an object; of a key that stands twice the last counts, as in Python and JavaScript."""
        made = dict(items)
        if len(made) != len(items):
            seen: set[str] = set()
            for key, _ in items:
                if key in seen and key not in self.duplicate_keys and len(self.duplicate_keys) < MAX_LISTED:
                    self.duplicate_keys.append(key)
                seen.add(key)
        return made


def read_json(raw: bytes) -> JsonText:
    """Read one JSON value; a NaN or a key that stands twice is a fact, anything else that is no JSON has no value."""
    try:
        plain = _usual([raw.decode("utf-8")])
    except UnicodeDecodeError:
        plain = None
    return JsonText(plain[0]) if plain else _read(raw)


def read_texts(texts: Sequence[str]) -> tuple[list[Json | Absent], dict[int, JsonText]]:
    """Read one JSON value of each text; gives the values, and by their place the texts that may not be plain JSON.

    Of a stream nearly all are plain: together they take 2.2 µs each, one by one 3.1.
    """
    values: list[Json | Absent] = []
    odd: dict[int, JsonText] = {}
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        plain = _usual(some)
        if plain is None:
            found = {start + place: read_json(text.encode()) for place, text in enumerate(some)}
            odd |= found
            plain = [text.value for text in found.values()]
        values += plain
    return values, odd


def json_facts(texts: Sequence[JsonText]) -> dict[str, Json]:
    """Give the facts that a check may ask for under `$.json`; of a stream those of all texts that may not be plain."""
    keys = dict.fromkeys(key for text in texts for key in text.duplicate_keys)
    return {
        "valid": all(text.value is not ABSENT for text in texts),
        "bom": any(text.bom for text in texts),
        "utf8": all(text.utf8 for text in texts),
        "duplicate_keys": list(keys)[:MAX_LISTED],
        "nan": any(text.nan for text in texts),
        "too_deep": any(text.too_deep for text in texts),
        "lone_surrogates": any(text.lone_surrogates for text in texts),
        "trailing": next((text.trailing for text in texts if text.trailing), ""),
    }


class _UnusualError(Exception):
    """This text has to be looked at closely."""


def _unique(items: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(items)
    if len(made) != len(items):
        raise _UnusualError
    return made


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _UnusualError
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant={"NaN": ABSENT}.__getitem__, parse_float=_finite)
_BETWEEN = ",NaN,"


def _usual(texts: Sequence[str]) -> list[Json] | None:
    """Read short texts that nothing is wrong with, all at once; None when one of them has to be looked at closely.

    They are read as one array with a NaN of ours between them. No text has one itself, so when all of ours come out as
    the items between the others, none of them was inside a text: each text is one value.
    """
    whole = _BETWEEN.join(texts)
    longest = max(map(len, texts))
    if whole.count("NaN") >= len(texts) or longest > _LONG_INTEGER:
        return None
    if "\\" in whole and _SURROGATE_ESCAPE.search(whole):
        return None
    # What is no longer than this has not enough brackets.
    if longest > 2 * MAX_DEPTH and any(text.count("[") + text.count("{") > MAX_DEPTH for text in texts):
        return None
    try:
        values, end = _DECODER.raw_decode(f"[{whole}]")
    except (_UnusualError, LookupError, ValueError, RecursionError):
        return None
    apart = values[1::2].count(ABSENT) == len(texts) - 1 and len(values) == 2 * len(texts) - 1
    return values[::2] if apart and end == len(whole) + 2 else None


def _read(raw: bytes) -> JsonText:
    found = JsonText()
    skipped = 0
    if raw.startswith(BOM):
        found.bom, raw, skipped = True, raw[3:], 3
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found.utf8 = False
        found.problem = f"not UTF-8 at byte {skipped + error.start}"
        return found
    if _depth(raw) > MAX_DEPTH:
        found.too_deep = True
        found.problem = f"JSON nested deeper than {MAX_DEPTH}"
        return found
    maybe_huge = bool(_EXPONENT.search(text) or _LONG_NUMBER.search(text))
    decoder = json.JSONDecoder(
        object_pairs_hook=found.pairs,
        parse_constant=found.number,
        parse_int=found.integer if maybe_huge else None,
        parse_float=found.number if maybe_huge else None,
    )
    start = len(text) - len(text.lstrip(_BLANK))
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        found.problem = f"not JSON at byte {skipped + len(text[: error.pos].encode())}"
        return found
    except (ValueError, RecursionError):
        found.problem = "not JSON that can be read"
        return found
    rest = text[end:].lstrip(_BLANK)
    if rest:
        found.trailing = rest[:200]
        found.problem = f"more text after the JSON at byte {skipped + len(text[: len(text) - len(rest)].encode())}"
        return found
    if _SURROGATE_ESCAPE.search(text):
        found.lone_surrogates = bool(_SURROGATE.search(json.dumps(value, ensure_ascii=False)))
    found.value = value
    return found


def _depth(raw: bytes) -> int:
    """Give the deepest nesting of brackets outside strings, in one pass and without recursion."""
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for byte in _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        if depth > deepest:
            deepest = depth
            if deepest > MAX_DEPTH:
                break
    return deepest
