"""Every row of the proposal is a case, part of a named case, or omitted for a reason."""

from collections import Counter
from functools import cache

import pytest

from aioc.model.case import Case
from aioc.read.tree import load

from .rows import Row, dangling, rows


@cache
def cases() -> dict[str, Case]:
    loaded = load()
    assert not loaded.problems
    return {case.id: case for case in loaded.catalogue.cases}


def test_every_row_is_settled_once() -> None:
    found = list(rows())
    assert [name for name, count in Counter(row.id for row in found).items() if count > 1] == []
    assert [row.id for row in found if row.kind == "to do"] == []
    assert [row.id for row in found if bool(row.case) + bool(row.part_of) + bool(row.omitted) != 1] == []


def test_every_case_and_check_that_a_row_names_is_there() -> None:
    assert [wrong for row in rows() if (wrong := dangling(row, cases()))] == []


def test_no_case_is_the_case_of_two_rows() -> None:
    """Two rows may share a case, but only one of them is its statement; the other is part of it."""
    counted = Counter(row.case for row in rows() if row.case)
    assert [name for name, count in counted.items() if count > 1] == []


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (Row("x", "t", case="chat/basic"), ""),
        (Row("x", "t", case="chat/req/nulls"), ""),
        (Row("x", "t", case="chat/no-such"), "x: there is no case chat/no-such"),
        (Row("x", "t", part_of="chat/basic", check="nope"), "x: chat/basic has no check nope"),
        (Row("x", "t", part_of="err/model/status", check="status"), ""),
    ],
)
def test_a_name_that_points_nowhere_is_told(row: Row, wrong: str) -> None:
    assert dangling(row, cases()) == wrong


def test_no_two_cases_of_a_topic_have_the_same_title() -> None:
    """Who reads a list of what failed has nothing else to tell them apart by; members of a family share theirs."""
    families = {(case.topic, case.family): case.title for case in cases().values()}
    counted = Counter((topic, title) for (topic, _), title in families.items())
    assert [title for title, count in counted.items() if count > 1] == []
