"""POST /v1/chat/completions: from a body to choices, plain; the stream is cut from the same choices."""

import json

from aioc.reference.answer import Answer, Json
from aioc.reference.chat_audio import shortened, spoken, wanted
from aioc.reference.chat_rules import FIELDS, check_combinations
from aioc.reference.chat_stream import stream
from aioc.reference.checks import checked
from aioc.reference.engine import Ask, Call, Outcome, Tool, choose, decide
from aioc.reference.models import refuse_long, require
from aioc.reference.request import Request
from aioc.reference.store import Store, now
from aioc.reference.text import count, logprob, seed_of

JSON_OBJECT = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def create(request: Request, store: Store) -> Answer:
    """Answer one chat request, plain or streamed."""
    body = checked(request.json(), FIELDS, "model", "messages")
    require(body["model"], "chat")
    check_combinations(body)
    prompt_tokens = sum(3 + count(words_of(message.get("content"))) for message in body["messages"]) + 3
    if offered := body.get("tools") or body.get("functions"):
        prompt_tokens += count(json.dumps(offered))
    refuse_long(prompt_tokens, "messages")
    ask = _ask(body)
    outcomes = [decide(ask, index) for index in range(body.get("n", 1))]
    if wanted(body):
        outcomes = [shortened(outcome) for outcome in outcomes]
    completion = {
        "id": store.new_id("chatcmpl-"), "object": "chat.completion", "created": now(), "model": body["model"],
        "choices": [_choice(index, outcome, body, store) for index, outcome in enumerate(outcomes)],
        "usage": _usage(prompt_tokens, sum(outcome.tokens for outcome in outcomes)),
        "service_tier": "default", "system_fingerprint": "fp_aioc_reference",
    }  # fmt: skip
    if body.get("store"):
        _keep(completion, body, store)
    return stream(completion, outcomes, body) if body.get("stream") else Answer(body=completion)


def words_of(content: Json) -> str:
    """The text of a message, whatever form its content has; an image counts as one word."""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", part.get("refusal")) or "*") for part in content or [])


def _usage(prompt: int, completion: int) -> Json:
    return {
        "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }  # fmt: skip


def stop_list(body: dict[str, Json]) -> tuple[str, ...]:
    """`stop` as a list, whichever form it had."""
    stop = body.get("stop", [])
    return (stop,) if isinstance(stop, str) else tuple(stop)


def _ask(body: dict[str, Json]) -> Ask:
    tools = tuple(_tool(tool) for tool in body.get("tools", []))
    choice = body.get("tool_choice")
    if "functions" in body:
        tools = tuple(Tool(one["name"], one.get("parameters"), "function") for one in body["functions"])
        choice = body.get("function_call")
        choice = {"type": "function", **choice} if isinstance(choice, dict) else choice
    mode, tools = choose(choice, tools)
    last = body["messages"][-1]
    asked = [words_of(message.get("content")) for message in body["messages"] if message["role"] == "user"]
    shape = body.get("response_format", {"type": "text"})
    schema = None if shape["type"] == "text" else shape.get("json_schema", {}).get("schema") or JSON_OBJECT
    # A result has come back: under `auto` the model then answers instead of calling again.
    answered = mode == "auto" and last["role"] in ("tool", "function")
    return Ask(
        seed=seed_of(body["messages"], body.get("seed")), prompt=asked[-1] if asked else "", tools=tools,
        mode="none" if answered else mode, parallel=body.get("parallel_tool_calls", "functions" not in body),
        schema=schema, cap=body.get("max_completion_tokens", body.get("max_tokens")), stops=stop_list(body),
        weights=body.get("logit_bias", {}),
    )  # fmt: skip


def _tool(tool: Json) -> Tool:
    inner = tool[tool["type"]]
    return Tool(inner["name"], inner.get("parameters"), tool["type"])


def _choice(index: int, outcome: Outcome, body: dict[str, Json], store: Store) -> Json:
    finish = outcome.finish
    said: dict[str, Json] = {"content": None}
    if outcome.calls and "functions" in body:
        said["function_call"] = _inner(outcome.calls[0])
        finish = "length" if finish == "length" else "function_call"
    elif outcome.calls:
        said["tool_calls"] = [_called(call, store) for call in outcome.calls]
    elif wanted(body):
        said["audio"] = spoken(outcome.text, body, store)
    else:
        said["content"] = outcome.text
    message = {"role": "assistant", "content": None, "refusal": None, "annotations": [], **said}
    logprobs = None
    if body.get("logprobs") and not outcome.calls:
        top = body.get("top_logprobs", 0)
        logprobs = {"content": [logprob(piece, top) for piece in outcome.pieces], "refusal": None}
    return {"index": index, "message": message, "logprobs": logprobs, "finish_reason": finish}


def _called(call: Call, store: Store) -> Json:
    return {"id": store.new_id("call_"), "type": call.tool.kind, call.tool.kind: _inner(call)}


def _inner(call: Call) -> Json:
    return {"name": call.tool.name, call.tool.key: call.input}


def _keep(completion: Json, body: dict[str, Json], store: Store) -> None:
    echoed = ("tools", "tool_choice", "temperature", "top_p", "seed", "response_format", "frequency_penalty")
    name = completion["id"]
    store.completions[name] = {
        **completion, "request_id": store.new_id("req_"), "metadata": body.get("metadata", {}),
        **{field: body.get(field) for field in echoed},
    }  # fmt: skip
    store.completion_messages[name] = [
        {"name": None, "content_parts": None, **message, "id": f"{name}-{index}"}
        for index, message in enumerate(body["messages"])
    ]
