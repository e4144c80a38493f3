"""A finished chat completion, cut into the chunks that OpenAI would stream."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from aioc.reference.answer import Answer, Json, chat_like
from aioc.reference.chat_audio import pieces
from aioc.reference.engine import Outcome


def stream(completion: Json, outcomes: list[Outcome], body: dict[str, Json]) -> Answer:
    """All chunks of all choices."""
    head = {name: value for name, value in completion.items() if name != "usage"}
    writers = [_parts(choice, outcome) for choice, outcome in zip(completion["choices"], outcomes, strict=True)]
    found = chunks({**head, "object": "chat.completion.chunk"}, writers, completion["usage"], body)
    if body.get("stream_options", {}).get("include_obfuscation", True):
        # OpenAI pads chunks so that their length does not betray the token.
        found = [{**chunk, "obfuscation": "aioc"[: 1 + index % 4]} for index, chunk in enumerate(found)]
    return chat_like(found)


def chunks(
    head: dict[str, Json], writers: Iterable[Iterable[Json]], usage: Json, body: dict[str, Json]
) -> list[dict[str, Json]]:
    """A chunk for each piece of each choice, the choices in turn; then the usage, which every chunk before leaves open.

    Without `include_usage` no chunk speaks of usage.
    """
    wanted = body.get("stream_options", {}).get("include_usage")
    none_yet: dict[str, Json] = {"usage": None} if wanted else {}
    said = (piece for turn in zip_longest(*writers) for piece in turn if piece is not None)
    found = [{**head, "choices": [piece], **none_yet} for piece in said]
    return [*found, {**head, "choices": [], "usage": usage}] if wanted else found


def _parts(choice: Json, outcome: Outcome) -> Iterator[Json]:
    message, logprobs = choice["message"], choice["logprobs"]

    def part(delta: Json, finish: str | None = None, tokens: Json = None) -> Json:
        found = None if logprobs is None or tokens is None else {"content": tokens, "refusal": None}
        return {"index": choice["index"], "delta": delta, "logprobs": found, "finish_reason": finish}

    start = {"role": "assistant", "content": message["content"] and "", "refusal": None}
    if "function_call" in message:
        yield part({**start, "function_call": {**message["function_call"], "arguments": ""}})
        for piece in outcome.calls[0].pieces:
            yield part({"function_call": {"arguments": piece}})
    else:
        yield part(start, tokens=[])
    if "audio" in message:
        for piece in pieces(message["audio"], outcome.pieces):
            yield part({"audio": piece})
    else:
        for index, piece in enumerate(outcome.pieces):
            yield part({"content": piece}, tokens=logprobs and [logprobs["content"][index]])
    for number, call in enumerate(message.get("tool_calls", [])):
        made, kind = outcome.calls[number], call["type"]
        yield part({"tool_calls": [{"index": number, **call, kind: {**call[kind], made.tool.key: ""}}]})
        for piece in made.pieces:
            yield part({"tool_calls": [{"index": number, kind: {made.tool.key: piece}}]})
    yield part({}, finish=choice["finish_reason"])
