"""What POST /v1/responses accepts: parameters and input items."""

from aioc.reference.answer import ApiError, Json
from aioc.reference.chat_rules import ALLOWED, EFFORT, NAMED, TIERS, image_url
from aioc.reference.checks import (
    METADATA,
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


def _file_data(value: Json, path: str) -> None:
    text(least=1)(value, path)
    base64_bytes(value.rpartition("base64,")[2], path)


_TEXT = mapping({"text": text(), "annotations": array(), "logprobs": array()}, "text")
_CONTENT = either(text(), array(tagged("type", {
    "input_text": _TEXT, "output_text": _TEXT, "text": _TEXT, "refusal": mapping({"refusal": text()}, "refusal"),
    "input_image": mapping({
        "image_url": image_url, "file_id": text(), "detail": text("auto", "low", "high", "original"),
    }),
    "input_file": mapping({"file_data": _file_data, "file_id": text(), "file_url": text(), "filename": text()}),
})))  # fmt: skip
_SOME = {"id": text(), "status": text(), "call_id": text(least=1)}
_CALL = {**_SOME, "name": text(), "namespace": text()}
_RESULT = mapping({**_SOME, "output": _CONTENT}, "call_id", "output")
_ITEM = tagged("type", {
    "message": mapping({
        "role": text("user", "assistant", "system", "developer"), "content": _CONTENT, "id": text(),
        "status": text("in_progress", "completed", "incomplete"), "phase": text(),
    }, "role", "content"),
    "function_call": mapping({**_CALL, "arguments": text()}, "call_id", "name", "arguments"),
    "custom_tool_call": mapping({**_CALL, "input": text()}, "call_id", "name", "input"),
    "function_call_output": _RESULT, "custom_tool_call_output": _RESULT,
    "item_reference": mapping({"id": text()}, "id"),
    **dict.fromkeys((
        "reasoning", "compaction", "compaction_trigger", "web_search_call", "file_search_call", "mcp_call",
        "mcp_list_tools", "mcp_approval_request", "mcp_approval_response", "image_generation_call",
        "code_interpreter_call", "local_shell_call", "local_shell_call_output", "shell_call", "shell_call_output",
        "apply_patch_call", "apply_patch_call_output", "computer_call", "computer_call_output",
    ), mapping()),
})  # fmt: skip


def item(value: Json, path: str) -> None:
    """An input item; a message may leave its type out."""
    untyped = isinstance(value, dict) and value.get("type") is None and "role" in value
    _ITEM({**value, "type": "message"} if untyped else value, path)


def _typed(value: Json, path: str) -> None:
    mapping(None, "type")(value, path)
    text()(value["type"], f"{path}.type")


def _tool(value: Json, path: str) -> None:
    _typed(value, path)
    if value["type"] in ("function", "custom"):
        mapping(None, "name")(value, path)
        name(value["name"], f"{path}.name")
    if value["type"] == "function" and not isinstance(value.get("parameters") or {}, dict):
        message = f"Invalid type for '{path}.parameters': expected an object."
        raise ApiError(message, f"{path}.parameters", "invalid_type")


def _choice(value: Json, path: str) -> None:
    _typed(value, path)
    {"function": NAMED, "custom": NAMED, "allowed_tools": ALLOWED}.get(value["type"], anything)(value, path)


_FORMAT = tagged("type", {
    "text": mapping({}), "json_object": mapping({}),
    "json_schema": mapping(
        {"name": name, "schema": mapping(), "strict": boolean, "description": text()}, "name", "schema"
    ),
})  # fmt: skip
COUNTED = {
    "model": text(), "input": either(text(), array(item)), "instructions": text(), "previous_response_id": text(),
    "conversation": either(text(), mapping({"id": text()}, "id")), "parallel_tool_calls": boolean,
    "reasoning": mapping({
        "effort": EFFORT, "summary": text("auto", "concise", "detailed"), "generate_summary": text(),
        "mode": text(), "context": text(),
    }),
    "text": mapping({"format": _FORMAT, "verbosity": text("low", "medium", "high")}), "tools": array(_tool),
    "tool_choice": either(text("none", "auto", "required"), _choice), "truncation": text("auto", "disabled"),
}  # fmt: skip
COMPACTED = {
    **{field: COUNTED[field] for field in ("model", "input", "instructions", "previous_response_id")},
    "prompt_cache_key": text(), "prompt_cache_retention": text(), "service_tier": TIERS,
}  # fmt: skip
FIELDS = {
    **COUNTED, **COMPACTED,
    "max_output_tokens": integer(16), "stream": boolean, "store": boolean, "background": boolean,
    "stream_options": mapping({"include_obfuscation": boolean}), "include": array(text()),
    "metadata": METADATA, "max_tool_calls": integer(1), "top_logprobs": integer(0, 20),
    "temperature": number(0, 2), "top_p": number(0, 1), "user": text(), "moderation": anything,
    "prompt": mapping(None, "id"), "context_management": array(), "safety_identifier": text(most=64),
    "prompt_cache_options": mapping(), "client_metadata": mapping(),
}  # fmt: skip
