"""Checks that hold for every answer of an endpoint, whichever case asked."""

from dataclasses import replace

import pytest

from aioc.answer.read import read
from aioc.judge.invariant import Invariants
from aioc.model.exchange import Failure, WireRequest
from aioc.model.result import Verdict

TEXT = """
answers: {path: "/v1/files/{id}", streamed: false, status: {maximum: 299}}
expect:
  - path: $.id
    type: string
  - path: $.bytes
    severity: warn
    given: {path: $.object, const: file}
    type: integer
""".replace("{path: $.object,", '{path: "$.object",')


def asked(target="/v1/files/a", method="GET"):
    return WireRequest(method, target)


def judged(case, answers, text=TEXT):
    invariants = Invariants([case(text, "files/obj")], {}, {}, lambda _exchange: "")
    for number, transfer in enumerate(answers):
        invariants.see((read(transfer),), f"files/case-{number}")
    ((result, _),) = invariants.results()
    return result


def test_no_such_answer_is_skip(case, answer):
    others = [
        answer({"id": 1}, request=asked("/v1/files")),
        answer({"id": 1}, request=asked("/v1/files/a/content")),
        answer({"id": 1}, 404, request=asked()),
        answer(request=asked(), events=[{"id": 1}]),
        answer({"id": 1}, request=asked(), cut="hang-up"),
        answer(request=asked(), status=None, failure=Failure("broken", "it broke")),
    ]
    result = judged(case, others)
    assert (result.verdict, result.reason) == (Verdict.SKIP, "no such answer in this run")


def test_one_verdict_over_all_answers_and_the_findings_name_who_asked(case, answer):
    answers = [answer({"id": value}, request=asked()) for value in ("a", 1, 2)]
    result = judged(case, answers)
    (finding,) = result.findings
    assert (finding.address, finding.asked_by, finding.count) == ("$.id", ("files/case-1", "files/case-2"), 2)
    assert result.judged == 3
    assert [exchange.json for exchange in result.exchanges] == [{"id": 1}]  # the first that misses, to be shown


REMARK = """
answers: {path: "/v1/files/{id}"}
expect:
  - path: $.id
    severity: info
"""


@pytest.mark.parametrize(("values", "verdict"), [([{}], Verdict.SKIP), ([{}, {"id": "a"}], Verdict.PASS)])
def test_what_no_answer_has_is_not_passed_even_where_it_harms_nobody(case, answer, values, verdict):
    result = judged(case, [answer(value, request=asked()) for value in values], REMARK)
    assert (result.verdict, len(result.findings)) == (verdict, 1)
    assert (result.reason == "not shown: $.id nothing is there") is (verdict is Verdict.SKIP)


def test_the_query_is_no_part_of_the_path(case, answer):
    assert judged(case, [answer({"id": "a"}, request=asked("/v1/files/a?x=1"))]).verdict is Verdict.PASS


def test_a_condition_looks_at_each_answer_for_itself(case, answer):
    answers = [answer({"id": "a"}, request=asked()), answer({"id": "a", "object": "file"}, request=asked())]
    result = judged(case, answers)
    assert [(f.address, f.severity, f.count) for f in result.findings] == [("$.bytes", "warn", 1)]


def test_an_answer_that_is_no_json_is_one_finding(case, answer):
    result = judged(case, [answer(body=b"<html>", request=asked())] * 2)
    assert [(f.address, f.count) for f in result.findings] == [("json", 2)]


def test_a_star_speaks_of_every_path(case, answer):
    text = 'answers: {path: "*", status: 404}\nexpect:\n  - path: $.error'
    result = judged(case, [answer({}, 404, request=asked("/v1/anything"))], text)
    assert [f.address for f in result.findings] == ["$.error"]


def test_a_costly_pattern_is_an_error_and_not_a_hang(case, answer, monkeypatch):
    from aioc.judge import guard

    monkeypatch.setattr(guard, "JUDGE_SECONDS", 0.2)
    text = 'answers: {path: /v1/x}\nexpect:\n  - {path: "$.t", pattern: "(a+)+$"}'
    result = judged(case, [answer({"t": "a" * 60 + "b"}, request=asked("/v1/x"))], text)
    assert result.verdict is Verdict.ERROR
    assert "took too long" in result.reason


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_method_may_be_asked_for(case, answer, method):
    text = 'answers: {path: "/v1/files/{id}", method: DELETE}\nexpect:\n  - path: $.deleted'
    result = judged(case, [answer({}, request=asked(method=method))], text)
    assert result.verdict is (Verdict.FAIL if method == "DELETE" else Verdict.SKIP)


HEADS = """
answers: {path: /v1/files, method: GET}
expect:
  - header: content-type
    const: application/json
  - path: $.id
    type: string
  - header: x-made-by
    given: {path: "$.id", type: string}
"""


def test_of_a_cut_answer_status_and_headers_are_judged(case, answer):
    whole, cut = (
        answer({"id": 1}, request=asked("/v1/files")),
        answer(body=b'{"id', request=asked("/v1/files"), cut="limit"),
    )
    assert [f.address for f in judged(case, [whole], HEADS).findings] == ["$.id"]
    assert judged(case, [cut], HEADS).findings == ()
    assert judged(case, [cut], HEADS).verdict is Verdict.PASS
    wrong = replace(cut, headers=(("content-type", "text/html"),))
    assert [f.address for f in judged(case, [wrong], HEADS).findings] == ["header content-type"]


def test_a_condition_on_the_body_of_a_cut_answer_leaves_nothing_to_judge(case, answer):
    text = HEADS.replace("expect:", 'given: {path: "$.id"}\nexpect:')
    cut = answer({"id": "a"}, request=asked("/v1/files"), cut="limit")
    assert judged(case, [cut], text).verdict is Verdict.SKIP
