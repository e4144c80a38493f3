"""Files: upload, list, fetch, delete."""

from aioc.reference.answer import Answer, ApiError, Json, raw
from aioc.reference.checks import integer, mapping, text
from aioc.reference.request import Request
from aioc.reference.store import Store, delete, find, now, page

PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
EXPIRY = mapping({"anchor": text("created_at"), "seconds": integer(3600, 2_592_000)}, "anchor", "seconds")


def create(request: Request, store: Store) -> Answer:
    """POST /v1/files."""
    form = request.form()
    upload, purpose = form.file("file"), form.text("purpose")
    text(*PURPOSES)(purpose, "purpose")
    if not upload.content:
        raise ApiError("The file is empty.", "file", "empty_file")
    seconds = form.text("expires_after[seconds]", "0")
    if "expires_after[seconds]" in form.fields and not (seconds.isdecimal() and 3600 <= int(seconds) <= 2_592_000):
        raise ApiError("Invalid 'expires_after[seconds]': expected 3600 to 2592000.", "expires_after", "invalid_value")
    return Answer(body=keep(store, upload.name, upload.content, purpose, int(seconds)))


def keep(store: Store, name: str, content: bytes, purpose: str, seconds: int = 0) -> Json:
    """Store a file and give its object."""
    made = now()
    file: dict[str, Json] = {
        "object": "file", "id": store.new_id("file-"), "purpose": purpose, "filename": name, "bytes": len(content),
        "created_at": made, "expires_at": made + seconds if seconds else None, "status": "processed",
        "status_details": None,
    }  # fmt: skip
    store.contents[file["id"]] = content
    store.files[file["id"]] = file
    return file


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/files, perhaps of one purpose."""
    wanted = request.arguments().get("purpose")
    found = [file for file in list(store.files.values()) if wanted in (None, file["purpose"])]
    return page(found, request, most=10_000, size=10_000)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/files/{id}."""
    return Answer(body=_one(request, store))


def content(request: Request, store: Store) -> Answer:
    """GET /v1/files/{id}/content: the very bytes."""
    return raw(store.contents[_one(request, store)["id"]], "application/octet-stream")


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/files/{id}."""
    return delete(_one(request, store)["id"], "file", store.files, store.contents)


def _one(request: Request, store: Store) -> Json:
    return find(store.files, request.params["id"], "file", param="id")
