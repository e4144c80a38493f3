"""No request body makes a handler stumble: it is answered, or refused with the whole envelope."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from aioc.reference.request import Request
from aioc.reference.routes import respond
from aioc.reference.store import Store

TOOL = {
    "name": "add",
    "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
}
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
BODIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "model": "reference-chat",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user",
                "content": [{"type": "text", "text": "x"},
                    {"type": "image_url", "image_url": {"url": PIXEL}}]},
            {"role": "assistant", "content": None, "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "c1", "content": "3"},
        ],
        "tools": [{"type": "function", "function": TOOL}],
        "tool_choice": {"type": "allowed_tools", "allowed_tools": {
            "mode": "required", "tools": [{"type": "function", "function": {"name": "add"}}],
        }},
        "response_format": {"type": "json_schema",
            "json_schema": {"name": "n", "schema": {"type": "object"}}},
        "stream": True, "stream_options": {"include_usage": True}, "n": 1, "max_tokens": 5, "stop": ["a"],
        "logprobs": True, "top_logprobs": 1, "logit_bias": {"1": 1}, "metadata": {"a": "b"}, "store": True,
    },
    "/v1/completions": {"model": "reference-chat", "prompt": ["a", "b"], "n": 2, "echo": True, "logprobs": 1,
        "stream": True},
    "/v1/responses": {
        "model": "reference-chat",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "weather"}]},
            {"type": "function_call", "call_id": "c", "name": "add", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "1"},
        ],
        "tools": [{"type": "function", **TOOL}], "tool_choice": {"type": "function", "name": "add"},
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
        "reasoning": {"effort": "low"}, "include": ["message.output_text.logprobs"], "stream": True,
        "top_logprobs": 1,
    },
    "/v1/embeddings": {"model": "reference-embed", "input": ["a", "b"], "dimensions": 4,
        "encoding_format": "float"},
    "/v1/moderations": {"input": [{"type": "text", "text": "x"}]},
    "/v1/images/generations": {"model": "reference-image", "prompt": "x", "size": "16x16", "n": 1},
    "/v1/audio/speech": {"model": "reference-tts", "input": "x", "voice": "alloy"},
    "/v1/conversations": {"items": [{"role": "user", "content": "x"}], "metadata": {"a": "b"}},
    "/v1/vector_stores": {"name": "x", "file_ids": [], "expires_after": {"anchor": "last_active_at", "days": 1},
        "chunking_strategy": {"type": "static",
            "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 1}}},
    "/v1/uploads": {"filename": "x", "purpose": "batch", "bytes": 1, "mime_type": "text/plain"},
    "/v1/fine_tuning/jobs": {"model": "reference-chat", "training_file": "file-x",
        "method": {"type": "supervised"}},
    "/v1/realtime/client_secrets": {"expires_after": {"anchor": "created_at", "seconds": 60},
        "session": {"type": "realtime", "max_output_tokens": 5}},
    "/v1/realtime/sessions": {"modalities": ["text"], "speed": 1},
    "/v1/batches": {"input_file_id": "file-x", "endpoint": "/v1/responses", "completion_window": "24h"},
}  # fmt: skip
JUNK: list[Any] = [
    None,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    True,
    [],
    {},
    [1],
    [{}],
    [None],
    {"a": 1},
    {"type": "function"},
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from places(inner, (*path, key))


@pytest.mark.parametrize("path", BODIES)
def test_junk_at_every_place_is_answered_or_refused(path: str) -> None:
    store = Store()
    for place in places(BODIES[path]):
        for junk in JUNK:
            body = copy.deepcopy(BODIES[path])
            inside: Any = body
            for key in place[:-1]:
                inside = inside[key]
            inside[place[-1]] = junk
            sent = Request("POST", path, "", {"content-type": "application/json"}, json.dumps(body).encode())
            answer = respond(sent, store)
            assert answer.status < 500, (place, junk, answer.body)
            if answer.status != 200:
                assert set(answer.body["error"]) == {"message", "type", "param", "code"}, (place, junk)


@pytest.mark.parametrize("path", BODIES)
def test_null_for_an_optional_parameter_means_unset(path: str) -> None:
    required = {
        "model",
        "messages",
        "prompt",
        "input",
        "voice",
        "input_file_id",
        "endpoint",
        "completion_window",
        "training_file",
        "filename",
        "purpose",
        "bytes",
        "mime_type",
    }
    unknown_file = {"/v1/batches": 404, "/v1/fine_tuning/jobs": 400}
    for name in BODIES[path].keys() - required - {"logprobs", "stream", "tools"}:
        body = json.dumps({**BODIES[path], name: None}).encode()
        answer = respond(Request("POST", path, "", {"content-type": "application/json"}, body), Store())
        assert answer.status == unknown_file.get(path, 200), (name, answer.body)
