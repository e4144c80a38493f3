"""What can go wrong with one JSON value, and with one of many in a tree: pure, lazy, named."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = Any
Path = tuple[str | int, ...]
Change = tuple[str, Callable[[], Json]]
"""A name, and how the new value is made; DROP stands for the absence of the member."""

DROP: Any = object()

WORDS = {
    "finish_reason": ("stop", "length", "tool_calls", "content_filter", "function_call", "error"),
    "role": ("assistant", "user", "system", "model"),
    "status": ("completed", "failed", "in_progress", "incomplete", "queued", "cancelled", "validating", "expired"),
    "object": ("list", "chat.completion", "chat.completion.chunk", "text_completion", "error"),
    "type": (
        *("text", "function", "message", "error", "invalid_request_error", "api_error"),
        *("response.completed", "response.incomplete", "response.failed"),
    ),
    "code": ("error",),
    "content": ('<tool_call>\n{"name": "get_weather"}\n</tool_call>',),
    "message": ('{"error": {"message": "broken"}}', 'Traceback (most recent call last):\n  File "x.py", line 1'),
    "purpose": ("assistants", "user_data"),
    "service_tier": ("standard",),
}
"""Words that servers really put in these places; `eos` goes everywhere."""

CALL = {"id": "call_mutant", "type": "function", "function": {"name": "mutant", "arguments": "{}"}}
_ERROR = {"message": "broken", "type": "server_error", "param": None, "code": None}
ERRORS: dict[str, Json] = {
    "whole": {"error": _ERROR},
    "a string": {"error": "broken"},
    "without message": {"error": {**_ERROR, "message": None}},
    "message empty": {"error": {**_ERROR, "message": ""}},
    "message an object": {"error": {**_ERROR, "message": {"text": "broken"}}},
    "empty": {"error": {}},
    "flat": {**_ERROR, "object": "error"},
    "of FastAPI": {"detail": "broken"},
}
"""An error as OpenAI sends it, and as others do."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}\Z")
_MANY = 6


def get(tree: Json, path: Path) -> Json:
    for part in path:
        tree = tree[part]
    return tree


def put(tree: Json, path: Path, new: Json) -> Json:
    """The same tree with another value at this place; only the containers on the way are copied."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    changed = put(tree[head], rest, new) if rest else new
    if isinstance(tree, list):
        assert isinstance(head, int)
        return tree[:head] + ([] if changed is DROP else [changed]) + tree[head + 1 :]
    if changed is DROP:
        return {key: value for key, value in tree.items() if key != head}
    return {**tree, head: changed}


def places(tree: Json, generic: Path = (), path: Path = ()) -> Iterator[tuple[Path, Path]]:
    """Every place of a tree: its generic name (indexes are `*`, or `*(type)`) and its path; of long lists a few."""
    yield generic, path
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from places(value, (*generic, key), (*path, key))
    elif isinstance(tree, list):
        for index in _sampled(tree):
            tag = tree[index].get("type") if isinstance(tree[index], dict) else None
            name = f"*({tag})" if isinstance(tag, str) else "*"
            yield from places(tree[index], (*generic, name), (*path, index))


def _sampled(items: list[Json]) -> list[int]:
    if len(items) <= _MANY:
        return list(range(len(items)))
    kinds: dict[Any, int] = {}
    for index, item in enumerate(items):
        if isinstance(item, dict):
            kinds.setdefault(str(item.get("type")), index)
    return sorted({0, 1, len(items) // 2, len(items) - 1, *kinds.values()})


def named(generic: Path) -> str:
    return "/" + "/".join(str(part) for part in generic)


def keys(generic: Path) -> tuple[str, ...]:
    """The names of a place, without its indexes."""
    return tuple(str(part) for part in generic if not str(part).startswith("*"))


def changes(value: Json, key: str, inside: bool) -> Iterator[Change]:
    """What can become of this value; `inside`: it is a member of an object and can be dropped."""
    if inside:
        yield "drop" if value is not None else "drop null", lambda: DROP
    if value is not None:
        yield "null", lambda: None
    if isinstance(value, bool):
        yield "flip", lambda: not value
        yield "string", lambda: str(value).lower()
        yield "number", lambda: int(value)
    elif isinstance(value, str):
        yield from _text(value, key)
    elif isinstance(value, int | float):
        yield from _number(value)
    elif isinstance(value, list):
        yield from _list(value)
    elif isinstance(value, dict):
        yield from _object(value)
    else:
        for word in WORDS.get(key, ()):
            yield f"word {word}", lambda word=word: word
        yield "string", lambda: "x"
        yield "number", lambda: 1
        yield "object", dict
        yield "list", list
        yield "call", lambda: [CALL]


def _number(value: float) -> Iterator[Change]:
    yield "string", lambda: str(value)
    if isinstance(value, int):
        yield "fraction .0", lambda: float(value)
        yield "fraction .5", lambda: value + 0.5
    yield "plus 1", lambda: value + 1
    yield "minus 1", lambda: value - 1
    yield "zero", lambda: 0
    yield "negative", lambda: -abs(value) - 1
    yield "thousandfold", lambda: value * 1000
    yield "huge", lambda: 10**12
    if isinstance(value, int) and abs(value) > 1:
        yield "half", lambda: value // 2
    yield "boolean", lambda: True
    yield "object", dict


def _text(value: str, key: str) -> Iterator[Change]:
    yield "number", lambda: 7
    yield "empty", lambda: ""
    yield "eos", lambda: "eos"
    yield "changed", lambda: value + "x"
    yield "object", dict
    yield "list", lambda: [value]
    for word in WORDS.get(key, ()):
        if word != value:
            yield f"word {word}", lambda word=word: word
    yield from _json_text(value)
    if _BASE64.match(value):
        yield "base64 broken", lambda: "!" + value[1:]
        yield "base64 cut", lambda: value[:-5]
        yield "base64 other bytes", lambda: "A" * 16 + value[16:]
    yield "cut", lambda: value[: len(value) // 2]
    yield "headless", lambda: value[1:]
    yield "blanks", lambda: f" {value}\n"
    yield "parts", lambda: [{"type": "text", "text": value}]
    yield "replacement characters", lambda: value + "\ufffd\ufffd"
    yield "escapes", lambda: value.encode("ascii", "backslashreplace").decode() + "\\n"
    yield "special token", lambda: value + "<|im_end|>"
    yield "thoughts", lambda: f"<think>\nwell\n</think>{value}"
    yield "fifty times", lambda: (value or "x ") * 50
    yield "upper case", value.upper


def _json_text(value: str) -> Iterator[Change]:
    """A text that holds JSON (tool arguments, structured answers): what is inside can break too."""
    if not value.startswith(("{", "[")):
        return
    try:
        inner = json.loads(value)
    except ValueError:
        return
    yield "parsed", lambda: inner
    yield "twice", lambda: value + value
    yield "fenced", lambda: f"```json\n{value}\n```"
    yield "with prose", lambda: f"Here it is: {value}"
    for generic, path in places(inner):
        for name, make in changes(get(inner, path), keys(generic)[-1] if keys(generic) else "", bool(path)):
            if name.startswith(("json", "parsed")):
                continue
            yield f"json {named(generic)} {name}", lambda path=path, make=make: _dumped(put(inner, path, make()))


def _dumped(value: Json) -> str:
    return "" if value is DROP else json.dumps(value, ensure_ascii=False)


def _list(value: list[Json]) -> Iterator[Change]:
    yield "object", dict
    yield "string", lambda: "x"
    if value:
        yield "empty", list
        yield "without first", lambda: value[1:]
        yield "first twice", lambda: [value[0], *value]
        yield "grown", lambda: [*value, _next(value[-1])]
        yield "null inside", lambda: [None, *value[1:]]
        yield "string inside", lambda: ["x", *value[1:]]
        yield "object inside", lambda: [{}, *value[1:]]
        yield "far too many", lambda: value * (100 if len(str(value)) < 2000 else 2)
    else:
        yield "string inside", lambda: ["x"]
        yield "object inside", lambda: [{}]
        yield "call", lambda: [CALL]
    if len(value) > 1:
        yield "without last", lambda: value[:-1]
        yield "swapped", lambda: [value[1], value[0], *value[2:]]
        yield "reversed", lambda: value[::-1]
        yield "rotated", lambda: [*value[1:], value[0]]
        yield "all equal", lambda: [value[0]] * len(value)
        yield "first for last", lambda: [*value[:-1], value[0]]
        if all(isinstance(item, dict) for item in value):
            for key in dict.fromkeys(key for item in value[:_MANY] for key in item):
                yield f"equal {key}", lambda key=key: _equal(value, key)
    if value and all(isinstance(item, int | float) for item in value):
        yield "doubled", lambda: [item * 2 for item in value]
        yield "zeros", lambda: [0.0] * len(value)
        yield "negated", lambda: [-item for item in value]
        yield "strings", lambda: [str(item) for item in value]
        yield "half", lambda: value[: len(value) // 2]


def _next(item: Json) -> Json:
    """One more element: its index counts on."""
    if isinstance(item, dict) and isinstance(item.get("index"), int):
        return {**item, "index": item["index"] + 1}
    return item


def _equal(items: list[dict[str, Json]], key: str) -> Json:
    first = items[0].get(key)
    return [{**item, key: first} if key in item else item for item in items]


def _object(value: dict[str, Json]) -> Iterator[Change]:
    yield "string", lambda: "x"
    yield "list", lambda: [value]
    yield "in a text", lambda: json.dumps(value)
    if value:
        yield "empty", dict
    yield "extra key", lambda: {**value, "mutant": "x"}
    if "role" in value or "content" in value:
        yield "with a call", lambda: {**value, "tool_calls": [CALL]}
        yield "with reasoning", lambda: {**value, "reasoning_content": "well", "refusal": "No."}
    if "finish_reason" in value:
        yield "with logprobs", lambda: {**value, "logprobs": {"content": [], "refusal": None}}
    if "choices" in value:
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        yield "with usage", lambda: {**value, "usage": usage}
        yield "without choices", lambda: {**value, "choices": []}


def asked_texts(content: bytes | None) -> list[str]:
    """The short texts of a request, each once."""
    try:
        asked = json.loads(content or b"null")
    except (ValueError, RecursionError):  # a case may send what no reader takes
        return []
    return list(dict.fromkeys(_short_texts(asked)))[:40]


def _short_texts(value: Json) -> Iterator[str]:
    if isinstance(value, str) and 0 < len(value) <= 80:
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _short_texts(item)
    elif isinstance(value, list):
        for item in value[:10]:
            yield from _short_texts(item)
