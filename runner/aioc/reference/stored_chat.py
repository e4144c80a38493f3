"""The chat completions that were made with `store: true`."""

from aioc.reference.answer import Answer, Json
from aioc.reference.checks import METADATA, checked
from aioc.reference.request import Request
from aioc.reference.store import Store, deleted, find, page


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
    old = _one(request, store)
    body = checked(request.json(), {"metadata": METADATA}, "metadata")
    store.completions[old["id"]] = {**old, "metadata": body["metadata"]}
    return Answer(body=store.completions[old["id"]])


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/chat/completions/{id}."""
    name = _one(request, store)["id"]
    del store.completions[name], store.completion_messages[name]
    return deleted(name, "chat.completion.deleted")


def messages(request: Request, store: Store) -> Answer:
    """GET /v1/chat/completions/{id}/messages."""
    return page(store.completion_messages[_one(request, store)["id"]], request, order="asc")


def _one(request: Request, store: Store) -> Json:
    return find(store.completions, request.params["id"], "chat completion", "not_found", "completion_id")
