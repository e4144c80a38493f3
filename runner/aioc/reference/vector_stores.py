"""Vector stores and their files, without a search; and the lists that are always empty: fine-tuning jobs, videos."""

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import METADATA, array, checked, mapping, text
from aioc.reference.request import Request
from aioc.reference.store import Store, deleted, find, now, page

_EDITABLE = {"name": text(), "expires_after": mapping(), "metadata": METADATA}
_FIELDS = {
    **_EDITABLE,
    "file_ids": array(text(), 0, 500),
    "chunking_strategy": mapping(),
    "description": text(),
}


def create(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores."""
    body = checked(request.json() if request.body else {}, _FIELDS)
    name, made = store.new_id("vs_"), now()
    store.vector_stores[name] = {
        "id": name, "object": "vector_store", "created_at": made, "name": body.get("name", ""),
        "status": "completed",
        "last_active_at": made, "metadata": body.get("metadata", {}),
        "expires_after": body.get("expires_after"),
        "expires_at": None,
    }  # fmt: skip
    store.vector_store_files[name] = {}
    for file in body.get("file_ids", []):
        _attach(name, file, store)
    return Answer(body=_seen(name, store))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores."""
    return page([_seen(name, store) for name in list(store.vector_stores)], request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}."""
    return Answer(body=_seen(request.params["id"], store))


def update(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}."""
    name = _seen(request.params["id"], store)["id"]
    store.vector_stores[name].update(checked(request.json(), _EDITABLE))
    return Answer(body=_seen(name, store))


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/vector_stores/{id}."""
    name = _seen(request.params["id"], store)["id"]
    del store.vector_stores[name], store.vector_store_files[name]
    return deleted(name, "vector_store.deleted")


def attach(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}/files."""
    name = _seen(request.params["id"], store)["id"]
    fields = {"file_id": text(), "attributes": mapping(), "chunking_strategy": mapping()}
    return Answer(body=_attach(name, checked(request.json(), fields, "file_id")["file_id"], store))


def files(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/files."""
    name = _seen(request.params["id"], store)["id"]
    return page(list(store.vector_store_files[name].values()), request)


def file_of(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/files/{file}."""
    return Answer(body=_file(request, store))


def detach(request: Request, store: Store) -> Answer:
    """DELETE /v1/vector_stores/{id}/files/{file}: the file itself stays."""
    name = _file(request, store)["id"]
    del store.vector_store_files[request.params["id"]][name]
    return deleted(name, "vector_store.file.deleted")


def jobs(request: Request, store: Store) -> Answer:
    """GET /v1/fine_tuning/jobs."""
    return Answer(body={"object": "list", "data": [], "has_more": False})


def videos(request: Request, store: Store) -> Answer:
    """GET /v1/videos."""
    return Answer(body={"object": "list", "data": [], "has_more": False})


def job(request: Request, store: Store) -> Answer:
    """GET /v1/fine_tuning/jobs/{id}: there are none."""
    raise ApiError(f"Could not find fine tune: {request.params['id']}", "fine_tune_id", "fine_tune_not_found", 404)


def _attach(name: str, file: str, store: Store) -> Json:
    size = find(store.files, file, "file", param="file_id")["bytes"]
    store.vector_store_files[name][file] = {
        "id": file, "object": "vector_store.file", "created_at": now(), "status": "completed",
        "last_error": None,
        "usage_bytes": size, "vector_store_id": name, "attributes": {},
    }  # fmt: skip
    return store.vector_store_files[name][file]


def _file(request: Request, store: Store) -> Json:
    name = _seen(request.params["id"], store)["id"]
    return find(store.vector_store_files[name], request.params["file"], "file")


def _seen(name: str, store: Store) -> Json:
    whole = find(store.vector_stores, name, "vector store")
    inside = store.vector_store_files[name].values()
    counts = {"in_progress": 0, "completed": len(inside), "failed": 0, "cancelled": 0, "total": len(inside)}
    return {**whole, "usage_bytes": sum(one["usage_bytes"] for one in inside), "file_counts": counts}
