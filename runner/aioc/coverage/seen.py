"""Which names a check looks at: read off its path, its keywords and the answer schemas, without any answer."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from aioc.model.case import Check
from aioc.model.problem import Json
from aioc.paths import shape_files

Name = tuple[str, ...]
"""A path of names; `*` stands for any name."""

_STEP = re.compile(r"\.\.|\.([\w*`-]+)|\['([^']*)'\]|\[[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\]")
MAX_REFERENCES = 3
"""So deep are schemas followed into each other: one may hold itself."""


def seen_by(check: Check) -> Iterator[tuple[str, Name]]:
    """Give what one check looks at: `answer` or `events`, and the names on the way to each place."""
    subject = check.subject
    if subject.kind == "path":
        yield from _under("answer", names_in(str(subject.argument)), check.keywords)
    elif subject.kind == "events":
        name = names_in(str(subject.argument))
        if name[:1] == ("data",):
            yield from _under("events", name[1:], check.keywords)
    elif subject.kind == "sum":
        for path in subject.argument:
            yield "answer", names_in(str(path))


def _under(where: str, name: Name, keywords: Mapping[str, Json]) -> Iterator[tuple[str, Name]]:
    yield where, name
    for inner in _inside(dict(keywords), 0):
        yield where, (*name, *inner)


def names_in(path: str) -> Name:
    """Give the names of a JSONPath; filters, indexes and `len` are no names, `..` may skip any."""
    names: list[str] = []
    for match in _STEP.finditer(path.removeprefix("$")):
        name = match[1] or match[2]
        if match[0] == "..":
            names.append("**")
            rest = path.removeprefix("$")[match.end() :]
            if (bare := re.match(r"\w+", rest)) is not None:
                names.append(bare[0])
        elif name and not name.startswith("`"):
            names.append(name)
    return tuple(names)


def _inside(schema: Json, depth: int) -> Iterator[Name]:
    """The names that a schema speaks of, relative to the value that it is put to; `depth` as below."""
    if not isinstance(schema, Mapping) or depth > MAX_REFERENCES:
        return
    for word in ("properties", "patternProperties", "dependentSchemas"):
        for name, inner in schema.get(word, {}).items():
            yield (name,)
            yield from ((name, *deeper) for deeper in _inside(inner, depth))
    yield from ((str(name),) for name in schema.get("required", ()))
    for word in ("items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"):
        yield from _inside(schema.get(word), depth)
    for word in ("allOf", "anyOf", "oneOf", "prefixItems"):
        for inner in schema.get(word, ()):
            yield from _inside(inner, depth)
    shape = schema.get("schema") or str(schema.get("$ref", ""))
    if isinstance(shape, str) and shape and not shape.startswith("#"):
        yield from _of_shape(shape.removesuffix(".schema.json"), depth + 1)
    elif isinstance(shape, str) and shape.startswith("#/$defs/"):
        yield from _inside(schema.get("$defs", {}).get(shape.rpartition("/")[2]), depth + 1)


@lru_cache(maxsize=256)
def _of_shape(name: str, depth: int) -> tuple[Name, ...]:
    """The names of an answer schema; depth bounds schemas that hold themselves."""
    file = next((file for file in shape_files() if file.name == f"{name}.schema.json"), None)
    if file is None:
        return ()
    schema = json.loads(file.read_text(encoding="utf-8"))
    return tuple(_inside(_resolved(schema, schema, 0), depth))


def _resolved(schema: Json, root: Mapping[str, Json], depth: int) -> Json:
    """Put the schema's own definitions in the place of references to them."""
    if isinstance(schema, list):
        return [_resolved(item, root, depth) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    ref = schema.get("$ref", "")
    if isinstance(ref, str) and ref.startswith("#/$defs/") and depth < MAX_REFERENCES:
        target = root.get("$defs", {}).get(ref.rpartition("/")[2], {})
        schema = {**{key: value for key, value in schema.items() if key != "$ref"}, "allOf": [target]}
        depth += 1
    return {key: _resolved(value, root, depth) for key, value in schema.items() if key != "$defs"}
