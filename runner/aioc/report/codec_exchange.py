"""Exchanges in the journal's lines: bytes as text where they are text, else base64."""

import base64
from dataclasses import astuple
from sys import intern
from typing import Any

from aioc.model.exchange import Failure, Transfer, WireFile, WireRequest

Line = dict[str, Any]


def encode_transfer(transfer: Transfer, max_body: int) -> Line:
    """An exchange; bodies over `max_body` bytes are cut."""
    request, failure = transfer.request, transfer.failure
    return {
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": request.headers,
            "body": _bytes(request.content, max_body),
            "form": request.form,
            "files": [
                [part.field, part.file_name, part.media_type, _bytes(part.content, max_body)] for part in request.files
            ],
            "hang_up_after": request.hang_up_after,
        },
        "status": transfer.status,
        "headers": transfer.headers,
        "body": _bytes(transfer.body, max_body),
        "arrivals": [[round(at, 3), end] for at, end in transfer.arrivals],
        "started_unix": round(transfer.started_unix, 6),
        "total_ms": round(transfer.total_ms, 3),
        "facts": dict(transfer.facts),
        "failure": astuple(failure) if failure else None,
        "cut": transfer.cut,
        "retries": transfer.retries,
    }


def decode_transfer(item: Line) -> Transfer:
    """Read an exchange back; one whose body was cut cannot be judged again."""
    asked = item["request"]
    request = WireRequest(
        asked["method"],
        asked["target"],
        tuple((intern(name), intern(value) if value else value) for name, value in asked["headers"]),
        _read_bytes(asked["body"]),
        tuple((name, value) for name, value in asked["form"]),
        tuple(
            WireFile(field, name, media, _read_bytes(content) or b"") for field, name, media, content in asked["files"]
        ),
        asked["hang_up_after"],
        asked["body"]["length"] if _is_cut(asked["body"]) else None,
    )
    failure = Failure(*item["failure"]) if item["failure"] else None
    if failure is None and _is_cut(item["body"]):
        failure = Failure(
            "not-recorded",
            "the journal holds only the beginning of this exchange",
            "run the case against the server",
        )
    return Transfer(
        request,
        item["status"],
        tuple((intern(name), intern(value)) for name, value in item["headers"]),  # most answers have the same
        _read_bytes(item["body"]) or b"",
        tuple((at, end) for at, end in item["arrivals"]),
        item["started_unix"],
        item["total_ms"],
        item["facts"],
        failure,
        item["cut"],
        tuple(item["retries"]),
    )


def _bytes(raw: bytes | None, limit: int) -> Any:
    """Text where it is UTF-8, else base64; a cut one is marked."""
    if raw is None:
        return None
    mark = {"cut": True, "length": len(raw)} if len(raw) > limit else {}
    raw = raw[:limit]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii"), **mark}
    return {"text": text, **mark} if mark else text


def _read_bytes(item: Any) -> bytes | None:
    if item is None:
        return None
    if isinstance(item, str):
        return item.encode("utf-8")
    return base64.b64decode(item["base64"]) if "base64" in item else item["text"].encode("utf-8")


def _is_cut(item: Any) -> bool:
    return isinstance(item, dict) and bool(item.get("cut"))
