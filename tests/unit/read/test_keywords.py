"""Lint of keywords: a type may stand in the schema around, where both speak of the same value."""

import json

import pytest

from aioc.read.keywords import keyword_problems
from aioc.read.parse import read_document

FINE = [
    # The type stands beside, around, or is the one that a check's own keywords imply.
    {"type": "string", "anyOf": [{"pattern": "a"}, {"maxLength": 3}]},
    {"minLength": 1, "anyOf": [{"pattern": "a"}, {"pattern": "b"}]},
    {"type": "integer", "oneOf": [{"minimum": 3}, {"const": 0}]},
    {"type": "array", "items": {"type": "string", "allOf": [{"not": {"anyOf": [{"pattern": "a"}]}}]}},
    {"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"maxProperties": 1}},
    {"enum": ["a", "bc"], "anyOf": [{"minLength": 2}]},
    {"if": {"type": "string"}, "then": {"minLength": 1}},
    {"not": {"pattern": "a"}},
]
UNTYPED = [
    ({"anyOf": [{"type": "null"}, {"minLength": 1}]}, "minLength"),
    ({"type": ["string", "null"], "anyOf": [{"minLength": 1}]}, "minLength"),
    ({"type": "array", "anyOf": [{"minLength": 1}]}, "minLength"),
    # The type of an array is not that of its items.
    ({"type": "array", "items": {"minimum": 1}}, "minimum"),
    ({"type": "object", "properties": {"a": {"pattern": "a"}}}, "pattern"),
    ({"type": "object", "properties": {"a": {"anyOf": [{"required": ["b"]}]}}}, "required"),
    ({"if": {"type": "string"}, "then": {"type": "string"}, "else": {"minimum": 1}}, "minimum"),
]


@pytest.fixture
def told(tmp_path):
    """Give what lint says of the keywords of a check."""

    def run(keywords):
        file = tmp_path / "check.yaml"
        file.write_text(json.dumps(keywords, indent=1))
        document = read_document(file)
        return [problem.what for problem in keyword_problems(document, document.data, ())]

    return run


@pytest.mark.parametrize("keywords", FINE, ids=json.dumps)
def test_a_type_around_is_a_type(told, keywords):
    assert told(keywords) == []


@pytest.mark.parametrize(("keywords", "word"), UNTYPED, ids=json.dumps)
def test_where_no_type_is_said_lint_asks_for_one(told, keywords, word):
    assert told(keywords) == [f"'{word}' says nothing about values of other types"]
