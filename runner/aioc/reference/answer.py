"""What a handler answers, before it is turned into bytes; the seam at which mutants change one thing."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from aioc.model.frozen import frozen

Json: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict with text keys."""

Headers: TypeAlias = tuple[tuple[str, str], ...]


@frozen
class Answer:
    """One whole answer: bytes in `body` are sent raw, anything else as JSON; `events` make it a stream.

    Either `event:` lines repeat the type of each event, or the stream is `untyped` and `[DONE]` ends it.
    """

    route: str = ""
    status: int = 200
    headers: Headers = ()
    body: Json = None
    events: tuple[Json, ...] | None = None
    untyped: bool = False


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal; it becomes an answer with OpenAI's error envelope."""

    message: str
    param: str | None = None
    code: str | None = None
    status: int = 400
    type: str = "invalid_request_error"
    headers: Headers = ()

    def answer(self) -> Answer:
        """All four keys are always there, as at OpenAI."""
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return Answer(status=self.status, headers=self.headers, body={"error": error})


def raw(body: bytes, media_type: str) -> Answer:
    """An answer that is not JSON."""
    return Answer(headers=(("content-type", media_type),), body=body)


def chat_like(chunks: list[Json]) -> Answer:
    """A stream without `event:` lines that `[DONE]` ends."""
    return Answer(events=tuple(chunks), untyped=True)


def typed(events: list[Json]) -> Answer:
    """A stream whose `event:` lines repeat the `type` of the data; its last event ends it."""
    return Answer(events=tuple(events))
