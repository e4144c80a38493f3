"""The mutants themselves: each is a change, each has a name of its own, and a check that says nothing survives them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aioc.answer.read import read
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer, WireRequest
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.parse import parse_document
from aioc.reference.server import ReferenceServer

from .kill import Outcome, survey, survey_invariant
from .likely import family
from .mutants import mutants
from .play import record
from .target import path_of
from .values import DROP, places, put

CHAT = {
    "id": "chatcmpl-1",
    "created": 1,
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"},
        {"index": 1, "message": {"role": "assistant", "content": '{"a": 1}'}, "finish_reason": "stop"},
    ],
}
CHUNKS = [
    {"id": "c", "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]}
    for text in ("a", "b", "c")
]


def answer(body: bytes, media: str) -> Exchange:
    request = WireRequest("POST", "/v1/chat/completions", content=b'{"stop": ["END"]}')
    return read(Transfer(request, 200, (("content-type", media), ("content-length", str(len(body)))), body))


ANSWERS = {
    "json": answer(json.dumps(CHAT).encode(), "application/json"),
    "stream": answer(
        b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in CHUNKS) + b"data: [DONE]\n\n",
        "text/event-stream",
    ),
    "text": answer(b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n", "text/vtt"),
    "binary": answer(b"RIFF\xff\xff\xff\xffWAVE", "audio/wav"),
    "empty": answer(b"", "text/plain"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_names_are_distinct_and_every_mutant_can_be_read(kind: str) -> None:
    made = list(mutants(ANSWERS[kind]))
    names = [mutant.name for mutant in made]
    assert len(names) == len(set(names)) and len(names) > 20
    for mutant in made:
        read(mutant.make())


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_mutant_is_a_change(kind: str) -> None:
    original = ANSWERS[kind].transfer
    same = [mutant.name for mutant in mutants(ANSWERS[kind]) if mutant.make() == original]
    assert same == []


@pytest.mark.parametrize(
    "name",
    [
        "/choices/*/message/role drop",
        "/choices/*/message/role [last] drop",
        "/choices equal index",
        "/choices without first",
        "/choices/*/finish_reason eos",
        "/created fraction .0",
        "/choices/*/message/content [last] json /a drop",
        "/choices/*/message/content ending in text 1 of the request",
        "JSON text: NaN",
        "header content-type dropped",
        "status 500",
        "fact still_open",
    ],
)
def test_these_are_among_the_mutants_of_json(name: str) -> None:
    assert name in [mutant.name for mutant in mutants(ANSWERS["json"])]


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("no [DONE]", "done_count", 0),
        ("one more [DONE]", "done_count", 2),
        ("event after [DONE]", "events_after_done", 1),
        ("no blank line (middle)", "multi_line", 1),
        ("comment glued (first)", "comments_glued", 1),
        ("field error: (last)", "unknown_fields", ["error: broken"]),
        ("empty data (first)", "empty_data", 1),
        ("data not JSON (middle)", "not_json", ["not JSON"]),
        ("event line mutant (first)", "event_lines", 1),
        ("no space everywhere", "no_space", 4),
        ("CRLF everywhere", "crlf", 8),
        ("event dropped (last)", "events", 2),
        ("BOM", "bom", True),
        ("invalid UTF-8 (first)", "utf8", False),
    ],
)
def test_a_stream_breaks_as_its_mutant_says(name: str, fact: str, value: object) -> None:
    found = next(mutant for mutant in mutants(ANSWERS["stream"]) if mutant.name == name)
    assert read(found.make()).facts["sse"][fact] == value


def test_a_key_can_be_in_one_event_in_all_or_never_the_same() -> None:
    made = {mutant.name: mutant for mutant in mutants(ANSWERS["stream"])}
    kind = "role+content"

    def ids(name: str) -> list[object]:
        return [event.data.get("id") for event in read(made[name].make()).events or ()]

    assert ids(f"{kind} [middle] /id drop") == ["c", None, "c"]
    assert ids("everywhere /id drop") == [None, None, None]
    assert ids("drift /id") == ["c0", "c1", "c2"]


def test_putting_leaves_the_original_alone() -> None:
    before = json.dumps(CHAT)
    for _, path in places(CHAT):
        if path:
            put(CHAT, path, DROP)
    assert json.dumps(CHAT) == before


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("$.choices[*].message.content", ["choices", "*", "message", "content"]),
        ("$.data[0]['a b']", ["data", 0, "a b"]),
        ("$.output[?(@.type == 'message')].content[-1]", ["output", "*", "content", -1]),
    ],
)
def test_paths_are_taken_apart(path: str, parts: list[object]) -> None:
    assert path_of(path) == parts


def test_families_are_what_is_done_not_where() -> None:
    assert family("/choices/*/index drop") == family("finish [last] /id drop") != family("everywhere /id drop")
    assert family("event twice (first)") == family("event twice (last)")


HEAD = "title: Something happens here\nsource: a measurement\n"
ASK = "request: {method: GET, path: /v1/models}\nexpect:\n  - status: 200\n"


@pytest.fixture
def surveyed(tmp_path: Path) -> Callable[[str], Outcome]:
    """Give what the mutants do to a case (or to an invariant, with the models as its answer)."""

    def case_of(text: str) -> Case:
        document = parse_document((HEAD + text).encode(), "models/x.yaml")
        scope = Scope(document, compile_paths=True)
        (case,) = read_case(document, "models/x", None, tmp_path, scope)
        assert not scope.problems
        return case

    def run(text: str) -> Outcome:
        case = case_of(text)
        with ReferenceServer() as server:
            recorded = record(case_of(ASK) if case.answers else case, server.base_url)
        if case.answers is None:
            return survey(recorded)
        return survey_invariant(case, [("models/x", read(transfer)) for transfer in recorded.transfers])

    return run


def survivors(outcome: Outcome) -> list[str]:
    return [target.address for target in outcome.survivors]


def test_a_good_check_is_killed(surveyed: Callable[[str], Outcome]) -> None:
    assert survivors(surveyed(ASK + "  - path: $.data[*].id\n    type: string\n")) == []


@pytest.mark.parametrize(
    "check",
    [
        "path: $.dada[*].id\n    optional: true\n    type: string",  # a slip in the path, and optional
        "path: $.data\n    given: {path: '$.no_such_thing'}\n    type: array",  # never judged
        "exchange: $.total_ms\n    minimum: 0",  # cannot be otherwise
    ],
)
def test_a_check_that_says_nothing_survives(surveyed: Callable[[str], Outcome], check: str) -> None:
    outcome = surveyed(ASK + f"  - name: idle\n    {check}\n")
    assert survivors(outcome) == ["idle"]
    assert outcome.run == outcome.spots > 100


def test_captures_are_killed_and_checks_through_them(surveyed: Callable[[str], Outcome]) -> None:
    text = """steps:
  - request: {method: GET, path: /v1/models}
    capture: {id: "$.data[0].id", at: {exchange: "$.started_unix"}}
    expect: [{status: 200}]
  - request: {method: GET, path: "/v1/models/${id}"}
    expect:
      - status: 200
      - path: $.id
        const: ${id}
"""
    outcome = surveyed(text)
    assert survivors(outcome) == []
    assert ("1", "capture id") in outcome.killers and ("1", "capture at") not in outcome.killers


def test_invariants_are_killed(surveyed: Callable[[str], Outcome]) -> None:
    text = "answers: {path: /v1/models}\nexpect:\n  - path: $.data[*].id\n    type: string\n"
    assert survivors(surveyed(text)) == []
    unreached = surveyed(text.replace("/v1/models", "/v1/nowhere"))
    assert survivors(unreached) == ["$.data[*].id"] and unreached.unjudged
