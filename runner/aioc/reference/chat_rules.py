"""What POST /v1/chat/completions accepts, and which messages may follow which."""

import base64
import binascii
import re

from aioc.reference.answer import ApiError, Json
from aioc.reference.chat_audio import VOICE, check_spoken, sound_in
from aioc.reference.checks import (
    METADATA,
    anything,
    array,
    boolean,
    either,
    integer,
    mapping,
    number,
    refuse,
    tagged,
    text,
)  # fmt: skip

_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def name(value: Json, path: str) -> None:
    """A function or schema name."""
    text()(value, path)
    if not _SCHEMA_NAME.fullmatch(value):
        refuse(path, "invalid_value", f"Invalid '{path}': expected letters, digits, '_' and '-', up to 64.")


def image_url(value: Json, path: str) -> None:
    """A data URL that really holds an image; this server downloads nothing, so that every other one is out of reach."""
    text()(value, path)
    if re.match(r"https?://[^/]", value):
        raise ApiError(f"Error while downloading {value}.", None, "invalid_image_url")
    found = re.fullmatch(r"data:image/[\w.+-]+;base64,(.*)", value, re.DOTALL)
    if not found:
        refuse(path, "invalid_image_url", "Invalid image URL: expected http(s) or a base64 data URL.")
    if not base64_bytes(found[1], path, "invalid_base64_image").startswith(_MAGIC):
        refuse(path, "invalid_image_format", "The data is no image of a supported type: png, jpeg, gif or webp.")


def base64_bytes(value: Json, path: str, code: str = "invalid_value") -> bytes:
    """Decode strictly."""
    text(least=1)(value, path)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        refuse(path, code, f"Invalid base64 data in '{path}'.")


def _audio_data(value: Json, path: str) -> None:
    base64_bytes(value, path)


def _file_data(value: Json, path: str) -> None:
    text()(value, path)
    found = re.fullmatch(r"data:application/pdf;base64,(.*)", value, re.DOTALL)
    if not found or not base64_bytes(found[1], path).startswith(b"%PDF"):
        refuse(path, "invalid_value", f"Invalid file data: '{path}'. Expected a base64-encoded data URL of a PDF.")


_TAG = {"type": anything}
_TEXT = mapping({**_TAG, "text": text()}, "text")
_IMAGE = mapping({"url": image_url, "detail": text("auto", "low", "high")}, "url")
_FILE = mapping({"file_data": _file_data, "file_id": text(), "filename": text()})
_USER_PARTS = {
    "text": _TEXT,
    "image_url": mapping({**_TAG, "image_url": _IMAGE}, "image_url"),
    "input_audio": mapping({**_TAG, "input_audio": sound_in(_audio_data)}, "input_audio"),
    "file": mapping({**_TAG, "file": _FILE}, "file"),
}
_ONLY_TEXT = {"text": _TEXT}
_ASSISTANT_PARTS = {**_ONLY_TEXT, "refusal": mapping({**_TAG, "refusal": text()}, "refusal")}


def _content(parts: dict[str, Json]) -> Json:
    return either(text(), array(tagged("type", parts), least=1))


_CALLED = mapping({"name": text(), "arguments": text()}, "name", "arguments")
_CALLS = array(
    tagged("type", {
        "function": mapping({**_TAG, "id": text(), "function": _CALLED}, "id", "function"),
        "custom": mapping(
            {**_TAG, "id": text(), "custom": mapping({"name": text(), "input": text()}, "name", "input")},
            "id", "custom"
        ),
    }), least=1,
)  # fmt: skip
_ROLE = {"role": anything, "name": text()}
_SYSTEM = mapping({**_ROLE, "content": _content(_ONLY_TEXT)}, "content")
_MESSAGE = tagged("role", {
    "developer": _SYSTEM,
    "system": _SYSTEM,
    "user": mapping({**_ROLE, "content": _content(_USER_PARTS)}, "content"),
    "assistant": mapping({
        **_ROLE, "content": _content(_ASSISTANT_PARTS), "refusal": text(), "tool_calls": _CALLS,
        "function_call": _CALLED, "audio": mapping(), "annotations": array(), "reasoning_content": text(),
    }),
    "tool": mapping({**_ROLE, "content": _content(_ONLY_TEXT), "tool_call_id": text()}, "content",
        "tool_call_id"),
    "function": mapping({**_ROLE, "content": text()}, "name"),
})  # fmt: skip

FUNCTION = mapping({"name": name, "description": text(), "parameters": mapping(), "strict": boolean}, "name")
_CUSTOM = mapping({"name": name, "description": text(), "format": mapping()}, "name")
_SCHEMA = mapping({"name": name, "description": text(), "schema": mapping(), "strict": boolean}, "name")
STREAM_OPTIONS = mapping({"include_usage": boolean, "include_obfuscation": boolean})
STOP = either(text(), array(text(), 0, 4))
SAMPLING = {
    "temperature": number(0, 2), "top_p": number(0, 1), "frequency_penalty": number(-2, 2),
    "presence_penalty": number(-2, 2), "seed": integer(-(2**63), 2**63 - 1), "n": integer(1, 128),
    "logit_bias": mapping(values=number(-100, 100)), "stream": boolean, "user": text(),
}  # fmt: skip
TIERS = text("auto", "default", "flex", "scale", "priority", "fast")
EFFORT = text("none", "minimal", "low", "medium", "high", "xhigh", "max")
NAMED = mapping({"type": anything, "name": text()}, "name")
ALLOWED = mapping({"type": anything, "mode": text("auto", "required"), "tools": array(mapping(), 1)}, "mode", "tools")
TOOL_CHOICE = either(text("none", "auto", "required"), tagged("type", {
    "function": mapping({**_TAG, "function": NAMED}, "function"),
    "custom": mapping({**_TAG, "custom": NAMED}, "custom"),
    "allowed_tools": mapping({**_TAG, "allowed_tools": ALLOWED}, "allowed_tools"),
}))  # fmt: skip
FIELDS = {
    **SAMPLING,
    "model": text(), "messages": array(_MESSAGE, least=1), "stream_options": STREAM_OPTIONS,
    "max_tokens": integer(1), "max_completion_tokens": integer(1), "stop": STOP,
    "logprobs": boolean, "top_logprobs": integer(0, 20),
    "response_format": tagged("type", {
        "text": mapping(_TAG), "json_object": mapping(_TAG),
        "json_schema": mapping({**_TAG, "json_schema": _SCHEMA}, "json_schema"),
    }),
    "tools": array(tagged("type", {
        "function": mapping({**_TAG, "function": FUNCTION}, "function"),
        "custom": mapping({**_TAG, "custom": _CUSTOM}, "custom"),
    }), most=128),
    "tool_choice": TOOL_CHOICE, "parallel_tool_calls": boolean,
    "functions": array(FUNCTION, 1, 128),
    "function_call": either(text("none", "auto"), mapping({"name": text()}, "name")),
    "reasoning_effort": EFFORT, "verbosity": text("low", "medium", "high"),
    "modalities": array(text("text", "audio")),
    "audio": VOICE, "prediction": mapping(), "web_search_options": mapping(), "store": boolean,
    "metadata": METADATA, "service_tier": TIERS, "safety_identifier": text(most=64),
    "prompt_cache_key": text(),
    "prompt_cache_options": mapping(), "prompt_cache_retention": text(), "moderation": anything,
}  # fmt: skip


def check_combinations(body: dict[str, Json]) -> None:
    """What no single field shows: fields that need others, and the order of tool messages."""
    if "stream_options" in body and not body.get("stream"):
        raise ApiError("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
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
            raise ApiError(f"An assistant message with 'tool_calls' lacks answers: {sorted(open_calls)}.", path)
        elif message["role"] == "assistant":
            open_calls = {call["id"] for call in message.get("tool_calls") or []}
            if message.get("content") is None and not any(message.get(key) for key in _INSTEAD):
                raise ApiError("Invalid value for 'content': expected a string, got null.", f"{path}.content")
    if open_calls:
        raise ApiError(f"An assistant message with 'tool_calls' lacks answers: {sorted(open_calls)}.", "messages")


_INSTEAD = ("tool_calls", "function_call", "refusal", "audio")
