"""What each check saw: its value, verdict and place; what was not judged; where a path went wrong."""

import json

import pytest
from tests.playing import cases, drive

from aioc.answer.read import read
from aioc.author.laid_out import MOST_ITEMS, laid_out, where_lost
from aioc.author.seen import seen_by_invariant, seen_lines
from aioc.model.exchange import Transfer
from aioc.read.tree import load

STEP = "title: Something happens here\nsource: a measurement\nrequest: {method: GET, path: /v1/models}\n"


@pytest.fixture
def seen(tmp_path):
    """Play a case against answers and give what is shown."""

    def show(text, *answers, status=200):
        (tmp_path / "c.yaml").write_text(text)
        loaded = load([tmp_path / "c.yaml"])
        assert loaded.problems == ()
        case = loaded.catalogue.case("local/c")
        left = list(answers)

        def answer(send):
            body = json.dumps(left.pop(0)).encode()
            headers = (("content-type", "application/json"),)
            return [read(Transfer(request, status, headers, body, ((1.0, len(body)),))) for request in send.requests]

        return "\n".join(seen_lines(drive(case, answer)))

    return show


def test_a_check_shows_its_verdict_place_words_and_value(seen):
    shown = seen(STEP + "expect:\n  - status: 200\n  - path: $.a\n    const: x\n", {"a": "y"})
    assert "PASS" in shown
    assert "c.yaml:5:5  the status is `200`\n        saw  200" in shown
    assert "FAIL" in shown
    assert 'c.yaml:6:5  `$.a` is `x`\n        saw  "y"\n        $.a is not "x"; asked for: "x"' in shown
    assert "answer   200 application/json" in shown
    assert '{"a": "y"}' in shown


def test_a_severity_of_its_own_is_the_verdict(seen):
    shown = seen(STEP + "expect:\n  - status: 200\n  - path: $.a\n    severity: warn\n", {})
    assert "WARN" in shown
    assert "FAIL" not in shown


def test_behind_the_gate_nothing_is_judged_and_that_is_said(seen):
    shown = seen(STEP + "expect:\n  - status: 200\n  - path: $.a\n    type: string\n", {"a": "x"}, status=404)
    assert "FAIL" in shown
    assert "not judged" in shown
    assert shown.index("not judged") < shown.index("`$.a` is a text")


def test_a_misspelt_path_is_told_how_far_it_leads(seen):
    shown = seen(
        STEP + "expect:\n  - status: 200\n  - path: $.a.b[*].nam\n    type: string\n", {"a": {"b": [{"name": 1}]}}
    )
    assert "saw  nothing" in shown
    assert "$.a.b[*] has no nam; did you mean 'name'?" in shown


def test_captures_and_several_steps_are_shown_exchange_by_exchange(seen):
    text = (
        "title: Something happens here\nsource: a measurement\nsteps:\n"
        '  - name: one\n    request: {method: GET, path: /v1/models}\n    capture: {id: "$.id"}\n'
        "    expect:\n      - status: 200\n"
        '  - name: two\n    request: {method: GET, path: "/v1/models/${id}"}\n    expect:\n      - status: 200\n'
        "      - path: $.id\n        const: ${id}\n"
    )
    shown = seen(text, {"id": "m1"}, {"id": "m1"})
    assert 'capture id = "m1"' in shown
    assert shown.index("exchange 1 of 2") < shown.index("capture id") < shown.index("exchange 2 of 2")
    assert "request  GET /v1/models/m1" in shown
    assert shown.count("PASS") == 3  # each check once, below the exchange that it is about


def test_a_condition_that_does_not_hold_is_a_note(seen):
    text = STEP + 'given: {path: "$.a", const: z}\nexpect:\n  - status: 200\n  - path: $.b\n    type: string\n'
    shown = seen(text, {"a": "y"})
    assert "not judged" in shown
    assert "condition not met: $.a" in shown


def test_what_a_server_says_is_made_harmless(seen):
    shown = seen(STEP + "expect:\n  - status: 200\n  - path: $.a\n    const: x\n", {"a": "\x1b[31m::error::\u202e"})
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_an_invariant_shows_the_answers_that_it_speaks_of():
    case = cases()["chat/obj/choices"]
    request = json.dumps({"model": "m"}).encode()
    from aioc.model.exchange import WireRequest

    def answer(index):
        body = json.dumps({"object": "chat.completion", "choices": [{"index": index}]}).encode()
        wire = WireRequest("POST", "/v1/chat/completions", (), request)
        return read(Transfer(wire, 200, (("content-type", "application/json"),), body))

    shown = "\n".join(seen_by_invariant(case, [answer(3)], {}))
    assert "FAIL" in shown
    assert "saw  [3]" in shown
    assert "FAIL" not in "\n".join(seen_by_invariant(case, [answer(0)], {}))
    assert "no such answer" in "\n".join(seen_by_invariant(case, [], {}))


def test_json_is_laid_out_so_that_it_reads_back(tmp_path):
    value = {"a": {"b": ["x" * 40, "y" * 40, "z" * 40, {"c": 1}]}, "d": []}
    assert json.loads("\n".join(laid_out(value))) == value


def test_a_long_list_of_numbers_is_cut():
    lines = list(laid_out({"embedding": [0.123456] * 500}))
    assert len(lines) < MOST_ITEMS + 6
    assert f"… and {500 - MOST_ITEMS} more" in "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("$.usage.total_token", "$.usage has no total_token; did you mean 'total_tokens'?"),
        ("$.usag.total_tokens", "$ has no usag; did you mean"),
        ("$.usage.total_tokens.x", "$.usage.total_tokens is no object: it has no x"), ("$.usage.total_tokens", ""),
    ],
)  # fmt: skip
def test_where_a_path_is_lost(path, said):
    value = {"usage": {"total_tokens": 1}}
    found = where_lost(path, value) if said else ""
    assert found.startswith(said)
    assert bool(found) == bool(said)
