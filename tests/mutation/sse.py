"""Broken streams: the frames of a stream of server-sent events, changed one at a time or all together."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aioc.model.exchange import Transfer
from aioc.model.problem import ABSENT, Absent

from .values import CALL, DROP, ERRORS, Json, Path, asked_texts, changes, get, keys, named, places, put

Body = Callable[[], bytes]
Arrivals = Callable[[bytes], Any]

_TEXTS = ("content", "text", "delta", "arguments", "refusal")
USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "input_tokens": 1, "output_tokens": 1}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: the name in its `event:` line, the text of its data, what that says; `raw` stands for all."""

    event: str | None
    data: str
    value: Json | Absent = ABSENT
    raw: bytes | None = None

    @property
    def bytes(self) -> bytes:
        if self.raw is not None:
            return self.raw
        name = "" if self.event is None else f"event: {self.event}\n"
        return f"{name}data: {self.data}\n\n".encode("utf-8", "surrogatepass")

    @property
    def kind(self) -> str:
        """What sort of event it is: its type, or what a chunk carries."""
        if not isinstance(self.value, dict):
            return "[DONE]" if self.data == "[DONE]" else "other"
        if isinstance(self.value.get("type"), str):
            return self.value["type"]
        choices = self.value.get("choices")
        if not isinstance(choices, list) or not choices:
            return "usage"
        choice = choices[0]
        if choice.get("finish_reason"):
            return "finish"
        delta = choice.get("delta")
        return "+".join(delta) if isinstance(delta, dict) else "text"

    def says(self, value: Json) -> "Frame":
        """The same frame with other JSON (and an `event:` line that fits, where there was one)."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        event = self.event
        if event is not None and isinstance(value, dict) and isinstance(value.get("type"), str):
            event = value["type"]
        return replace(self, event=event, data=text, value=value)


def frames_of(body: bytes) -> tuple[list[Frame], bytes]:
    """The frames of a stream as the reference server writes it, and what follows the last blank line."""
    *parts, rest = body.split(b"\n\n")
    frames = []
    for part in parts:
        event, data = None, []
        for line in part.decode("utf-8", "replace").split("\n"):
            name, _, value = line.partition(":")
            if name == "event":
                event = value.removeprefix(" ")
            elif name == "data":
                data.append(value.removeprefix(" "))
        text = "\n".join(data)
        try:
            value = json.loads(text)
        except ValueError:
            value = ABSENT
        frames.append(Frame(event, text, value, None if data else part + b"\n\n"))
    return frames, rest


def sse_mutants(transfer: Transfer) -> Iterator[tuple[str, tuple[str, ...], Body, Arrivals]]:
    """Give name, place, body and arrivals of every mutant of a stream."""
    frames, rest = frames_of(transfer.body)
    arrivals = _Arrivals(transfer, [frame.bytes for frame in frames])
    for name, where, make in _json_mutants(transfer, frames):
        yield name, where, lambda make=make: b"".join(frame.bytes for frame in make()) + rest, arrivals
    for name, make in _frame_mutants(frames):
        yield name, (), lambda make=make: b"".join(frame.bytes for frame in make()) + rest, arrivals
    for name, body in _byte_mutants(frames, rest):
        yield name, (), body, arrivals


class _Arrivals:
    """When the frames of a mutant came: as those of the original did, one read a frame."""

    def __init__(self, transfer: Transfer, pieces: Sequence[bytes]) -> None:
        self._times, end = [], 0
        for piece in pieces:
            end += len(piece)
            self._times.append(next((at for at, length in transfer.arrivals if length >= end), transfer.total_ms))

    def __call__(self, body: bytes) -> tuple[tuple[float, int], ...]:
        if not self._times:
            return ((0.0, len(body)),)
        made, end, number = [], 0, 0
        while (cut := body.find(b"\n\n", end)) >= 0:
            end = cut + 2
            made.append((self._times[min(number, len(self._times) - 1)], end))
            number += 1
        if end < len(body):
            made.append((self._times[-1], len(body)))
        return tuple(made)


Frames = Callable[[], list[Frame]]


def _json_mutants(transfer: Transfer, frames: list[Frame]) -> Iterator[tuple[str, tuple[str, ...], Frames]]:
    spots: dict[tuple[str, Path], list[tuple[int, Path]]] = {}
    anywhere: dict[Path, list[tuple[int, Path]]] = {}
    for number, frame in enumerate(frames):
        if frame.value is ABSENT:
            continue
        for generic, path in places(frame.value):
            spots.setdefault((frame.kind, generic), []).append((number, path))
            anywhere.setdefault(generic, []).append((number, path))
    for (kind, generic), found in spots.items():
        chosen = {found[0]: "", found[-1]: " [last]"}
        if len(found) > 2:
            chosen.setdefault(found[len(found) // 2], " [middle]")
        for (number, path), which in chosen.items():
            for what, make in _changes(frames[number], generic, path):
                yield (
                    f"{kind}{which} {named(generic)} {what}",
                    keys(generic),
                    lambda number=number, path=path, make=make: _with(frames, {number: (path, make)}),
                )
    for generic, found in anywhere.items():
        if len(found) < 2:
            continue
        number, path = found[0]
        for what, _ in _changes(frames[number], generic, path):
            yield f"everywhere {named(generic)} {what}", keys(generic), lambda f=found, w=what: _all(frames, f, w)
    yield from _spread(frames, anywhere)
    yield from _echoes(transfer, frames, anywhere)


def _changes(frame: Frame, generic: Path, path: Path) -> Iterator[tuple[str, Callable[[], Json]]]:
    where = keys(generic)
    inside = bool(path) and isinstance(path[-1], str)
    return changes(get(frame.value, path), where[-1] if where else "", inside)


def _with(frames: list[Frame], changed: dict[int, tuple[Path, Callable[[], Json]]]) -> list[Frame]:
    made = list(frames)
    for number, (path, make) in changed.items():
        new = put(made[number].value, path, make())
        made[number] = replace(made[number], data="") if new is DROP else made[number].says(new)
    return made


def _all(frames: list[Frame], found: list[tuple[int, Path]], what: str) -> list[Frame]:
    """The same change at every place of this name that can have it."""
    made = list(frames)
    for number, path in found:
        inside = bool(path) and isinstance(path[-1], str)
        old = get(frames[number].value, path)
        key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        make = next((make for name, make in changes(old, key, inside) if name == what), None)
        if make is not None:
            made = _with(made, {number: (path, make)})
    return made


def _spread(
    frames: list[Frame], anywhere: dict[Path, list[tuple[int, Path]]]
) -> Iterator[tuple[str, tuple[str, ...], Frames]]:
    """What stands in one event stands in all of them; what stands in all differs from event to event."""
    chunks = [number for number, frame in enumerate(frames) if isinstance(frame.value, dict)]
    for generic, found in anywhere.items():
        number, path = found[-1]
        if not path or not isinstance(path[-1], str):
            continue
        value = get(frames[number].value, path)
        if any(isinstance(part, int) for part in path) or len(found) < len(chunks):
            yield f"spread {named(generic)}", keys(generic), lambda p=path, v=value: _everywhere(frames, chunks, p, v)
        first = get(frames[found[0][0]].value, found[0][1])
        yield (
            f"spread first {named(generic)}",
            keys(generic),
            lambda p=found[0][1], v=first: _everywhere(frames, chunks, p, v),
        )
        if len(found) > 1 and isinstance(value, str | int) and not isinstance(value, bool):
            yield f"drift {named(generic)}", keys(generic), lambda f=found: _drift(frames, f)
    some_usage = {number: (("usage",), lambda: USAGE) for number in chunks}
    yield "usage in every event", ("usage",), lambda: _with(frames, some_usage)
    first_chunk = chunks[:1]
    yield "usage in the first event", ("usage",), lambda: _with(frames, {n: some_usage[n] for n in first_chunk})
    calls = (("choices", 0, "delta", "tool_calls"), lambda: [{"index": 0, **CALL}])
    with_delta = [n for n in chunks if _has(frames[n].value, ("choices", 0, "delta"))]
    if with_delta:
        yield (
            "a call in a delta",
            ("choices", "delta", "tool_calls"),
            lambda: _with(frames, {with_delta[len(with_delta) // 2]: calls}),
        )


def _has(tree: Json, path: Path) -> bool:
    try:
        get(tree, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _everywhere(frames: list[Frame], chunks: list[int], path: Path, value: Json) -> list[Frame]:
    made = list(frames)
    for number in chunks:
        if _has(frames[number].value, path[:-1]) and isinstance(get(frames[number].value, path[:-1]), dict):
            made = _with(made, {number: (path, lambda: value)})
    return made


def _drift(frames: list[Frame], found: list[tuple[int, Path]]) -> list[Frame]:
    made = list(frames)
    for step, (number, path) in enumerate(found):
        old = get(frames[number].value, path)
        new = f"{old}{step}" if isinstance(old, str) else old + step if isinstance(old, int) else old
        made = _with(made, {number: (path, lambda new=new: new)})
    return made


def _echoes(
    transfer: Transfer, frames: list[Frame], anywhere: dict[Path, list[tuple[int, Path]]]
) -> Iterator[tuple[str, tuple[str, ...], Frames]]:
    """Texts of the request turn up in texts of the stream."""
    for generic, found in anywhere.items():
        if keys(generic)[-1:] not in [(name,) for name in _TEXTS]:
            continue
        texts = [(n, p) for n, p in found if isinstance(get(frames[n].value, p), str)]
        if not texts:
            continue
        number, path = texts[len(texts) // 2]
        old = get(frames[number].value, path)
        for count, word in enumerate(asked_texts(transfer.request.content)):
            yield (
                f"{named(generic)} ending in text {count} of the request",
                keys(generic),
                lambda number=number, path=path, new=old + word: _with(frames, {number: (path, lambda: new)}),
            )


def _frame_mutants(frames: list[Frame]) -> Iterator[tuple[str, Frames]]:
    chunks = [number for number, frame in enumerate(frames) if frame.value is not ABSENT]
    if not chunks:
        return
    done = Frame(None, "[DONE]")
    has_done = any(frame.data == "[DONE]" for frame in frames)
    kinds: dict[str, int] = {}
    for number in chunks:
        kinds.setdefault(frames[number].kind, number)
    spots = {"first": chunks[0], "middle": chunks[len(chunks) // 2], "last": chunks[-1]}
    spots |= {f"first {kind}": number for kind, number in kinds.items()}
    for which, at in spots.items():
        frame = frames[at]
        end = max(chunks) + 1
        yield f"event dropped ({which})", lambda at=at: [*frames[:at], *frames[at + 1 :]]
        yield f"event twice ({which})", lambda at=at: [*frames[: at + 1], *frames[at:]]
        yield f"event at the end ({which})", lambda at=at, end=end: _moved(frames, at, end - 1)
        yield f"event again at the end ({which})", lambda f=frame, end=end: [*frames[:end], f, *frames[end:]]
        yield f"event at the beginning ({which})", lambda at=at: _moved(frames, at, 0)
        if at + 1 < len(frames):
            yield f"events swapped ({which})", lambda at=at: _moved(frames, at, at + 1)
        yield f"cut before ({which})", lambda at=at: frames[:at]
        yield f"cut before, with [DONE] ({which})", lambda at=at: [*frames[:at], done]
        for what, raw in _odd(frame).items():
            yield (
                f"{what} ({which})",
                lambda at=at, raw=raw: [*frames[:at], Frame(None, "", raw=raw), *frames[at + 1 :]],
            )
    for kind in kinds:
        yield f"no events {kind}", lambda kind=kind: [frame for frame in frames if frame.kind != kind]
    yield "all texts in one chunk", lambda: _joined(frames)
    yield "only [DONE]", lambda: [done]
    yield "[DONE] first", lambda: [done, *frames]
    last = max(chunks) + 1
    for what, value in ERRORS.items():
        error = Frame(None, json.dumps(value))
        yield f"error event appended, {what}", lambda error=error: [*frames[:last], error, *frames[last:]]
        yield f"error event in the middle, {what}", lambda error=error: [*frames[: last // 2], error]
    typed = Frame("error", '{"type":"error","message":"broken","code":null,"param":null,"sequence_number":0}')
    yield "event of type error", lambda: [*frames[:last], typed, *frames[last:]]
    if has_done:
        yield "no [DONE]", lambda: [frame for frame in frames if frame.data != "[DONE]"]
    yield "one more [DONE]", lambda: [*frames, done]
    yield "event after [DONE]", lambda: [*frames, *([] if has_done else [done]), frames[chunks[0]]]
    yield "[DONE] as a JSON text", lambda: [*(f for f in frames if f.data != "[DONE]"), Frame(None, '"[DONE]"')]
    yield "reversed", lambda: frames[::-1]


def _joined(frames: list[Frame]) -> list[Frame]:
    """A stream whose server wrote the whole text first: one chunk has all of it."""
    texts = [frame for frame in frames if isinstance(_text_of(frame), str)]
    if len(texts) < 2:
        return frames
    whole = put(texts[0].value, _TEXT, "".join(str(_text_of(frame)) for frame in texts))
    return [texts[0].says(whole) if frame is texts[0] else frame for frame in frames if frame not in texts[1:]]


_TEXT: Path = ("choices", 0, "delta", "content")


def _text_of(frame: Frame) -> Json:
    try:
        return get(frame.value, _TEXT)
    except (KeyError, IndexError, TypeError):
        return None


def _moved(frames: list[Frame], at: int, to: int) -> list[Frame]:
    made = [*frames[:at], *frames[at + 1 :]]
    made.insert(to, frames[at])
    return made


def _odd(frame: Frame) -> dict[str, bytes]:
    """One frame, or something in its place, framed oddly."""
    data = frame.data.encode("utf-8", "surrogatepass")
    whole = frame.bytes
    odd = {
        "no blank line": whole[:-1],
        "comment glued": b": ping\n" + whole,
        "comment before": b": ping\n\n" + whole,
        "field error:": b"error: broken\n\n" + whole,
        "field error: in it": b"error: broken\n" + whole,
        "empty data": b"data:\n\n" + whole,
        "data that is a comment": b"data: : ping\n\n" + whole,
        "data not JSON": b"data: not JSON\n\n" + whole,
        "frame without data": b"event: ping\n\n" + whole,
        "id line": b"id: 1\n" + whole,
        "retry line": b"retry: 1000\n" + whole,
        "event line mutant": b"event: mutant\ndata: " + data + b"\n\n",
        "no space": whole.replace(b"data: ", b"data:", 1),
        "CRLF": whole.replace(b"\n", b"\r\n"),
        "CR": whole.replace(b"\n", b"\r"),
        "half a frame": whole[: len(whole) // 2] + b"\n\n",
        "trailing text": whole[:-2] + b" x\n\n",
        "invalid UTF-8": whole[:-3] + b"\xff" + whole[-3:],
        "ping event": b'data: {"type":"ping"}\n\n' + whole,
        "empty object": b"data: {}\n\n" + whole,
        "null event": b"data: null\n\n" + whole,
        "BOM": b"\xef\xbb\xbf" + whole,
    }
    if frame.event is not None:
        odd["event line removed"] = b"data: " + data + b"\n\n"
    if data.startswith(b"{") and len(data) > 2:
        keys_ = {"duplicate key": b'"mutant":1,"mutant":2', "NaN": b'"mutant":NaN', "1e999": b'"mutant":1e999'}
        keys_ |= {"lone surrogate": rb'"mutant":"\ud800"', "too deep": b'"mutant":' + b"[" * 600 + b"]" * 600}
        name = whole[: whole.find(b"data: ")]
        odd |= {what: name + b"data: {" + text + b"," + data[1:] + b"\n\n" for what, text in keys_.items()}
        odd["data over two lines"] = name + b"data: {\ndata: " + data[1:] + b"\n\n"
    return odd


def _byte_mutants(frames: list[Frame], rest: bytes) -> Iterator[tuple[str, Body]]:
    body = b"".join(frame.bytes for frame in frames) + rest
    yield "CRLF everywhere", lambda: body.replace(b"\n", b"\r\n")
    yield "CR everywhere", lambda: body.replace(b"\n", b"\r")
    yield "no space everywhere", lambda: body.replace(b"data: ", b"data:")
    yield "no blank lines", lambda: body.replace(b"\n\n", b"\n")
    yield "last frame unterminated", lambda: body[:-1]
    yield "last line unterminated", lambda: body[:-2]
    yield "cut inside a frame", lambda: body[: len(body) // 2]
    yield "BOM", lambda: b"\xef\xbb\xbf" + body
    yield "event lines removed", lambda: b"".join(replace(frame, event=None).bytes for frame in frames)
    yield "event lines added", lambda: b"".join(_evented(frame).bytes for frame in frames)
    yield "ids", lambda: b"".join(b"id: %d\n" % n + frame.bytes for n, frame in enumerate(frames))
    yield "a line beyond all bounds", lambda: b"data: " + b"x" * ((1 << 20) + 1) + b"\n\n" + body
    whole = next((frame for frame in reversed(frames) if frame.value is not ABSENT), None)
    if whole is not None:
        yield "plain JSON", lambda: whole.data.encode("utf-8", "surrogatepass")


def _evented(frame: Frame) -> Frame:
    return frame if frame.event is not None or frame.data == "[DONE]" else replace(frame, event=frame.kind)
