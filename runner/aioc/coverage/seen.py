"""Which names a check looks at: read off its path, its keywords and the answer schemas, without any answer."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from aioc.judge.schema import shapes
from aioc.model.case import Check
from aioc.model.problem import Json

Name = tuple[str, ...]
"""A path of names; `*` stands for any name."""

_STEP = re.compile(r"\.\.|\.([\w*`-]+)|\['([^']*)'\]|\[[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\]")
MAX_REFERENCES = 6
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
    for inner in _inside(dict(keywords), "", 0):
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


def _inside(schema: Json, file: str, depth: int) -> Iterator[Name]:
    """The names that a schema speaks of, relative to the value that it is put to.

    `file` is where it stands ('' for the keywords of a check), `depth` counts the references that led here.
    """
    if not isinstance(schema, Mapping) or depth > MAX_REFERENCES:
        return
    for word in ("properties", "patternProperties", "dependentSchemas"):
        for name, inner in schema.get(word, {}).items():
            yield (name,)
            yield from ((name, *deeper) for deeper in _inside(inner, file, depth))
    yield from ((str(name),) for name in schema.get("required", ()))
    for word in ("items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"):
        yield from _inside(schema.get(word), file, depth)
    for word in ("allOf", "anyOf", "oneOf", "prefixItems"):
        for inner in schema.get(word, ()):
            yield from _inside(inner, file, depth)
    if "schema" in schema:
        yield from _of_shape(f"{schema['schema']}.schema.json", "", depth + 1)
    if "$ref" in schema:
        other, _, pointer = str(schema["$ref"]).partition("#")
        yield from _of_shape(other or file, pointer, depth + 1)


@lru_cache(maxsize=512)
def _of_shape(file: str, pointer: str, depth: int) -> tuple[Name, ...]:
    """The names of an answer schema, or of the part of it that a JSON pointer leads to."""
    part = shapes().contents(file)
    for name in pointer.strip("/").split("/") if pointer else ():
        part = part[name]
    return tuple(_inside(part, file, depth))
