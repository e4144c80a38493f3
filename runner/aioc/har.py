"""Exchanges in a HAR file (HTTP Archive 1.2), as browsers, mitmproxy and most API tools write it."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from aioc.model.exchange import Transfer, WireRequest
from aioc.model.problem import Json

DECODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that speak of the body as it was sent; a HAR file holds it decoded."""


def is_har(data: Json) -> bool:
    """Whether this JSON is a HAR file."""
    return isinstance(data, dict) and isinstance(data.get("log"), dict) and "entries" in data["log"]


def entries(data: Json) -> Iterator[tuple[int, Transfer]]:
    """Give each answered request with its number, from 0. Raises KeyError, TypeError or ValueError for another form.

    A request that was never answered (status 0: blocked, aborted) is left out. A body that the tool did not keep is
    marked as cut, so that only status and headers are judged.
    """
    for number, entry in enumerate(data["log"]["entries"]):
        asked, answer = entry["request"], entry["response"]
        if int(answer["status"]) <= 0:
            continue
        content = answer.get("content", {})
        body = _body(content)
        kept = "text" in content or int(content.get("size", 0)) <= 0
        total_ms = max(0.0, float(entry.get("time") or 0.0))
        yield (
            number,
            Transfer(
                WireRequest(str(asked["method"]), _target(str(asked["url"])), (), _asked(asked)),
                int(answer["status"]),
                _headers(answer, content),
                body,
                ((total_ms, len(body)),),
                total_ms=total_ms,
                cut=None if kept else "limit",
                headers_kept=bool(answer["headers"]),
            ),
        )


def _headers(answer: Json, content: Json) -> tuple[tuple[str, str], ...]:
    pairs = tuple((str(pair["name"]), str(pair["value"])) for pair in answer["headers"])
    kept = tuple(pair for pair in pairs if pair[0].lower() not in DECODED)
    if pairs and not any(name.lower() == "content-type" for name, _ in pairs) and content.get("mimeType"):
        kept = (*kept, ("content-type", str(content["mimeType"])))
    return kept


def _body(content: Json) -> bytes:
    text = content.get("text")
    if text is None:
        return b""
    if content.get("encoding") == "base64":
        return base64.b64decode(text, validate=True)
    return str(text).encode("utf-8", "surrogatepass")


def _asked(asked: Json) -> bytes | None:
    text = (asked.get("postData") or {}).get("text")
    return None if text is None else str(text).encode("utf-8", "surrogatepass")


def _target(url: str) -> str:
    parts = urlsplit(url)
    return below_base(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def below_base(path: str) -> str:
    """Give the path below the base URL: hosted services keep theirs under /api, /openai/deployments/NAME …"""
    before, sign, after = path.partition("/v1/")
    if sign and before.count("/") <= 2:
        return f"/v1/{after}"
    # Nobody has a route of another meaning that ends so; `/embeddings` and `/models` may be a server's own.
    match = re.search(r"/(chat/completions|responses)(?=[?]|\Z)", path)
    return f"/v1{path[match.start() :]}" if match else path
