"""Batches: the first look at one runs its lines, so that a poll sees it grow from validating to completed."""

import json
from collections.abc import Callable

from aioc.reference import chat, completions, embeddings, moderations, responses
from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import METADATA, checked, mapping, text
from aioc.reference.files import EXPIRY, keep
from aioc.reference.request import Request, parse
from aioc.reference.store import Store, find, now, page

_ENDPOINTS: dict[str, Callable[[Request, Store], Answer]] = {
    "/v1/chat/completions": chat.create, "/v1/completions": completions.create, "/v1/embeddings": embeddings.create,
    "/v1/responses": responses.create, "/v1/moderations": moderations.create,
}  # fmt: skip
_LINE_FIELDS = {"custom_id": text(), "method": text("POST"), "url": text(), "body": mapping()}
_LINE = mapping(_LINE_FIELDS, *_LINE_FIELDS)
_FIELDS = {
    "input_file_id": text(), "endpoint": text(*_ENDPOINTS), "completion_window": text("24h"),
    "metadata": METADATA, "output_expires_after": EXPIRY,
}  # fmt: skip
_LATER = (
    "in_progress_at", "finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at", "cancelled_at",
    "output_file_id", "error_file_id", "errors", "metadata",
)  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """POST /v1/batches."""
    body = checked(request.json(), _FIELDS, "input_file_id", "endpoint", "completion_window")
    find(store.files, body["input_file_id"], "file", param="input_file_id")
    made = now()
    name = store.new_id("batch_")
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    store.batches[name] = {
        **dict.fromkeys(_LATER), "id": name, "object": "batch", "endpoint": body["endpoint"], "model": None,
        "input_file_id": body["input_file_id"], "completion_window": "24h", "status": "validating",
        "created_at": made, "expires_at": made + 86_400,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, **details},
        "metadata": body.get("metadata"),
    }  # fmt: skip
    return Answer(body=dict(store.batches[name]))


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/batches."""
    return page(store.batches.values(), request)


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/batches/{id}: runs what is still to do."""
    batch = _one(request, store)
    if batch["status"] == "validating":
        _run(batch, store)
    return Answer(body=batch)


def cancel(request: Request, store: Store) -> Answer:
    """POST /v1/batches/{id}/cancel: a batch that has ended cannot be cancelled."""
    batch = _one(request, store)
    if batch["status"] != "validating":
        raise ApiError(f"Cannot cancel a batch with status '{batch['status']}'.", status=409)
    batch.update(status="cancelled", cancelling_at=now(), cancelled_at=now())
    return Answer(body={**batch, "status": "cancelling", "cancelled_at": None})


def _one(request: Request, store: Store) -> dict[str, Json]:
    return find(store.batches, request.params["id"], "batch")


def _read(batch: dict[str, Json], store: Store) -> tuple[list[Json], list[Json]]:
    """The lines of a batch, and what is wrong with them."""
    lines: list[Json] = []
    wrong: list[Json] = []
    for number, line in enumerate(store.contents.get(batch["input_file_id"], b"").splitlines(), 1):
        try:
            lines.append(parse(line))
            _LINE(lines[-1], "")
            if lines[-1]["url"] != batch["endpoint"]:
                raise ApiError("The URL of the line is not the endpoint of the batch.", "url", "mismatched_endpoint")
        except ApiError as error:
            code = error.code or "invalid_json_line"
            wrong.append({"code": code, "message": error.message, "param": error.param, "line": number})
    if not lines and not wrong:
        wrong.append({"code": "empty_file", "message": "The file has no lines.", "param": None, "line": None})
    return lines, wrong


def _run(batch: dict[str, Json], store: Store) -> None:
    lines, wrong = _read(batch, store)
    if wrong:
        batch.update(status="failed", failed_at=now(), errors={"object": "list", "data": wrong})
        return
    results = [_answered(line, store) for line in lines]
    good = [one for one in results if one["response"]["status_code"] == 200]
    bad = [one for one in results if one["response"]["status_code"] != 200]
    for key, some in (("output_file_id", good), ("error_file_id", bad)):
        if some:
            content = "".join(json.dumps(one) + "\n" for one in some).encode()
            batch[key] = keep(store, f"{batch['id']}_{key[:-8]}.jsonl", content, "batch_output")["id"]
    counts = {"total": len(results), "completed": len(good), "failed": len(bad)}
    ended = dict.fromkeys(("in_progress_at", "finalizing_at", "completed_at"), now())
    for one in good:
        spent = one["response"]["body"].get("usage") or {}
        read = spent.get("prompt_tokens", spent.get("input_tokens", 0))
        written = spent.get("completion_tokens", spent.get("output_tokens", 0))
        batch["usage"]["input_tokens"] += read
        batch["usage"]["output_tokens"] += written
        batch["usage"]["total_tokens"] += read + written
    batch.update(status="completed", request_counts=counts, model=lines[0]["body"].get("model"), **ended)


def _answered(line: Json, store: Store) -> Json:
    sent = Request("POST", line["url"], "", {"content-type": "application/json"}, json.dumps(line["body"]).encode())
    try:
        answer = _ENDPOINTS[line["url"]](sent, store)
    except ApiError as refusal:
        answer = refusal.answer()
    told = {"status_code": answer.status, "request_id": store.new_id("req_"), "body": answer.body}
    return {"id": store.new_id("batch_req_"), "custom_id": line["custom_id"], "response": told, "error": None}
