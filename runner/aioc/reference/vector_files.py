"""The files of a vector store: cut into chunks that overlap, alone or as a batch; done at the first look."""

from aioc.reference.answer import Answer, Json
from aioc.reference.checks import array, boolean, checked, either, integer, mapping, number, tagged, text
from aioc.reference.request import Request, missing
from aioc.reference.store import Objects, Store, delete, find, now, page
from aioc.reference.text import tokenize

_SIZES = {"max_chunk_size_tokens": integer(100, 4096), "chunk_overlap_tokens": integer(0, 2048)}
STRATEGY = tagged("type", {"auto": mapping({}), "static": mapping({"static": mapping(_SIZES, *_SIZES)}, "static")})
ATTRIBUTES = mapping(values=either(text(most=512), number(), boolean))
_ONE = {"file_id": text(), "attributes": ATTRIBUTES, "chunking_strategy": STRATEGY}
_BATCH = {
    "file_ids": array(text(), 1, 2000), "files": array(mapping(_ONE, "file_id"), 1, 2000),
    "attributes": ATTRIBUTES, "chunking_strategy": STRATEGY,
}  # fmt: skip
_AUTO = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}


def put(name: str, asked: Json, store: Store) -> Json:
    """Begin to read one file into a store."""
    find(store.files, asked["file_id"], "file", param="file_id")
    strategy = asked.get("chunking_strategy") or {"type": "auto"}
    file = {
        "id": asked["file_id"], "object": "vector_store.file", "usage_bytes": 0, "created_at": now(),
        "vector_store_id": name, "status": "in_progress", "last_error": None,
        "chunking_strategy": _AUTO if strategy["type"] == "auto" else strategy,
        "attributes": asked.get("attributes") or {},
    }  # fmt: skip
    store.vector_store_files[name][file["id"]] = file
    return dict(file)


def settled(name: str, store: Store) -> Objects:
    """The files of a store, all of them read by now."""
    find(store.vector_stores, name, "vector store")
    for file in store.vector_store_files[name].values():
        if file["status"] == "in_progress":
            file.update(status="completed", usage_bytes=len(store.contents.get(file["id"], b"")))
    return store.vector_store_files[name]


def counted(files: list[Json]) -> dict[str, int]:
    """How many files are in which state."""
    states = [file["status"] for file in files]
    counts = {state: states.count(state) for state in ("in_progress", "completed", "failed", "cancelled")}
    return {**counts, "total": len(states)}


def chunks(file: Json, store: Store) -> list[str]:
    """The text of a file in pieces of its strategy's size."""
    sizes = file["chunking_strategy"]["static"]
    tokens = tokenize(store.contents.get(file["id"], b"").decode("utf-8", "replace"))
    step = max(1, sizes["max_chunk_size_tokens"] - sizes["chunk_overlap_tokens"])
    starts = range(0, max(1, len(tokens) - sizes["chunk_overlap_tokens"]), step)
    return ["".join(tokens[start : start + sizes["max_chunk_size_tokens"]]) for start in starts]


def attach(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}/files."""
    name = find(store.vector_stores, request.params["id"], "vector store")["id"]
    return Answer(body=put(name, checked(request.json(), _ONE, "file_id"), store))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/files."""
    return page(settled(request.params["id"], store).values(), request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/files/{file}."""
    return Answer(body=_one(request, store))


def update(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}/files/{file}: only the attributes can change."""
    file = _one(request, store)
    file["attributes"] = checked(request.json(), {"attributes": ATTRIBUTES}, "attributes")["attributes"]
    return Answer(body=file)


def content(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/files/{file}/content: the chunks."""
    data = [{"type": "text", "text": chunk} for chunk in chunks(_one(request, store), store)]
    ends = {"has_more": False, "next_page": None}
    return Answer(body={"object": "vector_store.file_content.page", "data": data, **ends})


def detach(request: Request, store: Store) -> Answer:
    """DELETE /v1/vector_stores/{id}/files/{file}: the file itself stays."""
    name = _one(request, store)["id"]
    return delete(name, "vector_store.file.deleted", store.vector_store_files[request.params["id"]])


def create_batch(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}/file_batches."""
    name = find(store.vector_stores, request.params["id"], "vector store")["id"]
    body = checked(request.json(), _BATCH)
    if "file_ids" not in body and "files" not in body:
        raise missing("file_ids")
    shared = {key: body[key] for key in ("attributes", "chunking_strategy") if key in body}
    asked = body.get("files") or [{**shared, "file_id": file} for file in body["file_ids"]]
    ids = [put(name, one, store)["id"] for one in asked]
    batch = {
        "id": store.new_id("vsfb_"), "object": "vector_store.file_batch", "created_at": now(),
        "vector_store_id": name, "ids": ids,
    }  # fmt: skip
    store.vector_store_batches[name][batch["id"]] = batch
    return Answer(body=_seen_batch(batch, store.vector_store_files[name]))


def batch(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/file_batches/{batch}."""
    return Answer(body=_seen_batch(_batch(request, store), settled(request.params["id"], store)))


def batch_files(request: Request, store: Store) -> Answer:
    """GET /v1/vector_stores/{id}/file_batches/{batch}/files."""
    ids = _batch(request, store)["ids"]
    return page([file for name, file in settled(request.params["id"], store).items() if name in ids], request)


def _one(request: Request, store: Store) -> dict[str, Json]:
    return find(settled(request.params["id"], store), request.params["file"], "file")


def _batch(request: Request, store: Store) -> Json:
    name = find(store.vector_stores, request.params["id"], "vector store")["id"]
    return find(store.vector_store_batches[name], request.params["batch"], "file batch")


def _seen_batch(batch: Json, files: Objects) -> Json:
    counts = counted([files[name] for name in batch["ids"] if name in files])
    shown = {name: value for name, value in batch.items() if name != "ids"}
    return {**shown, "status": "in_progress" if counts["in_progress"] else "completed", "file_counts": counts}
