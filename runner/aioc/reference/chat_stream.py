"""A finished chat completion, cut into the chunks that OpenAI would stream."""

from collections.abc import Iterator

from aioc.reference.answer import Answer, Json, chat_like, in_turns
from aioc.reference.chat_audio import pieces
from aioc.reference.engine import Outcome


def stream(completion: Json, outcomes: list[Outcome], body: dict[str, Json]) -> Answer:
    """All chunks of all choices, one choice a chunk, then the usage when it was asked for."""
    options = body.get("stream_options") or {}
    head = {**completion, "object": "chat.completion.chunk"}
    with_usage = bool(options.get("include_usage"))
    total = head.pop("usage")
    if with_usage:
        head["usage"] = None
    writers = [_parts(choice, outcome) for choice, outcome in zip(completion["choices"], outcomes, strict=True)]
    chunks: list[Json] = [{**head, "choices": [part]} for part in in_turns(writers)]
    if with_usage:
        chunks.append({**head, "choices": [], "usage": total})
    if options.get("include_obfuscation", True):
        # OpenAI pads chunks so that their length does not betray the token.
        chunks = [{**chunk, "obfuscation": "aioc"[: 1 + index % 4]} for index, chunk in enumerate(chunks)]
    return chat_like(chunks)


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
    for index, piece in enumerate(() if "audio" in message else outcome.pieces):
        yield part({"content": piece}, tokens=logprobs and [logprobs["content"][index]])
    for number, call in enumerate(message.get("tool_calls", [])):
        kind = call["type"]
        key = "input" if kind == "custom" else "arguments"
        yield part({"tool_calls": [{"index": number, **call, kind: {**call[kind], key: ""}}]})
        for piece in outcome.calls[number].pieces:
            yield part({"tool_calls": [{"index": number, kind: {key: piece}}]})
    yield part({}, finish=choice["finish_reason"])
