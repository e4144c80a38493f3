"""JSON from untrusted bytes: every liberty is a fact, and nothing recurses before its depth is known (S5–S8)."""

import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.growth import QUADRATIC, growth

from aioc.answer.json_text import MAX_DEPTH, MAX_LISTED, JsonText, _read, json_facts, read_json, read_texts
from aioc.model.problem import ABSENT

PLAIN = {
    "bom": False,
    "utf8": True,
    "duplicate_keys": [],
    "nan": False,
    "too_deep": False,
    "lone_surrogates": False,
    "trailing": "",
}


def odd(raw: bytes) -> dict[str, Any]:
    """Give the facts that are not as in plain JSON."""
    facts = json_facts([read_json(raw)])
    assert set(facts) == {*PLAIN, "valid"}
    return {key: value for key, value in facts.items() if value != {**PLAIN, "valid": True}[key]}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([None, 2]), st.booleans(), st.sampled_from(["", " \t\r\n"]))
def test_plain_json_comes_back_without_a_fact(value: Any, indent: int | None, ascii_: bool, around: str) -> None:
    raw = f"{around}{json.dumps(value, indent=indent, ensure_ascii=ascii_)}{around}".encode("utf-8", "surrogatepass")
    found = read_json(raw)
    assert found.value == value and odd(raw) == {} and found.problem == ""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40) | st.text(alphabet='[]{}":,\\0e1-+.tfn ', max_size=40).map(str.encode))
def test_any_bytes_are_read_without_an_exception_and_say_why_not(raw: bytes) -> None:
    found = read_json(raw)
    assert (found.value is ABSENT) == bool(found.problem)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"NaN", math.nan),
        (b"Infinity", math.inf),
        (b"-Infinity", -math.inf),
        (b"1e999", math.inf),
        (b"-1E+400", -math.inf),
    ],
)
def test_numbers_beyond_all_bounds_are_a_fact(raw: bytes, value: float) -> None:
    found = read_json(b'{"a": [%s]}' % raw)
    assert odd(b'{"a": [%s]}' % raw) == {"nan": True}
    assert isinstance(found.value, dict) and str(found.value["a"][0]) == str(value)


@pytest.mark.parametrize("raw", [b"1" * 190 + b" ", b"12e ", b"\x00"])
def test_finding_out_whether_there_are_such_numbers_takes_no_time(raw: bytes) -> None:
    assert read_json(raw * ((4 << 20) // len(raw))).value is ABSENT
    assert growth(lambda number: read_json(raw * (number // len(raw))), 256 << 10) < QUADRATIC


@pytest.mark.parametrize("raw", [b"1e308", b"1e-999", b"0e999", b"123456789012345678901234567890", b'"NaN 1e999"'])
def test_numbers_that_are_finite_are_none(raw: bytes) -> None:
    assert odd(raw) == {}


@pytest.mark.parametrize("digits", [3999, 4300, 4301, 50_000])
def test_an_integer_of_any_length_is_read(digits: int) -> None:
    raw = b'{"a": %s, "b": 1}' % (b"7" * digits)
    found = read_json(raw)
    assert isinstance(found.value, dict) and found.value["b"] == 1
    assert odd(raw) == ({} if digits < 4000 else {"nan": True})
    assert json.dumps(found.value)  # nothing later stumbles over its length


@pytest.mark.parametrize(
    ("raw", "value", "keys"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}, ["a"]),
        (b'{"x": {"a": 1, "b": 2, "a": 3, "b": 4, "a": 5}}', {"x": {"a": 5, "b": 4}}, ["a", "b"]),
        (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}], []),
        (b'{"\\u0061": 1, "a": 2}', {"a": 2}, ["a"]),
    ],
)
def test_keys_that_stand_twice_in_one_object_are_a_fact(raw: bytes, value: Any, keys: list[str]) -> None:
    assert read_json(raw).value == value and read_json(raw).duplicate_keys == keys


def test_only_the_first_of_many_doubled_keys_are_listed() -> None:
    raw = json.dumps({f"k{number}": 0 for number in range(99)}).encode()
    assert len(read_json(raw[:-1] + b", " + raw[1:]).duplicate_keys) == MAX_LISTED


def test_a_byte_order_mark_is_read_over_and_a_fact() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": 1}').value == {"a": 1} and odd(b'\xef\xbb\xbf{"a": 1}') == {"bom": True}


def test_a_comma_at_the_end_is_no_json() -> None:
    found = read_json(b'{"a": 1,}')  # Python 3.13 points at the comma, older ones behind it
    assert found.value is ABSENT and found.problem in ("not JSON at byte 7", "not JSON at byte 8")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
        (b'\xef\xbb\xbf{"a": "\xff"}', "not UTF-8 at byte 10"),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
        (b'"\xc0\xaf"', "not UTF-8 at byte 1"),
        (b'"\xf0\x9f\x98', "not UTF-8 at byte 1"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8 at byte 0"),
    ],
)
def test_what_is_not_utf8_has_no_value_and_says_where(raw: bytes, problem: str) -> None:
    found = read_json(raw)
    assert found.value is ABSENT and found.problem == problem and odd(raw)["utf8"] is False


@pytest.mark.parametrize("raw", ['{"a": 1}'.encode("utf-16-le"), '{"a": 1}'.encode("utf-32-le")])
def test_utf16_without_its_mark_is_no_json(raw: bytes) -> None:
    assert read_json(raw).value is ABSENT


@pytest.mark.parametrize(
    ("raw", "lone"),
    [
        (b'"\\ud800"', True),
        (b'{"\\uDFFF": 1}', True),
        (b'["\\ude00\\ud83d"]', True),
        (b'"\\ud83d\\ude00"', False),
        (b'"\\\\ud800"', False),
        ('"😀"'.encode(), False),
    ],
)
def test_half_a_surrogate_pair_is_a_fact(raw: bytes, lone: bool) -> None:
    assert read_json(raw).value is not ABSENT and read_json(raw).lone_surrogates is lone


@pytest.mark.parametrize(
    ("raw", "trailing", "problem"),
    [
        (b'{"a": 1}{"b": 2}', '{"b": 2}', "more text after the JSON at byte 8"),
        ('"é"\n\n  oops'.encode(), "oops", "more text after the JSON at byte 8"),
        (b"1" + b" x" * 999, ("x " * 999)[:200], "more text after the JSON at byte 2"),
        (b"\xef\xbb\xbf{}\x00", "\x00", "more text after the JSON at byte 5"),
    ],
)
def test_text_after_the_json_is_a_fact_and_no_value(raw: bytes, trailing: str, problem: str) -> None:
    found = read_json(raw)
    assert found.value is ABSENT and found.trailing == trailing and found.problem == problem


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "not JSON at byte 0"),
        (b"<html>", "not JSON at byte 0"),
        (b"{'a': 1}", "not JSON at byte 1"),
        (b'{"a": 1 "b": 2}', "not JSON at byte 8"),
        ('{"é": x}'.encode(), "not JSON at byte 7"),
        (b'"a\nb"', "not JSON at byte 2"),
        (b"[01]", "not JSON at byte 2"),
        (b"[.5]", "not JSON at byte 1"),
        (b'"\\x"', "not JSON at byte 1"),
        (b"\xc2\xa0{}", "not JSON at byte 0"),
    ],
)
def test_what_is_no_json_says_at_which_byte(raw: bytes, problem: str) -> None:
    found = read_json(raw)
    assert found.value is ABSENT and found.problem == problem
    assert odd(raw) == {"valid": False}


def test_facts_are_the_fields_and_whether_there_is_a_value() -> None:
    found = read_json(b"[]")
    assert set(json_facts([found])) == (set(asdict(found)) - {"value", "problem"}) | {"valid"}


def same(found: JsonText, expected: JsonText) -> bool:
    """Whether two are alike in every field; as texts, where NaN is NaN, 1 is not 1.0 and keys have an order."""
    return repr(found) == repr(expected)


def shortly_and_exactly(texts: list[str]) -> None:
    values, odd = read_texts(texts)
    exactly = [_read(text.encode()) for text in texts]
    for place, (text, expected) in enumerate(zip(texts, exactly, strict=True)):
        assert same(odd.get(place, JsonText(values[place])), expected)
        assert repr(values[place]) == repr(expected.value) and same(read_json(text.encode()), expected)
    assert json_facts(list(odd.values())) == json_facts(exactly)


SPACE = st.sampled_from(["", "", "", " ", "\t", "\n", "\u00a0"])
KEY = st.sampled_from(['"a"', '"b"', '"\\u0061"', '""', '"NaN"', '"é"', "a"])
ODD = [
    *("NaN", "-Infinity", "Infinity", "1e999", "1e5", "1.0", "-0.0", "-0", "0", "01", "9" * 30, "9" * 5000),
    *("1" * 400 + ".0", "null", "true", '"NaN"', '",NaN,"', '"x" : y"', '"😀"', '"\n"', '"\\n"'),
    *('"\\ud83d\\ude00"', '"\\ud800"', '"\\\\ud800"', "[DONE]", "", ",", "1,2", "1],[2", "Na", "\ufeff{}", "{}{}"),
    *("[" * MAX_DEPTH + "]" * MAX_DEPTH, "[" * 600 + "]" * 600),
]
LIKE_JSON = st.recursive(
    st.sampled_from(ODD),
    lambda inner: (
        st.tuples(SPACE, st.lists(inner, max_size=3).map(",".join), SPACE).map(lambda some: f"[{''.join(some)}]")
        | st.lists(st.tuples(KEY, SPACE, inner), max_size=3).map(
            lambda items: f"{{{','.join(f'{key}{space}:{value}' for key, space, value in items)}}}"
        )
    ),
    max_leaves=6,
)
PLAIN_JSON = JSON.map(lambda value: json.dumps(value, ensure_ascii=False))


@settings(max_examples=400, deadline=None)
@given(st.lists(PLAIN_JSON | LIKE_JSON | st.text(alphabet='[]{}":,\\0e1-+.NatfnI ', max_size=12), max_size=4))
def test_texts_read_together_are_what_each_of_them_is_alone(texts: list[str]) -> None:
    shortly_and_exactly(texts)


@pytest.mark.parametrize(
    "texts",
    [
        ["[1", "2]"],
        ["[1", "2]", "3,4,5"],
        ["[1", "2],NaN,3"],
        ["[1", "2],NaN,3", "4"],
        ['{"a":[{}', "{}]}", "{},{}"],
        ['{"a":[{}', "{}]},NaN,{}"],
        ['{"a":1', '"b":2}'],
        ["1,2", ""],
        ["1,2,3"],
        ["1],[2"],
        ["1]", "[2"],
        ['"', '"'],
        ['"a', 'b"', "1,2,3"],
        ["1", "2", '{"a":1,"a":2}', "4"],
        [*["{}"] * 250, "[DONE]", *["{}"] * 250],
        [],
    ],
)
def test_no_text_can_borrow_from_its_neighbour(texts: list[str]) -> None:
    shortly_and_exactly(texts)


def test_of_plain_texts_there_is_nothing_to_tell() -> None:
    assert read_texts(['{"a": "é\\n"}', "[1.5, null]"] * 120)[1] == {}
