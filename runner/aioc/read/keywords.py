"""Lint of JSON Schema keywords as people write them: what jsonschema would silently accept is told here."""

import re
from collections.abc import Iterator, Mapping

from aioc.model.problem import Json, Problem
from aioc.read.document import Document, KeyPath
from aioc.template import NAME

TYPE_OF = {
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), "number"),
    **dict.fromkeys(("maxLength", "minLength", "pattern"), "string"),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "contentSchema"), "string"),
    **dict.fromkeys(("items", "prefixItems", "contains", "minContains", "maxContains"), "array"),
    **dict.fromkeys(("maxItems", "minItems", "uniqueItems", "order"), "array"),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "propertyNames"), "object"),
    **dict.fromkeys(("required", "minProperties", "maxProperties", "dependentRequired"), "object"),
}
"""The JSON type that each keyword speaks of; on any other type JSON Schema ignores the keyword."""

_SCHEMA = (
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
)
_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties")
_IDLE = {
    "minContains": ("contains",),
    "maxContains": ("contains",),
    "then": ("if",),
    "else": ("if",),
    "contentSchema": ("contentMediaType",),
}


def keyword_problems(
    document: Document, keywords: Mapping[str, Json], path: KeyPath, depth: int = 0
) -> Iterator[Problem]:
    """Give the faults of these keywords and of the schemas nested in them."""
    for word, partners in _IDLE.items():
        if word in keywords and not any(partner in keywords for partner in partners):
            yield Problem(f"{word!r} does nothing without {partners[0]!r}", document.place((*path, word), key=True))
    if "if" in keywords and not ("then" in keywords or "else" in keywords):
        yield Problem("'if' does nothing without 'then' or 'else'", document.place((*path, "if"), key=True))
    if depth:
        yield from _untyped(document, keywords, path)
    if "pattern" in keywords:
        yield from _pattern(document, keywords["pattern"], (*path, "pattern"))
    if "near" in keywords and "type" in keywords:
        yield Problem("'near' brings its own type", document.place((*path, "type"), key=True), "leave `type` out")
    for word, schema, below in nested(keywords):
        if isinstance(schema, dict):
            # What stands directly under `not` speaks of the same value, so its type is implied like the check's.
            yield from keyword_problems(document, schema, (*path, *below), depth + (word != "not" or depth > 0))


def nested(keywords: Mapping[str, Json]) -> Iterator[tuple[str, Json, KeyPath]]:
    """Give every schema directly inside: the keyword, the schema and its path."""
    for word in _SCHEMA:
        if word in keywords:
            yield word, keywords[word], (word,)
    for word in _SCHEMAS:
        for number, schema in enumerate(keywords.get(word, ())):
            yield word, schema, (word, number)
    for word in _NAMED:
        for name, schema in keywords.get(word, {}).items():
            yield word, schema, (word, name)


def _untyped(document: Document, keywords: Mapping[str, Json], path: KeyPath) -> Iterator[Problem]:
    if any(word in keywords for word in ("type", "const", "enum")):
        return
    for word in keywords:
        if word in TYPE_OF:
            yield Problem(
                f"{word!r} says nothing about values of other types",
                document.place((*path, word), key=True),
                f"write type: {TYPE_OF[word]} beside it",
            )
            return


def _pattern(document: Document, pattern: str, path: KeyPath) -> Iterator[Problem]:
    try:
        re.compile(NAME.sub("x", pattern))
    except re.error as error:
        yield Problem(f"not a regular expression: {error}", document.place(path))
