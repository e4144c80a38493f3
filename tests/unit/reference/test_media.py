"""Models, sound, pictures, moderation, files, batches and the simple envelopes."""

import base64
import io
import json
import struct
import wave
import zlib
from pathlib import Path

import pytest

from .conftest import Call


def wav(seconds: int = 1) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000 * seconds))
    return buffer.getvalue()


def test_models(call: Call) -> None:
    names = [one["id"] for one in call("GET", "/v1/models").json["data"]]
    assert all(call("GET", f"/v1/models/{name.replace('-', '%2D')}").json["id"] == name for name in names)
    error = call("GET", "/v1/models/no%2Fsuch").json["error"]
    assert error["code"] == "model_not_found" and error["param"] == "model" and "no/such" in error["message"]


@pytest.mark.parametrize(
    ("kind", "magic"),
    [
        ("mp3", b"\xff\xf3"),
        ("opus", b"OggS"),
        ("aac", b"\xff\xf1"),
        ("flac", b"fLaC"),
        ("wav", b"RIFF"),
        ("pcm", b"\0\0"),
    ],
)
def test_speech(call: Call, kind: str, magic: bytes) -> None:
    body = {"model": "reference-tts", "input": "Hello.", "voice": "alloy", "response_format": kind}
    answer = call("POST", "/v1/audio/speech", body)
    assert (
        answer.body.startswith(magic) and answer.headers["content-type"] == f"audio/{'mpeg' if kind == 'mp3' else kind}"
    )
    events = call("POST", "/v1/audio/speech", {**body, "stream_format": "sse"}).events
    assert b"".join(base64.b64decode(one.get("audio", "")) for one in events) == answer.body
    assert call("POST", "/v1/audio/speech", {**body, "voice": "nobody"}).status == 400


def test_transcriptions(upload: Call) -> None:
    def hear(path: str = "transcriptions", **fields: str) -> bytes:
        reply = upload(f"/v1/audio/{path}", {"model": "reference-stt", **fields}, ("a.wav", wav(2)))
        return bytes(reply.body)

    text = json.loads(hear())["text"]
    assert hear(response_format="text").decode() == text + "\n"
    assert hear(response_format="srt").startswith(b"1\n00:00:00,000 --> 00:00:01,000\n")
    assert hear(response_format="vtt").startswith(b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n")
    verbose = json.loads(hear(response_format="verbose_json"))
    assert verbose["duration"] == 2 and verbose["segments"][-1]["end"] == 2 and "words" not in verbose
    words = json.loads(hear(response_format="verbose_json", **{"timestamp_granularities[]": "word"}))
    assert words["words"][-1]["end"] == 2 and "segments" not in words
    assert hear(stream="true").endswith(b"data: [DONE]\n\n")
    assert json.loads(hear("translations"))["text"]
    torn = Path("specs/openai_v1/transcriptions/tone.wav").read_bytes().decode("utf-8", "replace").encode()
    for other in (b"hello world, hello", torn):
        assert upload("/v1/audio/transcriptions", {"model": "reference-stt"}, ("a.wav", other)).status == 400
    assert "error" in json.loads(hear(response_format="odd"))


def test_images(call: Call) -> None:
    body = {"model": "reference-image", "prompt": "A square.", "size": "64x32", "n": 2}
    answer = call("POST", "/v1/images/generations", body).json
    picture = base64.b64decode(answer["data"][1]["b64_json"])
    assert len(answer["data"]) == 2 and struct.unpack(">II", picture[16:24]) == (64, 32)
    size = struct.unpack(">I", picture[33:37])[0]
    assert len(zlib.decompress(picture[41 : 41 + size])) == 32 * (64 * 3 + 1)
    stream = call("POST", "/v1/images/generations", {**body, "stream": True, "partial_images": 1})
    assert [one["type"].rpartition(".")[2] for one in stream.events] == ["partial_image", "completed"]
    error = call("POST", "/v1/images/generations", {**body, "model": "nope"}).json["error"]
    assert error["type"] == "image_generation_user_error"


def test_moderations(call: Call) -> None:
    results = call("POST", "/v1/moderations", {"input": ["I will kill", "Good day"]}).json["results"]
    assert [one["flagged"] for one in results] == [True, False]
    assert (
        results[0]["categories"].keys() == results[0]["category_scores"].keys() and len(results[0]["categories"]) == 13
    )
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert len(call("POST", "/v1/moderations", {"input": parts}).json["results"]) == 1


def test_files(upload: Call, call: Call) -> None:
    made = upload("/v1/files", {"purpose": "evals"}, ("a.bin", b"\0\r\n--x\xff")).json
    assert made["bytes"] == 7 and call("GET", f"/v1/files/{made['id']}/content").body == b"\0\r\n--x\xff"
    listed = call("GET", "/v1/files?purpose=evals&limit=1").json
    assert listed["data"] == [made] and listed["has_more"] is False
    assert call("DELETE", f"/v1/files/{made['id']}").json == {
        "id": made["id"],
        "object": "file",
        "deleted": True,
    }
    assert call("GET", f"/v1/files/{made['id']}").status == 404
    assert upload("/v1/files", {"purpose": "fun"}, ("a", b"x")).status == 400


def test_batches(upload: Call, call: Call) -> None:
    lines = [
        {"custom_id": name, "method": "POST", "url": "/v1/embeddings", "body": {"model": model, "input": "x"}}
        for name, model in (("good", "reference-embed"), ("bad", "nope"))
    ]
    file = upload("/v1/files", {"purpose": "batch"}, ("b.jsonl", "\n".join(map(json.dumps, lines)).encode())).json
    order = {"input_file_id": file["id"], "endpoint": "/v1/embeddings", "completion_window": "24h"}
    made = call("POST", "/v1/batches", order).json
    ended = call("GET", f"/v1/batches/{made['id']}").json
    assert (made["status"], ended["status"]) == ("validating", "completed")
    assert ended["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    assert ended["usage"]["total_tokens"] == 1
    output = json.loads(call("GET", f"/v1/files/{ended['output_file_id']}/content").body)
    assert output["custom_id"] == "good" and output["response"]["status_code"] == 200
    other = call("POST", "/v1/batches", order).json["id"]
    assert call("POST", f"/v1/batches/{other}/cancel").json["status"] == "cancelling"
    assert call("GET", f"/v1/batches/{other}").json["status"] == "cancelled"
    wrong = call("POST", "/v1/batches", {**order, "endpoint": "/v1/responses"}).json["id"]
    assert call("GET", f"/v1/batches/{wrong}").json["errors"]["data"][0]["line"] == 1


def test_pages(upload: Call, call: Call) -> None:
    names = [upload("/v1/files", {"purpose": "vision"}, (f"{n}.txt", b"x")).json["id"] for n in range(3)]
    first = call("GET", "/v1/files?purpose=vision&limit=2&order=asc").json
    assert [one["id"] for one in first["data"]] == names[:2] and first["has_more"] is True
    rest = call("GET", f"/v1/files?purpose=vision&limit=2&order=asc&after={first['last_id']}").json
    assert [one["id"] for one in rest["data"]] == names[2:] and rest["has_more"] is False
    assert call("GET", "/v1/files?limit=0").status == 400
