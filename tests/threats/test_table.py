"""`make threats` is red when a row has no test, when one is missing, and when one is red; each marker names a row."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from .report import lines
from .table import Collector, Row, read_rows

HERE = Path(__file__).parent


class Item(SimpleNamespace):
    def iter_markers(self, name):
        return [SimpleNamespace(args=self.rows)] if name == "threat" else []


def collected(rows, *items):
    made = [Item(nodeid=nodeid, rows=held) for nodeid, held in items]
    collector = Collector(rows)
    hook = SimpleNamespace(pytest_deselected=lambda items: None)
    collector.pytest_collection_modifyitems(SimpleNamespace(hook=hook), made)
    return collector, [item.nodeid for item in made]


def ended(collector, nodeid, passed=True, **figures):
    collector.pytest_runtest_logreport(
        SimpleNamespace(nodeid=nodeid, passed=passed, when="call", duration=0.5, user_properties=list(figures.items()))
    )


def test_a_row_is_held_by_marked_and_by_named_tests_and_shows_the_largest_figures():
    rows = {"S1": Row("S1", "it never ends", "it ends", ["t.py::test_a["])}
    collector, left = collected(rows, ("t.py::test_a[1]", ()), ("u.py::test_b", ("S1",)), ("u.py::test_c", ()))
    assert left == ["t.py::test_a[1]", "u.py::test_b"]
    ended(collector, "t.py::test_a[1]", MB=20)
    ended(collector, "u.py::test_b", MB=57)
    assert rows["S1"].ok
    assert list(lines(rows.values())) == [f"ok  S1   {'it never ends':<70}   2 tests  0.50 s, 57 MB"]


@pytest.mark.parametrize("fault", ["no test", "a test that is not there", "a red test"])
def test_a_row_is_red(fault):
    rows = {"S1": Row("S1", "it never ends", "it ends", ["t.py::gone"] if fault == "a test that is not there" else ())}
    collector, _ = collected(rows, *([] if fault == "no test" else [("u.py::test_b", ("S1",))]))
    if fault != "no test":
        ended(collector, "u.py::test_b", passed=fault != "a red test")
    told = "\n".join(lines(rows.values()))
    assert told.startswith("RED S1")
    assert {"no test": "no test holds", "a red test": "red: u.py", "a test that is not there": "t.py::gone"}[
        fault
    ] in told


def test_every_marker_names_a_row():
    rows = read_rows()
    for path in HERE.glob("test_*.py"):
        if path.name != Path(__file__).name:
            for given in re.findall(r'mark\.threat\(((?:"\w+"(?:, )?)+)', path.read_text(encoding="utf-8")):
                assert set(re.findall(r"\w+", given)) <= rows.keys(), path.name
    assert all(row.threat and row.expected for row in rows.values())
