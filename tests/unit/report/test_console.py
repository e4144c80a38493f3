"""What a person reads: blocks with places and values, one cause once, the counts of what the overlay downgraded."""

from aioc.report import console
from aioc.report.words import counts_line


def test_a_block_has_everything_to_understand_and_repeat_it(everything):
    text = "\n".join(console.block(everything.records[1], colour=False))
    assert text.splitlines()[0] == "FAIL chat/fail  Something happens"
    for part in (
        "basic.yaml:12:5: FAIL status",
        "    - status: 200",
        "expected 200",
        "actual   integer 404",
        "request  POST /v1/chat/completions",
        "answer   404 application/json",
        '{"error": "no"}',
        "curl -sS -X POST",
    ):
        assert part in text


def test_what_a_client_notices_stands_in_the_block(everything):
    assert "why      A client stops." in "\n".join(console.block(everything.records[4], colour=False))


def test_the_end_counts_what_is_known_and_downgraded(everything):
    assert counts_line(everything.records).startswith("2 PASS  2 WARN  3 FAIL  1 SKIP  2 ERROR")
    assert counts_line(everything.records).endswith("; 2 known findings, 1 of them downgraded by the overlay")


def test_one_cause_is_shown_once_and_stale_entries_are_named(everything):
    lines = console.closing(everything, colour=False)
    text = "\n".join(lines)
    assert text.count("the connection broke") == 1
    assert "llama.cpp.yaml:3:5: llama.cpp: chat/pass status: remove the entry" in text
    assert "failed: 3" in text


def test_colour_only_when_asked(everything):
    plain = console.closing(everything, colour=False)
    painted = console.closing(everything, colour=True)
    assert "\x1b" not in "".join(plain)
    assert "\x1b[31m" in "".join(painted)


def test_what_a_server_says_cannot_speak_to_the_terminal(make_record, make_finding):
    from aioc.model.result import Verdict

    said = "\x1b]0;owned\x07\n::error::x"
    case = make_record("chat/x", Verdict.FAIL, [make_finding(message=said, actual=said)])
    text = "\n".join(console.block(case, colour=False))
    assert "\x1b" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_the_curl_line_names_the_key_once_and_never_shows_it():
    from aioc.model.exchange import WireRequest
    from aioc.report.curl import curl_line

    sent = (("authorization", "***"), ("content-type", "application/json"))
    line = curl_line(WireRequest("POST", "/v1/x", sent, b"{}"))
    assert line.lower().count("authorization") == 1
    assert '"Authorization: Bearer $OPENAI_API_KEY"' in line
    keyless = curl_line(WireRequest("POST", "/v1/x", (("authorization", None),), b"{}"))
    assert "authorization" not in keyless.lower()
