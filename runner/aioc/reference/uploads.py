"""Uploads in parts: pending for an hour, then a file of the parts in the order that `complete` names."""

import hashlib

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import array, checked, integer, text
from aioc.reference.files import EXPIRY, PURPOSES, keep
from aioc.reference.request import Request
from aioc.reference.store import Store, find, now

_HOUR = 3600
_MOST = 8 << 30
_FIELDS = {
    "filename": text(least=1), "purpose": text(*PURPOSES), "bytes": integer(1, _MOST), "mime_type": text(least=1),
    "expires_after": EXPIRY,
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """POST /v1/uploads."""
    body = checked(request.json(), _FIELDS, "filename", "purpose", "bytes", "mime_type")
    name, made = store.new_id("upload_"), now()
    store.uploads[name] = {
        "id": name, "object": "upload", "bytes": body["bytes"], "created_at": made, "filename": body["filename"],
        "purpose": body["purpose"], "status": "pending", "expires_at": made + _HOUR,
    }  # fmt: skip
    store.upload_parts[name] = {}
    return Answer(body=dict(store.uploads[name]))


def add_part(request: Request, store: Store) -> Answer:
    """POST /v1/uploads/{id}/parts."""
    upload = _pending(request, store)
    data = request.form().file("data").content
    parts = store.upload_parts[upload["id"]]
    if len(data) + sum(map(len, parts.values())) > upload["bytes"]:
        message = f"The parts hold more than the {upload['bytes']} bytes that were announced."
        raise ApiError(message, "data", "invalid_value")
    name = store.new_id("part_")
    parts[name] = data
    return Answer(body={"id": name, "object": "upload.part", "created_at": now(), "upload_id": upload["id"]})


def complete(request: Request, store: Store) -> Answer:
    """POST /v1/uploads/{id}/complete: the bytes have to be as many as were announced."""
    upload = _pending(request, store)
    body = checked(request.json(), {"part_ids": array(text(), 1), "md5": text()}, "part_ids")
    parts = store.upload_parts[upload["id"]]
    for name in body["part_ids"]:
        if name not in parts:
            raise ApiError(f"No part found with id '{name}'.", "part_ids", "invalid_value")
    whole = b"".join(parts[name] for name in body["part_ids"])
    if len(whole) != upload["bytes"]:
        message = f"The parts hold {len(whole)} bytes, but {upload['bytes']} were announced."
        raise ApiError(message, "part_ids", "invalid_value")
    if body.get("md5") not in (None, hashlib.md5(whole, usedforsecurity=False).hexdigest()):
        raise ApiError("The checksum is not that of the parts.", "md5", "invalid_value")
    file = keep(store, upload["filename"], whole, upload["purpose"])
    upload["status"] = "completed"
    return Answer(body={**upload, "file": file})


def cancel(request: Request, store: Store) -> Answer:
    """POST /v1/uploads/{id}/cancel."""
    upload = _pending(request, store)
    upload["status"] = "cancelled"
    store.upload_parts[upload["id"]].clear()
    return Answer(body=dict(upload))


def _pending(request: Request, store: Store) -> dict[str, Json]:
    upload = find(store.uploads, request.params["id"], "upload")
    if upload["status"] == "pending" and upload["expires_at"] < now():
        upload["status"] = "expired"
    if upload["status"] != "pending":
        raise ApiError(f"The upload is {upload['status']}, not pending.", "upload_id")
    return upload
