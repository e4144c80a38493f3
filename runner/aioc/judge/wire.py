"""A request with its names filled in: pure, so that a dry run shows exactly what a run would send."""

import json
from collections.abc import Iterator, Mapping

from aioc.model.case import FilePart, Request
from aioc.model.exchange import WireFile, WireRequest
from aioc.model.problem import Json
from aioc.template import as_text, fill, fill_path, fill_text, names


def request_names(request: Request) -> Iterator[str]:
    """Give every name that a request uses."""
    yield from names([request.path, request.json, request.raw])
    for _, value in (*request.headers, *request.form):
        yield from names(value)
    for part in request.files:
        yield from names(part.text)


def wire(request: Request, values: Mapping[str, Json]) -> WireRequest:
    """Fill in a request; raises MissingNameError when a name has no value (a capture that did not happen)."""
    headers = tuple(
        (name, None if value is None else fill_text(value, values, _header_safe)) for name, value in request.headers
    )
    content = None
    if request.has_json:
        content = json.dumps(fill(request.json, values), ensure_ascii=False).encode("utf-8", "surrogatepass")
    elif request.raw is not None:
        content = fill_text(request.raw, values, _json_inside).encode("utf-8", "surrogatepass")
    if content is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("content-type", "application/json"))
    return WireRequest(
        request.method,
        fill_path(request.path, values),
        headers,
        content,
        tuple((name, as_text(fill(value, values))) for name, value in request.form),
        tuple(_file(part, values) for part in request.files),
        request.hang_up_after,
    )


def _file(part: FilePart, values: Mapping[str, Json]) -> WireFile:
    content = part.content
    if content is None:
        content = fill_text(part.text or "", values, _json_inside).encode("utf-8")
    return WireFile(part.field, part.file_name, part.media_type, content)


def _json_inside(text: str) -> str:
    """Escape a text for the inside of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _header_safe(text: str) -> str:
    """Keep a captured value from breaking out of its header line."""
    return "".join(letter for letter in text if letter.isprintable() and letter.isascii())
