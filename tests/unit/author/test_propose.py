"""Checks proposed from an answer: each holds on it, none speaks of an id, a time or a generated text."""

import json

import pytest
from tests.playing import catalogue

from aioc.answer.read import read
from aioc.author.asked import Asked
from aioc.author.drafted import proposal
from aioc.author.propose import MOST, proposed, undocumented
from aioc.coverage.fields import endpoint_of
from aioc.model.exchange import Transfer, WireRequest

CHAT = {
    "id": "chatcmpl-77", "object": "chat.completion", "created": 1795787599, "model": "m-7",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Hello.", "refusal": None}, "finish_reason": "stop"},
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
}  # fmt: skip
FIELDS = endpoint_of("POST", "/v1/chat/completions").answer


BYTES = {"body": "bytes", "contentEncoding": "base64"}


def exchange(value, target="/v1/chat/completions", status=200, media="application/json", content=b"{}"):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    request = WireRequest("POST", target, (), content)
    return read(Transfer(request, status, (("content-type", media),), body, ((1.0, len(body)),), 1.0, 2.0))


def by_path(checks):
    return {
        check["path"]: {word: value for word, value in check.items() if word != "path"}
        for check in checks
        if "path" in check
    }


def test_status_media_type_members_with_types_and_constants():
    checks = proposed(exchange(CHAT), FIELDS)
    assert checks[:2] == [{"status": 200}, {"header": "content-type", "pattern": "^application/json"}]
    found = by_path(checks)
    assert found["$.object"] == {"const": "chat.completion"}
    assert found["$.choices[*].message.role"] == {"const": "assistant"}
    assert found["$.choices"] == {"type": "array", "minItems": 1}
    assert found["$.choices[*].message.content"] == {"type": "string"}
    assert found["$.usage.total_tokens"] == {"type": "integer"}
    assert "$.choices[*].message.refusal" not in found  # null says nothing of what will stand here


def test_nothing_of_one_answer_alone_is_asked_for():
    said = json.dumps(proposed(exchange(CHAT), FIELDS))
    for passing in ("chatcmpl-77", "1795787599", "m-7", "Hello", '"stop"', "12"):
        assert passing not in said


def test_members_that_the_api_does_not_document_are_left_out_and_named():
    answer = exchange({**CHAT, "timings": {"n": 1}})
    assert not any(path.startswith("$.timings") for path in by_path(proposed(answer, FIELDS)))
    assert undocumented(answer, FIELDS) == ["timings"]
    assert by_path(proposed(answer))["$.timings.n"] == {"type": "integer"}  # an endpoint that nobody documents


def test_a_member_that_one_element_lacks_is_not_asked_for():
    found = by_path(proposed(exchange({"data": [{"a": 1, "b": "x"}, {"a": 2}]})))
    assert "$.data[*].a" in found
    assert "$.data[*].b" not in found


def test_a_member_that_is_null_once_is_optional_and_of_two_kinds_none():
    found = by_path(proposed(exchange({"data": [{"a": "x", "b": 1}, {"a": None, "b": "1"}]})))
    assert found["$.data[*].a"] == {"optional": True, "type": "string"}
    assert "$.data[*].b" not in found


def test_a_whole_number_that_counts_nothing_may_be_a_fraction_next_time():
    found = by_path(proposed(exchange({"score": 1, "index": 1, "on": True})))
    assert (found["$.score"], found["$.index"], found["$.on"]) == (
        {"type": "number"}, {"type": "integer"}, {"type": "boolean"},
    )  # fmt: skip


def test_a_vector_is_a_list_of_numbers():
    found = by_path(proposed(exchange({"data": [{"embedding": [0.5, 1, -2.0]}]})))
    assert found["$.data[*].embedding"] == {"type": "array", "items": {"type": "number"}}


def test_so_many_checks_at_most():
    wide = {f"m{n}": {"a": 1, "b": {"c": 2}} for n in range(50)}
    assert len(by_path(proposed(exchange(wide)))) == MOST


def sse(*events, done=True):
    lines = [f"data: {json.dumps(event)}\n\n" for event in events] + (["data: [DONE]\n\n"] if done else [])
    return "".join(lines).encode()


def chunk(delta, finish=None):
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1795787599, "model": "m", "choices": [choice]}


def test_a_chat_stream_ends_with_done_and_its_text_is_not_empty():
    body = sse(chunk({"role": "assistant", "content": "Hel"}), chunk({"content": "lo"}), chunk({}, "stop"))
    checks = proposed(exchange(body, media="text/event-stream"), FIELDS)
    assert {"name": "done-last", "exchange": "$.sse.done_last", "const": True} in checks
    (text,) = [check for check in checks if check.get("name") == "text"]
    assert (text["join"], text["minLength"], text["optional"]) == ("", 1, True)
    assert by_path(checks)["$.choices[*].message.content"] == {"type": "string"}


def test_a_stream_of_responses_ends_with_its_terminal_event():
    response = {"id": "r", "object": "response", "status": "completed", "output": []}
    body = sse(
        {"type": "response.output_text.delta", "delta": "Hi"}, {"type": "response.completed", "response": response},
        done=False,
    )  # fmt: skip
    checks = proposed(exchange(body, "/v1/responses", media="text/event-stream"))
    (last,) = [check for check in checks if check.get("name") == "last-event"]
    assert last["enum"] == ["response.completed", "response.incomplete"]


@pytest.mark.parametrize(
    ("body", "media", "check"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", BYTES | {"contentMediaType": "image/png"}),
        (b"WEBVTT\n", "text/vtt", {"body": "text", "minLength": 1}),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_json(body, media, check):
    assert proposed(exchange(body, media=media))[-1] == check


def found(value, **more):
    request = {"method": "POST", "path": "/v1/chat/completions", "json": {}}
    return proposal(Asked(request), exchange(value, **more).transfer, catalogue())


def test_every_proposed_check_was_put_to_the_answer_and_holds():
    made = found(b"\xff\xfe", media="image/png")  # no picture: the check on its first bytes would fail
    assert made.checks == ({"status": 200}, {"header": "content-type", "pattern": "^image/png"})


def test_where_an_invariant_fails_nothing_wrong_is_asked_for_and_a_comment_says_so():
    wrong = {**CHAT, "object": "text_completion", "created": "yesterday"}
    made = found(wrong)
    paths = by_path(made.checks)
    assert "$.object" not in paths
    assert "$.created" not in paths
    assert "$.model" in paths
    said = "\n".join(made.notes)
    assert "not as the API has it" in said
    assert "FAIL chat/obj/schema" in said


def test_an_answer_that_is_right_has_no_such_comment():
    assert not any("not as the API" in note for note in found(CHAT).notes)
    assert by_path(found(CHAT).checks)["$.object"] == {"const": "chat.completion"}


def test_a_refusal_is_told_with_its_words_and_keeps_no_code():
    made = found({"error": {"message": "No\tsuch\u2028model", "type": "x", "code": 404}}, status=404)
    assert made.checks[0] == {"status": 404}
    assert "$.error.code" not in by_path(made.checks)
    assert any("404" in note and "such" in note for note in made.notes)
    assert all(note.isprintable() for note in made.notes)
