"""Videos: jobs that go on by one state with each look at them, and an empty film of the right length."""

import struct

from aioc.reference.answer import Answer, ApiError, Json, raw
from aioc.reference.checks import anything, checked, text
from aioc.reference.request import Request
from aioc.reference.store import Store, delete, find, now, page

_LASTS = 24 * 3600
_FIELDS = {
    "prompt": text(least=1, most=32_000), "model": text("sora-2", "sora-2-pro"), "seconds": text("4", "8", "12"),
    "size": text("720x1280", "1280x720", "1024x1792", "1792x1024"), "input_reference": anything,
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """POST /v1/videos, as JSON or as a form."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        body = {name: values[0] for name, values in request.form().fields.items()}
    else:
        body = request.json()
    return Answer(body=_queued(checked(body, _FIELDS, "prompt"), store))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/videos."""
    return page(store.videos.values(), request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/videos/{id}: the next look finds it further on."""
    video = _found(request, store)
    seen = dict(video)
    match video["status"]:
        case "queued":
            video.update(status="in_progress", progress=50)
        case "in_progress":
            video.update(status="completed", progress=100, completed_at=now(), expires_at=now() + _LASTS)
    return Answer(body=seen)


def content(request: Request, store: Store) -> Answer:
    """GET /v1/videos/{id}/content, once it is completed."""
    return raw(_film(int(_finished(request, store)["seconds"])), "video/mp4")


def remix(request: Request, store: Store) -> Answer:
    """POST /v1/videos/{id}/remix."""
    video = _finished(request, store)
    body = checked(request.json(), {"prompt": _FIELDS["prompt"]}, "prompt")
    same = {name: video[name] for name in ("model", "seconds", "size")}
    return Answer(body=_queued({**same, **body}, store, video["id"]))


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/videos/{id}."""
    return delete(_found(request, store)["id"], "video.deleted", store.videos)


def _queued(body: dict[str, Json], store: Store, origin: str | None = None) -> Json:
    name = store.new_id("video_")
    store.videos[name] = {
        "id": name, "object": "video", "created_at": now(), "status": "queued", "progress": 0,
        "model": body.get("model", "sora-2"), "prompt": body["prompt"], "seconds": body.get("seconds", "4"),
        "size": body.get("size", "720x1280"), "completed_at": None, "expires_at": None, "error": None,
        "remixed_from_video_id": origin,
    }  # fmt: skip
    return dict(store.videos[name])


def _found(request: Request, store: Store) -> dict[str, Json]:
    return find(store.videos, request.params["id"], "video")


def _finished(request: Request, store: Store) -> dict[str, Json]:
    video = _found(request, store)
    if video["status"] != "completed":
        raise ApiError("The video is not ready yet, use GET /v1/videos/{video_id} to check its status.", status=404)
    return video


def _film(seconds: int) -> bytes:
    """An MP4 that says how long it is and holds no track."""
    times = struct.pack(">IIIII", 0, 0, 0, 1000, 1000 * seconds)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    head = times + struct.pack(">IH10x", 0x10000, 0x100) + matrix + bytes(24) + struct.pack(">I", 1)
    return _box(b"ftyp", b"isom\x00\x00\x02\x00isommp42") + _box(b"moov", _box(b"mvhd", head)) + _box(b"mdat", b"")


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data
