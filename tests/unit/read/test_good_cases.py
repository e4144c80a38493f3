"""Every file of tests/cases/good is read without a problem; together they use every word of the format."""

import json
from collections.abc import Iterator

import pytest

from aioc.paths import schemas_root
from aioc.read.document import KeyPath
from aioc.read.parse import read_document
from aioc.read.tree import load
from aioc.read.words import vocabulary_problems

from .conftest import CASES

FILES = sorted((CASES / "good").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_whole_case_is_read_without_a_problem(path, lint_in_base):
    assert lint_in_base(path) == ()


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for word, item in value.items():
            yield word
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)


def _vocabulary(schema: object, *, names: bool = False) -> Iterator[str]:
    """Give every word that a schema knows; the keys of `names` are words or names of parts, not keywords."""
    if isinstance(schema, dict):
        if not names:
            yield from schema.get("properties", {})
        for word, item in schema.items():
            yield from _vocabulary(item, names=not names and word in ("properties", "$defs"))
    elif isinstance(schema, list):
        for item in schema:
            yield from _vocabulary(item)


def test_together_they_use_every_word():
    used = {word for path in FILES for word in _words(read_document(path).data)}
    known = {
        word
        for name in ("case", "check", "keywords")
        for word in _vocabulary(json.loads((schemas_root() / f"{name}.schema.json").read_text(encoding="utf-8")))
    }
    assert known - used == set()


def test_a_case_is_read_as_it_is_written(base_tree):
    """Fields, one by one: what is in the file is in the value."""
    target = base_tree / "openai_v1" / "x"
    target.mkdir(exist_ok=True)
    copies = [target / name for name in ("usage.yaml", "null-fields.yaml", "batch.yaml", "framing.yaml", "until.yaml")]
    for copy in copies:
        copy.write_bytes((CASES / "good" / copy.name).read_bytes())
    try:
        loaded = load([base_tree])
    finally:
        for copy in copies:
            copy.unlink()
    assert loaded.problems == ()
    cases = {case.id: case for case in loaded.catalogue.cases}
    usage = cases["x/usage"]
    assert usage.why == "A bill that is computed from wrong parts is wrong."
    assert (usage.severity, usage.timeout, usage.needs, usage.roles) == ("warn", 30, ("chat",), {"model"})
    assert [check.address for check in usage.steps[0].checks[:3]] == [
        "status",
        "sum",
        "$.usage.prompt_tokens_details.cached_tokens",
    ]
    assert [check.gate for check in usage.steps[0].checks] == [True, False, False, False]
    assert cases["chat/basic"].why == ""
    members = [case for case in cases.values() if case.family == "x/null-fields"]
    assert {case.id.partition(":")[2]: case.constants["field"] for case in members} == {
        "temperature": "temperature",
        "top_p": "top_p",
        "7": 7,
        "true": True,
    }
    batch = cases["x/batch"]
    assert [step.name for step in batch.steps] == ["1", "2", "wait", "clean-up"]
    assert [step.always for step in batch.steps] == [False, False, False, True]
    assert batch.steps[2].until is not None and batch.steps[2].until.within == 120
    framing = cases["x/framing"].steps[0]
    assert framing.request.headers == (("accept", "text/event-stream"), ("authorization", None))
    assert framing.request.hang_up_after == 20
    assert framing.place.line == 1 and framing.request.place.line == 5


NAMES_BELOW = {"let", "capture", "files", "properties", "patternProperties"}
FREE_BELOW = {"json", "form", "headers", "for_each", "const", "enum", "dependentRequired"}


def _places_of_words(value: object, path: KeyPath = (), *, names: bool = False) -> Iterator[KeyPath]:
    """Give the path of every key that is a word of the format, not a name or data of the author."""
    if isinstance(value, dict):
        for word, item in value.items():
            if not names:
                yield (*path, word)
            if names or word not in FREE_BELOW:
                yield from _places_of_words(item, (*path, word), names=not names and word in NAMES_BELOW)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places_of_words(item, (*path, number))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_can_be_misspelt(path):
    """One letter too many in any word of any file is told at that word."""
    document = read_document(path)
    for where in list(_places_of_words(document.data)):
        parent = document.data
        for part in where[:-1]:
            parent = parent[part]
        word = where[-1]
        value = parent.pop(word)
        parent[f"{word}q"] = value
        spots = document.root
        for part in where[:-1]:
            spots = spots.inside[part]
        spots.keys[f"{word}q"] = spots.keys[word]
        found = [p for p in vocabulary_problems(document, "case") if p.what == f"unknown word {f'{word}q'!r}"]
        assert [p.place for p in found] == [document.place(where, key=True)], where
        assert word in found[0].hint
        del parent[f"{word}q"]
        parent[word] = value
