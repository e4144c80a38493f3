"""200 exchanges of four servers, judged by a reader before the catalogue: each difference has a reason beside it.

A line that no longer holds is to be reviewed, not regenerated: `expected` is never edited.
"""

from pathlib import Path

import pytest
import yaml
from tests.playing import catalogue

from aioc.judge_recorded import judge_recorded
from aioc.recorded import recorded

HERE = Path(__file__).parent / "blind"
TABLE = {
    f"{table.stem}/{name}": line
    for table in sorted(HERE.glob("*.yaml"))
    for name, line in yaml.safe_load(table.read_text()).items()
}


def worse_than_pass(name):
    """Give the invariants of each verdict on the exchange; without an overlay nothing is known."""
    found = {"ERROR": set(), "FAIL": set(), "WARN": set()}
    for record in judge_recorded(catalogue(), None, {}, recorded([HERE / f"{name}.json"])).records:
        found.get(record.verdict.value, set()).add(record.family)
    return found


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_exchange_is_judged_as_written(name):
    line, found = TABLE[name], worse_than_pass(name)
    assert found["FAIL"] == set(line.get("fail", ()))
    assert found["WARN"] == set(line.get("warn", ()))
    assert next((verdict for verdict, cases in found.items() if cases), "PASS") == line["verdict"]


def test_each_difference_has_a_reason_and_only_those():
    for name, line in TABLE.items():
        differs = line["expected"] != line["verdict"]
        assert differs == bool(line.get("explained") or line.get("catalogue")), name
        assert line["expected"] == "PASS" or line["saw"], name


def test_the_table_names_every_exchange():
    assert set(TABLE) == {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.glob("*/*.json")}
    assert len(TABLE) == 200
