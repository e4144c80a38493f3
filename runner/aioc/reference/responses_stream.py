"""A finished response, told again as the events that OpenAI would stream."""

from collections.abc import Iterator

from aioc.reference.answer import Json
from aioc.reference.text import tokenize

_KEYS = {"function_call": "arguments", "custom_tool_call": "input"}


def events(response: Json, padded: bool) -> list[Json]:
    """Every event, numbered from 0; `padded` adds the obfuscation that hides the length of a token."""
    told = []
    for number, event in enumerate(_all(response)):
        numbered = {**event, "sequence_number": number}
        if padded and event["type"].endswith(".delta"):
            numbered["obfuscation"] = "aioc"[: 1 + number % 4]
        told.append(numbered)
    return told


def unfinished(response: Json, status: str) -> dict[str, Json]:
    """A response in a state in which nothing has come of it."""
    open_yet = dict.fromkeys(("usage", "completed_at", "incomplete_details"))
    return {**response, **open_yet, "status": status, "output": []}


def _all(response: Json) -> Iterator[Json]:
    begun = unfinished(response, "in_progress")
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(response["output"]):
        yield {"type": "response.output_item.added", "output_index": index, "item": _begun(item)}
        yield from {"message": _message, "reasoning": _reasoning}.get(item["type"], _call)(item, index)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{response['status']}", "response": response}


def _begun(item: Json) -> Json:
    """An item before anything is in it; a reasoning has no status."""
    if item["type"] == "reasoning":
        return {**item, "summary": []}
    empty: Json = {"content": []} if item["type"] == "message" else {_KEYS[item["type"]]: ""}
    return {**item, **empty, "status": "in_progress"}


def _reasoning(item: Json, index: int) -> Iterator[Json]:
    for number, part in enumerate(item["summary"]):
        place = {"item_id": item["id"], "output_index": index, "summary_index": number}
        yield {"type": "response.reasoning_summary_part.added", **place, "part": {**part, "text": ""}}
        for piece in tokenize(part["text"]):
            yield {"type": "response.reasoning_summary_text.delta", **place, "delta": piece}
        yield {"type": "response.reasoning_summary_text.done", **place, "text": part["text"]}
        yield {"type": "response.reasoning_summary_part.done", **place, "part": part}


def _message(item: Json, index: int) -> Iterator[Json]:
    for number, part in enumerate(item["content"]):
        place = {"item_id": item["id"], "output_index": index, "content_index": number}
        yield {"type": "response.content_part.added", **place, "part": {**part, "text": "", "logprobs": []}}
        for at, piece in enumerate(tokenize(part["text"])):
            logprobs = part["logprobs"][at : at + 1]
            yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": logprobs}
        whole = {"text": part["text"], "logprobs": part["logprobs"]}
        yield {"type": "response.output_text.done", **place, **whole}
        yield {"type": "response.content_part.done", **place, "part": part}


def _call(item: Json, index: int) -> Iterator[Json]:
    key = _KEYS[item["type"]]
    kind = f"response.{item['type']}_{key}"
    place = {"item_id": item["id"], "output_index": index}
    for piece in tokenize(item[key]):
        yield {"type": f"{kind}.delta", **place, "delta": piece}
    yield {"type": f"{kind}.done", **place, key: item[key]}
