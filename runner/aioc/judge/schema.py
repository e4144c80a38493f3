"""JSON Schema as checks mean it: strict types, asserted content, order and near, severities in blocks of allOf."""

import base64
import binascii
import json
import math
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from aioc.judge.descend import keep_validators
from aioc.keywords import TYPE_OF, nested
from aioc.model.problem import Json
from aioc.paths import shape_files

# The first bytes by which each kind of content is known. An mp3 starts with a tag or with a frame's sync mask
# (OpenAI: FF F3), a wav may carry unknown sizes (FFFFFFFF), so only the magic is looked at.
_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "image/png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "image/webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
    "image/gif": lambda data: data[:6] in (b"GIF87a", b"GIF89a"),
    "audio/mpeg": lambda data: data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0),
    "audio/wav": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WAVE",
    "audio/flac": lambda data: data.startswith(b"fLaC"),
    "audio/ogg": lambda data: data.startswith(b"OggS"),
    "audio/aac": lambda data: len(data) > 1 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0,
    "video/mp4": lambda data: data[4:8] == b"ftyp",
}


_COUNTS = frozenset(
    f"{bound}{what}" for bound in ("min", "max") for what in ("Length", "Items", "Contains", "Properties")
)


def is_number(value: Json) -> bool:
    """Whether this is a JSON number: no boolean, no NaN, no infinity."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_integer(value: Json) -> bool:
    """Whether this is written without a fraction: typed clients refuse 1795344277.0."""
    return isinstance(value, int) and not isinstance(value, bool)


def _order(_validator: Any, wanted: str, value: Json, _schema: Any) -> Iterator[ValidationError]:
    if not isinstance(value, list):
        return
    if not all(is_number(item) for item in value):
        yield ValidationError("holds something that is not a number")
    elif wanted == "counting":
        if value != list(range(len(value))):
            yield ValidationError("does not count 0, 1, 2 …")
    elif value != sorted(value, reverse=wanted == "descending"):
        yield ValidationError(f"is not {wanted}")


def _near(_validator: Any, wanted: Mapping[str, Json], value: Json, _schema: Any) -> Iterator[ValidationError]:
    to, within = wanted["to"], wanted["within"]
    if isinstance(to, list):
        if not isinstance(value, list) or len(value) != len(to):
            yield ValidationError(f"is not an array of {len(to)} numbers")
            return
        pairs = list(zip(value, to, strict=True))
    else:
        pairs = [(value, to)]
    for number, (left, right) in enumerate(pairs):
        if not is_number(left) or not is_number(right) or abs(left - right) > within:
            where = f" (element {number})" if isinstance(to, list) else ""
            yield ValidationError(f"{_short(left)} is not within {within} of {_short(right)}{where}")
            return


def _content(validator: Any, _word: Json, value: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
    """Decode and check in one go, whichever of the content keywords comes first in the schema."""
    if not isinstance(value, str) or _word is not _first_content(schema):
        return
    data = value.encode("utf-8", "surrogatepass")
    if "contentEncoding" in schema:
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            yield ValidationError("is not base64")
            return
    media = schema.get("contentMediaType")
    decoded: Json = None
    if media == "application/json":
        try:
            decoded = json.loads(data)
        except (ValueError, RecursionError):
            yield ValidationError("does not hold one JSON value")
            return
    elif media == "application/x-float32":
        if not data or len(data) % 4:
            yield ValidationError(f"{len(data)} bytes are no list of float32 numbers")
            return
        decoded = list(struct.unpack(f"<{len(data) // 4}f", data))
    elif media is not None and not _MAGIC[media](data):
        yield ValidationError(f"does not begin like {media}: {data[:12].hex(' ')}")
        return
    if "contentSchema" in schema:
        yield from validator.descend(decoded, schema["contentSchema"], schema_path="contentSchema")


def _first_content(schema: Mapping[str, Json]) -> Json:
    return next(schema[word] for word in schema if word in ("contentEncoding", "contentMediaType"))


def _all_of(validator: Any, blocks: Iterable[Json], value: Json, _schema: Any) -> Iterator[ValidationError]:
    """Stamp each error with the severity of the nearest enclosing block that has one."""
    for number, block in enumerate(blocks):
        for error in validator.descend(value, block, schema_path=number):
            if isinstance(block, dict) and "severity" in block and not hasattr(error, "severity"):
                error.severity = block["severity"]
            yield error


def _items(validator: Any, items: Json, value: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
    """As ever; but a vector of thousands of numbers is looked through at once (64 of them took a second)."""
    if items == {"type": "number"} and isinstance(value, list) and all(is_number(item) for item in value):
        return
    yield from Draft202012Validator.VALIDATORS["items"](validator, items, value, schema)


def _additional(validator: Any, rest: Json, value: Json, schema: Mapping[str, Json]) -> Iterator[ValidationError]:
    """As ever, but in the order of the answer: jsonschema goes over a set, which every start orders anew."""
    if not isinstance(rest, dict) or not isinstance(value, dict):
        yield from Draft202012Validator.VALIDATORS["additionalProperties"](validator, rest, value, schema)
        return
    patterns = schema.get("patternProperties", ())
    for name, item in value.items():
        if name not in schema.get("properties", ()) and not any(re.search(pattern, name) for pattern in patterns):
            yield from validator.descend(item, rest, path=name)


def _required(_validator: Any, names: Iterable[str], value: Json, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                error = ValidationError(f"{name!r} is missing")
                error.missing = name  # type: ignore[attr-defined]
                yield error


def _shape(validator: Any, name: str, value: Json, _schema: Any) -> Iterator[ValidationError]:
    """`schema: chat.completion`, at any depth; its errors are told one a JSON pointer."""
    for error in validator.VALIDATORS["$ref"](validator, f"{name}.schema.json", value, {}):
        error.in_shape = True
        yield error


Validator: Any = keep_validators(
    extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        validators={
            "schema": _shape,
            "order": _order,
            "near": _near,
            "contentEncoding": _content,
            "contentMediaType": _content,
            "contentSchema": lambda *_: iter(()),
            "additionalProperties": _additional,
            "allOf": _all_of,
            "items": _items,
            "required": _required,
        },
        type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", lambda _, value: is_number(value)).redefine(
            "integer", lambda _, value: is_integer(value)
        ),
    )
)


@lru_cache(maxsize=1)
def shapes() -> Registry[Any]:
    """The answer schemas (schemas/openai_v1/) by name; `$ref` reaches nothing else."""
    registry: Registry[Any] = Registry()
    for path in shape_files():
        contents = json.loads(path.read_bytes())
        # With a `$schema`, jsonschema would judge what a `$ref` leads to by its own keywords: no severities, no ours.
        contents.pop("$schema", None)
        resource: Resource[Any] = Resource.from_contents(contents, DRAFT202012)
        registry = registry.with_resource(path.name, resource)
    return registry


def validator(keywords: Mapping[str, Json]) -> Any:
    """Compile the keywords of a check; raises ValueError for a value of the wrong type after substitution."""
    return _validator(json.dumps(keywords))  # many checks say the same: `const: chat.completion`


@lru_cache(maxsize=1024)
def _validator(keywords: str) -> Any:
    schema = json.loads(keywords)
    _sound(schema)
    if not any(word in schema for word in ("type", "const", "enum", "near")):
        types = [TYPE_OF[word] for word in _speaking(schema) if word in TYPE_OF]
        if types:
            schema["type"] = types[0]
    # Not a new one each time: that would put the registry together anew, which takes ten times as long.
    return _empty().evolve(schema=schema)


@lru_cache(maxsize=1)
def _empty() -> Any:
    return Validator({}, registry=shapes())


def _sound(schema: Mapping[str, Json]) -> None:
    """Refuse what jsonschema would stumble over: a name in a keyword may have been filled with anything."""
    for word, value in schema.items():
        if TYPE_OF.get(word) == "number" and not is_number(value):
            raise ValueError(f"{word} is put to {_short(value)}, which is no number")
        if word in _COUNTS and not (is_integer(value) and value >= 0):
            raise ValueError(f"{word} is put to {_short(value)}, which is no whole number from 0")
        if word == "pattern":
            re.compile(value)
        if word == "near" and not _numbers(value["to"]):
            raise ValueError(f"near is put to {_short(value['to'])}, which is no number and no array of numbers")
    for _, inner, _ in nested(schema):
        if isinstance(inner, dict):
            _sound(inner)


def _numbers(value: Json) -> bool:
    return all(is_number(item) for item in value) if isinstance(value, list) else is_number(value)


def _speaking(schema: Mapping[str, Json]) -> Iterator[str]:
    """The keywords that imply a type, with those directly under `not`: they speak of the same value."""
    yield from schema
    inside = schema.get("not")
    if isinstance(inside, dict) and not any(word in inside for word in ("type", "const", "enum")):
        yield from inside


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else text[:57] + "…"
