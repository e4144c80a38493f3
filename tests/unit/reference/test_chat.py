"""Chat completions: finish reasons, caps, tools, structure, streams that equal the plain answer."""

import json
import math
from typing import Any

import pytest

from .conftest import Call

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def test_plain_answer(chat: Call) -> None:
    answer = chat().json
    message = answer["choices"][0]["message"]
    assert answer["object"] == "chat.completion" and answer["id"].startswith("chatcmpl-")
    assert message["role"] == "assistant" and message["content"] and message["refusal"] is None
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_same_request_same_text_but_new_id(chat: Call) -> None:
    first, second = chat().json, chat().json
    assert first["choices"] == second["choices"] and first["id"] != second["id"]
    assert chat(seed=1).json["choices"] != chat(seed=2).json["choices"]


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_caps_cut(chat: Call, name: str) -> None:
    answer = chat(**{name: 3}).json
    assert answer["choices"][0]["finish_reason"] == "length" and answer["usage"]["completion_tokens"] == 3


def test_stop_is_left_out(chat: Call) -> None:
    choice = chat("Count to ten.", stop=["5"]).json["choices"][0]
    assert choice["message"]["content"] == "1, 2, 3, 4, " and choice["finish_reason"] == "stop"


def test_choices_differ(chat: Call) -> None:
    choices = chat(n=3).json["choices"]
    assert [one["index"] for one in choices] == [0, 1, 2]
    assert len({one["message"]["content"] for one in choices}) == 3


def test_logprobs_follow_the_text(chat: Call) -> None:
    choice = chat(logprobs=True, top_logprobs=3).json["choices"][0]
    tokens = choice["logprobs"]["content"]
    assert "".join(one["token"] for one in tokens) == choice["message"]["content"]
    for one in tokens:
        values = [top["logprob"] for top in one["top_logprobs"]]
        assert len(values) == 3 and values == sorted(values, reverse=True) and one["logprob"] <= 0
        assert bytes(one["bytes"]).decode() == one["token"]
    assert chat(logprobs=True).json["choices"][0]["logprobs"]["content"][0]["top_logprobs"] == []


@pytest.mark.parametrize(
    ("choice", "finish"),
    [("required", "tool_calls"), ({"type": "function", "function": {"name": "get_weather"}}, "stop")],
)
def test_forced_calls(chat: Call, choice: Any, finish: str) -> None:
    got = chat(tools=[WEATHER], tool_choice=choice).json["choices"][0]
    call = got["message"]["tool_calls"][0]
    assert got["finish_reason"] == finish and got["message"]["content"] is None
    assert call["type"] == "function" and isinstance(json.loads(call["function"]["arguments"])["city"], str)


def test_auto_calls_only_for_the_weather(chat: Call) -> None:
    assert "tool_calls" not in chat("Hello.", tools=[WEATHER]).json["choices"][0]["message"]
    asked = {"role": "user", "content": "The weather in Rome and Oslo?"}
    message = chat([asked], tools=[WEATHER]).json["choices"][0]["message"]
    assert len({call["id"] for call in message["tool_calls"]}) == 2
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "sunny"} for call in message["tool_calls"]]
    last = chat([asked, message, *results], tools=[WEATHER]).json["choices"][0]
    assert last["finish_reason"] == "stop" and last["message"]["content"]
    assert chat([asked, message, results[0]], tools=[WEATHER]).status == 400
    one = chat([asked], tools=[WEATHER], parallel_tool_calls=False).json["choices"][0]["message"]["tool_calls"]
    assert (
        len(one) == 1
        and "tool_calls" not in chat([asked], tools=[WEATHER], tool_choice="none").json["choices"][0]["message"]
    )


def test_a_cap_cuts_a_call(chat: Call) -> None:
    choice = chat(tools=[WEATHER], tool_choice="required", max_tokens=2).json["choices"][0]
    assert choice["finish_reason"] == "length"
    with pytest.raises(ValueError):
        json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"])


def test_custom_tools_and_old_functions(chat: Call) -> None:
    custom = chat(tools=[{"type": "custom", "custom": {"name": "run"}}], tool_choice="required").json["choices"][0]
    assert custom["message"]["tool_calls"][0]["custom"]["input"]
    old = chat(functions=[WEATHER["function"]], function_call={"name": "get_weather"}).json["choices"][0]
    assert old["message"]["function_call"]["name"] == "get_weather"


def test_json_content(chat: Call) -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"$ref": "#/$defs/n"}},
        "required": ["n"],
        "$defs": {"n": {"enum": [7]}},
    }
    shape = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": True}}
    assert json.loads(chat(response_format=shape).json["choices"][0]["message"]["content"]) == {"n": 7}
    plain = chat(response_format={"type": "json_object"}).json["choices"][0]["message"]["content"]
    assert isinstance(json.loads(plain), dict)


def test_stream_equals_plain(chat: Call) -> None:
    plain = chat(n=2, logprobs=True).json
    reply = chat(n=2, logprobs=True, stream=True, stream_options={"include_usage": True})
    *chunks, last = reply.events
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert reply.frames[-1] == "data: [DONE]" and not any("event:" in frame for frame in reply.frames)
    assert last["choices"] == [] and last["usage"] == plain["usage"]
    assert len({(one["id"], one["created"], one["model"], one["object"]) for one in chunks}) == 1
    assert all(one["usage"] is None and len(one["choices"]) == 1 for one in chunks)
    for index, choice in enumerate(plain["choices"]):
        mine = [one["choices"][0] for one in chunks if one["choices"][0]["index"] == index]
        assert mine[0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
        assert mine[-1]["delta"] == {} and [one["finish_reason"] for one in mine if one["finish_reason"]] == ["stop"]
        assert "".join(one["delta"].get("content", "") for one in mine) == choice["message"]["content"]
        tokens = [token for one in mine if one["logprobs"] for token in one["logprobs"]["content"]]
        assert tokens == choice["logprobs"]["content"]


def test_stream_of_calls(chat: Call) -> None:
    reply = chat("weather and weather", tools=[WEATHER], stream=True)
    assert all("usage" not in one for one in reply.events)
    deltas = [piece for one in reply.events for piece in one["choices"][0]["delta"].get("tool_calls", [])]
    for index in (0, 1):
        first, *rest = [one for one in deltas if one["index"] == index]
        assert (
            first["id"]
            and first["type"] == "function"
            and first["function"] == {"name": "get_weather", "arguments": ""}
        )
        assert all(set(one) == {"index", "function"} for one in rest)
        assert json.loads("".join(one["function"]["arguments"] for one in rest))["city"]
    assert reply.events[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    ("more", "param", "code"),
    [
        ({"temperature": 2.1}, "temperature", "decimal_above_max_value"),
        ({"temperature": "1"}, "temperature", "invalid_type"),
        ({"n": True}, "n", "invalid_type"),
        ({"messages": []}, "messages", "empty_array"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages[0].role", "invalid_value"),
        ({"surprise": 1}, "surprise", "unknown_parameter"),
        ({"messages": None}, "messages", "missing_required_parameter"),
        (
            {"messages": [{"role": "user", "content": "word " * 200_000}]},
            "messages",
            "context_length_exceeded",
        ),
    ],
)
def test_refusals(chat: Call, more: dict[str, Any], param: str, code: str) -> None:
    answer = chat(**more)
    assert answer.status == 400 and answer.json["error"]["param"] == param and answer.json["error"]["code"] == code


def test_unknown_model(chat: Call) -> None:
    answer = chat(model="nope")
    assert answer.status == 404 and answer.json["error"]["code"] == "model_not_found"


def test_broken_image_is_refused(chat: Call) -> None:
    def look(url: str) -> int:
        return int(chat([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]).status)

    assert look("data:image/png;base64,@@@") == 400 and look("data:image/gif;base64,R0lGODlhAQABAAAAACw=") == 200


def test_stored_completions(chat: Call, call: Call) -> None:
    name = chat(store=True, metadata={"k": "stored"}).json["id"]
    path = f"/v1/chat/completions/{name}"
    assert [one["id"] for one in call("GET", "/v1/chat/completions?metadata%5Bk%5D=stored").json["data"]] == [name]
    assert call("POST", path, {"metadata": {"k": "new"}}).json["metadata"] == {"k": "new"}
    assert call("GET", path + "/messages").json["data"][0]["content"] == "Say hi."
    assert call("DELETE", path).json["deleted"] is True
    assert call("GET", path).json["error"]["code"] == "not_found"


def test_completions(call: Call) -> None:
    def ask(**more: Any) -> Any:
        return call("POST", "/v1/completions", {"model": "reference-chat", "prompt": "a b", **more})

    plain = ask().json
    assert plain["usage"]["completion_tokens"] == 16 and plain["choices"][0]["finish_reason"] == "length"
    assert [one["index"] for one in ask(prompt=[[1, 2], [3]], n=2).json["choices"]] == [0, 1, 2, 3]
    scored = ask(echo=True, max_tokens=0, logprobs=1).json["choices"][0]
    assert scored["text"] == "a b" and scored["logprobs"]["tokens"] == ["a", " b"]
    assert scored["logprobs"]["token_logprobs"][0] is None and scored["logprobs"]["text_offset"] == [0, 1]
    stream = ask(stream=True)
    assert "".join(one["choices"][0]["text"] for one in stream.events) == plain["choices"][0]["text"]
    assert stream.frames[-1] == "data: [DONE]"


def test_embeddings(call: Call) -> None:
    def ask(given: Any, **more: Any) -> Any:
        return call("POST", "/v1/embeddings", {"model": "reference-embed", "input": given, **more})

    data = ask(["one", "two", "one"]).json["data"]
    assert [one["index"] for one in data] == [0, 1, 2] and data[0]["embedding"] == data[2]["embedding"]
    assert math.isclose(sum(value**2 for value in data[1]["embedding"]), 1, abs_tol=1e-5)
    assert len(ask([1, 2], dimensions=8).json["data"][0]["embedding"]) == 8
    assert isinstance(ask("x", encoding_format="base64").json["data"][0]["embedding"], str)
    assert [ask(bad).status for bad in ("", [], ["a", 1], {"a": 1})] == [400] * 4
    assert ask("x", model="nope").status == 404
