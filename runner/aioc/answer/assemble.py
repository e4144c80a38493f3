"""A stream put together as the official Python client does it, so that the same checks serve both forms.

Seen in openai-python 3.57 (its chat stream helper): texts concatenate, a repeated id, name or role too; pieces of
a tool call find each other by the position that `index` names; `usage` and `system_fingerprint` are those of the last
chunk. Where that client raises (an error event, a delta that is null) nothing is assembled, and the problem says why.
More lenient than it in two things: a chunk without an `object` (FastChat has it in the last one only) is read all the
same, and choices may come in any order.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aioc.model.problem import ABSENT, Absent, Json

TERMINAL = frozenset({"response.completed", "response.incomplete", "response.failed"})
CHUNK = "chat.completion.chunk"
_RESPONSES = re.compile(r"/responses(/[^/]+)?")


class ClientRaisesError(Exception):
    """The official client would raise here."""


class _Text:
    """A text that grows: joined once at the end, or a hostile stream of 100,000 pieces would copy it each time."""

    __slots__ = ("parts",)

    def __init__(self, first: str) -> None:
        self.parts = [first]


def assemble(target: str, data: Sequence[Json]) -> tuple[Json | Absent, str]:
    """Give the answer that the events before [DONE] add up to on this path, or ABSENT and why."""
    path = target.partition("?")[0].rstrip("/")
    try:
        for number, item in enumerate(data, 1):
            if isinstance(item, dict) and item.get("error"):
                error = item["error"]
                raise ClientRaisesError(
                    f"event {number} is an error: {error.get('message') if isinstance(error, dict) else error}"[:300]
                )
        if path.endswith("/chat/completions"):
            return _plain(_chunks(_chat_chunks(data), _chat_choice)), ""
        if path.endswith("/completions"):
            return _plain(_chunks([chunk for chunk in data if isinstance(chunk, dict)], _text_choice)), ""
        if _RESPONSES.search(path):
            return _response([event for event in data if isinstance(event, dict)]), ""
    except ClientRaisesError as error:
        return ABSENT, str(error)
    except RecursionError:
        return ABSENT, "the stream is nested too deep to be put together"
    return ABSENT, "the streams of this endpoint are not put together; ask for `events:`"


def _response(events: Iterable[dict[str, Any]]) -> Json:
    """Take the response of the terminal event; one without `output` has the items that were done."""
    done: dict[int, Json] = {}
    for event in events:
        index, kind = event.get("output_index"), event.get("type")
        if kind == "response.output_item.done" and isinstance(index, int):
            done[index] = event.get("item")
        response = event.get("response")
        if isinstance(kind, str) and kind in TERMINAL and isinstance(response, dict):
            if response.get("output") is None:
                return {**response, "output": [done[index] for index in sorted(done)]}
            return response
    raise ClientRaisesError("the stream ends without response.completed, .incomplete or .failed")


def _chat_chunks(data: Iterable[Json]) -> list[dict[str, Any]]:
    """Leave out what the client overlooks: pings, and Azure's first chunk, which has an empty `object`."""
    chunks = [chunk for chunk in data if isinstance(chunk, dict)]
    proper = [chunk for chunk in chunks if chunk.get("object") == CHUNK or ("object" not in chunk and _answers(chunk))]
    return proper or [chunk for chunk in chunks if _answers(chunk)]


def _answers(chunk: dict[str, Any]) -> bool:
    return isinstance(chunk.get("choices"), list)


def _chunks(
    chunks: Sequence[dict[str, Any]], add: Callable[[dict[str, Any], dict[str, Any], int], None]
) -> dict[str, Any]:
    if not chunks:
        raise ClientRaisesError("the stream has no chunk")
    own = ("choices", "usage", "system_fingerprint", "obfuscation")
    whole: dict[str, Any] = {key: value for key, value in chunks[0].items() if key not in own}
    if whole.get("object") == CHUNK:
        whole["object"] = "chat.completion"
    choices: dict[int, dict[str, Any]] = {}
    for number, chunk in enumerate(chunks, 1):
        listed = chunk.get("choices")
        if not isinstance(listed, list):
            raise ClientRaisesError(f"chunk {number} has no list of choices")
        for choice in listed:
            index = choice.get("index") if isinstance(choice, dict) else None
            if not isinstance(index, int):
                raise ClientRaisesError(f"chunk {number} has a choice without an index")
            add(choices.setdefault(index, {}), choice, number)
    whole |= {key: chunks[-1][key] for key in ("usage", "system_fingerprint") if key in chunks[-1]}
    whole["choices"] = [choices[index] for index in sorted(choices)]
    return whole


def _chat_choice(made: dict[str, Any], choice: dict[str, Any], number: int) -> None:
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        raise ClientRaisesError(f"chunk {number} has a choice without a delta")
    accumulate(made.setdefault("message", {}), delta)
    _rest(made, choice, "delta")


def _text_choice(made: dict[str, Any], choice: dict[str, Any], _number: int) -> None:
    accumulate(made, {"text": choice.get("text")})
    _rest(made, choice, "text")


def _rest(made: dict[str, Any], choice: dict[str, Any], grown: str) -> None:
    """Take over the rest of a choice: the first word counts, but finish_reason comes late and logprobs grow."""
    for key, value in choice.items():
        if value is None and key in made:
            continue
        if key == "logprobs" and isinstance(value, dict):
            _logprobs(made, value)
        elif key != grown and (key not in made or (key == "finish_reason" and value)):
            made[key] = value


def _logprobs(made: dict[str, Any], more: dict[str, Any]) -> None:
    kept = made.get("logprobs")
    if not isinstance(kept, dict):
        kept = made["logprobs"] = {}
    for key, value in more.items():
        if isinstance(value, list) and isinstance(kept.get(key), list):
            kept[key].extend(value)
        elif kept.get(key) is None:
            kept[key] = list(value) if isinstance(value, list) else value


def accumulate(made: dict[str, Any], delta: dict[str, Any]) -> None:
    """Add a delta to what came before; raises ClientRaisesError where the official client raises."""
    for key, value in delta.items():
        before = made.get(key)
        if before is None and not _indexed(value):
            made[key] = _own(value)
        elif key in ("index", "type"):
            made[key] = value
        elif isinstance(before, _Text) and isinstance(value, str):
            before.parts.append(value)
        elif isinstance(before, int | float) and isinstance(value, int | float):
            made[key] = before + value
        elif isinstance(before, dict) and isinstance(value, dict):
            accumulate(before, value)
        elif isinstance(value, list) and (before is None or isinstance(before, list)):
            made[key] = _merged(before or [], value)


def _merged(made: list[Any], pieces: list[Any]) -> list[Any]:
    """Merge a list by the position that each piece's `index` names; lists of plain values grow at the end."""
    if all(isinstance(item, _Text | int | float) for item in made) and (made or not _indexed(pieces)):
        return [*made, *_own(pieces)]
    for piece in pieces:
        index = piece.get("index") if isinstance(piece, dict) else None
        if not isinstance(index, int):
            raise ClientRaisesError("a delta has a list whose items have no index")
        if not -len(made) <= index < len(made):
            made.insert(index, _own(piece))
        elif isinstance(made[index], dict):
            accumulate(made[index], piece)
        else:
            raise ClientRaisesError("a delta adds an object to a plain value")
    return made


def _indexed(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) and "index" in item for item in value)


def _own(value: Json) -> Any:
    """Copy a piece (the events stay as they came) with texts that can grow."""
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, dict):
        return {key: _own(item) for key, item in value.items()}
    return [_own(item) for item in value] if isinstance(value, list) else value


def _plain(value: Any) -> Json:
    if isinstance(value, _Text):
        return "".join(value.parts)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
