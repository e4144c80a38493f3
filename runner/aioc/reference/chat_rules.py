"""What POST /v1/chat/completions accepts, and which messages may follow which."""

import re

from aioc.reference.answer import ApiError, Json
from aioc.reference.chat_audio import VOICE, check_spoken, sound_in
from aioc.reference.checks import (
    METADATA,
    Check,
    anything,
    array,
    base64_bytes,
    boolean,
    either,
    integer,
    mapping,
    name,
    number,
    tagged,
    text,
)  # fmt: skip

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_INSTEAD = ("tool_calls", "function_call", "refusal", "audio")
"""What an assistant may say in the place of content."""


def image_url(value: Json, path: str) -> None:
    """A data URL that really holds an image; this server downloads nothing, so that every other one is out of reach."""
    text()(value, path)
    if re.match(r"https?://[^/]", value):
        raise ApiError(f"Error while downloading {value}.", None, "invalid_image_url")
    found = re.fullmatch(r"data:image/[\w.+-]+;base64,(.*)", value, re.DOTALL)
    if not found:
        raise ApiError("Invalid image URL: expected http(s) or a base64 data URL.", path, "invalid_image_url")
    if not base64_bytes(found[1], path, "invalid_base64_image").startswith(_MAGIC):
        message = "The data is no image of a supported type: png, jpeg, gif or webp."
        raise ApiError(message, path, "invalid_image_format")


def _file_data(value: Json, path: str) -> None:
    text()(value, path)
    found = re.fullmatch(r"data:application/pdf;base64,(.*)", value, re.DOTALL)
    if not found or not base64_bytes(found[1], path).startswith(b"%PDF"):
        message = f"Invalid file data: '{path}'. Expected a base64-encoded data URL of a PDF."
        raise ApiError(message, path, "invalid_value")


def _content(parts: dict[str, Check]) -> Check:
    return either(text(), array(tagged("type", parts), least=1))


_TEXT = {"text": mapping({"text": text()}, "text")}
_IMAGE = mapping({"url": image_url, "detail": text("auto", "low", "high")}, "url")
_FILE = mapping({"file_data": _file_data, "file_id": text(), "filename": text()})
_USER_PARTS = {
    **_TEXT,
    "image_url": mapping({"image_url": _IMAGE}, "image_url"),
    "input_audio": mapping({"input_audio": sound_in}, "input_audio"),
    "file": mapping({"file": _FILE}, "file"),
}
_ASSISTANT_PARTS = {**_TEXT, "refusal": mapping({"refusal": text()}, "refusal")}
_CALLED = mapping({"name": text(), "arguments": text()}, "name", "arguments")
_CUSTOM_CALLED = mapping({"name": text(), "input": text()}, "name", "input")
_CALL = tagged("type", {
    "function": mapping({"id": text(), "function": _CALLED}, "id", "function"),
    "custom": mapping({"id": text(), "custom": _CUSTOM_CALLED}, "id", "custom"),
})  # fmt: skip
_SYSTEM = mapping({"name": text(), "content": _content(_TEXT)}, "content")
_MESSAGE = tagged("role", {
    "developer": _SYSTEM,
    "system": _SYSTEM,
    "user": mapping({"name": text(), "content": _content(_USER_PARTS)}, "content"),
    "assistant": mapping({
        "name": text(), "content": _content(_ASSISTANT_PARTS), "refusal": text(), "tool_calls": array(_CALL, 1),
        "function_call": _CALLED, "audio": mapping(), "annotations": array(), "reasoning_content": text(),
    }),
    "tool": mapping({"name": text(), "content": _content(_TEXT), "tool_call_id": text()}, "content", "tool_call_id"),
    "function": mapping({"name": text(), "content": text()}, "name"),
})  # fmt: skip
_FUNCTION = mapping({"name": name, "description": text(), "parameters": mapping(), "strict": boolean}, "name")
_CUSTOM = mapping({"name": name, "description": text(), "format": mapping()}, "name")
_SCHEMA = mapping({"name": name, "description": text(), "schema": mapping(), "strict": boolean}, "name")

SAMPLING = {
    "temperature": number(0, 2), "top_p": number(0, 1), "frequency_penalty": number(-2, 2),
    "presence_penalty": number(-2, 2), "seed": integer(-(2**63), 2**63 - 1), "n": integer(1, 128),
    "logit_bias": mapping(values=number(-100, 100)), "stream": boolean, "user": text(),
    "stop": either(text(), array(text(), 0, 4)),
    "stream_options": mapping({"include_usage": boolean, "include_obfuscation": boolean}),
}  # fmt: skip
TIERS = text("auto", "default", "flex", "scale", "priority", "fast")
EFFORT = text("none", "minimal", "low", "medium", "high", "xhigh", "max")
NAMED = mapping({"type": anything, "name": text()}, "name")
ALLOWED = mapping({"type": anything, "mode": text("auto", "required"), "tools": array(mapping(), 1)}, "mode", "tools")
FIELDS = {
    **SAMPLING,
    "model": text(), "messages": array(_MESSAGE, least=1), "logprobs": boolean, "top_logprobs": integer(0, 20),
    "max_tokens": integer(1), "max_completion_tokens": integer(1),
    "response_format": tagged("type", {
        "text": mapping({}), "json_object": mapping({}),
        "json_schema": mapping({"json_schema": _SCHEMA}, "json_schema"),
    }),
    "tools": array(tagged("type", {
        "function": mapping({"function": _FUNCTION}, "function"), "custom": mapping({"custom": _CUSTOM}, "custom"),
    }), most=128),
    "tool_choice": either(text("none", "auto", "required"), tagged("type", {
        "function": mapping({"function": NAMED}, "function"), "custom": mapping({"custom": NAMED}, "custom"),
        "allowed_tools": mapping({"allowed_tools": ALLOWED}, "allowed_tools"),
    })),
    "parallel_tool_calls": boolean, "functions": array(_FUNCTION, 1, 128),
    "function_call": either(text("none", "auto"), mapping({"name": text()}, "name")),
    "reasoning_effort": EFFORT, "verbosity": text("low", "medium", "high"),
    "modalities": array(text("text", "audio")), "audio": VOICE, "prediction": mapping(),
    "web_search_options": mapping(), "store": boolean, "metadata": METADATA, "service_tier": TIERS,
    "safety_identifier": text(most=64), "prompt_cache_key": text(), "prompt_cache_options": mapping(),
    "prompt_cache_retention": text(), "moderation": anything,
}  # fmt: skip


def check_combinations(body: dict[str, Json]) -> None:
    """What no single field shows: fields that need others, and the order of tool messages."""
    check_stream_options(body)
    if "top_logprobs" in body and not body.get("logprobs"):
        raise ApiError("'top_logprobs' requires 'logprobs' to be true.", "top_logprobs", "invalid_value")
    if "max_tokens" in body and "max_completion_tokens" in body:
        raise ApiError("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
    check_spoken(body)
    open_calls: set[str] = set()
    for index, message in enumerate(body["messages"]):
        path = f"messages[{index}]"
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise ApiError("A 'tool' message must answer a preceding message with 'tool_calls'.", f"{path}.role")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            raise _unanswered(open_calls, path)
        elif message["role"] == "assistant":
            open_calls = {call["id"] for call in message.get("tool_calls") or []}
            if message.get("content") is None and not any(message.get(key) for key in _INSTEAD):
                raise ApiError("Invalid value for 'content': expected a string, got null.", f"{path}.content")
    if open_calls:
        raise _unanswered(open_calls, "messages")


def check_stream_options(body: dict[str, Json]) -> None:
    """What is an option of a stream needs a stream."""
    if "stream_options" in body and not body.get("stream"):
        raise ApiError("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")


def _unanswered(calls: set[str], path: str) -> ApiError:
    return ApiError(f"An assistant message with 'tool_calls' lacks answers: {sorted(calls)}.", path)
