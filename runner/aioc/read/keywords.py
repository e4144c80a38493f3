"""Lint of JSON Schema keywords as people write them: what jsonschema would silently accept is told here."""

import re
from collections.abc import Iterator, Mapping

from aioc.keywords import TYPE_OF, nested
from aioc.model.problem import Json, Problem
from aioc.read.document import Document, KeyPath
from aioc.template import NAME

_IDLE = {
    "minContains": "contains",
    "maxContains": "contains",
    "then": "if",
    "else": "if",
    "contentSchema": "contentMediaType",
}
"""Keywords that do nothing without another."""
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else"})
"""The schemas under these words speak of the value of the schema around them."""
_SETTLED = frozenset({"*"})
"""The types of a value that a const or an enum names: nothing is left to say about them."""


def keyword_problems(
    document: Document,
    keywords: Mapping[str, Json],
    path: KeyPath,
    depth: int = 0,
    around: frozenset[str] = frozenset(),
) -> Iterator[Problem]:
    """Give the faults of these keywords and of the schemas nested in them.

    `around` are the types that a schema around this one leaves to the same value; none when it leaves all.
    """
    for word, partner in _IDLE.items():
        if word in keywords and partner not in keywords:
            place = document.place((*path, word), key=True)
            yield Problem(f"{word!r} does nothing without {partner!r}", place, f"add {partner!r}, or leave it out")
    if "if" in keywords and not ("then" in keywords or "else" in keywords):
        place = document.place((*path, "if"), key=True)
        yield Problem("'if' does nothing without 'then' or 'else'", place, "add 'then', or leave it out")
    if depth:
        yield from _untyped(document, keywords, path, around)
    yield from _contradictory(document, keywords, path)
    for expression in keywords.get("patternProperties", {}):
        yield from _pattern(document, expression, (*path, "patternProperties", expression), key=True)
    if "pattern" in keywords:
        yield from _pattern(document, keywords["pattern"], (*path, "pattern"))
    if "near" in keywords and "type" in keywords:
        yield Problem("'near' brings its own type", document.place((*path, "type"), key=True), "leave `type` out")
    types = _types(keywords, implied=not depth) or around
    for word, schema, below in nested(keywords):
        if isinstance(schema, dict):
            inside = types if word in _SAME_VALUE else frozenset()
            if word == "then" and isinstance(keywords.get("if"), dict):
                inside = _types(keywords["if"]) or inside
            # What stands directly under `not` speaks of the same value, so its type is implied like the check's.
            deeper = depth + (word != "not" or depth > 0)
            yield from keyword_problems(document, schema, (*path, *below), deeper, inside)


def _types(keywords: Mapping[str, Json], *, implied: bool = False) -> frozenset[str]:
    """The types that these keywords leave to a value; none when they leave all."""
    if "type" in keywords:
        written = keywords["type"]
        return frozenset("number" if name == "integer" else name for name in _listed(written))
    if "const" in keywords or "enum" in keywords:
        return _SETTLED
    # The keywords of a check imply their type (judge/schema.py): the first that speaks of one.
    return frozenset([TYPE_OF[word] for word in keywords if word in TYPE_OF][:1] if implied else ())


def _listed(names: Json) -> list[str]:
    return [names] if isinstance(names, str) else names


def _untyped(
    document: Document, keywords: Mapping[str, Json], path: KeyPath, around: frozenset[str]
) -> Iterator[Problem]:
    if any(word in keywords for word in ("type", "const", "enum")):
        return
    for word in keywords:
        if word in TYPE_OF and around not in ({TYPE_OF[word]}, _SETTLED):
            yield Problem(
                f"{word!r} says nothing about values of other types",
                document.place((*path, word), key=True),
                f"write type: {TYPE_OF[word]} beside it",
            )
            return


def _contradictory(document: Document, keywords: Mapping[str, Json], path: KeyPath) -> Iterator[Problem]:
    """Refuse keywords that speak of none of the types written beside them."""
    types = _types(keywords) - _SETTLED
    for word in keywords:
        if types and word in TYPE_OF and TYPE_OF[word] not in types:
            place = document.place((*path, word), key=True)
            what = f"{word!r} says nothing about a value of type {' or '.join(sorted(types))}"
            yield Problem(what, place, f"leave it out, or write type: {TYPE_OF[word]}")


def _pattern(document: Document, pattern: str, path: KeyPath, *, key: bool = False) -> Iterator[Problem]:
    try:
        re.compile(NAME.sub("x", pattern))
    except re.error as error:
        hint = r"a letter such as ( or * is written \( or \*, and the whole in single quotes"
        yield Problem(f"not a regular expression: {error}", document.place(path, key=key), hint)
