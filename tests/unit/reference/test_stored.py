"""Uploads, fine-tuning jobs, vector stores with their search, and what is left of realtime without a socket."""

import json
import time
from typing import Any

import pytest

from .conftest import Call


@pytest.fixture
def part(call: Call) -> Call:
    def send(name: str, data: bytes) -> Any:
        head = b'--b\r\ncontent-disposition: form-data; name="data"; filename="p"\r\n\r\n'
        kind = {"content-type": "multipart/form-data; boundary=b"}
        return call("POST", f"/v1/uploads/{name}/parts", head + data + b"\r\n--b--\r\n", kind)

    return send


def begin(call: Call, size: int) -> str:
    body = {"filename": "a.jsonl", "purpose": "batch", "bytes": size, "mime_type": "application/jsonl"}
    made = call("POST", "/v1/uploads", body).json
    assert made["status"] == "pending" and made["expires_at"] == made["created_at"] + 3600
    return str(made["id"])


def test_an_upload_is_its_parts_in_the_order_that_is_named(call: Call, part: Call) -> None:
    name = begin(call, 6)
    last, first = (part(name, data).json["id"] for data in (b"def", b"abc"))
    assert part(name, b"g").status == 400
    short = call("POST", f"/v1/uploads/{name}/complete", {"part_ids": [first]})
    assert short.status == 400 and "3 bytes" in short.json["error"]["message"]
    assert call("POST", f"/v1/uploads/{name}/complete", {"part_ids": [first, last], "md5": "0"}).status == 400
    done = call("POST", f"/v1/uploads/{name}/complete", {"part_ids": [first, last]}).json
    assert done["status"] == "completed" and done["file"]["bytes"] == 6
    assert call("GET", f"/v1/files/{done['file']['id']}/content").body == b"abcdef"
    assert call("POST", f"/v1/uploads/{name}/cancel").status == 400


def test_a_cancelled_upload_takes_no_parts(call: Call, part: Call) -> None:
    name = begin(call, 3)
    assert call("POST", f"/v1/uploads/{name}/cancel").json["status"] == "cancelled"
    assert part(name, b"abc").status == 400 and part("upload_x", b"abc").status == 404


def test_fine_tuning_jobs_wait_until_they_are_cancelled(call: Call, upload: Call) -> None:
    assert call("GET", "/v1/fine_tuning/jobs").json == {"object": "list", "data": [], "has_more": False}
    order = {"model": "reference-chat", "training_file": "file-x"}
    assert call("POST", "/v1/fine_tuning/jobs", order).json["error"]["param"] == "training_file"
    order["training_file"] = upload("/v1/files", {"purpose": "fine-tune"}, ("t.jsonl", b"{}")).json["id"]
    assert call("POST", "/v1/fine_tuning/jobs", {**order, "model": "nope"}).status == 404
    name = call("POST", "/v1/fine_tuning/jobs", order).json["id"]
    path = f"/v1/fine_tuning/jobs/{name}"
    assert call("POST", f"{path}/cancel").json["status"] == "cancelled"
    assert call("POST", f"{path}/cancel").status == 400
    assert [one["id"] for one in call("GET", "/v1/fine_tuning/jobs").json["data"]] == [name]
    assert call("GET", path).json["finished_at"] and len(call("GET", f"{path}/events").json["data"]) == 2
    unknown = call("GET", "/v1/fine_tuning/jobs/x/events")
    assert (unknown.status, unknown.json["error"]["code"]) == (404, "fine_tune_not_found")


@pytest.fixture
def files(upload: Call) -> list[str]:
    texts = {"train.txt": b"The train was late.", "food.txt": b"The food was delicious."}
    return [upload("/v1/files", {"purpose": "assistants"}, pair).json["id"] for pair in texts.items()]


def test_vector_stores_read_their_files(call: Call, files: list[str]) -> None:
    made = call("POST", "/v1/vector_stores", {"name": "v", "file_ids": files}).json
    assert made["status"] == "in_progress" and made["file_counts"]["in_progress"] == 2
    path = f"/v1/vector_stores/{made['id']}"
    read = call("GET", path).json
    assert (read["status"], read["usage_bytes"], read["file_counts"]["completed"]) == ("completed", 42, 2)
    page = call("GET", f"{path}/files/{files[0]}/content").json
    assert page["data"] == [{"type": "text", "text": "The train was late."}] and page["next_page"] is None
    assert call("POST", f"{path}/files/{files[0]}", {"attributes": {"a": 1}}).json["attributes"] == {"a": 1}
    assert call("DELETE", f"{path}/files/{files[0]}").json["object"] == "vector_store.file.deleted"
    assert [one["id"] for one in call("GET", f"{path}/files").json["data"]] == files[1:]
    edited = call("POST", path, {"name": "w", "expires_after": {"anchor": "last_active_at", "days": 1}}).json
    assert edited["name"] == "w" and edited["expires_at"] == edited["last_active_at"] + 86_400
    assert call("DELETE", path).json["object"] == "vector_store.deleted"
    assert [call("GET", path + more).status for more in ("", "/files", f"/files/{files[1]}/content")] == [404] * 3
    assert call("POST", "/v1/vector_stores", {"file_ids": ["file-x"]}).status == 404


def test_long_files_are_cut_into_chunks_that_overlap(call: Call, upload: Call) -> None:
    long = " ".join(f"word{number}" for number in range(250))
    file = upload("/v1/files", {"purpose": "assistants"}, ("l.txt", long.encode())).json["id"]
    sizes = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}}
    made = call("POST", "/v1/vector_stores", {"file_ids": [file], "chunking_strategy": sizes}).json
    found = call("GET", f"/v1/vector_stores/{made['id']}/files/{file}/content").json["data"]
    pieces = [one["text"].split() for one in found]
    assert [len(piece) for piece in pieces] == [100, 100, 90] and pieces[0][80:] == pieces[1][:20]


def test_file_batches(call: Call, files: list[str]) -> None:
    path = f"/v1/vector_stores/{call('POST', '/v1/vector_stores', {}).json['id']}"
    made = call("POST", f"{path}/file_batches", {"file_ids": files}).json
    assert made["status"] == "in_progress" and made["file_counts"]["total"] == 2 and "ids" not in made
    assert call("GET", f"{path}/file_batches/{made['id']}").json["file_counts"]["completed"] == 2
    assert len(call("GET", f"{path}/file_batches/{made['id']}/files").json["data"]) == 2
    assert call("POST", f"{path}/file_batches", {}).status == 400
    assert call("GET", f"{path}/file_batches/vsfb_x").status == 404


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (None, 2),
        ({"type": "eq", "key": "kind", "value": "food"}, 1),
        ({"type": "ne", "key": "kind", "value": "food"}, 1),
        ({"type": "nin", "key": "absent", "value": ["x"]}, 2),
        ({"type": "gt", "key": "year", "value": 2000}, 1),
        ({"type": "in", "key": "year", "value": [1999, 2001]}, 2),
        ({"type": "or", "filters": [{"type": "lt", "key": "year", "value": 2000},
                                    {"type": "eq", "key": "kind", "value": "food"}]}, 2),
        ({"type": "and", "filters": [{"type": "lt", "key": "year", "value": 2000},
                                     {"type": "eq", "key": "kind", "value": "food"}]}, 0),
    ],
)  # fmt: skip
def test_search(call: Call, files: list[str], filters: Any, found: int) -> None:
    path = f"/v1/vector_stores/{call('POST', '/v1/vector_stores', {}).json['id']}"
    for file, kind, year in zip(files, ("train", "food"), (1999, 2001), strict=True):
        call("POST", f"{path}/files", {"file_id": file, "attributes": {"kind": kind, "year": year}})
    page = call("POST", f"{path}/search", {"query": "delicious food", "filters": filters}).json
    scores = [one["score"] for one in page["data"]]
    assert len(scores) == found and scores == sorted(scores, reverse=True)
    if filters is None:
        assert page["data"][0]["filename"] == "food.txt" and page["search_query"] == ["delicious food"]


@pytest.mark.parametrize(
    "filters",
    [{"type": "eq", "key": "a"}, {"type": "gt", "key": "kind", "value": 1}, {"type": "and"}, {"type": "like"}],
)
def test_filters_that_say_nothing_are_refused(call: Call, files: list[str], filters: Any) -> None:
    path = f"/v1/vector_stores/{call('POST', '/v1/vector_stores', {}).json['id']}"
    call("POST", f"{path}/files", {"file_id": files[0], "attributes": {"kind": "train"}})
    assert call("POST", f"{path}/search", {"query": "x", "filters": filters}).status == 400
    strict = {"query": "late", "ranking_options": {"score_threshold": 1}}
    assert call("POST", f"{path}/search", strict).json["data"] == []


def test_realtime(call: Call) -> None:
    for asked, lasts in ({}, 600), ({"expires_after": {"anchor": "created_at", "seconds": 60}}, 60):
        made = call("POST", "/v1/realtime/client_secrets", {**asked, "session": {"type": "realtime"}}).json
        assert made["value"].startswith("ek_") and abs(made["expires_at"] - time.time() - lasts) < 3
        assert made["session"]["object"] == "realtime.session" and made["session"]["id"].startswith("sess_")
    assert call("POST", "/v1/realtime/client_secrets", {"session": {}}).status == 400
    old = call("POST", "/v1/realtime/sessions", {"modalities": ["text"]}).json
    assert old["modalities"] == ["text"] and set(old["client_secret"]) == {"value", "expires_at"}
    refused = call("GET", "/v1/realtime?model=x")
    assert (refused.status, refused.headers["upgrade"]) == (426, "websocket")
    assert json.loads(refused.body)["error"]["message"]
