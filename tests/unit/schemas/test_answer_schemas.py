"""The answer schemas: their form, and that each rule in them is noticed at the severity it should have."""

import copy
import json
import struct
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aioc.judge.schema import validator
from aioc.keywords import TYPE_OF, nested

ROOT = Path(__file__).parents[3] / "schemas" / "openai_v1"
FILES = sorted(ROOT.glob("*.schema.json"))
NAMES = """
    batch chat.completion chat.completion.chunk chat.message chat.usage completion completion.chunk conversation deleted
    embedding.list error file file.list fine-tuning-job images list model model.list moderation response response.event
    response.output-item tool-call transcription transcription.verbose upload vector-store vector-store.file
    video
""".split()
ANNOTATIONS = {"$schema", "$id", "$defs", "title", "description", "severity"}
VOCABULARY = {"$ref", "type", "const", "enum", "allOf", "anyOf", "not", "if", "then", "else", *TYPE_OF}
UNDECIDED = ("anyOf", "oneOf", "not", "if", "contains")
IN_PLACE = ("allOf", "anyOf", "then", "else")

Schema = dict[str, Any]


def load(path: Path) -> Schema:
    return json.loads(path.read_bytes())


def name_of(path: Path) -> str:
    return path.name.removesuffix(".schema.json")


def below(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from ((word, inner) for word, inner, _ in nested(schema))
    yield from (("$defs", inner) for inner in schema.get("$defs", {}).values())


def all_schemas(schema: Schema, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Schema]]:
    yield path, schema
    for word, inner in below(schema):
        yield from all_schemas(inner, (*path, word))


def test_the_names_that_checks_use_are_all_there() -> None:
    assert sorted(name_of(path) for path in FILES) == NAMES


@pytest.mark.parametrize("path", FILES, ids=name_of)
class TestForm:
    def test_it_is_a_schema(self, path: Path) -> None:
        Draft202012Validator.check_schema(load(path))

    def test_it_is_named_as_its_file_and_titled(self, path: Path) -> None:
        schema = load(path)
        assert schema["$id"] == path.name
        assert schema["title"]
        assert schema["type"] == "object"

    def test_it_names_the_dialect_for_editors(self, path: Path) -> None:
        assert load(path)["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def test_it_has_no_word_that_nobody_reads(self, path: Path) -> None:
        words = {word for _, schema in all_schemas(load(path)) for word in schema}
        assert words <= ANNOTATIONS | VOCABULARY

    def test_severity_stands_on_blocks_of_an_all_of(self, path: Path) -> None:
        for where, schema in all_schemas(load(path)):
            if "severity" in schema:
                assert where[-1] == "allOf", where
                assert schema["severity"] in ("fail", "warn", "info")
                assert not set(where) & set(UNDECIDED), where

    def test_no_severity_is_reached_from_where_it_cannot_count(self, path: Path) -> None:
        for where, schema in all_schemas(load(path)):
            if set(where) & set(UNDECIDED):
                assert "$ref" not in schema, where

    def test_references_stay_in_the_folder_and_lead_somewhere(self, path: Path) -> None:
        for _, schema in all_schemas(load(path)):
            if "$ref" in schema:
                file, _, pointer = schema["$ref"].partition("#")
                target = load(path if not file else ROOT / file)
                assert "/" not in file
                for part in filter(None, pointer.split("/")):
                    target = target[part]

    def test_types_are_written(self, path: Path) -> None:
        assert list(untyped(load(path))) == []

    def test_definitions_are_used(self, path: Path) -> None:
        used = {
            schema["$ref"].replace(f"{path.name}#", "#")
            for other in FILES
            for _, schema in all_schemas(load(other))
            if "$ref" in schema and (other == path or schema["$ref"].startswith(f"{path.name}#"))
        }
        assert {f"#/$defs/{name}" for name in load(path).get("$defs", {})} <= used

    def test_lines_are_short(self, path: Path) -> None:
        assert [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120] == []


def untyped(schema: Schema, known: frozenset[str] = frozenset()) -> Iterator[str]:
    """Keywords without a type beside them; a block that speaks of the same value has the type of what is around it."""
    written = schema.get("type", ())
    types = frozenset([written] if isinstance(written, str) else written) or known
    yield from (word for word in schema if word in TYPE_OF and TYPE_OF[word] not in numbers(types))
    for word, inner in below(schema):
        around = types if word in IN_PLACE else frozenset()
        if word == "then":
            around |= frozenset([schema["if"]["type"]] if isinstance(schema["if"].get("type"), str) else ())
        yield from untyped(inner, around)


def numbers(types: frozenset[str]) -> frozenset[str]:
    return types | {"number"} if "integer" in types else types


GOOD: dict[str, Any] = {
    "error": {"error": {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}},
    "model": {"id": "m", "object": "model", "created": 1700000000, "owned_by": "me"},
    "deleted": {"id": "file-1", "object": "file", "deleted": True},
    "tool-call": {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
    "chat.message": {"role": "assistant", "content": "Hi", "refusal": None, "annotations": []},
    "chat.usage": {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": None,
    },
    "file": {
        "id": "file-1",
        "object": "file",
        "bytes": 3,
        "created_at": 1,
        "filename": "a.txt",
        "purpose": "user_data",
        "status": "processed",
        "expires_at": None,
        "status_details": None,
    },
    "transcription": {"text": "Hi", "usage": {"type": "duration", "seconds": 2}},
    "transcription.verbose": {
        "task": "transcribe",
        "language": "english",
        "duration": 1.5,
        "text": "Hi",
        "words": [{"word": "Hi", "start": 0, "end": 0.5}],
        "segments": [
            {
                "id": 0,
                "seek": 0,
                "start": 0,
                "end": 1.5,
                "text": "Hi",
                "tokens": [1],
                "temperature": 0,
                "avg_logprob": -0.3,
                "compression_ratio": 0.5,
                "no_speech_prob": 0.1,
            }
        ],
    },
    "images": {"created": 1, "data": [{"b64_json": "iVBORw0KGgo="}]},
    "video": {
        "id": "video_1",
        "object": "video",
        "created_at": 1,
        "status": "queued",
        "model": "sora-2",
        "progress": 0,
        "seconds": "4",
        "size": "720x1280",
    },
    "conversation": {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}},
    "upload": {
        "id": "upload_1",
        "object": "upload",
        "bytes": 3,
        "created_at": 1,
        "expires_at": 2,
        "filename": "a.txt",
        "purpose": "batch",
        "status": "pending",
    },
    "vector-store.file": {
        "id": "file-1",
        "object": "vector_store.file",
        "created_at": 1,
        "vector_store_id": "vs_1",
        "status": "in_progress",
        "usage_bytes": 0,
        "last_error": None,
        "attributes": {},
    },
    "vector-store": {
        "id": "vs_1",
        "object": "vector_store",
        "created_at": 1,
        "name": None,
        "usage_bytes": 0,
        "file_counts": {"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0},
        "status": "completed",
        "last_active_at": None,
        "metadata": None,
    },
    "batch": {
        "id": "batch_1",
        "object": "batch",
        "endpoint": "/v1/embeddings",
        "input_file_id": "file-1",
        "completion_window": "24h",
        "status": "validating",
        "created_at": 1,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "errors": None,
        "completed_at": None,
    },
    "fine-tuning-job": {
        "id": "ftjob-1",
        "object": "fine_tuning.job",
        "created_at": 1,
        "model": "m",
        "status": "running",
        "training_file": "file-1",
        "validation_file": None,
        "fine_tuned_model": None,
        "finished_at": None,
        "error": {},
        "hyperparameters": {},
        "organization_id": "org-1",
        "result_files": [],
        "trained_tokens": None,
        "seed": 1,
    },
    "embedding.list": {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}],
        "model": "e",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    },
    "response.output-item": {"type": "web_search_call"},
}
GOOD["model.list"] = {"object": "list", "data": [GOOD["model"]]}
GOOD["list"] = {"object": "list", "data": [{"id": "x"}], "first_id": "x", "last_id": "x", "has_more": False}
GOOD["file.list"] = GOOD["list"] | {"data": [GOOD["file"]]}
SCORED = {"token": "Hi", "logprob": -0.5, "bytes": [72, 105]}
GOOD["chat.completion"] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1795344277,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": None, "tool_calls": [GOOD["tool-call"]]},
            "finish_reason": "tool_calls",
            "logprobs": {"content": [SCORED | {"top_logprobs": [SCORED]}], "refusal": None},
        }
    ],
    "usage": GOOD["chat.usage"],
    "system_fingerprint": None,
}
GOOD["chat.completion.chunk"] = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "delta": {"role": "assistant", "content": None, "tool_calls": [GOOD["tool-call"] | {"index": 0}]},
            "finish_reason": None,
        }
    ],
    "usage": None,
}
GOOD["completion"] = {
    "id": "cmpl-1",
    "object": "text_completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "text": "Hi",
            "index": 0,
            "finish_reason": "length",
            "logprobs": {
                "tokens": ["Hi"],
                "token_logprobs": [None],
                "top_logprobs": [None],
                "text_offset": [0],
            },
        }
    ],
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
}
GOOD["completion.chunk"] = GOOD["completion"] | {
    "choices": [{"text": "", "index": 0, "finish_reason": None, "logprobs": None}],
    "usage": None,
}
MESSAGE = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hi", "annotations": []}, {"type": "refusal", "refusal": "No."}],
}
CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "f",
    "arguments": "{}",
    "status": "completed",
}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": []}
CUSTOM = {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_2", "name": "g", "input": ""}
GOOD["response"] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "status": "completed",
    "model": "m",
    "output": [MESSAGE, CALL, REASONING, CUSTOM],
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "temperature": 1,
    "top_p": None,
    "tools": [],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "user": None,
    "usage": {
        "input_tokens": 1,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 1,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 2,
    },
}
AT = {"sequence_number": 3, "item_id": "msg_1", "output_index": 0}
GOOD["response.event"] = {"type": "response.completed", "sequence_number": 9, "response": GOOD["response"]}
ITEM_ADDED = {"type": "response.output_item.added", "sequence_number": 2, "output_index": 0, "item": MESSAGE}
PART_ADDED = AT | {"type": "response.content_part.added", "content_index": 0, "part": MESSAGE["content"][0]}
DELTA = AT | {"type": "response.output_text.delta", "content_index": 0, "delta": "Hi", "logprobs": []}
ARGUMENTS = AT | {"type": "response.function_call_arguments.done", "arguments": "{}"}
FLAT_ERROR = {"type": "error", "sequence_number": 4, "message": "No.", "code": None, "param": None}
NESTED_ERROR = {"type": "error", "sequence_number": 4} | GOOD["error"]
CATEGORIES = """
    hate hate/threatening harassment harassment/threatening self-harm self-harm/intent self-harm/instructions sexual
    sexual/minors violence violence/graphic
""".split()
GOOD["moderation"] = {
    "id": "modr-1",
    "model": "m",
    "results": [
        {
            "flagged": False,
            "categories": dict.fromkeys(CATEGORIES, False),
            "category_scores": dict.fromkeys(CATEGORIES, 0.1),
        }
    ],
}

MORE_GOOD: list[tuple[str, Any]] = [
    ("model", GOOD["model"] | {"permission": [], "shutdown_date": None}),
    ("model.list", GOOD["model.list"] | {"data": []}),
    ("list", {"object": "list", "data": [], "has_more": False, "first_id": None, "last_id": None}),
    ("chat.message", {"role": "assistant", "content": None, "refusal": "No."}),
    ("chat.message", {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}),
    ("chat.message", {"role": "assistant", "content": "", "reasoning_content": "Hm"}),
    ("tool-call", {"id": "c", "type": "custom", "custom": {"name": "f", "input": ""}}),
    ("chat.completion.chunk", GOOD["chat.completion.chunk"] | {"choices": [], "usage": GOOD["chat.usage"]}),
    ("chat.completion.chunk", GOOD["error"]),
    ("completion.chunk", GOOD["error"]),
    ("response.output-item", MESSAGE),
    ("response.output-item", CALL | {"arguments": ""}),
    ("response", GOOD["response"] | {"status": "in_progress", "output": [], "usage": None}),
    ("response.event", {"type": "keepalive", "sequence_number": 1}),
    ("response.event", ITEM_ADDED),
    ("response.event", PART_ADDED),
    ("response.event", DELTA),
    ("response.event", ARGUMENTS),
    ("response.event", FLAT_ERROR),
    ("response.event", NESTED_ERROR),
]


def cut_call(status: str, arguments: str) -> Any:
    """A chat completion with this finish and a call with these arguments."""
    answer = copy.deepcopy(GOOD["chat.completion"])
    answer["choices"][0]["finish_reason"] = status
    answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = arguments
    return answer


def base64_floats(*values: float) -> str:
    return b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def vector(embedding: Any) -> Any:
    return GOOD["embedding.list"] | {"data": [{"object": "embedding", "index": 0, "embedding": embedding}]}


MORE_GOOD += [
    # What the arguments hold is the invariant chat/tool/arguments.
    ("chat.completion", cut_call("length", '{"a": "b')),
    ("chat.completion", cut_call("stop", "")),
    ("embedding.list", vector(base64_floats(0.5, -0.5))),
]


def errors(name: str, answer: Any) -> set[tuple[str, str | None]]:
    """The findings as (pointer, severity); list positions are `*`, as in a report."""
    found = set()
    for error in validator({"schema": name}).iter_errors(answer):
        missing = getattr(error, "missing", None)
        parts = [*error.absolute_path, *([missing] if missing else [])]
        pointer = "/".join("*" if isinstance(part, int) else part.replace("/", "~1") for part in parts)
        found.add((pointer, getattr(error, "severity", None)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_good_answer_is_accepted(name: str) -> None:
    assert errors(name, GOOD[name]) == set()


@pytest.mark.parametrize(("name", "answer"), MORE_GOOD)
def test_so_is_what_openai_sends_too(name: str, answer: Any) -> None:
    assert errors(name, answer) == set()


@pytest.mark.parametrize("key", ["error", "incomplete_details", "instructions", "metadata", "temperature", "top_p"])
def test_what_a_response_may_have_as_null_it_may_leave_out(key: str) -> None:
    assert errors("response", altered(GOOD["response"], key, None)) == set()
    assert errors("response", altered(GOOD["response"], key, GONE)) == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("answer", [None, [], "text", 1, True])
def test_what_is_no_object_is_one_error_without_a_severity_of_its_own(name: str, answer: Any) -> None:
    assert errors(name, answer) == {("", None)}


@pytest.mark.parametrize("name", NAMES)
def test_unknown_properties_are_always_allowed(name: str) -> None:
    def strewn(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            # In these maps every key is data.
            more = {} if key in ("categories", "category_scores") else {"x_unknown": {"a": [1]}}
            return {inner: strewn(item, inner) for inner, item in value.items()} | more
        return [strewn(item) for item in value] if isinstance(value, list) else value

    assert errors(name, strewn(GOOD[name])) == set()


GONE = object()

# (schema, answer or None for the good one, pointer of what is altered, new value, severity[, pointer of the finding])
MUTATIONS: list[tuple[Any, ...]] = [
    ("error", None, "error", GONE, "fail"),
    ("error", None, "error", "No.", "fail"),
    ("error", None, "error/message", GONE, "fail"),
    ("error", None, "error/message", "", "fail"),
    ("error", None, "error/type", GONE, "warn"),
    ("error", None, "error/param", GONE, "warn"),
    ("error", None, "error/code", GONE, "warn"),
    ("error", None, "error/code", 400, "info"),
    ("model", None, "id", GONE, "fail"),
    ("model", None, "object", "models", "warn"),
    ("model", None, "created", 1.5, "warn"),
    ("model", None, "owned_by", None, "warn"),
    ("model.list", None, "data", None, "fail"),
    ("model.list", None, "data/0/id", "", "fail", "data/*/id"),
    ("model.list", None, "object", GONE, "warn"),
    ("list", None, "has_more", GONE, "fail"),
    ("list", None, "has_more", "false", "fail"),
    ("list", None, "object", GONE, "warn"),
    ("list", None, "last_id", 7, "warn"),
    ("file.list", None, "has_more", GONE, "fail"),
    ("file.list", None, "data/0/id", GONE, "fail", "data/*/id"),
    ("deleted", None, "deleted", False, "fail"),
    ("deleted", None, "object", GONE, "warn"),
    ("tool-call", None, "id", "", "fail"),
    ("tool-call", None, "id", None, "fail"),
    ("tool-call", None, "type", GONE, "fail"),
    ("tool-call", None, "type", None, "fail"),
    ("tool-call", None, "function", GONE, "fail"),
    ("tool-call", None, "function/name", "", "fail"),
    ("tool-call", None, "function/arguments", {}, "fail"),
    ("tool-call", None, "function/arguments", GONE, "fail"),
    ("tool-call", {"id": "c", "type": "custom", "custom": {"name": "f", "input": ""}}, "custom/input", GONE, "fail"),
    ("tool-call", None, "index", 0, "info"),
    ("chat.message", None, "role", GONE, "fail"),
    ("chat.message", None, "role", "model", "fail"),
    ("chat.message", None, "content", GONE, "fail"),
    ("chat.message", None, "content", None, "fail"),
    ("chat.message", {"role": "assistant", "content": "", "reasoning_content": "Hm"}, "content", None, "warn"),
    ("chat.message", {"role": "assistant", "content": "", "reasoning": ""}, "content", None, "fail"),
    ("chat.message", None, "content", [{"type": "text", "text": "Hi"}], "fail"),
    ("chat.message", None, "refusal", False, "info"),
    ("chat.message", None, "annotations", {}, "info"),
    ("chat.message", None, "tool_calls", [], "warn"),
    ("chat.message", None, "tool_calls", None, "info"),
    ("chat.usage", None, "prompt_tokens", GONE, "fail"),
    ("chat.usage", None, "completion_tokens", GONE, "fail"),
    ("chat.usage", None, "completion_tokens", None, "fail"),
    ("chat.usage", None, "total_tokens", 9.5, "fail"),
    ("chat.usage", None, "total_tokens", 5.0, "fail"),
    ("chat.usage", None, "total_tokens", True, "fail"),
    ("chat.usage", None, "prompt_tokens_details/cached_tokens", -1, "warn"),
    ("chat.completion", None, "created", 1795344277000, "warn"),
    ("chat.completion.chunk", None, "created", 1795344277000, "warn"),
    ("model", None, "created", 1795344277000, "warn"),
    ("response", None, "created_at", 1795344277000, "warn"),
    ("chat.completion", None, "id", GONE, "fail"),
    ("chat.completion", None, "id", "", "fail"),
    ("chat.completion", None, "object", "text_completion", "fail"),
    ("chat.completion", None, "created", 0, "warn"),
    ("chat.completion", None, "created", GONE, "warn"),
    ("chat.completion", None, "created", None, "warn"),
    ("chat.completion", None, "created", 1795344277.0, "fail"),
    ("chat.completion", None, "created", "1795344277", "fail"),
    ("chat.completion", None, "model", None, "fail"),
    ("chat.completion", None, "choices", GONE, "fail"),
    ("chat.completion", None, "choices", [], "fail"),
    ("chat.completion", None, "choices/0/index", GONE, "fail", "choices/*/index"),
    ("chat.completion", None, "choices/0/message", GONE, "fail", "choices/*/message"),
    ("chat.completion", None, "choices/0/message/content", GONE, "fail", "choices/*/message/content"),
    ("chat.completion", None, "choices/0/finish_reason", None, "fail", "choices/*/finish_reason"),
    ("chat.completion", None, "choices/0/finish_reason", "eos", "fail", "choices/*/finish_reason"),
    ("chat.completion", None, "choices/0/finish_reason", GONE, "fail", "choices/*/finish_reason"),
    ("chat.completion", None, "choices/0/logprobs/content", GONE, "warn", "choices/*/logprobs/content"),
    ("chat.completion", None, "choices/0/logprobs/token_logprobs", [], "fail", "choices/*/logprobs/token_logprobs"),
    (
        "chat.completion",
        None,
        "choices/0/logprobs/content/0/top_logprobs",
        GONE,
        "fail",
        "choices/*/logprobs/content/*/top_logprobs",
    ),
    (
        "chat.completion",
        None,
        "choices/0/logprobs/content/0/logprob",
        0.5,
        "fail",
        "choices/*/logprobs/content/*/logprob",
    ),
    ("chat.completion", None, "usage", GONE, "warn"),
    ("chat.completion", None, "usage", None, "warn"),
    ("chat.completion", None, "usage/total_tokens", GONE, "fail"),
    ("chat.completion", None, "service_tier", 1, "info"),
    ("chat.completion", None, "service_tier", "standard", "info"),
    ("chat.completion", None, "choices/0/delta", {}, "warn", "choices/*/delta"),
    (
        "chat.completion",
        None,
        "choices/0/logprobs/content/0/bytes",
        GONE,
        "warn",
        "choices/*/logprobs/content/*/bytes",
    ),
    ("chat.completion.chunk", None, "object", GONE, "fail"),
    ("chat.completion.chunk", None, "id", GONE, "warn"),
    ("chat.completion.chunk", None, "created", 1.5, "fail"),
    ("chat.completion.chunk", None, "model", GONE, "warn"),
    ("chat.completion.chunk", None, "choices", GONE, "fail"),
    ("chat.completion.chunk", None, "choices", None, "fail"),
    ("chat.completion.chunk", None, "choices/0/index", None, "fail", "choices/*/index"),
    ("chat.completion.chunk", None, "choices/0/delta", None, "fail", "choices/*/delta"),
    ("chat.completion.chunk", None, "choices/0/delta", GONE, "fail", "choices/*/delta"),
    ("chat.completion.chunk", None, "choices/0/delta/role", "", "fail", "choices/*/delta/role"),
    ("chat.completion.chunk", None, "choices/0/delta/content", [], "fail", "choices/*/delta/content"),
    ("chat.completion.chunk", None, "choices/0/finish_reason", "", "fail", "choices/*/finish_reason"),
    *(
        (
            "chat.completion.chunk",
            None,
            f"choices/0/delta/tool_calls/0/{field}",
            value,
            "fail",
            f"choices/*/delta/tool_calls/*/{field}",
        )
        for field, value in (
            ("index", GONE),
            ("index", None),
            ("type", GONE),
            ("function", GONE),
            ("function/name", GONE),
            ("function/arguments", {}),
        )
    ),
    ("chat.completion.chunk", None, "usage", {}, "fail", "usage/*"),
    ("chat.completion.chunk", GOOD["error"], "error/message", GONE, "fail"),
    ("chat.completion.chunk", None, "obfuscation", 1, "warn"),
    ("completion", None, "choices/0/text", GONE, "fail", "choices/*/text"),
    ("completion", None, "choices/0/index", GONE, "fail", "choices/*/index"),
    ("completion", None, "choices/0/finish_reason", None, "fail", "choices/*/finish_reason"),
    (
        "completion",
        None,
        "choices/0/logprobs/token_logprobs",
        GONE,
        "fail",
        "choices/*/logprobs/token_logprobs",
    ),
    ("completion", None, "choices/0/logprobs/text_offset", GONE, "warn", "choices/*/logprobs/text_offset"),
    ("completion", None, "object", "chat.completion", "warn"),
    ("completion", None, "usage", GONE, "fail"),
    ("completion", None, "created", GONE, "fail"),
    ("completion", None, "usage/total_tokens", GONE, "warn"),
    ("completion.chunk", None, "choices/0/text", None, "fail", "choices/*/text"),
    ("completion.chunk", None, "choices/0/finish_reason", "", "fail", "choices/*/finish_reason"),
    ("completion.chunk", None, "object", "text_completion.chunk", "warn"),
    ("embedding.list", None, "data", [], "fail"),
    ("embedding.list", None, "data/0/embedding", GONE, "fail", "data/*/embedding"),
    ("embedding.list", None, "data/0/embedding", [[0.1]], "fail", "data/*/embedding/*"),
    ("embedding.list", None, "data/0/embedding", [], "fail", "data/*/embedding"),
    ("embedding.list", None, "data/0/embedding", [float("nan")], "fail", "data/*/embedding/*"),
    ("embedding.list", None, "data/0/embedding", "AAA=", "fail", "data/*/embedding"),
    ("embedding.list", None, "data/0/embedding", base64_floats(float("nan")), "fail", "data/*/embedding/*"),
    ("embedding.list", None, "data/0/index", GONE, "warn", "data/*/index"),
    ("embedding.list", None, "usage", GONE, "fail"),
    ("embedding.list", None, "usage/prompt_tokens", GONE, "fail"),
    ("embedding.list", None, "model", GONE, "warn"),
    ("response", None, "id", GONE, "fail"),
    ("response", None, "created_at", GONE, "fail"),
    ("response", None, "created_at", 1.5, "warn"),
    ("response", None, "created_at", 234.0, "warn"),
    ("response", None, "status", "done", "fail"),
    ("response", None, "output", None, "fail"),
    ("response", None, "output", [], "fail"),
    ("response", None, "object", GONE, "warn"),
    ("response", None, "tool_choice", GONE, "warn"),
    ("response", None, "user", 1, "warn"),
    ("response", None, "error", {"code": "x", "message": "y"}, "warn"),
    ("response", None, "choices", [], "warn"),
    ("response", None, "usage", None, "warn"),
    ("response", None, "usage/output_tokens_details/reasoning_tokens", GONE, "warn"),
    ("response", None, "status", "incomplete", "fail", "incomplete_details"),
    ("response", None, "status", "failed", "warn", "error"),
    ("response", None, "output/0/id", GONE, "fail", "output/*/id"),
    ("response", None, "output/0/role", GONE, "fail", "output/*/role"),
    ("response", None, "output/0/status", GONE, "warn", "output/*/status"),
    ("response", None, "output/0/content", "Hi", "fail", "output/*/content"),
    ("response", None, "output/0/content/0/type", "text", "fail", "output/*/content/*/type"),
    ("response", None, "output/0/content/0/annotations", GONE, "fail", "output/*/content/*/annotations"),
    ("response", None, "output/0/content/1/refusal", GONE, "fail", "output/*/content/*/refusal"),
    ("response", None, "output/1/id", GONE, "warn", "output/*/id"),
    ("response", None, "output/1/call_id", GONE, "fail", "output/*/call_id"),
    ("response", None, "output/1/arguments", {}, "fail", "output/*/arguments"),
    ("response", None, "output/1/arguments", '{"a', "fail", "output/*/arguments"),
    ("response", None, "output/2/id", GONE, "fail", "output/*/id"),
    ("response", None, "output/2/summary", GONE, "warn", "output/*/summary"),
    ("response", None, "output/3/input", GONE, "fail", "output/*/input"),
    ("response.output-item", None, "type", GONE, "fail"),
    ("response.event", None, "type", GONE, "fail"),
    ("response.event", None, "response", GONE, "fail"),
    ("response.event", None, "sequence_number", GONE, "warn"),
    ("response.event", None, "response/id", GONE, "fail"),
    ("response.event", ITEM_ADDED, "item", GONE, "fail"),
    ("response.event", ITEM_ADDED, "output_index", GONE, "fail"),
    ("response.event", ITEM_ADDED | {"item": CALL}, "item/id", GONE, "fail"),
    ("response.event", PART_ADDED, "content_index", GONE, "fail"),
    ("response.event", PART_ADDED, "part/type", "text", "fail"),
    ("response.event", DELTA, "delta", GONE, "fail"),
    ("response.event", DELTA, "item_id", GONE, "fail"),
    ("response.event", DELTA, "logprobs", {}, "warn"),
    ("response.event", ARGUMENTS, "arguments", GONE, "fail"),
    ("response.event", FLAT_ERROR, "message", GONE, "fail"),
    ("response.event", FLAT_ERROR, "code", 500, "info"),
    ("response.event", NESTED_ERROR, "error/message", GONE, "fail"),
    *(
        ("response.event", AT | {"type": f"response.{kind}", "content_index": 0, "summary_index": 0}, "x", 1, *rest)
        for kind, *rest in (
            ("refusal.delta", "fail", "delta"),
            ("refusal.done", "fail", "refusal"),
            ("output_text.done", "fail", "text"),
            ("function_call_arguments.delta", "fail", "delta"),
            ("custom_tool_call_input.delta", "fail", "delta"),
            ("custom_tool_call_input.done", "fail", "input"),
            ("reasoning_text.delta", "fail", "delta"),
            ("reasoning_text.done", "fail", "text"),
            ("reasoning_summary_text.delta", "fail", "delta"),
            ("reasoning_summary_text.done", "fail", "text"),
            ("reasoning_summary_part.added", "fail", "part"),
        )
    ),
    ("moderation", None, "results/0/flagged", 0, "fail", "results/*/flagged"),
    ("moderation", None, "results/0/categories/hate", None, "fail", "results/*/categories/hate"),
    ("moderation", None, "results/0/categories/sexual", GONE, "warn", "results/*/categories/sexual"),
    ("moderation", None, "results/0/category_scores/hate", 1.5, "warn", "results/*/category_scores/hate"),
    ("moderation", None, "results/0/category_scores/hate", "0", "fail", "results/*/category_scores/hate"),
    ("file", None, "id", GONE, "fail"),
    ("file", None, "bytes", GONE, "warn"),
    ("file", None, "expires_at", "never", "warn"),
    ("batch", None, "status", "waiting", "fail"),
    ("batch", None, "request_counts/total", GONE, "warn"),
    ("batch", None, "completed_at", "now", "warn"),
    ("transcription", None, "text", GONE, "fail"),
    ("transcription", None, "usage/seconds", GONE, "info"),
    ("transcription.verbose", None, "segments/0/start", "0", "fail", "segments/*/start"),
    ("transcription.verbose", None, "segments/0/tokens", GONE, "warn", "segments/*/tokens"),
    ("transcription.verbose", None, "words/0/end", GONE, "fail", "words/*/end"),
    ("transcription.verbose", None, "duration", "1.5", "warn"),
    ("images", None, "data", [], "fail"),
    ("images", None, "data/0/b64_json", GONE, "fail", "data/*"),
    ("images", None, "data/0/b64_json", "no base64", "fail", "data/*/b64_json"),
    ("images", None, "data/0/b64_json", "R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==", "fail", "data/*/b64_json"),
    ("images", None, "data/0/embedding", None, "info", "data/*/embedding"),
    ("images", None, "created", GONE, "warn"),
    ("images", None, "created", 1795344277000, "warn"),
    ("images", None, "usage", 7, "info"),
    ("video", None, "status", "done", "info"),
    ("video", None, "progress", 150, "info"),
    ("video", None, "seconds", 4, "info"),
    ("conversation", None, "id", GONE, "fail"),
    ("conversation", None, "metadata", GONE, "warn"),
    ("upload", None, "id", GONE, "fail"),
    ("upload", None, "status", "open", "warn"),
    ("vector-store.file", None, "id", GONE, "fail"),
    ("vector-store.file", None, "status", "done", "fail"),
    ("vector-store.file", None, "object", "file", "warn"),
    ("vector-store.file", None, "last_error", "bad", "warn"),
    (
        "vector-store.file",
        GOOD["vector-store.file"] | {"last_error": {"code": "server_error", "message": "No."}},
        "last_error/message",
        GONE,
        "warn",
    ),
    ("vector-store.file", None, "attributes", [], "warn"),
    ("vector-store", None, "id", GONE, "fail"),
    ("vector-store", None, "file_counts/total", GONE, "warn"),
    ("fine-tuning-job", None, "status", GONE, "fail"),
    ("fine-tuning-job", None, "seed", GONE, "warn"),
]


def altered(answer: Any, pointer: str, value: Any) -> Any:
    answer = copy.deepcopy(answer)
    *way, last = [int(part) if part.isdigit() else part for part in pointer.split("/")]
    parent = answer
    for part in way:
        parent = parent[part]
    if value is GONE:
        del parent[last]
    else:
        parent[last] = value
    return answer


@pytest.mark.parametrize(
    "row", MUTATIONS, ids=lambda row: f"{row[0]}:{row[2]}{'-gone' if row[3] is GONE else f'={row[3]!r:.20}'}"
)
def test_a_mutation_is_found_once_where_it_is_at_its_severity(row: tuple[Any, ...]) -> None:
    name, answer, pointer, value, severity, *where = row
    found = errors(name, altered(GOOD[name] if answer is None else answer, pointer, value))
    if where == ["usage/*"]:
        assert found == {(f"usage/{count}_tokens", severity) for count in ("prompt", "completion", "total")}
    else:
        assert found == {(where[0] if where else pointer, severity)}
