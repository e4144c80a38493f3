"""Instances are valid and small, even where a schema refers to itself."""

from typing import Any

import pytest

from aioc.reference.schema_instance import instance

TREE = {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object", "required": ["next"], "properties": {
    "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": 3}, 3),
        ({"enum": ["a"]}, "a"),
        ({"type": "null"}, None),
        ({"type": "integer", "minimum": 5, "maximum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6}, 5),
        ({"type": "integer", "minimum": 5, "multipleOf": 4}, 8),
        ({"type": "array", "items": {"const": 1}, "minItems": 2}, [1, 1]),
        (
            {"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False, "maxItems": 2},
            [1, 2],
        ),
        ({"type": "array", "maxItems": 0}, []),
        ({"type": "string", "pattern": "^[a-z]{3}-\\d{2}$"}, "aaa-11"),
        ({"type": "string", "format": "date"}, "2026-01-02"),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, 1),
        ({"allOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"type": "object"}]}, {"a": 1}),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"const": 7}}}, 7),
        ({"type": "object", "properties": {"a": {"const": 1}, "b": {}}, "required": ["a"]}, {"a": 1}),
    ],
)
def test_instance(schema: Any, expected: Any) -> None:
    assert instance(schema, 1) == expected


def test_lengths_hold() -> None:
    assert len(instance({"type": "string", "minLength": 30, "maxLength": 31}, 1)) in (30, 31)


def test_recursion_ends() -> None:
    value, depth = instance(TREE, 1), 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert depth < 10
