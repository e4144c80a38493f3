"""Which handler answers which method and path, and what every answer has in common."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import unquote

from aioc.reference import (
    audio,
    batches,
    chat,
    completions,
    conversations,
    embeddings,
    files,
    fine_tuning,
    images,
    models,
    moderations,
    realtime,
    rerank,
    responses,
    stored_chat,
    uploads,
    vector_files,
    vector_search,
    vector_stores,
    videos,
)  # fmt: skip
from aioc.reference.answer import Answer, ApiError, Headers
from aioc.reference.request import Request
from aioc.reference.store import Store

Handler: TypeAlias = Callable[[Request, Store], Answer]

ROUTES: dict[str, dict[str, Handler]] = {
    "/v1/models": {"GET": models.listing},
    "/v1/models/{model}": {"GET": models.retrieve, "DELETE": models.remove},
    "/v1/models/{owner}/{model}": {"GET": models.retrieve, "DELETE": models.remove},
    "/v1/chat/completions": {"GET": stored_chat.listing, "POST": chat.create},
    "/v1/chat/completions/{id}": {
        "GET": stored_chat.retrieve, "POST": stored_chat.update, "DELETE": stored_chat.remove,
    },
    "/v1/chat/completions/{id}/messages": {"GET": stored_chat.messages},
    "/v1/completions": {"POST": completions.create},
    "/v1/responses": {"POST": responses.create},
    "/v1/responses/compact": {"POST": responses.compact},
    "/v1/responses/input_tokens": {"POST": responses.input_tokens},
    "/v1/responses/{id}": {"GET": responses.retrieve, "DELETE": responses.remove},
    "/v1/responses/{id}/cancel": {"POST": responses.cancel},
    "/v1/responses/{id}/input_items": {"GET": responses.input_items},
    "/v1/conversations": {"POST": conversations.create},
    "/v1/conversations/{id}": {
        "GET": conversations.retrieve, "POST": conversations.update, "DELETE": conversations.remove,
    },
    "/v1/conversations/{id}/items": {"GET": conversations.items, "POST": conversations.add_items},
    "/v1/conversations/{id}/items/{item}": {"GET": conversations.item_of, "DELETE": conversations.remove_item},
    "/v1/embeddings": {"POST": embeddings.create},
    "/v1/audio/speech": {"POST": audio.speech},
    "/v1/audio/transcriptions": {"POST": audio.transcriptions},
    "/v1/audio/translations": {"POST": audio.translations},
    "/v1/images/generations": {"POST": images.generations},
    "/v1/images/edits": {"POST": images.edits},
    "/v1/images/variations": {"POST": images.variations},
    "/v1/images/{name}": {"GET": images.content},
    "/v1/moderations": {"POST": moderations.create},
    "/v1/rerank": {"POST": rerank.create},
    "/v1/files": {"GET": files.listing, "POST": files.create},
    "/v1/files/{id}": {"GET": files.retrieve, "DELETE": files.remove},
    "/v1/files/{id}/content": {"GET": files.content},
    "/v1/batches": {"GET": batches.listing, "POST": batches.create},
    "/v1/batches/{id}": {"GET": batches.retrieve},
    "/v1/batches/{id}/cancel": {"POST": batches.cancel},
    "/v1/vector_stores": {"GET": vector_stores.listing, "POST": vector_stores.create},
    "/v1/vector_stores/{id}": {
        "GET": vector_stores.retrieve, "POST": vector_stores.update, "DELETE": vector_stores.remove,
    },
    "/v1/vector_stores/{id}/files": {"GET": vector_files.listing, "POST": vector_files.attach},
    "/v1/vector_stores/{id}/files/{file}": {
        "GET": vector_files.retrieve, "POST": vector_files.update, "DELETE": vector_files.detach,
    },
    "/v1/vector_stores/{id}/files/{file}/content": {"GET": vector_files.content},
    "/v1/vector_stores/{id}/file_batches": {"POST": vector_files.create_batch},
    "/v1/vector_stores/{id}/file_batches/{batch}": {"GET": vector_files.batch},
    "/v1/vector_stores/{id}/file_batches/{batch}/files": {"GET": vector_files.batch_files},
    "/v1/vector_stores/{id}/search": {"POST": vector_search.search},
    "/v1/uploads": {"POST": uploads.create},
    "/v1/uploads/{id}/parts": {"POST": uploads.add_part},
    "/v1/uploads/{id}/complete": {"POST": uploads.complete},
    "/v1/uploads/{id}/cancel": {"POST": uploads.cancel},
    "/v1/fine_tuning/jobs": {"GET": fine_tuning.listing, "POST": fine_tuning.create},
    "/v1/fine_tuning/jobs/{id}": {"GET": fine_tuning.retrieve},
    "/v1/fine_tuning/jobs/{id}/cancel": {"POST": fine_tuning.cancel},
    "/v1/fine_tuning/jobs/{id}/events": {"GET": fine_tuning.events},
    "/v1/realtime": {"GET": realtime.socket},
    "/v1/realtime/client_secrets": {"POST": realtime.client_secret},
    "/v1/realtime/sessions": {"POST": realtime.session},
    "/v1/videos": {"GET": videos.listing, "POST": videos.create},
    "/v1/videos/{id}": {"GET": videos.retrieve, "DELETE": videos.remove},
    "/v1/videos/{id}/content": {"GET": videos.content},
    "/v1/videos/{id}/remix": {"POST": videos.remix},
}  # fmt: skip


def respond(request: Request, store: Store, api_key: str | None = None) -> Answer:
    """The whole answer to a request, common headers included."""
    started = time.perf_counter()
    pattern, params = _match(request.path)
    route = f"{request.method} {pattern or request.path}"
    if request.method == "OPTIONS":
        return Answer(route, 204, _preflight(request, pattern))
    try:
        _authorize(request, api_key)
        answer = _handler(request, pattern)(replace(request, params=params), store)
    except ApiError as refusal:
        answer = refusal.answer()
    names = {name for name, _ in answer.headers}
    kind = "application/json" if answer.events is None else "text/event-stream; charset=utf-8"
    spent = str(int((time.perf_counter() - started) * 1000))
    common = [
        ("content-type", kind), ("x-request-id", store.new_id("req_")), ("openai-version", "2020-10-01"),
        ("openai-processing-ms", spent),
    ]  # fmt: skip
    if "origin" in request.headers:
        common += [("access-control-allow-origin", "*"), ("access-control-expose-headers", "X-Request-ID")]
    headers = (*answer.headers, *(header for header in common if header[0] not in names))
    return replace(answer, route=route, headers=headers)


def _match(path: str) -> tuple[str | None, dict[str, str]]:
    segments = path.split("/")
    # A pattern with fewer names is the more exact one: /files/{id} never hides a fixed path.
    for pattern in sorted(ROUTES, key=lambda one: one.count("{")):
        wanted = pattern.split("/")
        if len(wanted) == len(segments):
            pairs = list(zip(wanted, segments, strict=True))
            if all(name == text or (name.startswith("{") and text) for name, text in pairs):
                return pattern, {name[1:-1]: unquote(text) for name, text in pairs if name.startswith("{")}
    return None, {}


def _handler(request: Request, pattern: str | None) -> Handler:
    if pattern is None:
        raise ApiError(f"Invalid URL ({request.method} {request.path})", status=404)
    method = "GET" if request.method == "HEAD" else request.method
    handler = ROUTES[pattern].get(method)
    if handler is None:
        text = f"Not allowed to {request.method} on {request.path}."
        raise ApiError(text, None, "method_not_supported", 405, headers=(("allow", _allowed(pattern)),))
    return handler


def _authorize(request: Request, api_key: str | None) -> None:
    given = request.headers.get("authorization", "")
    if api_key is None or given == f"Bearer {api_key}":
        return
    text = "Incorrect API key provided." if given else "You didn't provide an API key."
    challenge = (("www-authenticate", 'Bearer realm="aioc"'),)
    raise ApiError(text, None, "invalid_api_key", 401, headers=challenge)


def _preflight(request: Request, pattern: str | None) -> Headers:
    allowed = _allowed(pattern) if pattern else "GET, POST, DELETE, OPTIONS"
    headers = [("allow", allowed), ("access-control-allow-origin", "*"), ("access-control-allow-methods", allowed)]
    if asked := request.headers.get("access-control-request-headers"):
        headers.append(("access-control-allow-headers", asked))
    if request.headers.get("access-control-request-private-network") == "true":
        headers.append(("access-control-allow-private-network", "true"))
    return (*headers, ("access-control-max-age", "600"))


def _allowed(pattern: str) -> str:
    methods = list(ROUTES[pattern])
    return ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
