"""What can be told of a case whose words are not right yet: wrong JSONPaths and names in another notation.

Whoever made three mistakes should hear of three. The case itself is read only when its words are right.
"""

from collections.abc import Iterator

from aioc.model.problem import Json, Problem
from aioc.read.check import PATHS, Scope
from aioc.read.document import Document, KeyPath

_DATA = frozenset({"const", "enum", "let", "answers", "for_each"})
"""Under these words, outside a request, a text is data, whatever it looks like."""


def glance(document: Document) -> list[Problem]:
    """Give these problems, in the order of the file."""
    scope = Scope(document, compile_paths=True)
    for path, text in _texts(document.data, ()):
        if "request" in path:
            scope.look_alike(text, path)
        elif path and path[-1] in PATHS:
            scope.path(text, path)
    return scope.problems


def _texts(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for word, item in value.items():
            if word not in _DATA or "request" in path:
                yield from _texts(item, (*path, word))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, number))
