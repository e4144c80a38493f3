"""No path, pattern, schema or file of a case takes the run with it, and judging raises on no JSON."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.servers import BEHAVIOURS, answering, by_path

from aioc.answer.json_text import read_json
from aioc.answer.read import read
from aioc.answer.sse import MAX_LISTED, SseReader
from aioc.judge.check import judge
from aioc.judge.guard import TooSlowError, time_limit
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import ABSENT, BadInputError
from aioc.model.result import Verdict
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.parse import parse_document
from aioc.report.journal import read_journal
from aioc.report.text import Masker, clean
from aioc.template import fill, names

from .conftest import get

OBJECTS = b'{"x": [' + b",".join(b'{"a": %d}' % number for number in range(6000)) + b"]}"
NESTED = b'{"a":' * 60 + b"1" + b"}" * 60
WORD = b'{"text": "' + b"a" * 60 + b'!"}'
COSTLY = {
    "pattern": (WORD, '  - path: $.text\n    pattern: "^(a+)+$"\n'),
    "unique": (OBJECTS, "  - path: $.x\n    type: array\n    uniqueItems: true\n"),
    "path": (NESTED, "  - path: $..a..a..a..a..a\n    type: integer\n"),
    "capture": (WORD, '  - path: $.text\n    type: string\ncapture:\n  it: {path: "$.text", pattern: "((?:a+)+)$"}\n'),
}
"""An answer and a check that together take hours."""


@pytest.mark.threat("Y10")
def test_what_takes_hours_is_an_error_after_two_seconds_and_the_rest_is_judged(
    cases, serve, call, tmp_path, monkeypatch
):
    monkeypatch.setattr("aioc.judge.guard.JUDGE_SECONDS", 0.3)
    head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s"
    behaviours = {name: answering(head % (len(body), body)) for name, (body, _) in COSTLY.items()}
    url = serve(by_path(behaviours, BEHAVIOURS["keeps"])).url
    folder = cases(**{name: get(f"/v1/{name}") + more for name, (_, more) in COSTLY.items()}, z=get("/v1/models"))
    begun, journal = time.process_time(), tmp_path / "run.jsonl"
    ended = call(folder, "--base-url", url, "--server", "none", "--model", "m", "--journal", journal)
    assert ended.code == 3, ended.err
    found = {record.id.removeprefix("local/"): record for record in read_journal(journal).cases}
    assert {name for name, record in found.items() if record.reason == "judging took too long"} == set(COSTLY)
    assert found["z"].verdict is Verdict.PASS
    assert time.process_time() - begun < len(COSTLY) * 0.3 + 2


@pytest.mark.threat("Y10")
def test_code_that_catches_the_limit_meets_it_again():
    """As jsonpath-ng does with any Exception, and Python with what is raised in a finalizer."""
    caught = []
    begun = time.process_time()
    with pytest.raises(TooSlowError), time_limit(0.1):
        while True:
            try:
                while True:
                    sum(range(100))
            except Exception:
                caught.append("an Exception")
            except BaseException:
                caught.append("the limit")
                if len(caught) == 2:
                    raise
    assert caught == ["the limit"] * 2
    assert time.process_time() - begun < 1.5
    while time.process_time() - begun < 1:  # and afterwards never
        sum(range(100))


class Slow:
    def __del__(self):
        until = time.process_time() + 0.3
        while time.process_time() < until:
            sum(range(100))


@pytest.mark.threat("Y10")
def test_a_limit_that_comes_in_a_finalizer_comes_again_and_nothing_is_said_of_it(capsys):
    with pytest.raises(TooSlowError), time_limit(0.1):
        Slow()
        while True:
            sum(range(100))
    assert capsys.readouterr().err == ""


@pytest.mark.threat("Y11")
@pytest.mark.parametrize("how", ["link", "folder link", "file url", "pipe"])
def test_no_file_outside_the_tree_is_sent_behind_whatever_name(cases, call, tmp_path, how):
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    folder = cases()
    name = {"link": "it.txt", "folder link": "below/secret.txt", "file url": f"file://{secret}", "pipe": "pipe"}[how]
    if how == "link":
        (folder / name).symlink_to(secret)
    elif how == "folder link":
        (folder / "below").symlink_to(tmp_path)
    elif how == "pipe":
        os.mkfifo(folder / name)
    cases(
        a=f"request:\n  method: POST\n  path: /v1/x\n  files:\n    file: {{path: '{name}'}}\nexpect:\n  - status: 200\n"
    )
    ended = call(folder, "--base-url", "http://127.0.0.1:1", "--server", "none", "--model", "m")
    assert (ended.code, "a.yaml:7:18:" in ended.err, "top secret" in ended.err + ended.out) == (2, True, False), (
        ended.err
    )


# --- properties

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["a", "", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "object", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)
CHECKS = """
- path: $.a
- path: $..a
  type: integer
  minimum: 1
- path: $.a[*].b
  enum: [1, x]
  severity: warn
- path: $['object'][0]
  pattern: "^(x|y)$"
  optional: true
- path: $.a
  name: gone
  absent: true
- path: $.a[*]
  collect: true
  uniqueItems: true
- path: $.b[*]
  join: ","
  minLength: 2
- sum: ["$.a", "$.b[*]"]
  minimum: 0
- events: $[*].data.a
  type: string
- header: x-a
  const: "1"
- exchange: $.json.valid
  const: true
- body: text
  pattern: a
- path: $
  schema: chat.completion
"""


@pytest.fixture(scope="module")
def checks():
    """Give checks of every kind."""
    text = "title: Something happens here\nsource: a measurement\n" + get("/v1/x") + CHECKS.replace("\n", "\n  ")
    scope = Scope(parse_document(text.encode(), "x.yaml"), compile_paths=True)
    (case,) = read_case(scope.document, "chat/x", None, Path.cwd(), scope)
    assert scope.problems == []
    return case.steps[0].checks


@pytest.mark.threat("S6", "S8")
@settings(max_examples=120)
@given(value=JSON, stream=st.booleans())
def test_no_json_makes_judging_raise(checks, value, stream):
    raw = json.dumps(value).encode()
    body, media = (b"data: %s\n\ndata: [DONE]\n\n" % raw, "text/event-stream") if stream else (raw, "application/json")
    exchange = read(Transfer(WireRequest("POST", "/v1/chat/completions"), 200, (("content-type", media),), body))
    for check in checks:
        judgement = judge(check, (exchange,), {})
        assert judgement.held or judgement.misses or judgement.unjudged


@pytest.mark.threat("S14", "P4")
@settings(max_examples=100)
@given(
    st.lists(st.sampled_from([b"data: x\n", b"\n", b": c\n", b"odd\n", b"event: e\n", b"y" * 50, b"\r"]), max_size=80)
)
def test_a_stream_is_never_kept_beyond_its_caps(pieces):
    reader = SseReader(max_line=40, max_events=5)
    for piece in pieces:
        reader.feed(piece, 0.0)
        assert len(reader.events) <= 5 and len(reader._partial) <= 40
    reader.finish()
    assert max(len(reader.framing.comments), len(reader.framing.unknown_fields)) <= MAX_LISTED


@pytest.mark.threat("Y12", "Y19")
@given(
    st.dictionaries(
        st.sampled_from(["x", "y", "model"]), JSON | st.just("${y} ${model} ${env.HOME}"), min_size=3, max_size=3
    )
)
def test_a_value_that_looks_like_a_name_is_filled_in_once(values):
    assert fill("${x}", values) == values["x"] or values["x"] != values["x"]
    made = fill({"a": ["${x}", {"${y}": 1}]}, values)
    assert set(names(made)) <= set(names(list(values.values()))) | set(names([str(values["y"])]))


@pytest.mark.threat("Y8", "Y6")
@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_of_files_raise_anything_but_bad_input(raw):
    try:
        parse_document(b"title: " + raw, "x.yaml")
    except BadInputError as error:
        assert error.problems[0].place is not None
    assert read_json(raw).value is ABSENT or not read_json(raw).problem


@pytest.mark.threat("S23", "R2")
@pytest.mark.parametrize("letters", ["\n", " ", " \n", "\x1b[", "\x1b]", "\\", "%25", "/", "&#0", ":"])
def test_no_text_makes_cleaning_or_masking_slow(letters):
    masker = Masker(['/"\\&key-of-odd-letters'])
    begun = time.process_time()
    clean(masker.text(letters * 20_000))
    assert time.process_time() - begun < 0.5
