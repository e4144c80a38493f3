"""The check language, row by row: which answers hold, which miss."""

import pytest

ONE = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "hi", "refusal": None}}]}
HOLE = {"choices": [{"finish_reason": "stop"}, {"index": 1}]}
NULL = {"choices": [{"finish_reason": None}]}


def verdict(play_with, case, answer, expect, value, **more):
    if "status" not in expect:
        expect = f"- status: {{maximum: 599}}\n{expect}"
    text = "request: {method: GET, path: /v1/x}\nexpect:\n" + "\n".join(f"  {line}" for line in expect.splitlines())
    result, _ = play_with(case(text), [answer(value, **more)])
    return result


CALL = 'path: "$.j", contentMediaType: application/json, contentSchema: {type: object, required: [x]}'
VECTOR = 'path: "$.j", contentEncoding: base64, contentMediaType: application/x-float32'

ROWS = [
    ('- {path: "$.choices[*].finish_reason"}', ONE, "PASS"),
    ('- {path: "$.choices[*].finish_reason"}', HOLE, "FAIL"),
    ('- {path: "$.choices[*].finish_reason", optional: true, type: string}', HOLE, "PASS"),
    ('- {path: "$.choices[*].finish_reason", optional: true, type: string}', NULL, "PASS"),
    ('- {path: "$.choices[*].finish_reason", type: string}', NULL, "FAIL"),
    ('- {path: "$.choices[*].message.refusal", absent: true}', ONE, "PASS"),
    ('- {path: "$.choices[*].message.content", absent: true}', ONE, "FAIL"),
    ('- {path: "$.none", absent: true}', ONE, "PASS"),
    ('- {path: "$.none"}', ONE, "FAIL"),
    (
        '- {path: "$.choices[*].index", collect: true, order: counting}',
        {"choices": [{"index": 0}, {"index": 1}]},
        "PASS",
    ),
    (
        '- {path: "$.choices[*].index", collect: true, order: counting}',
        {"choices": [{"index": 1}, {"index": 0}]},
        "FAIL",
    ),
    (
        '- {path: "$.choices[*].index", collect: true, order: descending}',
        {"choices": [{"index": 1}, {"index": 0}]},
        "PASS",
    ),
    ('- {path: "$.t[*]", join: "-", const: a-b}', {"t": ["a", "b"]}, "PASS"),
    ('- {path: "$.t[*]", join: "", const: ab}', {"t": ["a", None, "b"]}, "PASS"),
    ('- {path: "$.t[*]", join: "", const: a1}', {"t": ["a", 1]}, "FAIL"),
    ('- {path: "$.t[*].x", join: "", optional: true, const: ""}', {"t": [{}]}, "PASS"),
    ('- {path: "$.t[*].x", join: "", const: ""}', {"t": [{}]}, "FAIL"),
    # a keyword implies its type
    ('- {path: "$.n", maximum: 3}', {"n": "5"}, "FAIL"),
    ('- {path: "$.n", minItems: 1}', {"n": {"a": 1}}, "FAIL"),
    ('- {path: "$.n", pattern: "a"}', {"n": ["a"]}, "FAIL"),
    ('- {path: "$.n", not: {pattern: "a"}}', {"n": 5}, "FAIL"),
    ('- {path: "$.n", not: {pattern: "a"}}', {"n": "b"}, "PASS"),
    ('- {path: "$.n", type: integer}', {"n": 1795344277.0}, "FAIL"),
    ('- {path: "$.n", type: number}', {"n": True}, "FAIL"),
    ('- {path: "$.n", minimum: 0}', {"n": 1.5}, "PASS"),
    # sums
    ('- {sum: ["$.a", "$.b"], const: 3}', {"a": 1, "b": 2}, "PASS"),
    ('- {sum: ["$.a", "$.b"], const: 12}', {"a": "1", "b": "2"}, "FAIL"),
    ('- {sum: ["$.a", "$.b"], const: 1}', {"a": 1}, "FAIL"),
    # content
    (f"- {{{CALL}}}", {"j": '{"x": 1}'}, "PASS"),
    (f"- {{{CALL}}}", {"j": "{}"}, "FAIL"),
    ('- {path: "$.j", contentMediaType: application/json}', {"j": '{"x": '}, "FAIL"),
    ('- {path: "$.j", contentEncoding: base64}', {"j": "aGk="}, "PASS"),
    ('- {path: "$.j", contentEncoding: base64}', {"j": "aGk"}, "FAIL"),
    (
        f"- {{{VECTOR}, contentSchema: {{near: {{to: [1.0, 2.0], within: 0.01}}}}}}",
        {"j": "AACAPwAAAEA="},
        "PASS",
    ),
    (
        f"- {{{VECTOR}, contentSchema: {{near: {{to: [1.0, 2.5], within: 0.01}}}}}}",
        {"j": "AACAPwAAAEA="},
        "FAIL",
    ),
    ('- {path: "$.j", contentEncoding: base64, contentMediaType: image/png}', {"j": "iVBORw0KGgo="}, "PASS"),
    ('- {path: "$.j", contentEncoding: base64, contentMediaType: image/png}', {"j": "aGk="}, "FAIL"),
    ('- {path: "$.j", near: {to: 1, within: 0.1}}', {"j": 1.05}, "PASS"),
    ('- {path: "$.j", near: {to: 1, within: 0.1}}', {"j": "1"}, "FAIL"),
    # severities
    ('- {path: "$.none", severity: warn}', {}, "WARN"),
    ('- {path: "$.none", severity: info}', {}, "SKIP"),
    ('- {path: "$.none", severity: info}\n- {path: "$.a"}', {"a": 1}, "PASS"),
    ('- {path: "$", schema: error}', {"error": {"message": "m", "type": "t", "param": None, "code": 400}}, "PASS"),
    # headers, body, status
    ('- {header: content-type, pattern: "^application/json"}', {}, "PASS"),
    ("- {header: x-request-id}", {}, "FAIL"),
    ("- {header: x-request-id, absent: true}", {}, "PASS"),
    ('- {body: text, pattern: "x"}', {"x": 1}, "PASS"),
    ("- {status: {maximum: 499}}", {}, "PASS"),
    ("- {status: [400, 422]}", {}, "FAIL"),
    ('- {exchange: "$.json.duplicate_keys", type: array, maxItems: 0}', {}, "PASS"),
]


@pytest.mark.parametrize(("expect", "value", "wanted"), ROWS, ids=range(len(ROWS)))
def test_row(play_with, case, answer, expect, value, wanted):
    assert verdict(play_with, case, answer, expect, value).verdict == wanted


def test_one_check_gives_one_finding_however_many_values_miss(play_with, case, answer):
    result = verdict(play_with, case, answer, '- {path: "$.a[*]", type: string}', {"a": [1, 2, "x", 3]})
    assert len(result.findings) == 1
    assert result.findings[0].missed == (1, 2, 3)
    assert "and 2 more" in result.findings[0].message


def test_an_answer_that_is_no_json_is_one_finding_at_the_highest_severity(play_with, case, answer):
    expect = '- {path: "$.a", severity: warn}\n- {path: "$.b"}\n- {path: "$.c", absent: true}'
    result = verdict(play_with, case, answer, expect, None, body=b"<html>oops</html>")
    assert [(f.address, f.severity) for f in result.findings] == [("json", "fail")]
    assert "<html>" in result.findings[0].message


def test_every_event_on_no_event_fails(play_with, case, answer):
    for body in (b"{}", b""):
        result = verdict(play_with, case, answer, '- {events: "$[*].data.id", absent: true}', None, body=body)
        assert [f.address for f in result.findings] == ["stream"]
    result = verdict(play_with, case, answer, '- {events: "$[*].data.id", absent: true}', None, events=["[DONE]"])
    assert [f.address for f in result.findings] == ["stream"]


def test_done_and_comments_are_no_events(play_with, case, answer):
    expect = '- {events: "$[*].data", type: object}\n- {exchange: "$.sse.done_count", const: 1}'
    assert verdict(play_with, case, answer, expect, None, events=[{"a": 1}, "[DONE]"]).verdict == "PASS"


def test_a_stream_is_judged_as_the_assembled_answer(play_with, case, answer):
    chunks = [
        {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "He"}}]},
        {
            "object": "chat.completion.chunk",
            "choices": [{"index": 0, "delta": {"content": "llo"}, "finish_reason": "stop"}],
        },
        "[DONE]",
    ]
    expect = (
        '- {path: "$.choices[0].message.content", const: Hello}\n- {path: "$.choices[*].finish_reason", const: stop}'
    )
    assert verdict(play_with, case, answer, expect, None, events=chunks).verdict == "PASS"


def test_a_pattern_that_hangs_is_stopped():
    import re

    from aioc.judge.guard import TooSlowError, time_limit

    with pytest.raises(TooSlowError), time_limit(0.2):
        re.search("(a+)+$", "a" * 40 + "b")


def test_a_case_of_info_as_a_whole_passes_only_without_a_remark(play_with, case, answer):
    text = "severity: info\nrequest: {method: GET, path: /v1/x}\nexpect:\n- status: 200\n- path: $.a\n- path: $.b\n"
    results = [play_with(case(text), [answer(value)])[0] for value in ({"a": 1, "b": 1}, {"a": 1})]
    assert [result.verdict for result in results] == ["PASS", "SKIP"]
    assert results[1].reason == "not shown: $.b nothing is there"
