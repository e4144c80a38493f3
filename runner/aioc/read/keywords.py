"""Lint of JSON Schema keywords as people write them: what jsonschema would silently accept is told here."""

import re
from collections.abc import Iterator, Mapping

from aioc.keywords import TYPE_OF, nested
from aioc.model.problem import Json, Problem
from aioc.read.document import Document, KeyPath
from aioc.template import NAME

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
    yield from _contradictory(document, keywords, path)
    for expression in keywords.get("patternProperties", {}):
        yield from _pattern(document, expression, (*path, "patternProperties", expression), key=True)
    if "pattern" in keywords:
        yield from _pattern(document, keywords["pattern"], (*path, "pattern"))
    if "near" in keywords and "type" in keywords:
        yield Problem("'near' brings its own type", document.place((*path, "type"), key=True), "leave `type` out")
    for word, schema, below in nested(keywords):
        if isinstance(schema, dict):
            # What stands directly under `not` speaks of the same value, so its type is implied like the check's.
            yield from keyword_problems(document, schema, (*path, *below), depth + (word != "not" or depth > 0))


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


def _contradictory(document: Document, keywords: Mapping[str, Json], path: KeyPath) -> Iterator[Problem]:
    """Refuse keywords that speak of none of the types written beside them."""
    written = keywords.get("type", ())
    types = {"number" if name == "integer" else name for name in ([written] if isinstance(written, str) else written)}
    for word in keywords:
        if types and word in TYPE_OF and TYPE_OF[word] not in types:
            place = document.place((*path, word), key=True)
            yield Problem(f"{word!r} says nothing about a value of type {' or '.join(sorted(types))}", place)


def _pattern(document: Document, pattern: str, path: KeyPath, *, key: bool = False) -> Iterator[Problem]:
    try:
        re.compile(NAME.sub("x", pattern))
    except re.error as error:
        yield Problem(f"not a regular expression: {error}", document.place(path, key=key))
