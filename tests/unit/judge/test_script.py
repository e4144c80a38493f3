"""How a case plays: order, gate, captures, conditions, polling, clean-up."""

from aioc.judge.script import Pause, play, play_dangerous
from aioc.model.exchange import Failure
from aioc.model.result import Verdict

GET = "request: {method: GET, path: /v1/x}"
BROKEN = Failure("broken", "the connection broke", "look at the log")


def test_the_gate_is_judged_first_and_alone(play_with, case, answer):
    text = f"{GET}\nexpect:\n  - path: $.a\n  - status: 200\n  - path: $.b"
    result, _ = play_with(case(text), [answer({}, 500)])
    assert [(f.address, f.severity) for f in result.findings] == [("status", "fail")]


def test_a_status_check_with_a_severity_of_its_own_is_no_gate(play_with, case, answer):
    text = f"{GET}\nexpect:\n  - status: [400, 404]\n  - {{name: is-404, status: 404, severity: warn}}\n  - path: $.a"
    result, _ = play_with(case(text), [answer({}, 400)])
    assert [f.address for f in result.findings] == ["is-404", "$.a"]


STEPS = """
steps:
  - name: make
    request: {method: POST, path: /v1/files, json: {}}
    capture: {id: '$.id'}
    expect:
      - status: 200
      - path: $.bytes
  - name: use
    request: {method: GET, path: "/v1/files/${id}"}
    expect:
      - status: 200
      - path: $.id
        const: ${id}
  - name: clean-up
    always: true
    request: {method: DELETE, path: "/v1/files/${id}"}
"""


def test_captures_go_into_later_requests_as_one_segment(play_with, case, answer):
    result, asked = play_with(case(STEPS), [answer({"id": "a/b?c", "bytes": 1}), answer({"id": "a/b?c"}), answer({})])
    assert result.verdict is Verdict.PASS
    assert [send.requests[0].target for send in asked] == ["/v1/files", "/v1/files/a%2Fb%3Fc", "/v1/files/a%2Fb%3Fc"]


def test_a_failed_gate_stops_later_steps_but_not_the_clean_up(play_with, case, answer):
    result, asked = play_with(case(STEPS), [answer({"id": "x", "bytes": 1}), answer({}, 500), answer({})])
    assert [(f.step, f.address) for f in result.findings] == [("use", "status")]
    assert [send.requests[0].method for send in asked] == ["POST", "GET", "DELETE"]


def test_a_capture_that_finds_nothing_is_a_finding_and_ends_the_case(play_with, case, answer):
    result, asked = play_with(case(STEPS), [answer({"id": None})])
    assert [f.address for f in result.findings] == ["capture id", "$.bytes"]
    assert len(asked) == 1  # the clean-up needs the id too


def test_no_answer_is_an_error_and_the_clean_up_is_sent(play_with, case, answer):
    result, asked = play_with(
        case(STEPS), [answer({"id": "x", "bytes": 1}), answer(failure=BROKEN, status=None), answer({})]
    )
    assert (result.verdict, result.reason, result.hint) == (Verdict.ERROR, "the connection broke", "look at the log")
    assert len(asked) == 3


def test_a_finding_stands_when_a_later_step_breaks_off(play_with, case, answer):
    result, _ = play_with(case(STEPS), [answer({"id": "x"}), answer(failure=BROKEN, status=None), answer({})])
    assert result.verdict is Verdict.FAIL
    assert "then: the connection broke" in result.notes


def test_a_clean_up_that_expects_nothing_cannot_spoil_the_verdict(play_with, case, answer):
    answers = [answer({"id": "x", "bytes": 1}), answer({"id": "x"}), answer(failure=BROKEN, status=None)]
    result, _ = play_with(case(STEPS), answers)
    assert result.verdict is Verdict.PASS
    assert result.notes == ("clean-up failed: the connection broke",)


SAME_STEP = (
    GET
    + """
capture: {total: '$.total'}
expect:
  - status: 200
  - sum: ["$.a", "$.b"]
    const: ${total}
  - path: $.c
"""
)


def test_an_answer_is_compared_with_itself(play_with, case, answer):
    assert play_with(case(SAME_STEP), [answer({"a": 1, "b": 2, "total": 3, "c": 0})])[0].verdict is Verdict.PASS
    assert play_with(case(SAME_STEP), [answer({"a": 1, "b": 2, "total": 4, "c": 0})])[0].verdict is Verdict.FAIL


def test_checks_that_do_not_use_a_failed_capture_are_judged(play_with, case, answer):
    result, _ = play_with(case(SAME_STEP), [answer({"a": 1, "b": 2})])
    assert [f.address for f in result.findings] == ["capture total", "$.c"]
    assert result.notes == ("sum was not judged: total was not captured",)


def test_of_several_matches_the_first_that_is_not_null_is_captured(play_with, case, answer):
    text = f'{GET}\ncapture: {{x: "$.a[*]"}}\nexpect:\n  - status: 200\n  - {{value: "${{x}}", const: 2}}'
    assert play_with(case(text), [answer({"a": [None, 2, 3]})])[0].verdict is Verdict.PASS


def test_a_pattern_captures_its_group_and_is_literal_elsewhere(play_with, case, answer):
    text = (
        f'{GET}\ncapture: {{cut: {{path: "$.t", pattern: "^(.)"}}}}\n'
        'expect:\n  - status: 200\n  - {path: "$.u", not: {pattern: "${cut}"}}'
    )
    assert play_with(case(text), [answer({"t": ".x", "u": "abc"})])[0].verdict is Verdict.PASS
    assert play_with(case(text), [answer({"t": ".x", "u": "a.c"})])[0].verdict is Verdict.FAIL


# conditions


def test_a_condition_on_the_status_comes_before_the_gate(play_with, case, answer):
    text = f"{GET}\ngiven: {{status: {{not: {{enum: [400, 422]}}}}}}\nexpect:\n  - status: 200"
    assert play_with(case(text), [answer({}, 422)])[0].verdict is Verdict.SKIP
    assert play_with(case(text), [answer({}, 500)])[0].verdict is Verdict.FAIL


def test_a_condition_of_one_check_leaves_the_others(play_with, case, answer):
    text = (
        f'{GET}\nexpect:\n  - status: 200\n  - path: $.a\n  - {{path: "$.b", given: {{path: "$.finish", const: stop}}}}'
    )
    result, _ = play_with(case(text), [answer({"a": 1, "finish": "length"})])
    assert (result.verdict, result.notes) == (Verdict.PASS, ('condition not met: $.finish: "stop"',))


def test_a_case_that_judged_nothing_is_skip(play_with, case, answer):
    text = f'{GET}\nexpect:\n  - status: 200\n  - {{path: "$.b", given: {{path: "$.finish", const: stop}}}}'
    result, _ = play_with(case(text), [answer({"finish": "length"})])
    assert result.verdict is Verdict.SKIP
    assert "condition not met" in result.reason


def test_an_answer_that_is_no_json_is_a_finding_and_no_unmet_condition(play_with, case, answer):
    for given in ("- {path: '$.b', given: {path: '$.finish', const: stop}}", "- path: $.b"):
        whole = "" if "given" in given else "given: {path: '$.finish', const: stop}\n"
        text = f"{GET}\n{whole}expect:\n  - status: 200\n  {given}"
        result, _ = play_with(case(text), [answer(body=b"<html>")])
        assert [f.address for f in result.findings] == ["json"]


def test_otherwise_warn_is_an_inconclusive_warn(play_with, case, answer):
    text = f"{GET}\ngiven: {{path: '$.called', const: true, tries: 3, otherwise: warn}}\nexpect:\n  - status: 200"
    result, asked = play_with(case(text), [answer({"called": False})] * 3)
    assert (result.verdict, len(asked)) == (Verdict.WARN, 3)
    assert result.findings[0].message == "inconclusive: the condition did not hold in 3 tries"


def test_tries_ask_again_until_the_condition_holds(play_with, case, answer):
    text = f"{GET}\ngiven: {{path: '$.called', const: true, tries: 3}}\nexpect:\n  - status: 200\n  - path: $.a"
    result, asked = play_with(case(text), [answer({"called": False}), answer({"called": True, "a": 1})])
    assert (result.verdict, len(asked)) == (Verdict.PASS, 2)


def test_a_malformed_answer_fails_on_the_first_try(play_with, case, answer):
    text = (
        f"{GET}\nexpect:\n  - status: 200\n  - path: $.id\n"
        '  - {path: "$.call", given: {path: "$.called", const: true, tries: 3}}'
    )
    result, asked = play_with(case(text), [answer({"called": False})])
    assert (result.verdict, len(asked)) == (Verdict.FAIL, 1)


def test_a_condition_with_fewer_tries_ends_first(play_with, case, answer):
    text = (
        f"{GET}\ngiven:\n  - {{path: '$.a', const: 1, tries: 2}}\n  - {{path: '$.b', const: 1, tries: 5}}\n"
        "expect:\n  - status: 200"
    )
    result, asked = play_with(case(text), [answer({"a": 0, "b": 1})] * 2)
    assert (result.verdict, len(asked)) == (Verdict.SKIP, 2)


def test_a_condition_on_a_value_comes_before_the_request(play_with, case):
    text = f'let: {{n: {{value: 3}}}}\n{GET}\ngiven: {{value: "${{n}}", const: 4}}\nexpect:\n  - status: 200'
    result, asked = play_with(case(text), [])
    assert (result.verdict, asked) == (Verdict.SKIP, [])


# polling, copies, hanging up

POLL = GET + "\nuntil: {path: '$.s', enum: [done, failed], within: 1}\nexpect:\n  - {path: '$.s', const: done}"


def test_polling_judges_the_last_answer(play_with, case, answer):
    result, asked = play_with(case(POLL), [answer({"s": "run"}), answer({"s": "done"})])
    assert result.verdict is Verdict.PASS
    assert [isinstance(ask, Pause) for ask in asked] == [False, True, False]


def test_polling_that_runs_out_is_a_finding_and_the_last_answer_is_judged(play_with, case, answer):
    result, _ = play_with(case(POLL), [answer({"s": "run"})] * 2)
    assert [f.address for f in result.findings] == ["until", "$.s"]


COPIES = """
request: {method: POST, path: /v1/chat/completions, json: {}, copies: 3}
capture: {ids: {path: '$.id', collect: true}}
expect:
  - status: 200
  - path: $.id
    collect: true
    uniqueItems: true
  - value: ${ids}
    minItems: 3
"""


def test_with_copies_every_check_holds_for_each_answer_and_collect_takes_all(play_with, case, answer):
    good = [answer({"id": name}) for name in "abc"]
    assert play_with(case(COPIES), [good])[0].verdict is Verdict.PASS
    twice = [answer({"id": name}) for name in "aba"]
    assert [f.address for f in play_with(case(COPIES), [twice])[0].findings] == ["$.id"]
    one_busy = [answer({"id": "a"}), answer({"id": "b"}), answer({}, 500)]
    result, _ = play_with(case(COPIES), [one_busy])
    assert [(f.address, f.missed) for f in result.findings] == [("status", (500,))]


HANG_UP = """
request: {method: POST, path: /v1/chat/completions, json: {stream: true}, hang_up_after: 2}
expect:
  - status: 200
  - events: "$[*].data.id"
"""


def test_what_was_read_before_hanging_up_is_judged(play_with, case, answer):
    events = [{"id": "a"}, {"id": "a"}]
    assert play_with(case(HANG_UP), [answer(events=events, cut="hang-up")])[0].verdict is Verdict.PASS


def test_an_answer_that_ends_before_the_hang_up_is_inconclusive(play_with, case, answer):
    result, _ = play_with(case(HANG_UP), [answer(events=[{"id": "a"}])])
    assert (result.verdict, "inconclusive" in result.reason) == (Verdict.SKIP, True)


def test_busy_answers_are_waited_out_unless_the_case_asks_for_them(case):
    waits = [next(play(case(f"{GET}\nexpect:\n  - status: {wanted}"), {})).retry_busy for wanted in ("200", "[429]")]
    assert waits == [True, False]


def test_a_long_captured_text_is_not_sent_back(play_with, case, answer):
    text = """
steps:
  - request: {method: GET, path: /v1/x}
    capture: {t: '$.t'}
  - request: {method: POST, path: /v1/x, json: {text: "${t}"}}
    expect: [{status: 200}]
"""
    result, asked = play_with(case(text), [answer({"t": "x" * 70_000})])
    assert (result.verdict, len(asked)) == (Verdict.ERROR, 1)
    assert "too much to be sent back" in result.reason


def test_after_a_dangerous_case_the_server_is_asked_whether_it_lives(case, answer):
    from aioc.answer.read import read

    one = case(f"danger: true\n{GET}\nexpect:\n  - status: 200")
    for last, verdict in ((answer({}), Verdict.PASS), (answer(failure=BROKEN, status=None), Verdict.FAIL)):
        script = play_dangerous(one, {})
        next(script)
        asked = script.send([read(answer({}))])
        assert asked.requests[0].target == "/v1/models"
        try:
            script.send([read(last)])
        except StopIteration as end:
            assert end.value.verdict is verdict
            assert [f.address for f in end.value.findings] == (["alive"] if verdict is Verdict.FAIL else [])
