"""The authoring schemas teach: every word has a text for hover, every compulsory one says how it is written."""

import json
import re
from collections.abc import Iterator

import pytest

from aioc.paths import schemas_root
from aioc.read.parse import parse_document

SCHEMAS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in schemas_root().glob("*.schema.json")}


def parts(node: object, where: str = "", *, names: bool = False) -> Iterator[tuple[str, dict]]:
    """Give every schema inside a schema with the path to it; the keys of `names` are words, not keywords."""
    if isinstance(node, dict):
        if not names:
            yield where, node
        for key, item in node.items():
            if not key.startswith("x-") and key not in ("enum", "const"):
                inside = not names and key in ("properties", "patternProperties", "$defs")
                yield from parts(item, f"{where}/{key}", names=inside)
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from parts(item, f"{where}/{number}")


def described(file: str, word: dict) -> str:
    """Give what an editor shows on a word: its own description, else that of the part it refers to."""
    while "description" not in word and "$ref" in word:
        other, _, pointer = word["$ref"].partition("#/")
        file = other or file
        word = SCHEMAS[file]
        for name in pointer.split("/"):
            word = word[name]
    return word.get("description", "")


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_every_word_has_a_description(file):
    words = {
        f"{where}/properties/{name}": word
        for where, part in parts(SCHEMAS[file])
        for name, word in part.get("properties", {}).items()
    }
    assert words or file == "check.schema.json"
    assert [where for where, word in words.items() if not 8 < len(described(file, word)) < 300] == []
    assert [where for where, word in words.items() if not described(file, word).endswith((".", "`", "…"))] == []


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_every_compulsory_word_says_how_it_is_written(file):
    for where, part in parts(SCHEMAS[file]):
        missing = part.get("x-missing", {})
        assert set(missing) == set(part.get("required", ())), where
        assert all(hint.startswith(f"{word}: ") for word, hint in missing.items()), where


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_every_rule_that_jsonschema_would_tell_in_its_own_words_has_a_message(file):
    """A pattern or a type shown to a person who knows no Python says nothing."""
    silent = [
        where
        for where, part in parts(SCHEMAS[file])
        if {"pattern", "minProperties", "maxProperties", "uniqueItems"} & set(part)
        and "x-problem" not in part
        and "template" not in where
    ]
    assert silent == []


def examples(part: dict) -> Iterator[str]:
    """Give what the texts of a part show in braces or brackets, as a person would copy it."""
    yield from re.findall(r"`([\[{][^`]*)`", part.get("description", ""))
    yield from re.findall(r": ([\[{].*[\]}])$", part.get("x-problem", ""))


@pytest.mark.parametrize("file", sorted(SCHEMAS))
def test_every_example_can_be_copied(file):
    """Inside braces a path, a name, a pattern and a glob need quotes: an example without them would be refused."""
    shown = {f"a: {example}" for _, part in parts(SCHEMAS[file]) for example in examples(part)}
    shown |= {hint for _, part in parts(SCHEMAS[file]) for hint in part.get("x-missing", {}).values()}
    assert shown
    for text in shown:
        assert isinstance(parse_document(text.encode(), text).data, dict)
