"""scripts/real/compare.py: which verdicts of a real run are a difference, with one run and with two."""

import json

import pytest
from scripts.real.compare import main

TABLE = """
cases:
  a: PASS
  b: {verdict: WARN, why: "It does."}
  c: {verdict: [PASS, WARN], why: "By luck."}
skipped:
  - {reason: "no model", why: "None has it.", cases: [d]}
"""
AS_EXPECTED = {"a": "PASS", "b": "WARN", "c": "WARN", "d": "SKIP"}


@pytest.fixture
def compare(tmp_path, capsys):
    """Compare runs, an earlier one last, with the table; give the exit code and what is printed."""
    table = tmp_path / "table.yaml"
    table.write_text(TABLE)

    def run(verdicts, earlier=None, *, complete=True):
        arguments = [str(written(tmp_path / "run.jsonl", verdicts, complete=complete)), str(table)]
        if earlier is not None:
            arguments += ["--earlier", str(written(tmp_path / "earlier.jsonl", earlier))]
        code = main(arguments)
        return code, capsys.readouterr().out.splitlines()[:-1]

    return run


def written(path, verdicts, *, complete=True):
    cases = [
        {"record": "case", "id": case, "verdict": verdict, "reason": "no model" if verdict == "SKIP" else ""}
        for case, verdict in verdicts.items()
    ]
    lines = [*cases, {"record": "footer", "complete": complete}]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def test_the_verdicts_of_the_table_are_no_difference(compare):
    assert compare(AS_EXPECTED) == (0, [])


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"a": "FAIL"}, "a: expected PASS, got FAIL"),
        ({"c": "FAIL"}, "c: expected PASS or WARN, got FAIL"),
        ({"e": "PASS"}, "e: PASS, not in the file"),
    ],
)
def test_another_verdict_or_case_is_a_difference(compare, changed, line):
    assert compare(AS_EXPECTED | changed) == (1, [line])


def test_a_case_that_did_not_run_is_a_difference(compare):
    assert compare({case: AS_EXPECTED[case] for case in "abc"}) == (1, ["d: expected SKIP, did not run"])


def test_what_differs_in_one_of_two_runs_is_told_and_is_no_difference(compare):
    later, earlier = AS_EXPECTED | {"a": "FAIL"}, AS_EXPECTED | {"b": "FAIL"}
    told = ["once of two runs: a: expected PASS, got FAIL", "once of two runs: b: expected WARN, got FAIL"]
    assert compare(later, earlier) == (0, told)


def test_what_differs_in_both_runs_is_a_difference(compare):
    code, lines = compare(AS_EXPECTED | {"a": "FAIL"}, AS_EXPECTED | {"a": "WARN"})
    assert (code, lines) == (1, ["a: expected PASS, got FAIL"])


def test_a_run_that_did_not_end_is_a_difference_whatever_the_earlier_one_was(compare):
    code, lines = compare(AS_EXPECTED, AS_EXPECTED, complete=False)
    assert (code, lines) == (1, ["the journal has no footer, or says that the run is not complete"])
