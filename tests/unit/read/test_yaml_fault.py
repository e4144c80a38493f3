"""What YAML breaks off at is told as what a person meant, in the same words whichever parser reads."""

import pytest
import yaml

from aioc.model.problem import BadInputError
from aioc.read import parse as module
from aioc.read.parse import parse_document

MISTAKES = {
    "a = b\nc: d\n": (1, 3, "= stands where a colon belongs", "a: b"),
    "a:b\nc: d\n": (1, 2, "a space is missing after the colon", "a: b"),
    "a b\nc: d\n": (1, 2, "a colon is missing", "a: b"),
    "a:\n  b = c\n  d: e\n": (2, 5, "= stands where a colon belongs", "b: c"),
    "- a: b\n    c: d\n": (2, 5, "this line is indented too far", "begin it in column 3, under 'a' of line 1"),
    "a: b\n  c: d\n": (2, 3, "this line is indented too far", "begin it in column 1, under 'a' of line 1"),
    "a:\n  - b: c\n    - d: e\n": (
        3,
        5,
        "this line is indented too far",
        "begin it in column 3, under the dash of line 2",
    ),
    "a:\n  - b: c\n      - d: e\n": (
        3,
        7,
        "this line is indented too far",
        "begin it in column 3, under the dash of line 2",
    ),
    "a:\n  - b: 'c'\n     d: e\n": (
        3,
        6,
        "this line is indented too far",
        "begin it in column 5, under 'b' of line 2",
    ),
    "a:\n  - b: c\n   d: e\n": (
        3,
        4,
        "this line is indented by 3, as none above it",
        "begin it in column 5, under 'b' of line 2",
    ),
    "a:\n  - b: 'c'\n   d: e\n": (
        3,
        4,
        "this line is indented by 3, as none above it",
        "begin it in column 5, under 'b' of line 2",
    ),
    "a:\n  - 'b'\n   - c\n": (3, 4, "this line is indented too far", "begin it in column 3, under the dash of line 2"),
    "a: ]b\n": (1, 4, "a text cannot begin with ]", 'put it in quotes: "]b"'),
    "a: b\n%c: d\n": (2, 1, "a text cannot begin with %", 'put it in quotes: "%c: d"'),
    "nothing\na: b\n": (
        1,
        1,
        "this line says nothing",
        "write it as a word, a colon and a value, or leave it out",
    ),
    "'a'\nb: c\n": (
        2,
        1,
        "nothing may follow here: the value of the file has ended",
        "each word of a file begins in column 1, its value follows a colon",
    ),
    "a:\n  - b\n - c\n": (3, 2, "this line is indented by 1, as none above it", "indent it by 2 spaces, like line 2"),
    "a:\n  - b: c\n  d: e\n": (
        3,
        3,
        "this line begins in the column of the dashes",
        "with 4 spaces it belongs to the item above",
    ),
    "a:\n  b: c\n  - d: e\n": (
        3,
        3,
        "this line begins with a dash, those before it do not",
        "in a list each item begins with a dash: - b: c",
    ),
    "a: [b\n": (1, 4, "this [ is never closed", "close it with ]"),
    "a: {b: c\nd: e\n": (1, 4, "this { is never closed", "close it with }"),
    'a: {\n  "b": 1\n  "c": 2\n}\n': (2, 8, "a comma is missing after this", '"b": 1,'),
    "a: {b: c: d}\n": (1, 9, 'a text that contains ": " needs quotes', "put the whole text in quotes"),
    "a: [b 'c']x\n": (1, 11, "nothing may follow the ] in this line", ""),
    "a: {b: 'c'd'}\n": (1, 10, "a ' inside a text in single quotes ends it", "use double quotes around it"),
    'a: "b\nc: d\n': (1, 4, "this quote is never closed", "end the text with the same quote"),
    "a: 'b' c\n": (1, 7, "a ' inside a text in single quotes ends it", 'a: "b\' c"'),
    'a: "b" c\'s\n': (
        1,
        8,
        "the text goes on after its closing quote",
        "put the whole text in single quotes, each ' twice",
    ),
    "a: %b\n": (1, 4, "a text cannot begin with %", 'put it in quotes: "%b"'),
    "a: >b\n": (1, 4, "a text cannot begin with >", 'put it in quotes: ">b"'),
    "a: &\n": (1, 4, "a text cannot begin with &", 'put it in quotes: "&"'),
    "/* a */\nb: c\n": (1, 1, "this is no comment to YAML", "a comment begins with #"),
    "a: ‘b: c’\n": (1, 4, "‘ is a typographic quote, no quote to YAML", "type \" or ' in its place"),
    'a: "it\'s \\d"\n': (1, 10, "\\ begins an escape in double quotes", "use single quotes"),
}


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader], ids=["libyaml", "python"])
@pytest.mark.parametrize("text", MISTAKES, ids=repr)
def test_a_mistake_is_told_as_what_was_meant(monkeypatch, parser, text):
    monkeypatch.setattr(module, "_Parser", parser)
    with pytest.raises(BadInputError) as caught:
        parse_document(text.encode(), "x.yaml")
    (problem,) = caught.value.problems
    line, column, what, hint = MISTAKES[text]
    assert (problem.place.line, problem.what, problem.hint) == (line, what, hint)
    assert abs(problem.place.column - column) <= (parser is yaml.SafeLoader)


@pytest.mark.parametrize("word", ["title", "source", "why", "about", "notes"])
def test_a_sentence_is_never_cut_at_a_hash(word):
    with pytest.raises(BadInputError, match="is a comment to YAML"):
        parse_document(f"{word}: a sentence with # in it\n".encode(), "x.yaml")
    for fine in ("'a sentence with # in it'", "a sentence with#in it", "a sentence\n# a comment", "|\n  a # b"):
        parse_document(f"{word}: {fine}\n".encode(), "x.yaml")


def test_data_may_have_a_comment_behind_it():
    text = "request:\n  json:\n    title: A book   # of many\n    source: {why: because}   # so\n"
    assert parse_document(text.encode(), "x.yaml").data["request"]["json"]["title"] == "A book"
