"""Everything that outlives a request: ids and the collections of stored objects."""

import hashlib
import itertools
import time
from collections.abc import Iterable
from dataclasses import field
from typing import Any

from aioc.model.frozen import frozen
from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import METADATA, checked
from aioc.reference.request import Request

Objects = dict[str, dict[str, Json]]


@frozen
class Store:
    """Stored objects by id, in the order of their making; one store a server."""

    completions: Objects = field(default_factory=dict)
    completion_messages: dict[str, list[Json]] = field(default_factory=dict)
    responses: Objects = field(default_factory=dict)
    response_inputs: dict[str, list[Json]] = field(default_factory=dict)
    queued: set[str] = field(default_factory=set)
    conversations: Objects = field(default_factory=dict)
    conversation_items: dict[str, list[Json]] = field(default_factory=dict)
    files: Objects = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    batches: Objects = field(default_factory=dict)
    videos: Objects = field(default_factory=dict)
    vector_stores: Objects = field(default_factory=dict)
    vector_store_files: dict[str, Objects] = field(default_factory=dict)
    vector_store_batches: dict[str, Objects] = field(default_factory=dict)
    uploads: Objects = field(default_factory=dict)
    upload_parts: dict[str, dict[str, bytes]] = field(default_factory=dict)
    jobs: Objects = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(time.time_ns()))

    def new_id(self, prefix: str) -> str:
        """A fresh id that looks like OpenAI's."""
        return prefix + hashlib.sha256(str(next(self._numbers)).encode()).hexdigest()[:32]


def now() -> int:
    """Unix seconds."""
    return int(time.time())


def find(objects: Objects, name: str, word: str, code: str | None = None, param: str | None = None) -> dict[str, Json]:
    """A stored object, or the 404 that names it."""
    if name not in objects:
        raise ApiError(f"No {word} found with id '{name}'.", param, code, 404)
    return objects[name]


def update_metadata(objects: Objects, name: str, request: Request) -> Answer:
    """The answer to an update that can change the metadata and nothing else."""
    body = checked(request.json(), {"metadata": METADATA}, "metadata")
    objects[name] = {**objects[name], **body}
    return Answer(body=objects[name])


def delete(name: str, kind: str, *collections: dict[str, Any]) -> Answer:
    """Forget what is kept under a name, and say so."""
    for collection in collections:
        collection.pop(name, None)
    return Answer(body={"id": name, "object": kind, "deleted": True})


def page(
    items: Iterable[dict[str, Json]], request: Request, order: str = "desc", most: int = 100, size: int = 20
) -> Answer:
    """A cursor page; `items` are in the order of their making."""
    asked = request.arguments()
    order, text = asked.get("order", order), asked.get("limit", str(size))
    if order not in ("asc", "desc"):
        raise ApiError(f"Invalid value: '{order}'. Supported values are: 'asc' and 'desc'.", "order", "invalid_value")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= most:
        raise ApiError(f"Invalid 'limit': expected an integer from 1 to {most}.", "limit", "invalid_value")
    ordered = list(items) if order == "asc" else list(items)[::-1]
    ids = [item["id"] for item in ordered]
    for name in ("after", "before"):
        if name in asked and asked[name] not in ids:
            raise ApiError(f"No object found with id '{asked[name]}'.", name, "invalid_value")
    start = ids.index(asked["after"]) + 1 if "after" in asked else 0
    stop = ids.index(asked["before"]) if "before" in asked else len(ids)
    data = ordered[start:stop][: int(text)]
    ends = {"first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None}
    return Answer(body={"object": "list", "data": data, **ends, "has_more": start + len(data) < stop})
