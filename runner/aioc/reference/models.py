"""The models that the server pretends to have."""

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.request import Request
from aioc.reference.store import Store

CREATED = 1_735_689_600
KINDS = {
    "reference-chat": "chat", "reference-embed": "embedding", "reference-tts": "speech",
    "reference-stt": "transcription", "reference-image": "image", "reference-moderation": "moderation",
    "reference-rerank": "ranking", "aioc/reference-chat": "chat",
}  # fmt: skip


def listing(request: Request, store: Store) -> Answer:
    """GET /v1/models."""
    return Answer(body={"object": "list", "data": [_model(name) for name in KINDS]})


def retrieve(request: Request, store: Store) -> Answer:
    """GET /v1/models/{model}; a name with a slash may come as two segments."""
    return Answer(body=_model(_known("/".join(request.params.values()), "model")))


def remove(request: Request, store: Store) -> Answer:
    """DELETE /v1/models/{model}: only fine-tuned models can go, and there are none."""
    _known("/".join(request.params.values()), "model")
    raise ApiError("You have insufficient permissions to delete this model.", status=403)


def require(name: str, kind: str, param: str | None = None, status: int = 404) -> str:
    """The model, if it exists and can do what is asked; endpoints differ in status and param."""
    if KINDS[_known(name, param, status)] != kind:
        raise ApiError(f"The model '{name}' is not a {kind} model.", "model", None, status)
    return name


def refuse_long(tokens: int, param: str, most: int = 128_000) -> None:
    """Refuse what does not fit into a model's context."""
    if tokens > most:
        text = f"This model's maximum context length is {most} tokens, your input has {tokens}."
        raise ApiError(text, param, "context_length_exceeded")


def _known(name: str, param: str | None, status: int = 404) -> str:
    if name not in KINDS:
        text = f"The model '{name}' does not exist or you do not have access to it."
        raise ApiError(text, param, "model_not_found", status)
    return name


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "aioc"}
