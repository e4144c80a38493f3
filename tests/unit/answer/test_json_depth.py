"""Nothing recurses into JSON before its depth is known, and finding it out takes no time (S7)."""

import pytest
from tests.growth import QUADRATIC, growth

from aioc.answer.json_text import MAX_DEPTH, read_json
from aioc.model.problem import ABSENT


@pytest.mark.parametrize("pattern", [b"[", b'{"a":', b'[{"a":', b"[[],", b'["]",', b'["\\"",'])
def test_json_of_any_depth_is_refused_at_once(pattern: bytes) -> None:
    found = read_json(pattern * 100_000)
    assert found.value is ABSENT and found.too_deep is True and found.problem == "JSON nested deeper than 512"
    assert growth(lambda number: read_json(pattern * number), 50_000) < QUADRATIC


def test_json_of_just_the_depth_is_read_and_one_deeper_is_not() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH).problem == ""
    deeper = read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    assert deeper.value is ABSENT and deeper.too_deep is True


@pytest.mark.parametrize(
    "raw", [b'"' + b"[" * 9999 + b'"', b'["' + b'\\"[{' * 9999 + b'"]', b"[" + b"[]," * 9999 + b"[]]"]
)
def test_brackets_in_texts_and_beside_each_other_are_no_depth(raw: bytes) -> None:
    found = read_json(raw)
    assert found.value is not ABSENT and found.too_deep is False


@pytest.mark.parametrize(("begin", "again"), [(b'"', b"\\"), (b"", b'"\\'), (b"[" * 600 + b'"', b'""'), (b"", b"]")])
def test_no_body_makes_the_scan_for_depth_slow(begin: bytes, again: bytes) -> None:
    assert read_json(begin + again * 100_000).value is ABSENT
    assert growth(lambda number: read_json(begin + again * number), 50_000) < QUADRATIC
