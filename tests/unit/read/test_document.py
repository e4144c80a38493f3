"""The strict YAML reader: bounded, the same with and without libyaml, a place for everything, nothing guessed."""

import json
import os
import re
import string
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aioc.model.problem import BadInputError
from aioc.read import parse as module
from aioc.read.document import Open
from aioc.read.files import MAX_BYTES, read_bytes
from aioc.read.parse import MAX_DEPTH, MAX_NODES, parse_document, read_document
from aioc.read.tree import load

from .conftest import CASES

ALL = sorted(CASES.rglob("*.yaml"))
# What libyaml and PyYAML's own parser refuse in words (and at columns) of their own.
SYNTAX = {
    "flow-key-question",
    "flow-name-unquoted",
    "flow-pattern",
    "flow-question",
    "yaml-colon-in-text",
    "yaml-escape",
    "yaml-token",
    "yaml-unclosed",
    "versions-unquoted",
}


@pytest.fixture(params=["libyaml", "python"])
def parser(request, monkeypatch):
    """Run a test once with each parser."""
    monkeypatch.setattr(module, "_Parser", yaml.CSafeLoader if request.param == "libyaml" else yaml.SafeLoader)


def refused(raw: bytes | str):
    """Give the one problem for which a text is refused."""
    with pytest.raises(BadInputError) as caught:
        parse_document(raw.encode() if isinstance(raw, str) else raw, "x.yaml")
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def outcome(path, loader, monkeypatch):
    monkeypatch.setattr(module, "_Parser", loader)
    try:
        document = read_document(path)
    except BadInputError as error:
        return [(problem.what, problem.place, problem.hint) for problem in error.problems]
    return document.data, *tables(document)


def tables(document):
    """Give where each value and each key of a document stands, by path."""
    values, keys = {}, {}

    def take(path, here):
        values[path] = here.spot if isinstance(here, Open) else here
        if isinstance(here, Open):
            keys.update({(*path, key): spot for key, spot in here.keys.items()})
            for step, below in here.inside.items():
                take((*path, step), below)

    take((), document.root)
    return values, keys


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(CASES).with_suffix("")))
def test_both_parsers_give_the_same(path, monkeypatch):
    fast = outcome(path, yaml.CSafeLoader, monkeypatch)
    slow = outcome(path, yaml.SafeLoader, monkeypatch)
    if path.stem in SYNTAX:
        assert isinstance(fast, list) and isinstance(slow, list)
        assert fast[0][1].line == slow[0][1].line
        assert abs(fast[0][1].column - slow[0][1].column) <= len("What is it?")
    else:
        assert fast == slow


# --- limits


def test_depth_is_bounded_before_anything_is_built(parser):
    begun = time.monotonic()
    problem = refused("[" * 200_000)  # libyaml stops by itself, but later
    assert time.monotonic() - begun < 10  # it is not quadratic, whatever the load of the machine
    assert problem.place.line == 1
    problem = refused("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert (problem.what, problem.place.column) == (f"nested deeper than {MAX_DEPTH} levels", MAX_DEPTH + 1)


def test_depth_up_to_the_limit_is_fine(parser):
    assert parse_document(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "x").data is not None


def test_the_number_of_values_is_bounded():
    assert f"{MAX_NODES:,}" in refused("[" + "0," * (MAX_NODES + 1) + "]").what


def test_size_is_bounded(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * MAX_BYTES)
    assert len(read_bytes(path)) == MAX_BYTES
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(BadInputError, match="the limit is 1,048,576"):
        read_document(path)


@pytest.mark.parametrize("make", ["fifo", "folder", "device", "missing"])
def test_only_regular_files_are_read(tmp_path, make):
    path = tmp_path / "x.yaml"
    if make == "fifo":
        os.mkfifo(path)
    elif make == "folder":
        path.mkdir()
    elif make == "device":
        path.symlink_to("/dev/zero")
    begun = time.monotonic()
    with pytest.raises(BadInputError, match="cannot be read" if make == "missing" else "not a regular file"):
        read_document(path)
    assert time.monotonic() - begun < 10  # it is not quadratic, whatever the load of the machine


def test_a_link_out_of_the_tree_is_refused(tmp_path, base_tree):
    link = base_tree / "openai_v1" / "stranger.yaml"
    outside = tmp_path / "stranger.yaml"
    outside.write_text("title: A case of somebody else\n")
    link.symlink_to(outside)
    try:
        loaded = load([base_tree], lint=True)
    finally:
        link.unlink()
    assert [problem.what for problem in loaded.problems] == ["this link leads out of the tree"]


# --- encodings


def test_bom_and_crlf_are_fine(parser):
    plain = parse_document(b"a: 1\nb: [c, d]\n", "x")
    for raw in (b"\xef\xbb\xbfa: 1\nb: [c, d]\n", b"a: 1\r\nb: [c, d]\r\n", b"\xef\xbb\xbfa: 1\r\nb: [c, d]\r\n"):
        document = parse_document(raw, "x")
        assert (document.data, *tables(document)) == (plain.data, *tables(plain))


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"a: 1\nb: \xff\n", 2),
        ("a: größe\n".encode("latin-1"), 1),
        ("a: 1\n".encode("utf-16"), 1),
        (b"\n\n\xed\xa0\x80", 3),
    ],
)
def test_other_encodings_are_refused(parser, raw, line):
    problem = refused(raw)
    assert (problem.what, problem.place.line) == ("the file is not UTF-8", line)


@pytest.mark.parametrize("letter", ["\0", "\x07", "\x1b", "\x7f", "\x80", "\ufeff", "\ufffe", "\t"])
def test_control_characters_are_refused_where_they_stand(parser, letter):
    problem = refused(f"a: 1\nb: x{letter}y\n")
    assert (problem.place.line, problem.place.column, problem.place.text) == (2, 5, f"b: x{letter}y")


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "\ufeff"])
def test_an_empty_file_is_refused(parser, text):
    assert refused(text).what == "the file is empty"


def test_half_a_surrogate_is_refused(parser):
    assert refused('a: "\\ud83d"').place.line == 1
    assert refused('a: "\\ud83d\\ude00"').place.line == 1


# --- places


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


@pytest.mark.parametrize("path", sorted((CASES / "good").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_value_has_a_place_and_every_key_stands_at_its_own(parser, path):
    document = read_document(path)
    values, keys = tables(document)
    assert set(places(document.data)) == set(values)
    lines = document.text.splitlines()
    for where, (line, column) in keys.items():
        assert lines[line][column:].lstrip("\"'").startswith(where[-1])
        key = document.place(where, key=True)
        assert (key.line, key.column, key.text) == (line + 1, column + 1, lines[line])
    for where, (line, column) in values.items():
        value = document.place(where)
        assert (value.line, value.column, value.text) == (line + 1, column + 1, lines[line])
        found = document.path_at(value.line, value.column)
        assert values[found] == (line, column) and where[: len(found)] == found


def test_what_has_no_place_gets_that_of_its_parent():
    document = parse_document(b"a:\n  b: {c: 1}\n", "x")
    assert str(document.place(("a", "b", "none", 3))) == "x:2:6"
    assert str(document.place(("a", "b"), key=True)) == "x:2:3"
    assert str(document.place(("none",), key=True)) == "x:1:1"


# --- no surprises

PIECES = st.sampled_from(
    [*string.printable, "- ", ": ", "\n  ", "${", "é", "\u2028", "\x85", "\ufeff", "😀", "<<", "---\n"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_or_refused_with_a_place(text):
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_Parser", loader)
            try:
                document = parse_document(text.encode("utf-8", "surrogatepass"), "x")
            except BadInputError as error:
                assert all(problem.what and problem.place for problem in error.problems)
            else:
                assert set(places(document.data)) == set(tables(document)[0])
                json.dumps(document.data, allow_nan=False).encode()


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw):
    try:
        document = parse_document(raw, "x")
    except BadInputError as error:
        assert error.problems[0].place is not None
    else:
        assert document.text == raw.decode("utf-8-sig")


NUMBERS = st.from_regex(
    re.compile(r"[-+]?[0-9._]{0,4}(?:[:.][0-9_]{0,3}){0,2}(?:[eE][-+]?[0-9]{0,2})?"), fullmatch=True
)
SHAPES = st.from_regex(re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]{0,3}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"), fullmatch=True)
WORDS = st.sampled_from("yes no on off y n null true false ~ .inf -.Inf .nan .NaN = - NaN Infinity -Infinity".split())
WORDS = st.one_of(WORDS, WORDS.map(str.upper), WORDS.map(str.title))
CORE_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")


@given(st.one_of(NUMBERS, SHAPES, WORDS, st.text(string.ascii_letters + string.digits + "-._ äß", min_size=1)))
def test_a_plain_word_is_json_or_itself_or_refused(text):
    """Never a silent coercion: where YAML 1.1, YAML 1.2 and JSON do not agree, the word is refused."""
    try:
        value = parse_document(f"a: {text}\n".encode(), "x").data["a"]
    except BadInputError:
        return
    if isinstance(value, str):
        assert value == text.strip()
        # Nor may another reader of YAML take the word for anything else.
        assert type(yaml.safe_load(f"a: {text}\n")["a"]) is str
        assert CORE_NUMBER.fullmatch(value) is None
    else:
        assert repr(value) == repr(json.loads(text))


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**398), 10**398),
        st.decimals(allow_nan=False, allow_infinity=False, places=3),
    )
)
def test_a_scalar_of_json_is_read_as_json_reads_it(value):
    text = json.dumps(value) if value is None or isinstance(value, bool | int) else str(value)
    if "E" in text:
        return
    read = parse_document(f"a: {text}\n".encode(), "x").data["a"]
    assert repr(read) == repr(json.loads(text))


BASIC = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufeff")


@given(st.text(BASIC))
def test_a_quoted_text_is_that_text(text):
    for written in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        if "\u2028" not in written and "\u2029" not in written:  # line breaks to YAML, which it folds
            assert parse_document(f"a: {written}\n".encode(), "x").data == {"a": text}
