"""Overlay entries put to results: known, stale, a third behaviour; one known answer is hidden and nothing else."""

import pytest

from aioc.judge.mark import Seen, mark
from aioc.model.result import Verdict
from aioc.read.check import Scope
from aioc.read.overlay import read_overlay
from aioc.read.parse import parse_document
from aioc.read.words import vocabulary_problems

CASE = """
request: {method: GET, path: /v1/x}
expect:
  - status: 200
  - path: $.a
    type: string
  - name: pieces
    path: $.list[*].n
    severity: warn
    type: integer
"""


def entry(check, instead, **more):
    lines = [f"  - case: chat/x\n    check: {check}\n    instead: {instead}"]
    lines += [f"    {word}: {value}" for word, value in more.items()]
    lines += ["    reason: A client notices that.", "    source: a measurement"]
    text = "title: A server\ndeviations:\n" + "\n".join(lines)
    document = parse_document(text.encode(), "server.yaml")
    scope = Scope(document)
    assert vocabulary_problems(document, "overlay") == []
    overlay = read_overlay(scope, "server")
    assert scope.problems == []
    return overlay.deviations


def marked(play_with, case, answer, entries, value, status=200, **more):
    result, _ = play_with(case(CASE), [answer(value, status, **more)])
    return mark(result, entries, {})


def seen(outcome):
    return next(iter(outcome.seen.values()))


GOOD = {"a": "x", "list": [{"n": 1}]}


def test_a_known_fail_becomes_warn_with_its_reason(play_with, case, answer):
    outcome = marked(play_with, case, answer, entry("status", "{const: 404}"), {}, 404)
    finding = outcome.result.findings[0]
    assert (outcome.result.verdict, finding.mark, finding.severity, finding.was) == ("WARN", "known", "warn", "fail")
    assert (finding.reason, seen(outcome)) == ("A client notices that.", Seen.OBSERVED)


def test_what_bites_clients_stays_fail_and_is_marked(play_with, case, answer):
    outcome = marked(play_with, case, answer, entry("status", "{const: 404}", severity="fail"), {}, 404)
    finding = outcome.result.findings[0]
    assert (outcome.result.verdict, finding.mark, finding.severity) == ("FAIL", "known", "fail")


def test_a_warn_finding_is_only_marked(play_with, case, answer):
    value = {"a": "x", "list": [{"n": "1"}]}
    outcome = marked(play_with, case, answer, entry("pieces", "{type: string}"), value)
    assert [(f.mark, f.severity) for f in outcome.result.findings] == [("known", "warn")]


def test_a_third_behaviour_fails_as_usual(play_with, case, answer):
    outcome = marked(play_with, case, answer, entry("status", "{const: 404}"), {}, 500)
    assert (outcome.result.verdict, outcome.result.findings[0].mark) == (Verdict.FAIL, None)
    assert seen(outcome) is Seen.OTHER


def test_the_correct_behaviour_makes_an_entry_stale(play_with, case, answer):
    outcome = marked(play_with, case, answer, entry("status", "{const: 404}"), GOOD)
    assert (outcome.result.verdict, seen(outcome)) == (Verdict.PASS, Seen.CONFORMS)


@pytest.mark.parametrize("check", ["$.a", "pieces"])
def test_behind_a_gate_an_entry_is_not_reached(play_with, case, answer, check):
    assert seen(marked(play_with, case, answer, entry(check, "{type: integer}"), {}, 500)) is Seen.NOT_REACHED


def test_every_value_that_misses_must_be_the_known_one(play_with, case, answer):
    entries = entry("pieces", "{type: string}")
    mixed = {"a": "x", "list": [{"n": "1"}, {"n": None}, {"n": 2}]}
    outcome = marked(play_with, case, answer, entries, mixed)
    assert (outcome.result.findings[0].mark, seen(outcome)) == (None, Seen.OTHER)
    all_text = {"a": "x", "list": [{"n": "1"}, {"n": "2"}, {"n": 3}]}
    assert marked(play_with, case, answer, entries, all_text).result.findings[0].mark == "known"


def test_a_missing_value_is_known_by_absent(play_with, case, answer):
    outcome = marked(play_with, case, answer, entry("$.a", "{absent: true}"), {"list": [{"n": 1}]})
    assert (outcome.result.verdict, outcome.result.findings[0].mark) == (Verdict.WARN, "known")
    wrong = marked(play_with, case, answer, entry("$.a", "{absent: true}"), {"a": 1, "list": [{"n": 1}]})
    assert (wrong.result.verdict, wrong.result.findings[0].mark) == (Verdict.FAIL, None)


def test_an_instead_with_a_subject_looks_at_the_same_answer(play_with, case, answer):
    entries = entry("status", '{path: "$.error.code", const: 501}')
    assert marked(play_with, case, answer, entries, {"error": {"code": 501}}, 501).result.verdict is Verdict.WARN
    assert marked(play_with, case, answer, entries, {"error": {"code": 500}}, 501).result.verdict is Verdict.FAIL


def test_an_answer_that_is_no_json_has_an_address_and_goes_stale(play_with, case, answer):
    entries = entry("json", '{pattern: "^no backend"}')
    known = marked(play_with, case, answer, entries, None, body=b"no backend is there")
    assert (known.result.verdict, seen(known)) == (Verdict.WARN, Seen.OBSERVED)
    other = marked(play_with, case, answer, entries, None, body=b"<html>")
    assert (other.result.verdict, seen(other)) == (Verdict.FAIL, Seen.OTHER)
    assert seen(marked(play_with, case, answer, entries, GOOD)) is Seen.CONFORMS


def test_of_several_entries_at_an_address_the_one_that_describes_it_counts(play_with, case, answer):
    entries = (*entry("status", "{const: 404}"), *entry("status", "{const: 405}"))
    outcome = marked(play_with, case, answer, entries, {}, 405)
    assert outcome.result.findings[0].mark == "known"


def test_an_entry_never_raises_a_severity(play_with, case, answer):
    value = {"a": "x", "list": [{"n": "1"}]}
    outcome = marked(play_with, case, answer, entry("pieces", "{type: string}", severity="fail"), value)
    assert outcome.result.findings[0].severity == "warn"


def test_all_answers_of_copies_must_do_what_the_entry_says(play_with, case, answer):
    text = "request: {method: GET, path: /v1/x, copies: 2}\nexpect:\n  - status: 200"
    entries = entry("status", '{path: "$.error", const: busy}')
    both = [answer({"error": "busy"}, 503), answer({"error": "busy"}, 503)]
    one = [answer({"error": "busy"}, 503), answer({"error": "lost"}, 503)]
    for answers, verdict in ((both, Verdict.WARN), (one, Verdict.FAIL)):
        result, _ = play_with(case(text), [answers])
        assert mark(result, entries, {}).result.verdict is verdict


SHAPED = "request: {method: GET, path: /v1/x}\nexpect:\n  - status: 200\n  - {name: shape, path: $, schema: thing}"


@pytest.fixture
def thing(monkeypatch):
    """Give the judge one answer schema called `thing`."""
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT202012

    from aioc.judge import schema

    contents = {
        "$id": "thing.schema.json",
        "type": "object",
        "allOf": [
            {"severity": "fail", "required": ["id"], "properties": {"id": {"type": "string"}}},
            {
                "severity": "warn",
                "required": ["made"],
                "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/item"}}},
            },
        ],
        "$defs": {"item": {"type": "object", "allOf": [{"severity": "fail", "required": ["n"]}]}},
    }
    resource = Resource.from_contents(contents, DRAFT202012)
    registry = Registry().with_resource("thing.schema.json", resource)
    monkeypatch.setattr(schema, "_empty", lambda: schema.Validator({}, registry=registry))


@pytest.mark.usefixtures("thing")
def test_a_schema_finding_has_a_pointer_and_the_nearest_severity(play_with, case, answer):
    result, _ = play_with(case(SHAPED.replace("path: $,", 'path: "$",')), [answer({"items": [{"n": 1}, {}, {}]})])
    assert [(f.address, f.severity) for f in result.findings] == [
        ("shape#/id", "fail"),
        ("shape#/made", "warn"),
        ("shape#/items/*/n", "fail"),
    ]
    assert result.findings[2].missed == result.findings[2].missed[:1] * 2  # one finding for both elements


@pytest.mark.usefixtures("thing")
def test_the_checks_severity_is_the_ceiling(play_with, case, answer):
    text = SHAPED.replace("path: $,", 'path: "$", severity: warn,')
    result, _ = play_with(case(text), [answer({"items": []})])
    assert [f.severity for f in result.findings] == ["warn", "warn"]


@pytest.mark.usefixtures("thing")
def test_an_entry_at_a_pointer_hides_that_pointer_only(play_with, case, answer):
    text = SHAPED.replace("path: $,", 'path: "$",')
    entries = entry('"shape#/items/*/n"', "{absent: true}")
    result, _ = play_with(case(text), [answer({"id": "x", "made": 1, "items": [{}]})])
    assert mark(result, entries, {}).result.verdict is Verdict.WARN
    result, _ = play_with(case(text), [answer({"made": 1, "items": [{}]})])
    assert mark(result, entries, {}).result.verdict is Verdict.FAIL
    result, _ = play_with(case(text), [answer({"id": "x", "made": 1, "items": []})])
    assert seen(mark(result, entries, {})) is Seen.NOT_REACHED  # no element, so nothing is said of elements
    result, _ = play_with(case(text), [answer({"id": "x", "made": 1, "items": [{"n": 1}]})])
    assert seen(mark(result, entries, {})) is Seen.CONFORMS


@pytest.mark.usefixtures("thing")
def test_a_schema_named_inside_a_schema_counts(play_with, case, answer):
    text = (
        "request: {method: GET, path: /v1/x}\nexpect:\n  - status: 200\n"
        '  - {path: "$.all", type: array, items: {schema: thing}}'
    )
    result, _ = play_with(case(text), [answer({"all": [{"id": "x", "made": 1}, {"made": 1}]})])
    assert [(f.address, f.severity) for f in result.findings] == [("$.all#/*/id", "fail")]
