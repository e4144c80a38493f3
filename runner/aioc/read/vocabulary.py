"""The authoring schemas as they are written, and with every `$ref` replaced by what it points to.

The second form is for messages: an error then comes with the whole part that it is about, so that the words which may
stand there can be named. What a part refers to is put in its place (the same object, so a schema may hold itself).
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from aioc.model.problem import Json
from aioc.paths import schemas_root

PROSE = frozenset({"description", "title", "$comment"})


@lru_cache(maxsize=16)
def vocabulary(file_name: str) -> dict[str, Any]:
    """Give an authoring schema without references. Raises KeyError for a reference that leads nowhere."""
    resolved: dict[str, Any] = _resolved(file_name, documents()[file_name])
    _close(resolved, set())
    return resolved


def words_of(schema: Json) -> Iterator[str]:
    """Give every word that a schema knows at its level, through `allOf`."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.get("allOf", ()):
            yield from words_of(part)


@lru_cache(maxsize=1)
def documents() -> dict[str, dict[str, Any]]:
    """Give the authoring schemas as they are written, by file name."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in schemas_root().glob("*.schema.json")}


_done: dict[int, Any] = {}
"""What each part became, by its identity: the documents live as long as the process."""


def _resolved(file_name: str, node: Json) -> Any:
    if isinstance(node, list):
        return [_resolved(file_name, item) for item in node]
    if not isinstance(node, dict):
        return node
    if id(node) in _done:
        return _done[id(node)]
    own = {key: value for key, value in node.items() if key != "$ref" and key not in PROSE}
    if "$ref" in node and not own:
        return _resolved(*_target(file_name, node["$ref"]))
    made: dict[str, Any] = {}
    _done[id(node)] = made  # before what is inside: it may lead back here
    for key, value in own.items():
        if key in ("properties", "patternProperties", "dependentSchemas"):
            made[key] = {name: _resolved(file_name, inner) for name, inner in value.items()}
        elif key in ("enum", "const", "default", "examples"):
            made[key] = value
        elif key not in ("$defs", "$id", "$schema"):
            made[key] = _resolved(file_name, value)
    if "$ref" in node:
        made["allOf"] = [_resolved(*_target(file_name, node["$ref"])), *made.get("allOf", ())]
    return made


def _close(part: Any, seen: set[int]) -> None:
    """Say `additionalProperties: false` for `unevaluatedProperties: false`, once every part is whole.

    All parts stand in `allOf` without a condition: what they know together is what may stand there.
    """
    if id(part) in seen or not isinstance(part, dict | list):
        return
    seen.add(id(part))
    if isinstance(part, dict) and part.get("unevaluatedProperties") is False:
        del part["unevaluatedProperties"]
        part["properties"] = {**dict.fromkeys(words_of(part), True), **part.get("properties", {})}
        part["additionalProperties"] = False
    for inner in part.values() if isinstance(part, dict) else part:
        _close(inner, seen)


def _target(file_name: str, reference: str) -> tuple[str, Json]:
    """The file and the part that a reference points to."""
    other, _, pointer = reference.partition("#")
    file_name = other or file_name
    part: Json = documents()[file_name]
    for name in pointer.strip("/").split("/"):
        part = part[name] if name else part
    return file_name, part
