"""The authoring schemas without references say the same, whichever of them is asked for first."""

import json

import pytest
from jsonschema import Draft202012Validator

from aioc.paths import schemas_root
from aioc.read import vocabulary


@pytest.fixture(autouse=True)
def unread():
    """Begin as a new process does, and leave nothing behind."""
    for clear in (vocabulary.vocabulary.cache_clear, vocabulary.documents.cache_clear, vocabulary._done.clear):
        clear()
    yield
    for clear in (vocabulary.vocabulary.cache_clear, vocabulary.documents.cache_clear, vocabulary._done.clear):
        clear()


CHECK = {"path": "$.a", "not": {"type": "string", "minLength": 1}}
WRONG = {"path": "$.a", "not": {"type": "string", "minLenght": 1}}


def case(check):
    return {"title": "Something happens here", "source": "a measurement", "request": {"method": "GET", "path": "/v1/x"},
            "expect": [{"status": 200}, check]}  # fmt: skip


@pytest.mark.parametrize("first", sorted(path.name for path in schemas_root().glob("*.schema.json")))
def test_a_schema_that_holds_itself_is_closed_when_it_is_whole(first):
    vocabulary.vocabulary(first)
    keywords = vocabulary._resolved(
        "keywords.schema.json", vocabulary._target("", "keywords.schema.json#/$defs/keywords")[1]
    )
    assert set(keywords["properties"]) >= {"not", "minLength", "schema"}
    validator = Draft202012Validator(vocabulary.vocabulary("case.schema.json"))
    assert validator.is_valid(case(CHECK))
    assert not validator.is_valid(case(WRONG))


def test_no_reference_is_left():
    text = repr(vocabulary.vocabulary("case.schema.json"))
    assert "$ref" not in text
    assert "unevaluatedProperties" not in text
    assert '"$ref"' in json.dumps(vocabulary.documents()["case.schema.json"])
