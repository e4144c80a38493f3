"""Responses: the grammar of the stream, chaining, storage, conversations."""

import json
from typing import Any

import pytest

from .conftest import Call

TOOL = {"type": "function", "name": "get_weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
}}  # fmt: skip


def test_plain(respond: Call) -> None:
    answer = respond(temperature=0.5).json
    assert answer["status"] == "completed" and answer["temperature"] == 0.5 and answer["error"] is None
    item = answer["output"][0]
    assert item["type"] == "message" and item["content"][0]["annotations"] == [] and item["content"][0]["text"]
    assert answer["usage"]["total_tokens"] == answer["usage"]["input_tokens"] + answer["usage"]["output_tokens"]


@pytest.mark.parametrize("more", [{}, {"max_output_tokens": 16}, {"tools": [TOOL], "tool_choice": "required"}])
def test_stream(respond: Call, more: dict[str, Any]) -> None:
    reply = respond(stream=True, **more)
    events = reply.events
    assert all(frame.startswith(f"event: {event['type']}\n") for frame, event in zip(reply.frames, events, strict=True))
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    kinds = [event["type"].removeprefix("response.") for event in events]
    plain = [kind for kind in kinds if not kind.endswith(".delta")]
    if "tools" in more:
        inner, key = ["function_call_arguments.done"], "arguments"
    else:
        inner, key = ["content_part.added", "output_text.done", "content_part.done"], "text"
    end = "incomplete" if "max_output_tokens" in more else "completed"
    assert plain == ["created", "in_progress", "output_item.added", *inner, "output_item.done", end]
    final = events[-1]["response"]
    done = next(event for event in events if event["type"].endswith(("text.done", "arguments.done")))
    assert "".join(event["delta"] for event in events if event["type"].endswith(".delta")) == done[key]
    assert events[0]["response"]["output"] == [] and events[0]["response"]["id"] == final["id"]
    assert [event["item"] for event in events if event["type"].endswith("item.done")] == final["output"]
    assert final["incomplete_details"] == ({"reason": "max_output_tokens"} if end == "incomplete" else None)
    if "tools" in more:
        assert json.loads(done["arguments"])["city"]


def test_call_and_result(respond: Call) -> None:
    first = respond("The weather?", tools=[TOOL]).json
    result = {"type": "function_call_output", "call_id": first["output"][0]["call_id"], "output": "sunny"}
    last = respond([result], tools=[TOOL], previous_response_id=first["id"]).json
    assert last["output"][0]["type"] == "message" and last["previous_response_id"] == first["id"]
    assert respond([{**result, "call_id": "other"}]).status == 400


def test_items_of_the_turns_before(respond: Call, call: Call) -> None:
    first = respond("The weather?", tools=[TOOL]).json
    result = {"type": "function_call_output", "call_id": first["output"][0]["call_id"], "output": "sunny"}
    last = respond([result], tools=[TOOL], previous_response_id=first["id"]).json
    items = call("GET", f"/v1/responses/{last['id']}/input_items?order=asc").json["data"]
    assert [item["type"] for item in items] == ["message", "function_call", "function_call_output"]


def test_compact(call: Call) -> None:
    said = [{"role": "user", "content": "One?"}, {"role": "assistant", "content": "Two."}]
    answer = call("POST", "/v1/responses/compact", {"model": "reference-chat", "input": said}).json
    assert answer["object"] == "response.compaction" and answer["usage"]["input_tokens"] > 0
    assert [item["type"] for item in answer["output"]] == ["message", "compaction"]
    assert call("POST", "/v1/responses/compact", {"model": "reference-chat"}).status == 400


def test_structure(respond: Call) -> None:
    schema = {"type": "object", "properties": {"a": {"const": 1}}, "required": ["a"]}
    answer = respond(text={"format": {"type": "json_schema", "name": "n", "schema": schema}}).json
    assert json.loads(answer["output"][0]["content"][0]["text"]) == {"a": 1}


def test_storage(respond: Call, call: Call) -> None:
    made = respond().json
    path = f"/v1/responses/{made['id']}"
    assert call("GET", path).json == made
    assert [one["type"] for one in call("GET", path + "/input_items").json["data"]] == ["message"]
    replay = call("GET", path + "?stream=true&starting_after=3").events
    assert replay[0]["sequence_number"] == 4
    assert call("POST", path + "/cancel").status == 400
    assert call("DELETE", path).json == {"id": made["id"], "object": "response.deleted", "deleted": True}
    assert call("GET", path).status == 404
    assert call("GET", f"/v1/responses/{respond(store=False).json['id']}").status == 404


def test_background(respond: Call, call: Call) -> None:
    queued, other = respond(background=True).json, respond(background=True).json
    assert queued["status"] == "queued" and queued["output"] == []
    assert call("GET", f"/v1/responses/{queued['id']}").json["status"] == "completed"
    assert call("POST", f"/v1/responses/{other['id']}/cancel").json["status"] == "cancelled"


def test_refusals(respond: Call) -> None:
    for more, code in (
        ({"model": "nope"}, "model_not_found"), ({"max_output_tokens": 15}, "integer_below_min_value"),
        ({"previous_response_id": "resp_x"}, "previous_response_not_found"),
        ({"input": None}, "missing_required_parameter"),
    ):  # fmt: skip
        answer = respond(**more)
        assert answer.status == 400 and answer.json["error"]["code"] == code


def test_input_tokens(call: Call) -> None:
    answer = call("POST", "/v1/responses/input_tokens", {"model": "reference-chat", "input": "a b c"}).json
    assert answer["object"] == "response.input_tokens" and answer["input_tokens"] > 3


def test_conversation(respond: Call, call: Call) -> None:
    made = call("POST", "/v1/conversations", {"metadata": {"a": "b"}}).json
    path = f"/v1/conversations/{made['id']}"
    assert respond(conversation=made["id"]).json["conversation"] == {"id": made["id"]}
    items = call("GET", path + "/items?order=asc&limit=1").json
    assert items["has_more"] is True and items["data"][0]["role"] == "user"
    assert call("DELETE", f"{path}/items/{items['last_id']}").json["object"] == "conversation"
    assert call("POST", path, {"metadata": {"a": "c"}}).json["metadata"] == {"a": "c"}
    assert call("DELETE", path).json["object"] == "conversation.deleted"
    assert call("GET", path).status == 404


def test_a_conversation_that_ends_with_a_result_is_answered(call: Call) -> None:
    items = [
        {"role": "user", "content": "The weather?"},
        {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
    ]
    made = call("POST", "/v1/conversations", {"items": items}).json
    body = {"model": "reference-chat", "conversation": made["id"], "tools": [TOOL]}
    assert call("POST", "/v1/responses", body).json["output"][0]["type"] == "message"
