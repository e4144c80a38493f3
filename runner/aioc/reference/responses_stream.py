"""A finished response, told again as the events that OpenAI would stream."""

from collections.abc import Iterator

from aioc.reference.answer import Json
from aioc.reference.text import tokenize

_CALLS = {
    "function_call": ("arguments", "response.function_call_arguments"),
    "custom_tool_call": ("input", "response.custom_tool_call_input"),
}


def events(response: Json, padded: bool) -> list[Json]:
    """Every event, numbered from 0; `padded` adds the obfuscation that hides the length of a token."""
    told = []
    for number, event in enumerate(_all(response)):
        numbered = {**event, "sequence_number": number}
        if padded and event["type"].endswith(".delta"):
            numbered["obfuscation"] = "aioc"[: 1 + number % 4]
        told.append(numbered)
    return told


def _all(response: Json) -> Iterator[Json]:
    blank: Json = {
        "status": "in_progress",
        "output": [],
        "usage": None,
        "completed_at": None,
        "incomplete_details": None,
    }
    yield {"type": "response.created", "response": {**response, **blank}}
    yield {"type": "response.in_progress", "response": {**response, **blank}}
    for index, item in enumerate(response["output"]):
        yield {"type": "response.output_item.added", "output_index": index, "item": _begun(item)}
        yield from {"message": _message, "reasoning": _reasoning}.get(item["type"], _call)(item, index)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{response['status']}", "response": response}


def _begun(item: Json) -> Json:
    """An item before anything is in it; a reasoning has no status."""
    if item["type"] == "reasoning":
        return {**item, "summary": []}
    empty: Json = {"content": []} if item["type"] == "message" else {_CALLS[item["type"]][0]: ""}
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
            yield {
                "type": "response.output_text.delta",
                **place,
                "delta": piece,
                "logprobs": part["logprobs"][at : at + 1],
            }
        yield {
            "type": "response.output_text.done",
            **place,
            "text": part["text"],
            "logprobs": part["logprobs"],
        }
        yield {"type": "response.content_part.done", **place, "part": part}


def _call(item: Json, index: int) -> Iterator[Json]:
    key, kind = _CALLS[item["type"]]
    place = {"item_id": item["id"], "output_index": index}
    for piece in tokenize(item[key]):
        yield {"type": f"{kind}.delta", **place, "delta": piece}
    yield {"type": f"{kind}.done", **place, key: item[key]}
