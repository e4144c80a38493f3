"""Conversations and their items."""

from aioc.reference.answer import Answer, Json
from aioc.reference.checks import METADATA, array, checked
from aioc.reference.request import Request
from aioc.reference.responses import with_ids
from aioc.reference.responses_rules import item
from aioc.reference.store import Store, delete, find, now, page, update_metadata


def create(request: Request, store: Store) -> Answer:
    """POST /v1/conversations."""
    body = checked(request.json() if request.body else {}, {"metadata": METADATA, "items": array(item, 0, 20)})
    name = store.new_id("conv_")
    whole = {"id": name, "object": "conversation", "created_at": now(), "metadata": body.get("metadata", {})}
    store.conversations[name], store.conversation_items[name] = whole, with_ids(body.get("items", []), store)
    return Answer(body=whole)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/conversations/{id}."""
    return Answer(body=_one(request, store))


def update(request: Request, store: Store) -> Answer:
    """POST /v1/conversations/{id}: only the metadata can change."""
    return update_metadata(store.conversations, _one(request, store)["id"], request)


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/conversations/{id}."""
    return delete(_one(request, store)["id"], "conversation.deleted", store.conversations)


def add_items(request: Request, store: Store) -> Answer:
    """POST /v1/conversations/{id}/items answers with the list of what was added."""
    name = _one(request, store)["id"]
    body = checked(request.json(), {"items": array(item, 1, 20)}, "items")
    added = with_ids(body["items"], store)
    store.conversation_items[name] += added
    ends = {"first_id": added[0]["id"], "last_id": added[-1]["id"], "has_more": False}
    return Answer(body={"object": "list", "data": added, **ends})


def items(request: Request, store: Store) -> Answer:
    """GET /v1/conversations/{id}/items."""
    return page(store.conversation_items[_one(request, store)["id"]], request)


def item_of(request: Request, store: Store) -> Answer:
    """GET /v1/conversations/{id}/items/{item}."""
    return Answer(body=_item(request, store))


def remove_item(request: Request, store: Store) -> Answer:
    """DELETE /v1/conversations/{id}/items/{item} answers with the conversation."""
    store.conversation_items[request.params["id"]].remove(_item(request, store))
    return Answer(body=_one(request, store))


def _one(request: Request, store: Store) -> Json:
    return find(store.conversations, request.params["id"], "conversation")


def _item(request: Request, store: Store) -> Json:
    name = _one(request, store)["id"]
    return find({one["id"]: one for one in store.conversation_items[name]}, request.params["item"], "item")
