"""Versions of servers as they are really written, and ranges of them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioc.versions import VersionError, lies_in, parse, parse_range

ORDERED = [
    ["0.9.0", "0.9.1rc1", "0.9.1", "0.9.1.1", "0.10.0"],
    ["0.33.0-rc1", "0.33.0-rc2", "0.33.0-rc10", "0.33.0", "0.33.1"],
    ["b5640", "b6673", "b11669"],
    ["v130", "v170", "v218", "v250", "v250-5-gabcdef", "v250-12-g0123456", "v251"],
    ["1.0.dev3", "1.0"],
    ["1.0a1", "1.0"],
    ["1.0b2", "1.0"],
    ["1.0-alpha", "1.0"],
    ["1.0-beta.2", "1.0-beta.3", "1.0"],
    ["2.0.0-pre", "2"],
    ["v1.5", "1.5.1", "v2"],
    ["2024-12-31", "2025-01-02", "2025-10-01", "2025.11", "2026-01-01"],
]


@pytest.mark.parametrize("row", ORDERED, ids=lambda row: row[0])
def test_order(row):
    for older, newer in itertools.combinations(row, 2):
        a, b = parse(older), parse(newer)
        assert a is not None and b is not None
        assert a < b and b > a and a <= b and b >= a and a != b
        assert not b < a


EQUAL = [
    ("v170", "170"),
    ("b6673", "6673"),
    ("build 6673", "b6673"),
    ("build-6673", "6673"),
    ("B6673", "b6673"),
    ("2", "2.0"),
    ("2.0.0", "2"),
    (" 1.2.3 \n", "1.2.3"),
    ("0.33.0-RC2", "0.33.0rc2"),
    ("b11669-abc1234", "b11669"),
    ("b11669-a123456", "b11669"),
    ("b11669-b0b0b0b", "b11669"),
    ("b11669-beefcafe", "b11669"),
    ("b11669-dead1234", "b11669"),
    ("b5640-2e89f76b", "b5640"),
    ("6673 (abc1234)", "6673"),
    ("1.2.3+cu121", "1.2.3"),
    ("0.9.2.dev20+gabc1234", "0.9.2.dev20"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal(one, other):
    a, b = parse(one), parse(other)
    assert a is not None
    assert a == b and hash(a) == hash(b)
    assert not a < b and a <= b
    assert a.candidate == b.candidate


def test_a_git_hash_is_no_candidate():
    plain = parse("b11669")
    for letters in ("abc1234", "a123456", "b123456", "a1b2c3d", "aaaaaaa", "bbbbbbb"):
        assert parse(f"b11669-{letters}") == plain


@pytest.mark.parametrize("text", ["", "0", "b0", "v0", "0.0.0", "unknown", "llama.cpp", "dev", "-1", "v", "b"])
def test_unknown(text):
    assert parse(text) is None


def test_another_thing_is_no_version():
    assert parse("1") != "1"
    assert parse("1") != 1


@given(st.text())
def test_any_text_is_a_version_or_unknown(text):
    version = parse(text)
    assert version is None or any(version.numbers)


@pytest.mark.parametrize("text", ["9" * 5000, "1." * 3000, "1-rc" + "9" * 5000, "1-" + "9" * 5000 + "-gabc"])
def test_a_version_of_a_megabyte_harms_nobody(text):
    version = parse(text)
    assert version is not None and version > parse("0.1")


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_numbers_are_ordered_like_lists(one, other):
    a, b = (parse(".".join(map(str, numbers))) for numbers in (one, other))
    if a is None or b is None:
        assert not any(one) or not any(other)
        return
    length = max(len(one), len(other))
    padded = [numbers + [0] * (length - len(numbers)) for numbers in (one, other)]
    assert (a < b, a == b) == (padded[0] < padded[1], padded[0] == padded[1])


RANGES = [
    (">=218 <=250", "v218", True),
    (">=218 <=250", "v250", True),
    (">=218 <=250", "v217", False),
    (">=218 <=250", "v250-5-gabcdef", False),
    (">=218<=250", "v251", False),
    (" >= 218 ", "v218", True),
    ("<0.33.0", "0.33.0-rc2", True),
    (">=0.33.0", "0.33.0-rc2", False),
    (">=0.33.0-rc1", "0.33.0-rc2", True),
    ("=2", "2.0", True),
    ("=b6673", "6673", True),
    (">1 <3 =2", "2", True),
    (">250", "v250-5-gabcdef", True),
    (">=2025-04-01 <2026-01-01", "2025-12-31", True),
    (">=2025-04-01", "2025-03-31T10:00:00Z", False),
    ("<b11670", "b11669-abc1234", True),
    (">=b11669", "b11669-abc1234", True),
]


@pytest.mark.parametrize(("text", "version", "holds"), RANGES)
def test_range(text, version, holds):
    found = parse(version)
    assert found is not None
    assert lies_in(found, text) is holds


@pytest.mark.parametrize(
    "text", ["", "  ", "218", ">=", ">=abc", ">=0", "=> 218", ">=218 250", "~218", ">=218x", ">=1 <=2 and more", "!=3"]
)
def test_no_range(text):
    with pytest.raises(VersionError):
        parse_range(text)
