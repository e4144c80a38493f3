"""Vector stores."""

from aioc.reference.answer import Answer, Json
from aioc.reference.checks import METADATA, array, checked, integer, mapping, text
from aioc.reference.request import Request
from aioc.reference.store import Store, delete, find, now, page
from aioc.reference.vector_files import STRATEGY, counted, put, settled

_DAY = 86_400
_EXPIRY = mapping({"anchor": text("last_active_at"), "days": integer(1, 365)}, "anchor", "days")
_EDITABLE = {"name": text(), "expires_after": _EXPIRY, "metadata": METADATA}
_FIELDS = {
    **_EDITABLE, "file_ids": array(text(), 0, 500), "chunking_strategy": STRATEGY, "description": text(),
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores."""
    body = checked(request.json() if request.body else {}, _FIELDS)
    for file in body.get("file_ids", []):
        find(store.files, file, "file", param="file_ids")
    name, made = store.new_id("vs_"), now()
    store.vector_stores[name] = {
        "id": name, "object": "vector_store", "created_at": made, "name": body.get("name"),
        "description": body.get("description"), "last_active_at": made, "metadata": body.get("metadata", {}),
        "expires_after": body.get("expires_after"),
    }  # fmt: skip
    store.vector_store_files[name], store.vector_store_batches[name] = {}, {}
    for file in body.get("file_ids", []):
        put(name, {"file_id": file, "chunking_strategy": body.get("chunking_strategy")}, store)
    return Answer(body=_seen(name, store))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores."""
    return page([_seen(name, store) for name in list(store.vector_stores)], request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}."""
    settled(request.params["id"], store)
    return Answer(body=_seen(request.params["id"], store))


def update(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}."""
    name = _seen(request.params["id"], store)["id"]
    store.vector_stores[name].update(checked(request.json(), _EDITABLE))
    return Answer(body=_seen(name, store))


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/vector_stores/{id}."""
    name = _seen(request.params["id"], store)["id"]
    kept = (store.vector_stores, store.vector_store_files, store.vector_store_batches)
    return delete(name, "vector_store.deleted", *kept)


def _seen(name: str, store: Store) -> Json:
    whole = find(store.vector_stores, name, "vector store")
    inside = list(store.vector_store_files[name].values())
    counts = counted(inside)
    lasts = whole["expires_after"]
    return {
        **whole, "status": "in_progress" if counts["in_progress"] else "completed",
        "expires_at": whole["last_active_at"] + lasts["days"] * _DAY if lasts else None,
        "usage_bytes": sum(one["usage_bytes"] for one in inside), "file_counts": counts,
    }  # fmt: skip
