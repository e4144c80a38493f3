"""The official Python SDK's types take what our answer schemas take; where they do not, it is written down why."""

import copy
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openai.types import (
    Batch,
    Completion,
    CreateEmbeddingResponse,
    FileObject,
    ImagesResponse,
    Model,
    ModerationCreateResponse,
    Upload,
    VectorStore,
    Video,
)
from openai.types.audio import Transcription, TranscriptionVerbose
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.conversations import Conversation
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter, ValidationError
from tests.mutation.play import baseline
from tests.mutation.values import DROP, changes, get, named, places, put

from aioc.answer.read import read
from aioc.judge.schema import validator

DIFFERENCES = yaml.safe_load(Path(__file__).with_name("differences.yaml").read_text())
"""Entries {schemas, places (globs over what refused_by_the_sdk_alone gives), why}."""
TYPES: dict[str, Any] = {
    "chat.completion": ChatCompletion,
    "chat.completion.chunk": ChatCompletionChunk,
    "completion": Completion,
    "response": Response,
    "response.event": ResponseStreamEvent,
    "embedding.list": CreateEmbeddingResponse,
    "model": Model,
    "moderation": ModerationCreateResponse,
    "transcription": Transcription,
    "transcription.verbose": TranscriptionVerbose,
    "images": ImagesResponse,
    "file": FileObject,
    "batch": Batch,
    "upload": Upload,
    "vector-store": VectorStore,
    "video": Video,
    "conversation": Conversation,
}
DAMAGE = frozenset({"drop", "null", "number", "string", "object", "list", "empty", "boolean", "fraction .5"})
SDK_IS_WRONG = {
    # OpenAI's echo has null for the first token, of which nothing comes before.
    ("completion", "('choices', 0, 'logprobs', 'token_logprobs', 0)"),
    ("completion", "('choices', 0, 'logprobs', 'top_logprobs', 0)"),
}
SAMPLES = 12
"""So many answers of a schema are looked at, those with the most different places first."""


@cache
def answers() -> dict[str, list[Any]]:
    """The reference server's answers that a schema takes without a finding, by schema: the most telling of each."""
    found: dict[str, dict[frozenset[Any], Any]] = {name: {} for name in TYPES}
    for one in baseline().telling:
        for transfer in one.transfers:
            exchange = read(transfer)
            if transfer.status != 200 or transfer.request.method == "DELETE":
                continue
            values = [event.data for event in exchange.events or ()] or [exchange.json]
            for value in values:
                if isinstance(value, dict):
                    for name in _names(value, transfer.request.target):
                        found[name].setdefault(frozenset(generic for generic, _ in places(value)), value)
    return {name: _telling(shapes) for name, shapes in found.items()}


def _names(value: dict[str, Any], target: str) -> Iterator[str]:
    """The schemas of an answer, by what it calls itself."""
    own = {
        "chat.completion": "chat.completion",
        "chat.completion.chunk": "chat.completion.chunk",
        "text_completion": "completion",
        "response": "response",
        "model": "model",
        "file": "file",
        "batch": "batch",
        "upload": "upload",
        "vector_store": "vector-store",
        "video": "video",
        "conversation": "conversation",
    }
    if (name := own.get(str(value.get("object")))) is not None:
        yield name
    if value.get("object") == "list" and target.startswith("/v1/embeddings"):
        yield "embedding.list"
    if target.startswith("/v1/responses") and isinstance(value.get("type"), str):
        yield "response.event"
    if target.startswith("/v1/images") and "data" in value:
        yield "images"
    if target.startswith("/v1/moderations"):
        yield "moderation"
    if target.startswith("/v1/audio/transcriptions") and "text" in value and "type" not in value:
        yield "transcription.verbose" if "duration" in value else "transcription"


def _telling(shapes: dict[frozenset[Any], Any]) -> list[Any]:
    known: set[Any] = set()
    chosen = []
    for shape, value in sorted(shapes.items(), key=lambda item: (-len(item[0]), str(item[0]))):
        if not shape <= known and len(chosen) < SAMPLES:
            known |= shape
            chosen.append(value)
    return chosen


def taken(name: str, value: Any) -> bool:
    """Whether our schema has nothing to say; an INFO is nothing."""
    return all(getattr(error, "severity", "fail") == "info" for error in validator({"schema": name}).iter_errors(value))


def sdk_places(adapter: TypeAdapter[Any], value: Any) -> list[str]:
    """Where the SDK's type refuses a value, '' for nowhere."""
    try:
        adapter.validate_python(copy.deepcopy(value))
    except ValidationError as error:
        return [str(one["loc"]) for one in error.errors()]
    return []


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_sdk_takes_the_reference_servers_answers(name: str) -> None:
    adapter = TypeAdapter(TYPES[name])
    found = answers()[name]
    assert found, f"no answer of the reference server has the schema {name}"
    refused = {(name, place) for value in found for place in sdk_places(adapter, value)}
    assert refused <= SDK_IS_WRONG


@cache
def refused_by_the_sdk_alone(name: str) -> frozenset[str]:
    """Places where a damaged answer has no finding of ours and is refused by the SDK's type."""
    adapter = TypeAdapter(TYPES[name])
    found = set()
    for value in answers()[name]:
        if sdk_places(adapter, value):
            continue  # what the SDK does not take of OpenAI's own answers is the other test's matter
        for generic, path in places(value):
            key = str(generic[-1]) if generic else ""
            for what, make in changes(get(value, path), key, bool(path) and isinstance(path[-1], str)):
                if what not in DAMAGE:
                    continue
                broken = put(value, path, make())
                if (
                    broken is not DROP
                    and isinstance(broken, dict)
                    and taken(name, broken)
                    and sdk_places(adapter, broken)
                ):
                    found.add(f"{named(generic)} {what}")
    return frozenset(found)


def excused(name: str, place: str) -> list[str]:
    """The globs of the entries that explain a difference."""
    return [
        glob
        for entry in DIFFERENCES
        if name in entry["schemas"]
        for glob in entry["places"]
        if fnmatchcase(place, glob)
    ]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_the_sdk_refuses_nothing_that_our_schema_takes_but_for_what_is_written_down(name: str) -> None:
    assert [place for place in sorted(refused_by_the_sdk_alone(name)) if not excused(name, place)] == []


def test_every_difference_that_is_written_down_is_one() -> None:
    used = {glob for name in TYPES for place in refused_by_the_sdk_alone(name) for glob in excused(name, place)}
    assert [glob for entry in DIFFERENCES for glob in entry["places"] if glob not in used] == []
    assert all(entry["why"] for entry in DIFFERENCES)
