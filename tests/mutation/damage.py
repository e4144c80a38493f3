"""The small language in which a real bug is written down: what a server made of a good answer."""

import copy
import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jsonpath_ng import Child, Fields
from jsonpath_ng.ext import parse

from aioc.answer.read import is_stream
from aioc.model.exchange import Failure, Transfer

from .mutants import dumps, with_body
from .sse import Frame, frames_of
from .values import Json

Op = Mapping[str, Any]
Damage = Callable[[Transfer, Any, Op], Transfer]


def damaged(transfer: Transfer, ops: Sequence[Op]) -> Transfer:
    """Give the answer after all operations. Raises ValueError for one that changes nothing or is unknown."""
    for op in ops:
        name = next(iter(op))
        if name not in OPS:
            raise ValueError(f"unknown operation {name!r}; known are {', '.join(OPS)}")
        before, transfer = transfer, OPS[name](transfer, op[name], op)
        if transfer == before:
            raise ValueError(f"{dict(op)} changes nothing")
    return transfer


def _set(transfer: Transfer, pairs: Mapping[str, Json], op: Op) -> Transfer:
    """`set: {JSONPath: value}`: the values are replaced, the last name of a path is made where it alone is missing."""

    def change(tree: Json) -> Json:
        for path, value in pairs.items():
            tree = _put(tree, parse(path), value)
        return tree

    return _trees(transfer, op, change)


def _drop(transfer: Transfer, paths: str | list[str], op: Op) -> Transfer:
    """`drop: JSONPath` (or a list): the keys are taken away."""

    def change(tree: Json) -> Json:
        for path in [paths] if isinstance(paths, str) else paths:
            tree = parse(path).filter(lambda _: True, tree)
        return tree

    return _trees(transfer, op, change)


def _number(transfer: Transfer, paths: str | list[str], op: Op) -> Transfer:
    """`number: JSONPath` (or a list): a text or number differs from frame to frame."""
    counted = itertools.count()

    def change(tree: Json) -> Json:
        step = next(counted)
        for path in [paths] if isinstance(paths, str) else paths:
            for hit in parse(path).find(tree):
                own = f"{hit.value}{step}" if isinstance(hit.value, str) else hit.value + step
                tree = hit.full_path.update(tree, own)
        return tree

    return _trees(transfer, op, change)


def _text(transfer: Transfer, pair: Sequence[str], op: Op) -> Transfer:
    """`text: [pattern, replacement]`: in the body as it stands; `count: 1` for the first only."""
    body = transfer.body.decode("utf-8", "surrogateescape")
    made = re.sub(pair[0], pair[1], body, count=op.get("count", 0), flags=re.DOTALL)
    return _same_pace(transfer, made.encode("utf-8", "surrogateescape"))


def _body(transfer: Transfer, value: Json, _op: Op) -> Transfer:
    """`body: …`: a text as it is, anything else as JSON."""
    return _same_pace(transfer, value.encode() if isinstance(value, str) else dumps(value))


def _status(transfer: Transfer, status: int, _op: Op) -> Transfer:
    return replace(transfer, status=status)


def _header(transfer: Transfer, pairs: Mapping[str, str | None], _op: Op) -> Transfer:
    """`header: {name: value}`: null takes it away."""
    kept = tuple(header for header in transfer.headers if header[0].lower() not in pairs)
    return replace(transfer, headers=(*kept, *((name, value) for name, value in pairs.items() if value is not None)))


def _facts(transfer: Transfer, facts: Mapping[str, Json], _op: Op) -> Transfer:
    """`facts: {still_open: true, …}`: how the answer was transferred."""
    return replace(transfer, facts={**transfer.facts, **facts})


def _refuse(transfer: Transfer, error: Json, op: Op) -> Transfer:
    """`refuse: error object` with `status: 400`: the request is answered with an error instead."""
    kept = tuple(header for header in transfer.headers if header[0].lower() != "content-type")
    refusal = replace(transfer, status=op.get("status", 400), headers=(*kept, ("content-type", "application/json")))
    body = dumps(error)
    return with_body(refusal, body, ((transfer.total_ms, len(body)),))


def _lost(transfer: Transfer, what: str, _op: Op) -> Transfer:
    """`lost: how it broke off`: no answer comes at all."""
    return replace(transfer, status=None, headers=(), body=b"", arrivals=(), failure=Failure("broken", what))


def _cut(transfer: Transfer, which: Any, _op: Op) -> Transfer:
    """`cut: selector`: a stream ends before this frame."""
    frames, _ = frames_of(transfer.body)
    return _streamed(transfer, frames[: _selected(frames, which)[0]], b"")


def _remove(transfer: Transfer, which: Any, _op: Op) -> Transfer:
    """`remove: selector`: these frames of a stream are left out."""
    frames, rest = frames_of(transfer.body)
    gone = set(_selected(frames, which))
    return _streamed(transfer, [frame for number, frame in enumerate(frames) if number not in gone], rest)


def _repeat(transfer: Transfer, which: Any, _op: Op) -> Transfer:
    """`repeat: selector`: these frames come twice."""
    frames, rest = frames_of(transfer.body)
    twice = set(_selected(frames, which))
    made = [one for number, frame in enumerate(frames) for one in ([frame, frame] if number in twice else [frame])]
    return _streamed(transfer, made, rest)


def _insert(transfer: Transfer, data: Json, op: Op) -> Transfer:
    """`insert: data` with `before:` or `after: selector`: a further frame; a text is the frame as it stands."""
    frames, rest = frames_of(transfer.body)
    (at,) = _selected(frames, op.get("before", op.get("after")))[:1]
    if isinstance(data, str):
        frame = Frame(None, "", raw=data.encode())
    else:
        event = data["type"] if isinstance(data.get("type"), str) and frames[0].event else None
        frame = Frame(event, json.dumps(data, ensure_ascii=False), data)
    frames.insert(at + ("after" in op), frame)
    return _streamed(transfer, frames, rest)


def _order(transfer: Transfer, numbers: Sequence[int], _op: Op) -> Transfer:
    """`order: [0, 2, 1]`: the first frames come in this order."""
    frames, rest = frames_of(transfer.body)
    return _streamed(transfer, [*(frames[number] for number in numbers), *frames[len(numbers) :]], rest)


OPS: dict[str, Damage] = {
    "set": _set,
    "drop": _drop,
    "number": _number,
    "text": _text,
    "body": _body,
    "status": _status,
    "header": _header,
    "facts": _facts,
    "refuse": _refuse,
    "lost": _lost,
    "cut": _cut,
    "remove": _remove,
    "repeat": _repeat,
    "insert": _insert,
    "order": _order,
}


def _trees(transfer: Transfer, op: Op, change: Callable[[Json], Json]) -> Transfer:
    """Change the JSON of an answer, or of the frames of a stream that `in: selector` names (all by default)."""
    if not is_stream(transfer.request, transfer.status, transfer.header("content-type"), transfer.body):
        return with_body(transfer, dumps(change(json.loads(transfer.body))))
    frames, rest = frames_of(transfer.body)
    for number in _selected(frames, op.get("in", "json")):
        frames[number] = frames[number].says(change(copy.deepcopy(frames[number].value)))
    return _streamed(transfer, frames, rest)


def _put(tree: Json, path: Any, value: Json) -> Json:
    """Put a value where a path leads; nothing is made on the way there."""
    if not isinstance(path, Child) or not isinstance(path.right, Fields):
        return path.update(tree, copy.deepcopy(value))
    for hit in path.left.find(tree):
        if isinstance(hit.value, dict):
            path.right.update_or_create(hit.value, copy.deepcopy(value))
    return tree


def _selected(frames: Sequence[Frame], which: Any) -> list[int]:
    """Numbers of frames: a number (from the end too), `json`, `done`, `after-first`, or `{has: JSONPath, nth: 0}`."""
    found = list(_matching(frames, which))
    if not found:
        raise ValueError(f"no frame is selected by {which!r}")
    return found


def _matching(frames: Sequence[Frame], which: Any) -> Iterator[int]:
    readable = [number for number, frame in enumerate(frames) if isinstance(frame.value, dict)]
    if isinstance(which, int):
        yield range(len(frames))[which]
    elif which == "json":
        yield from readable
    elif which == "after-first":
        yield from readable[1:]
    elif which == "done":
        yield from (number for number, frame in enumerate(frames) if frame.data == "[DONE]")
    elif isinstance(which, Mapping):
        path = parse(which["has"])
        hits = [number for number in readable if any(hit.value is not None for hit in path.find(frames[number].value))]
        yield from hits if "nth" not in which else hits[which["nth"] :][:1] if which["nth"] >= 0 else hits[-1:]
    else:
        raise ValueError(f"unknown selector {which!r}")


def _streamed(transfer: Transfer, frames: Sequence[Frame], rest: bytes) -> Transfer:
    return _same_pace(transfer, b"".join(frame.bytes for frame in frames) + rest)


def _same_pace(transfer: Transfer, body: bytes) -> Transfer:
    """The same answer with another body, whose pieces come when the old ones came."""
    times = [at for at, _ in transfer.arrivals] or [transfer.total_ms]
    size = len(body)
    arrivals = tuple((at, size * (number + 1) // len(times)) for number, at in enumerate(times))
    return with_body(transfer, body, arrivals)
