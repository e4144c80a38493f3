"""A small valid instance of a JSON Schema, as constrained decoding would write it."""

import random
import re
from collections.abc import Mapping

from aioc.reference.answer import ApiError, Json
from aioc.reference.text import WORDS, seed_of

_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02", "time": "03:04:05Z", "duration": "P1D",
    "email": "amber@example.org", "hostname": "example.org", "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1", "uuid": "123e4567-e89b-42d3-a456-426614174000",
}  # fmt: skip
_ATOM = re.compile(r"(\\.|\[(?:\\.|[^\]\\])+\]|[^()|\\\[\]])(\{(\d+)(?:,\d*)?\}|[+*?])?")
_LETTERS = "aA1bcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ023456789-_.@ "
_DEEP = 5


def instance(schema: Json, seed: int) -> Json:
    """A value that the schema accepts; optional properties are left out when required ones are named."""
    try:
        return _value(schema, schema if isinstance(schema, dict) else {}, random.Random(seed_of(seed)), 0)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, re.error):
        # Broken in any of a hundred ways; the client only needs to hear that its schema is at fault.
        raise ApiError("Invalid schema: it is no JSON Schema that can be followed.", code="invalid_schema") from None


def _value(schema: Json, root: Mapping[str, Json], dice: random.Random, depth: int) -> Json:
    if not isinstance(schema, dict) or not schema:
        return dice.choice(WORDS)
    if "$ref" in schema:
        return _value(_followed(schema, root), root, dice, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return dice.choice(schema["enum"])
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            # Deep inside a recursive schema only the plainest branch leads out.
            branches = sorted(schema[word], key=_weight) if depth > _DEEP else schema[word]
            rest = {name: value for name, value in schema.items() if name != word}
            return _value({**rest, **branches[0]}, root, dice, depth + 1)
    if schema.get("allOf"):
        return _value(_merged(schema, root), root, dice, depth + 1)
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if isinstance(kinds, list) and "null" in kinds and depth > _DEEP:
        kind = "null"
    match kind or ("object" if "properties" in schema else "array" if "items" in schema else "string"):
        case "object":
            return _object(schema, root, dice, depth)
        case "array":
            least, most = schema.get("minItems", 0), schema.get("maxItems", 1)
            size = max(least, 0 if depth > _DEEP else min(1, most))
            starts = schema.get("prefixItems", [])
            size = max(size, min(len(starts), schema.get("maxItems", len(starts))))
            items = [*starts[:size], *[schema.get("items", {})] * (size - len(starts))]
            return [_value(item, root, dice, depth + 1) for item in items]
        case "integer" | "number" as name:
            return _number(schema, name == "integer", dice)
        case "boolean":
            return dice.choice([True, False])
        case "null":
            return None
    return _string(schema, dice)


def _object(schema: Mapping[str, Json], root: Mapping[str, Json], dice: random.Random, depth: int) -> Json:
    known = schema.get("properties", {})
    names = schema.get("required", list(known) if depth <= _DEEP else [])
    return {name: _value(known.get(name, {}), root, dice, depth + 1) for name in names}


def _number(schema: Mapping[str, Json], whole: bool, dice: random.Random) -> int | float:
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    low = schema.get("minimum", above + (1 if whole else 0.5) if above is not None else None)
    high = schema.get("maximum", below - (1 if whole else 0.5) if below is not None else None)
    if low is None:
        low = 1 if high is None else high - 9
    high = low + 9 if high is None else high
    if step := schema.get("multipleOf"):
        found: int | float = -(-low // step) * step
        return found
    if above is not None and low >= high and not whole:
        return float((above + high) / 2)
    if whole or low + 1 <= high:
        return dice.randint(-int(-low // 1), int(high // 1))
    return float(low)


def _string(schema: Mapping[str, Json], dice: random.Random) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if pattern := schema.get("pattern"):
        return _matching(pattern)
    text = dice.choice(WORDS)
    while len(text) < schema.get("minLength", 0):
        text += " " + dice.choice(WORDS)
    most: int = schema.get("maxLength", len(text))
    return text[:most]


def _matching(pattern: str) -> str:
    """A string for a pattern of characters, classes and counts; groups and branches are not understood."""
    text = ""
    for atom, mark, least in _ATOM.findall(pattern.removeprefix("^").removesuffix("$")):
        sample = next((char for char in _LETTERS if re.fullmatch(atom, char)), atom[-1])
        text += sample * (int(least) if least else 0 if mark in ("*", "?") else 1)
    return text


def _followed(schema: Mapping[str, Json], root: Mapping[str, Json]) -> Mapping[str, Json]:
    """Follow `$ref`, and what it leads to if that is one; words beside it stay. A circle ends as a RecursionError."""
    if "$ref" not in schema:
        return schema
    found: Json = root
    for name in schema["$ref"].removeprefix("#").split("/")[1:]:
        found = found.get(name.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, dict) else {}
    beside = {name: value for name, value in schema.items() if name != "$ref"}
    return _followed({**found, **beside} if isinstance(found, dict) else beside, root)


def _merged(schema: Mapping[str, Json], root: Mapping[str, Json]) -> dict[str, Json]:
    whole: dict[str, Json] = {name: value for name, value in schema.items() if name != "allOf"}
    for written in schema["allOf"]:
        part = _followed(written, root)
        whole["properties"] = {**whole.get("properties", {}), **part.get("properties", {})}
        whole["required"] = [*whole.get("required", []), *part.get("required", [])]
        whole = {**part, **whole}
    return {name: value for name, value in whole.items() if value or name not in ("properties", "required")}


def _weight(schema: Json) -> int:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return 0 if kind == "null" else 2 if kind in ("object", "array") or "$ref" in schema else 1
