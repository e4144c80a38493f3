"""POST /v1/responses and the stored responses; a stream is told from the finished response."""

import base64
import json
from collections.abc import Mapping

from aioc.reference.answer import Answer, ApiError, Json, typed
from aioc.reference.chat import JSON_OBJECT, words_of
from aioc.reference.checks import Check, checked
from aioc.reference.engine import Ask, Call, Outcome, Tool, choose
from aioc.reference.models import refuse_long, require
from aioc.reference.request import Request
from aioc.reference.responses_rules import COMPACTED, COUNTED, FIELDS
from aioc.reference.responses_stream import events, unfinished
from aioc.reference.responses_thoughts import decide_with_thoughts, reasoning_item
from aioc.reference.store import Store, delete, find, now, page
from aioc.reference.text import count, logprob, seed_of

_RESULTS = {"function_call_output": "function call", "custom_tool_call_output": "custom tool call"}
_ECHOED: dict[str, Json] = {
    "instructions": None, "max_output_tokens": None, "max_tool_calls": None, "previous_response_id": None,
    "prompt_cache_key": None, "safety_identifier": None, "temperature": 1.0, "top_p": 1.0, "top_logprobs": 0,
    "truncation": "disabled", "background": False, "store": True, "parallel_tool_calls": True, "user": None,
    "tool_choice": "auto", "tools": [], "metadata": {},
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """Answer one request, plain, streamed or in the background."""
    body = _body(request, FIELDS)
    own, items = _inputs(body, store)
    tokens = _count(body, items)
    refuse_long(tokens, "input")
    thoughts, outcome = decide_with_thoughts(body, _ask(body, items))
    response = _response(body, thoughts, outcome, tokens, store)
    name = response["id"]
    if body.get("store", True):
        store.responses[name], store.response_inputs[name] = response, own
    if "conversation" in response:
        store.conversation_items[response["conversation"]["id"]] += [*own, *response["output"]]
    if body.get("stream"):
        return typed(events(response, body.get("stream_options", {}).get("include_obfuscation", True)))
    if body.get("background"):
        # The stored response is finished already; the first answer shows it as it was before.
        store.queued.add(name)
        return Answer(body=unfinished(response, "queued"))
    return Answer(body=response)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/responses/{id}, as an object or as the rest of its stream."""
    response = _one(request, store)
    store.queued.discard(response["id"])
    asked = request.arguments()
    if asked.get("stream") == "true":
        after = asked.get("starting_after", "-1")
        if not after.removeprefix("-").isdigit():
            raise ApiError("Invalid 'starting_after': expected an integer.", "starting_after", "invalid_type")
        return typed([event for event in events(response, True) if event["sequence_number"] > int(after)])
    return Answer(body=response)


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/responses/{id}."""
    return delete(_one(request, store)["id"], "response.deleted", store.responses, store.response_inputs)


def cancel(request: Request, store: Store) -> Answer:
    """POST /v1/responses/{id}/cancel: only what runs in the background can be cancelled."""
    response = _one(request, store)
    if not response["background"]:
        raise ApiError("Only responses created with 'background' set to true can be cancelled.", "response_id")
    if response["id"] in store.queued:
        store.queued.remove(response["id"])
        response.update(unfinished(response, "cancelled"))
    return Answer(body=response)


def input_items(request: Request, store: Store) -> Answer:
    """GET /v1/responses/{id}/input_items."""
    response = _one(request, store)
    before = _before(response["previous_response_id"], store)
    return page([*before, *store.response_inputs[response["id"]]], request)


def input_tokens(request: Request, store: Store) -> Answer:
    """POST /v1/responses/input_tokens: how many tokens a request would have."""
    body = _body(request, COUNTED)
    _, items = _inputs(body, store)
    return Answer(body={"object": "response.input_tokens", "input_tokens": _count(body, items)})


def compact(request: Request, store: Store) -> Answer:
    """POST /v1/responses/compact: what the user said stays, the rest is sealed in one item."""
    body = _body(request, COMPACTED)
    _, items = _inputs(body, store)
    sealed = base64.b64encode(json.dumps([one for one in items if one.get("role") != "user"]).encode()).decode()
    kept = [one for one in items if one.get("role") == "user"]
    item = {"id": store.new_id("cmp_"), "type": "compaction", "encrypted_content": sealed}
    return Answer(body={
        "id": store.new_id("resp_"), "object": "response.compaction", "created_at": now(),
        "output": [*kept, item], "usage": _usage(_count(body, items), len(sealed) // 4, 0),
    })  # fmt: skip


def with_ids(items: list[Json], store: Store) -> list[Json]:
    """Items as they are stored: typed, with an id, and with their content in parts."""
    return [_stored(one, store) for one in items]


def _stored(item: Json, store: Store) -> Json:
    whole = {"type": "message", **item, "id": item.get("id") or store.new_id("msg_")}
    if whole["type"] == "message":
        if isinstance(whole["content"], str):
            kind = "output_text" if whole["role"] == "assistant" else "input_text"
            extra: Json = {"annotations": [], "logprobs": []} if kind == "output_text" else {}
            whole["content"] = [{"type": kind, "text": whole["content"], **extra}]
        whole.setdefault("status", "completed")
    return whole


def _body(request: Request, fields: Mapping[str, Check]) -> dict[str, Json]:
    body = checked(request.json(), fields, "model")
    require(body["model"], "chat", "model", 400)
    return body


def _one(request: Request, store: Store) -> dict[str, Json]:
    return find(store.responses, request.params["id"], "response")


def _inputs(body: dict[str, Json], store: Store) -> tuple[list[Json], list[Json]]:
    """The items of the request itself, and all that it goes on from, its own at the end."""
    previous, conversation = body.get("previous_response_id"), body.get("conversation")
    if "input" not in body and not previous and not conversation and "prompt" not in body:
        text = "One of 'input', 'previous_response_id', 'prompt' or 'conversation' must be provided."
        raise ApiError(text, "input", "missing_required_parameter")
    if previous and conversation:
        raise ApiError("Send 'previous_response_id' or 'conversation', not both.", "conversation", "invalid_value")
    history: list[Json] = []
    if conversation:
        name = conversation["id"] if isinstance(conversation, dict) else conversation
        find(store.conversations, name, "conversation")
        history = list(store.conversation_items[name])
    if previous:
        if previous not in store.responses:
            text = f"Previous response with id '{previous}' not found."
            raise ApiError(text, "previous_response_id", "previous_response_not_found")
        history = _before(previous, store)
    given = body.get("input", [])
    own = with_ids([{"role": "user", "content": given}] if isinstance(given, str) else given, store)
    items = [*history, *own]
    called = {one.get("call_id") for one in items if one["type"] not in _RESULTS}
    for one in own:
        if one["type"] in _RESULTS and one["call_id"] not in called:
            raise ApiError(f"No tool call found for {_RESULTS[one['type']]} with call_id {one['call_id']}.", "input")
    return own, items


def _before(previous: str | None, store: Store) -> list[Json]:
    """What was said up to a stored response, its own answer included."""
    items: list[Json] = []
    while previous in store.responses:
        items = [*store.response_inputs[previous], *store.responses[previous]["output"], *items]
        previous = store.responses[previous]["previous_response_id"]
    return items


def _count(body: dict[str, Json], items: list[Json]) -> int:
    return count(body.get("instructions", "")) + sum(3 + count(_words(one)) for one in items) + 3


def _words(item: Json) -> str:
    return words_of(item.get("content") or item.get("output") or item.get("arguments") or "")


def _ask(body: dict[str, Json], items: list[Json]) -> Ask:
    # Hosted tools run nowhere here; offering them is no mistake.
    offered = [tool for tool in body.get("tools", []) if tool["type"] in ("function", "custom")]
    tools = tuple(Tool(one["name"], one.get("parameters"), one["type"]) for one in offered)
    choice = body.get("tool_choice")
    mode, tools = choose(None if choice != "none" and not tools and body.get("tools") else choice, tools)
    asked = [_words(one) for one in items if one.get("role") == "user"]
    form = body.get("text", {}).get("format") or {"type": "text"}
    answered = mode == "auto" and bool(items) and items[-1]["type"] in _RESULTS
    return Ask(
        seed=seed_of([_words(one) for one in items], body.get("instructions")),
        prompt=asked[-1] if asked else "",
        tools=tools, mode="none" if answered else mode, parallel=body.get("parallel_tool_calls", True),
        schema={"json_object": JSON_OBJECT, "json_schema": form.get("schema")}.get(form["type"]),
        cap=body.get("max_output_tokens"),
    )  # fmt: skip


def _response(
    body: dict[str, Json], thoughts: list[str], outcome: Outcome, tokens: int, store: Store
) -> dict[str, Json]:
    cut, made = outcome.finish == "length", now()
    given = {name: value for name, value in body.get("text", {}).items() if value is not None}
    thought = [reasoning_item(body, thoughts, store.new_id("rs_"))] if thoughts else []
    response = {
        "id": store.new_id("resp_"), "object": "response", "created_at": made,
        "status": "incomplete" if cut else "completed", "completed_at": None if cut else made, "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None, "model": body["model"],
        "output": thought + _output(body, outcome, store),
        **{name: body.get(name, default) for name, default in _ECHOED.items()},
        "tools": [{"strict": True, **tool} if tool["type"] == "function" else tool for tool in body.get("tools", [])],
        "reasoning": {"effort": None, "summary": None, **body.get("reasoning", {})},
        "text": {"format": {"type": "text"}, "verbosity": "medium", **given},
        "service_tier": "default",
        "usage": _usage(tokens, len(thoughts) + outcome.tokens, len(thoughts)),
    }  # fmt: skip
    if conversation := body.get("conversation"):
        response["conversation"] = {"id": conversation["id"] if isinstance(conversation, dict) else conversation}
    return response


def _usage(read: int, written: int, thought: int) -> Json:
    return {
        "input_tokens": read, "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written, "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": read + written,
    }  # fmt: skip


def _output(body: dict[str, Json], outcome: Outcome, store: Store) -> list[Json]:
    if outcome.calls:
        return [_called(call, store) for call in outcome.calls]
    wanted = "message.output_text.logprobs" in body.get("include", [])
    logprobs = [logprob(piece, body.get("top_logprobs", 0)) for piece in outcome.pieces] if wanted else []
    part = {"type": "output_text", "text": outcome.text, "annotations": [], "logprobs": logprobs}
    status = "incomplete" if outcome.finish == "length" else "completed"
    head = {"id": store.new_id("msg_"), "type": "message", "status": status, "role": "assistant"}
    return [{**head, "content": [part]}]


def _called(call: Call, store: Store) -> Json:
    kind, prefix = ("custom_tool_call", "ctc_") if call.tool.kind == "custom" else ("function_call", "fc_")
    return {
        "id": store.new_id(prefix), "type": kind, "status": "completed" if call.whole else "incomplete",
        "call_id": store.new_id("call_"), "name": call.tool.name, call.tool.key: call.input,
    }  # fmt: skip
