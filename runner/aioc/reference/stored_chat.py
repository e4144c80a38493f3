"""The chat completions that were made with `store: true`."""

from aioc.reference.answer import Answer, Json
from aioc.reference.request import Request
from aioc.reference.store import Store, delete, find, page, update_metadata


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/chat/completions, filtered by model and metadata."""
    asked = request.arguments()
    wanted = {name[9:-1]: value for name, value in asked.items() if name.startswith("metadata[")}
    found = [
        one for one in list(store.completions.values())
        if asked.get("model", one["model"]) == one["model"] and wanted.items() <= one["metadata"].items()
    ]  # fmt: skip
    return page(found, request, order="asc")


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/chat/completions/{id}."""
    return Answer(body=_one(request, store))


def update(request: Request, store: Store) -> Answer:
    """POST /v1/chat/completions/{id}: only the metadata can change."""
    return update_metadata(store.completions, _one(request, store)["id"], request)


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/chat/completions/{id}."""
    name = _one(request, store)["id"]
    return delete(name, "chat.completion.deleted", store.completions, store.completion_messages)


def messages(request: Request, store: Store) -> Answer:
    """GET /v1/chat/completions/{id}/messages."""
    return page(store.completion_messages[_one(request, store)["id"]], request, order="asc")


def _one(request: Request, store: Store) -> Json:
    return find(store.completions, request.params["id"], "chat completion", "not_found", "completion_id")
