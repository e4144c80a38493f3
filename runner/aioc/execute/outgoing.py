"""A request as it goes out: built from what a case wants, and shown without its secrets."""

from collections.abc import Sequence

import httpcore
import httpx

from aioc.execute.target import SECRET_HEADERS, Target
from aioc.model.exchange import WireRequest

HIDDEN = "***"


def build(target: Target, request: WireRequest) -> httpcore.Request:
    """Let httpx encode the body (multipart above all) and frame it; the path goes out as the case wrote it."""
    path = target.path(request.target).encode("ascii")
    files = [(part.field, (part.file_name, part.content, part.media_type)) for part in request.files]
    # A part without a file name is a plain field: a form is always sent as multipart, as clients do.
    fields = [(name, (None, value.encode("utf-8", "surrogatepass"), None)) for name, value in request.form]
    built = httpx.Request(
        request.method,
        target.origin,
        headers=[
            (name.encode(), value.encode("utf-8", "surrogatepass"))
            for name, value in target.headers_for(request.headers)
        ],
        content=request.content,
        files=[*fields, *files] or None,
    )
    for name, value in request.headers:
        if value is None:
            # httpx adds what frames a body (the content-type of a form …); a case's null takes that away too.
            built.headers.pop(name, None)
    url = built.url
    assert isinstance(built.stream, httpx.SyncByteStream)  # bytes and files make no other
    return httpcore.Request(
        built.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=path),
        headers=built.headers.raw,
        content=built.stream,
    )


def shown(headers: Sequence[tuple[bytes, bytes]], target: Target) -> tuple[tuple[str, str | None], ...]:
    """Give the headers as sent, with the values of secret ones hidden."""
    return tuple(
        (name.decode("latin-1"), masked(name.decode("latin-1"), value.decode("utf-8", "replace"), target.secrets))
        for name, value in headers
        if name.lower() != b"host"
    )


def masked(name: str, value: str, secrets: tuple[str, ...]) -> str:
    """Hide the value of a header that is secret by its name or holds a secret."""
    secret = name.lower() in SECRET_HEADERS or any(one and one in value for one in secrets)
    return HIDDEN if secret else value
