"""A request as it goes out: built from what a case wants, and shown without its secrets."""

import httpx

from aioc.execute.target import SECRET_HEADERS, Target
from aioc.model.exchange import WireRequest

HIDDEN = "***"


def build(target: Target, request: WireRequest) -> httpx.Request:
    """Let httpx encode the body (multipart above all) and frame it; the path is put together by us."""
    files = [(part.field, (part.file_name, part.content, part.media_type)) for part in request.files]
    # A part without a file name is a plain field: a form is always sent as multipart, as clients do.
    fields = [(name, (None, value.encode("utf-8", "surrogatepass"), None)) for name, value in request.form]
    headers = target.headers_for(request.headers)
    if request.content is not None and not any(name.lower() == "content-type" for name, _ in request.headers):
        headers.append(("content-type", "application/json"))
    built = httpx.Request(
        request.method,
        target.origin,
        headers=[(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in headers],
        content=request.content,
        files=[*fields, *files] or None,
        extensions={"target": target.path(request.target).encode("ascii")},
    )
    for name, value in request.headers:
        if value is None:
            # httpx adds what frames a body (the content-type of a form …); a case's null takes that away too.
            built.headers.pop(name, None)
    return built


def shown(headers: httpx.Headers, target: Target) -> tuple[tuple[str, str | None], ...]:
    """Give the headers as sent, with the values of secret ones hidden."""
    return tuple(
        (name.decode("latin-1"), masked(name.decode("latin-1"), value.decode("utf-8", "replace"), target.secrets))
        for name, value in headers.raw
        if name.lower() != b"host"
    )


def masked(name: str, value: str, secrets: tuple[str, ...]) -> str:
    """Hide the value of a header that is secret by its name or holds a secret."""
    secret = name.lower() in SECRET_HEADERS or any(one and one in value for one in secrets)
    return HIDDEN if secret else value
