"""Any JSON becomes YAML that our own strict reader takes for the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aioc.author.yaml_text import scalar, yaml_lines
from aioc.read.parse import parse_document

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["yes", "010", "1e3", "12:30", "null", "~", "", " a", "a ", "a: b", "a #b", "- a", "${model}", "$.a[*]", "a\u2028b",
     "\x7f", "\ufeff", "é", "🙂", "x" * 200, "a\nb", "=", "<<", "2026-11-27", "1.0", "{x}", "?", "https://x/y#z"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(bool), inner, max_size=4),
    max_leaves=12,
)


def read_back(lines):
    return parse_document(("\n".join(lines) + "\n").encode(), "x.yaml").data


@settings(max_examples=60)
@given(st.dictionaries(TEXTS.filter(bool), JSON, min_size=1, max_size=4))
def test_any_object_reads_back_as_it_was(value):
    assert read_back(yaml_lines(value)) == value


@settings(max_examples=60)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_any_list_reads_back_as_it_was(value):
    assert read_back(yaml_lines(value)) == value


@pytest.mark.parametrize(
    "text", ["${model}", "/v1/chat/completions", "$.choices[*].index", "https://a.b/c?d=e", "Say hi."]
)
def test_what_nobody_can_misread_stands_without_quotes(text):
    assert scalar(text) == text


@pytest.mark.parametrize("text", ["yes", "1e3", "12:30", "a: b", "a #b", "", "null", "- a", "a "])
def test_what_readers_take_differently_stands_in_quotes(text):
    assert scalar(text) == f'"{text}"'


def test_short_things_stand_on_one_line_and_long_ones_do_not():
    assert list(yaml_lines({"m": [{"role": "user", "content": "Hi"}]})) == ["m:", "  - {role: user, content: Hi}"]
    long = "word " * 30
    assert list(yaml_lines({"m": {"a": long.strip()}})) == ["m:", f"  a: {long.strip()}"]
