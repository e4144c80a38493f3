"""Names in data: types kept, texts escaped for where they go, nothing expanded twice."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioc.template import MissingNameError, as_text, fill, fill_path, fill_pattern, fill_text, names

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_whole_scalar_keeps_the_type(value):
    assert fill("${x}", {"x": value}) is value
    assert fill({"a": ["${x}"]}, {"x": value}) == {"a": [value]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (1, "1"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ([1, "ß"], '[1, "ß"]'),
        ({"a": 1}, '{"a": 1}'),
    ],
)
def test_inside_a_text_a_value_reads_like_json(value, text):
    assert as_text(value) == text
    assert fill("<${x}>", {"x": value}) == f"<{text}>"
    assert fill({"k-${x}": 1}, {"x": value}) == {f"k-{text}": 1}


def test_keys_are_filled_as_texts():
    assert fill({"${x}": {"${x}": "${y}"}}, {"x": 7, "y": 7}) == {"7": {"7": 7}}


@given(JSON)
def test_what_comes_in_is_never_looked_at_again(value):
    values = {"x": "${y} ${x}", "y": value}
    assert fill("${x}", values) == "${y} ${x}"
    assert fill("a ${x}", values) == "a ${y} ${x}"
    assert fill({"${x}": ["${x}"]}, values) == {"${y} ${x}": ["${y} ${x}"]}
    assert fill_text("${x}", values, str) == "${y} ${x}"
    assert fill_pattern("${x}", values) == re.escape("${y} ${x}")


@given(st.text())
def test_in_a_pattern_a_value_is_literal(text):
    pattern = fill_pattern("^a${x}b\\Z", {"x": text})
    assert re.search(pattern, f"a{text}b")
    assert not re.search(pattern, f"a{text}xb")


@given(st.text(st.characters(codec="utf-8")))
def test_in_a_path_a_value_is_one_segment(text):
    path = fill_path("/v1/models/${x}/end?a=1", {"x": text})
    segment = path.removeprefix("/v1/models/").removesuffix("/end?a=1")
    assert not set(segment) & set("/?#& \r\n")
    assert segment.isascii() and unquote(segment) == text


@given(JSON.filter(lambda value: "${" not in repr(value)))
def test_what_has_no_name_stays(value):
    assert fill(value, {"x": 1}) == value
    assert list(names(value)) == []


@pytest.mark.parametrize("text", ["$", "{x}", "$x", "$ {x}", "${x", "$${", "a}"])
def test_what_only_looks_like_a_name_stays(text):
    assert fill(text, {"x": 1}) == text


def test_names_are_found_everywhere():
    value = {"${a}": ["x ${b} ${c}", {"d": "${e}"}], "f": 1, "g": None, "h": "${env.HOME}${}"}
    assert list(names(value)) == ["a", "b", "c", "e", "env.HOME", ""]


@pytest.mark.parametrize("value", ["${x}", "a ${x}", {"${x}": 1}, [["${x}"]]])
def test_a_name_without_value_is_told(value):
    with pytest.raises(MissingNameError, match="x"):
        fill(value, {"y": 1})
