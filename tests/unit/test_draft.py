"""Drafted overlay entries: what they say, where they go, what is taken out; nothing else of the text moves."""

import pytest
import yaml

from aioc.draft import Draft, LackDraft, drafts, instead_of, with_entries, without_entries
from aioc.model.problem import Place
from aioc.model.result import Finding, Severity, Verdict
from aioc.model.run import RunHeader, RunSummary, SurfaceRow
from aioc.report.journal import Journal
from aioc.report.record import CaseRecord

PLACE = Place("specs/openai_v1/a/b.yaml", 7, 5)
TEXT = """\
title: A server
# what it does
deviations:
  - case: a/one
    check: status
    instead: {const: 404}
    reason: It is not there, and a client shows 404.
    source: somewhere

  # this one bites
  - case: a/two
    check: status
    instead:               # on two lines
      const: 500
    reason: It dies, and a client asks again.
    source: somewhere
# about the notes
notes: none
"""
ENTRY = Draft("a/three", "later/shape#/id", {"absent": True}, "warn", "run against 1.2 on 2026-11-27")


def finding(actual, severity="fail", mark=None, address="status", step=""):
    return Finding(address, Severity(severity), "", "", actual, PLACE, step=step, mark=mark)


def journal(*records, version="1.2", surface=None):
    """Give a journal of (case, verdict, findings, *notes), and of rows of the surface when the run came to its end."""
    cases = tuple(
        CaseRecord(
            *(name, name, "a", "t", "s", "d", verdict, tuple(findings), "", "", tuple(notes), 0.0, False, ()),
        )
        for name, verdict, findings, *notes in records
    )
    header = RunHeader("x", "x", "http://h", version=version, started="2026-11-27T01:02:03+00:00")
    return Journal(header, cases, None if surface is None else RunSummary(surface, (), "", 0.0, True))


@pytest.mark.parametrize(
    ("actual", "instead"),
    [
        ("absent", {"absent": True}),
        ("integer 404", {"const": 404}),
        ("number 1.5", {"const": 1.5}),
        ("boolean true", {"const": True}),
        ('string "eos"', {"const": "eos"}),
        (f'string "{"x" * 200}"', {"type": "string"}),
        ('string "cut…', {"type": "string"}),
        ("integer 12…", {"type": "integer"}),
        ("object {…}", {"type": "object"}),
        ("null", {"type": "null"}),
    ],
)
def test_what_was_there_is_said_as_narrowly_as_it_is_known(actual, instead):
    assert instead_of(finding(actual)) == instead


def test_only_what_no_overlay_knows_is_drafted():
    found = drafts(
        [
            journal(
                ("a/known", Verdict.FAIL, [finding("integer 500", mark="known")]),
                ("a/told", Verdict.PASS, [finding("integer 500", "info")]),
                ("a/new", Verdict.FAIL, [finding("integer 500", step="ask")]),
            )
        ]
    )
    assert found == [Draft("a/new", "ask/status", {"const": 500}, "fail", "run against 1.2 on 2026-11-27")]


@pytest.mark.parametrize(
    ("actuals", "instead"),
    [
        (["integer 500", "integer 500"], {"const": 500}),
        (["integer 500", "integer 503", "integer 500"], {"enum": [500, 503]}),
        ([f"integer {number}" for number in range(6)], {"type": "integer"}),
        (['string "no"', "null", 'string "never"'], {"type": ["null", "string"]}),
        (["absent", "null"], {"type": "null"}),
        (["absent", "absent"], {"absent": True}),
    ],
)
def test_of_several_answers_at_one_place_all_are_covered(actuals, instead):
    (draft,) = drafts([journal(("a/new", Verdict.FAIL, [finding(actual) for actual in actuals]))])
    assert (draft.instead, draft.sometimes) == (instead, False)


def test_the_worst_severity_counts():
    found = [finding("integer 500", "warn"), finding("integer 500", "fail")]
    assert drafts([journal(("a/new", Verdict.FAIL, found))])[0].severity == "fail"


def test_what_only_some_runs_show_is_sometimes():
    shown = journal(("a/new", Verdict.WARN, [finding("absent", "warn")]))
    (draft,) = drafts([shown, journal(("a/new", Verdict.PASS, []))])
    assert draft.sometimes
    (draft,) = drafts([shown, shown, journal(("a/new", Verdict.SKIP, []))])
    assert not draft.sometimes


GONE = SurfaceRow("b", "POST /v1/b", "core", Verdict.FAIL, "POST /v1/b: no such route (404)", absent=True)
THERE = SurfaceRow("b", "POST /v1/b", "core", Verdict.PASS)
MISSING = ("b/plain", Verdict.FAIL, [finding("integer 404"), finding("absent", address="shape#/id")], GONE.note)


def test_what_is_not_there_is_a_lack_and_nothing_else_of_it_is_drafted():
    other = ("a/new", Verdict.FAIL, [finding("integer 500")], "a note of another kind")
    lack, draft = drafts([journal(other, MISSING, surface=(GONE,))])
    assert lack == LackDraft("b", "run against 1.2 on 2026-11-27")
    assert (draft.case, draft.check) == ("a/new", "status")


def test_what_one_of_the_runs_shows_is_no_lack():
    there = journal(("b/plain", Verdict.PASS, []), surface=(THERE,))
    found = drafts([journal(MISSING, surface=(GONE,)), there])
    assert [(draft.case, draft.check, draft.sometimes) for draft in found] == [
        ("b/plain", "shape#/id", True),
        ("b/plain", "status", True),
    ]


def test_what_is_known_not_to_be_there_is_not_drafted():
    known = ("b/plain", Verdict.FAIL, [finding("integer 404", mark="known")], GONE.note)
    assert drafts([journal(known, surface=(GONE,))]) == []


def test_lacks_come_before_deviations_and_each_goes_to_its_list():
    lack = LackDraft("b", "run")
    new = yaml.safe_load(with_entries("", [ENTRY, lack], "t"))
    assert list(new) == ["title", "lacks", "deviations"]
    assert new["lacks"] == [{"capability": "b", "reason": "TODO say what a client notices", "source": "run"}]
    text = "title: A server\nlacks:\n  - capability: a\n    reason: No.\n    source: x\n# the end\n"
    made = yaml.safe_load(with_entries(text, [ENTRY, lack], ""))
    assert ([one["capability"] for one in made["lacks"]], len(made["deviations"])) == (["a", "b"], 1)


def test_entries_go_to_the_end_of_the_list_and_nothing_else_moves():
    made = with_entries(TEXT, [ENTRY], "unused")
    assert made == TEXT.replace(
        "# about the notes",
        '  - case: a/three\n    check: "later/shape#/id"\n    instead: {absent: true}\n'
        "    reason: TODO say what a client notices\n"
        "    source: run against 1.2 on 2026-11-27\n# about the notes",
    )


def test_a_list_at_the_margin_stays_at_the_margin():
    made = with_entries("title: A server\ndeviations:\n- case: a/one\n  check: status\n", [ENTRY], "")
    assert made.splitlines()[4] == "- case: a/three"


@pytest.mark.parametrize("text", ["", "title: A server\nnotes: none\n"])
def test_an_overlay_without_deviations_gets_them(text):
    made = with_entries(text, [ENTRY], "A server")
    assert "deviations:\n  - case: a/three\n" in made
    assert made.count("title: A server\n") == 1


def test_an_entry_is_taken_out_whole_and_comments_between_stay():
    made = without_entries(TEXT, [4])
    assert "a/one" not in made
    assert made == TEXT.replace(TEXT[TEXT.index("  - case: a/one") : TEXT.index("\n  # this one")], "")
    assert "on two lines" not in without_entries(TEXT, [11])
    assert "# about the notes\nnotes: none\n" in without_entries(TEXT, [11])


def test_a_list_that_lost_everything_goes_too():
    made = without_entries(TEXT, [4, 11])
    assert "deviations" not in made
    assert made.startswith("title: A server\n")
    assert made.endswith("notes: none\n")


def test_a_line_that_is_no_entry_is_left_alone():
    assert without_entries(TEXT, [1]) == TEXT


@pytest.mark.parametrize("word", ["yes", "null", "a: b", "#x", "1.5", "x ", "- y"])
def test_a_text_that_yaml_would_take_for_something_else_is_quoted(word):
    draft = Draft("a/b", "status", {"const": word}, "fail", word, sometimes=True)
    ((entry,),) = [yaml.safe_load(with_entries("", [draft], "t"))["deviations"]]
    assert entry["instead"] == {"const": word}
    assert entry["source"] == word
    assert (entry["severity"], entry["sometimes"]) == ("fail", True)
