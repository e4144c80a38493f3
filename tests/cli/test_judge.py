"""`aioc judge`: invariants put to what somebody else recorded; a verdict an invariant and exchange."""

import base64
import json
import xml.etree.ElementTree as ET

import pytest

from aioc.report.journal import read_journal

GOOD = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_700_000_000,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
STREAM = 'data: {"id":"1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":['


def exchange(body, status=200, **more):
    text = body if isinstance(body, str) else json.dumps(body)
    return {
        "request": {"method": "POST", "path": "/v1/chat/completions", "json": {"model": "m", "messages": []}},
        "response": {"status": status, "headers": [["content-type", "application/json"]], "text": text},
        **more,
    }


def har(*pairs):
    """One entry for each (url, status, content)."""
    return {
        "log": {
            "version": "1.2",
            "entries": [
                {
                    "time": 12.5,
                    "request": {"method": "POST", "url": url, "headers": [], "postData": {"text": "{}"}},
                    "response": {
                        "status": status,
                        "headers": [{"name": "content-encoding", "value": "br"}, {"name": "x", "value": "y"}],
                        "content": {"mimeType": "application/json", "size": 100, **content},
                    },
                }
                for url, status, content in pairs
            ],
        }
    }


@pytest.fixture
def judge(call):
    return lambda *arguments: call("judge", *arguments, command="aioc")


def lines(junit):
    return {case.get("name"): case for case in ET.parse(junit).iter("testcase")}


def test_each_pair_has_its_verdict_in_every_report(judge, tmp_path):
    folder, junit, journal = tmp_path / "in", tmp_path / "out.xml", tmp_path / "out.jsonl"
    (folder / "deep").mkdir(parents=True)
    (folder / "good.json").write_text(json.dumps(exchange(GOOD)))
    (folder / "deep" / "bad.json").write_text(json.dumps(exchange({**GOOD, "id": 5})))
    (folder / "setup.json").write_text("no exchange at all")
    outcome = judge(folder, "--junit", junit, "--journal", journal)
    assert outcome.code == 1
    verdicts = {record.id: record.verdict.value for record in read_journal(journal).cases}
    assert verdicts["chat/obj/schema@good"] == "PASS"
    assert verdicts["chat/obj/schema@deep/bad"] == "FAIL"
    assert verdicts["chat/stream/schema"] == "SKIP"
    assert lines(junit).keys() == verdicts.keys()
    assert lines(junit)["chat/obj/schema@deep/bad"].find("failure") is not None
    assert outcome.out.splitlines()[0].startswith("FAIL  chat/obj/schema  ")
    assert outcome.out.splitlines()[1].strip() == "deep/bad"


def test_the_same_fault_of_many_exchanges_is_one_line(judge, tmp_path):
    for number in range(5):
        (tmp_path / f"{number}.json").write_text(json.dumps(exchange({**GOOD, "id": number})))
    outcome = judge(tmp_path, "--select", "chat/obj/schema")
    assert outcome.out.count("FAIL  chat/obj/schema") == 1
    assert "0, 1, 2 and 2 more" in outcome.out
    assert "5 FAIL" in outcome.out
    assert judge(tmp_path, "--select", "chat/obj/schema", "-v").out.count("FAIL chat/obj/schema@") == 5


@pytest.mark.parametrize("name", ["site.har", "site.json"])
def test_a_har_file_is_read_as_browsers_write_it(judge, tmp_path, name):
    url = "https://example.test/api/v1/chat/completions?x=1"
    encoded = base64.b64encode(json.dumps(GOOD).encode()).decode()
    file, journal = tmp_path / name, tmp_path / "out.jsonl"
    file.write_text(
        json.dumps(
            har(
                (url, 200, {"text": json.dumps(GOOD)}),
                (url, 200, {"text": encoded, "encoding": "base64"}),
                (url, 200, {"text": json.dumps({**GOOD, "choices": {}})}),
                (url, 0, {}),
                (url, 200, {}),  # the tool kept no body
            )
        )
    )
    outcome = judge(file, "--journal", journal)
    verdicts = {record.id: record.verdict.value for record in read_journal(journal).cases}
    schema = {key: verdict for key, verdict in verdicts.items() if key.startswith("chat/obj/schema@")}
    assert schema == {
        "chat/obj/schema@site#0": "PASS",
        "chat/obj/schema@site#1": "PASS",
        "chat/obj/schema@site#2": "FAIL",
    }
    assert not any(key.endswith(("#3", "#4")) and "obj" in key for key in verdicts)  # never answered; body not kept
    assert outcome.code == 1


@pytest.mark.parametrize(
    ("notes", "judged"),
    [
        (["request: base64 of 9000 characters cut to 512"], True),
        (["response: base64 of 9000 characters cut to 512"], True),
        (["response: 9000 bytes cut to 512"], False),
        ([], True),
    ],
)
def test_what_a_recorder_cut_is_judged_where_the_cut_does_not_matter(judge, tmp_path, notes, judged):
    file = tmp_path / "one.json"
    file.write_text(json.dumps(exchange({**GOOD, "id": 5}, notes=notes)))
    outcome = judge(file, "--select", "chat/obj/schema")
    assert ("1 FAIL" if judged else "1 SKIP") in outcome.out


@pytest.mark.parametrize(
    "text", ['{"log": {"entries": 5}}', '{"log": {"entries": [{}]}}', "[]", "{", '{"request": {}, "response": {}}']
)
def test_a_file_of_another_form_is_named(judge, tmp_path, text):
    file = tmp_path / "x.har"
    file.write_text(text)
    outcome = judge(file)
    assert outcome.code == 2
    assert "this is no recorded exchange" in outcome.err
    assert "x.har" in outcome.err


def test_a_journal_is_not_overwritten_unasked(judge, tmp_path):
    file, journal = tmp_path / "one.json", tmp_path / "out.jsonl"
    file.write_text(json.dumps(exchange(GOOD)))
    assert judge(file, "--journal", journal).code == 0
    assert judge(file, "--journal", journal).code == 2
    assert judge(file, "--journal", journal, "--force").code == 0


def test_a_list_of_exchanges_in_one_file_is_judged_exchange_by_exchange(judge, tmp_path):
    """Each is named by its id, or by its number."""
    file, journal = tmp_path / "all.json", tmp_path / "run.jsonl"
    file.write_text(json.dumps([exchange(GOOD, id="first"), exchange({**GOOD, "id": 7})]))
    assert judge(file, "--select", "chat/obj/schema", "--journal", journal).code == 1
    verdicts = {record.id: record.verdict.value for record in read_journal(journal).cases}
    assert verdicts == {"chat/obj/schema@all#first": "PASS", "chat/obj/schema@all#1": "FAIL"}


def test_what_is_known_of_one_version_is_known_where_the_version_is_told(judge, tmp_path):
    overlay = tmp_path / "known.yaml"
    overlay.write_text(
        "title: Known\ndeviations:\n  - case: chat/obj/schema\n    check: shape#/id\n"
        '    instead: {type: integer}\n    versions: "<b6673"\n'
        "    severity: fail\n    reason: An id is a number there.\n    source: a measurement\n"
    )
    (tmp_path / "one.json").write_text(json.dumps(exchange({**GOOD, "id": 5})))

    def told(*more):
        arguments = (tmp_path / "one.json", "--select", "chat/obj/schema", "--server", "llama.cpp", *more)
        return judge(*arguments, "--overlay", overlay)

    old, new = (told("--version-of", f"llama.cpp={version}") for version in ("b6000", "b7000"))
    assert "known" in old.out
    assert "known" not in new.out
    wrong = told("--version-of", "b7000")
    assert (wrong.code, "is not NAME=VERSION" in wrong.err) == (2, True)
