"""Hints: a path, a name and a word in another notation are told in ours."""

import pytest

from aioc.jsonpath import split
from aioc.model.problem import did_you_mean
from aioc.model.synonym import _CALLED
from aioc.read.advice import holds_json, like_a_name, path_hint
from aioc.read.vocabulary import documents

PATHS = {
    "choices[0].text": "$.choices[0].text",
    "$choices": "$.choices",
    ".data[].id": "$.data[*].id",
    "$.data.0.id": "$.data[0].id",
    "$.data.[0].id": "$.data[0].id",
    "$.data[first].id": "$.data.first.id",
    "/choices/0/message": "$.choices[0].message",
    "/id": "$.id",
    "$.a?.b?.c": "$.a.b.c",
    "$.a.length()": "$.a.`len`",
    "$.a[?(@.b = 'c')].d": "$.a[?(@.b == 'c')].d",
    "$.a[?@.b == 'c' and @.d > 1].e": "$.a[?(@.b == 'c' && @.d > 1)].e",
    "“$.a”": "$.a",
    "$.a[0,1]": "",
    "$.a + $.b": "",
}


@pytest.mark.parametrize("written", PATHS)
def test_a_path_in_another_notation_is_told_in_ours(written):
    assert path_hint(written) == (f"write {PATHS[written]}" if PATHS[written] else "")


@pytest.mark.parametrize("path", sorted(set(PATHS.values()) - {""}))
def test_what_a_hint_says_is_a_path(path):
    assert "".join(split(path)) == path


def test_an_or_is_told_as_two_checks():
    assert path_hint("$.a[?(@.b == 1 || @.c == 2)]").startswith("use two checks")


@pytest.mark.parametrize(
    "text", ["$model", "{model}", "{{model}}", "{{ $model }}", "$(model)", "<model>", "%MODEL%", " $model "]
)
def test_a_name_in_another_notation_is_seen(text):
    assert like_a_name(text, {"model"}, inside=False) == (text.strip(), "model")


@pytest.mark.parametrize(
    "text", ["${model}", "$$model", "$models", "model", "a $model", "say {model} twice", "$", "{}", "$5"]
)
def test_other_texts_are_left_alone(text):
    assert like_a_name(text, {"model"}, inside=False) is None


def test_inside_a_path_every_part_is_looked_at():
    assert like_a_name("/v1/files/{id}/content", {"id"}, inside=True) == ("{id}", "id")
    assert like_a_name("/v1/files/${id}/content", {"id"}, inside=True) is None
    assert like_a_name("/v1/files/{other}", {"id"}, inside=True) is None


@pytest.mark.parametrize(
    ("value", "is_json"),
    [
        ('{"a": 1}', True),
        ("[1]", True),
        (" {}", True),
        ("{a: 1}", False),
        ("{", False),
        ("1", False),
        ({"a": 1}, False),
        ("", False),
    ],
)
def test_a_text_that_holds_json_is_seen(value, is_json):
    assert holds_json(value) == is_json


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("Status", ["status", "path"], "did you mean 'status'?"),
        ("STATUS", ["status", "path"], "did you mean 'status'?"),
        ("for-each", ["for_each"], "did you mean 'for_each'?"),
        ("body", ["json", "raw"], "did you mean 'json'?"),
        ("url", ["path", "source"], "did you mean 'source'?"),
        ("url", ["path", "method"], "did you mean 'path'?"),
        ("statsu", ["status", "path"], "did you mean 'status'?"),
        ("exists", ["pattern", "const"], "a subject alone asks that something is there"),
        ("exists", ["title"], "known: title"),
        ("nonsense", ["a", "b"], "known: a, b"),
        ("nonsense", [f"w{number}" for number in range(41)], ""),
    ],
)
def test_a_word_is_told_as_it_is_called_here(word, known, hint):
    assert did_you_mean(word, known) == hint


def words(node, *, names=False):
    if isinstance(node, dict):
        for key, item in node.items():
            if names or key == "enum":
                yield from [key] if names else item
            yield from words(item, names=not names and key == "properties")
    elif isinstance(node, list):
        for item in node:
            yield from words(item)


def test_every_word_that_a_hint_may_name_is_one_of_ours():
    assert set(_CALLED) - {word for schema in documents().values() for word in words(schema)} == set()
