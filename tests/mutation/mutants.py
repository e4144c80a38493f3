"""Broken answers: named mutants of one transfer, made only when they are asked for."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from aioc.model.exchange import Exchange, Transfer
from aioc.model.problem import ABSENT

from .sse import sse_mutants
from .values import DROP, ERRORS, Json, Path, asked_texts, changes, get, keys, named, places, put

Make = Callable[[], Transfer]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken answer. `where` are the names of the place in the JSON that was touched ('' for none)."""

    kind: str
    name: str
    make: Make
    where: tuple[str, ...] = ()


STATUSES = (500, 404, 400, 200, 401, 403, 422, 201, 204, 503)
HTML = b"<!DOCTYPE html>\n<html><body><h1>It works!</h1></body></html>\n"
MEDIA = (
    "text/plain",
    "text/html; charset=utf-8",
    "application/json",
    "application/octet-stream",
    "text/event-stream",
    "audio/mpeg",
)
EVERYWHERE = frozenset({"drop", "drop null", "null", "number", "string", "object", "empty", "zero", "eos"})
MAGIC = {
    "png": b"\x89PNG\r\n\x1a\n",
    "wav": b"RIFF\xff\xff\xff\xffWAVEfmt ",
    "id3": b"ID3\x04",
    "flac": b"fLaC",
    "ogg": b"OggS",
    "nothing": bytes(16),
}


def mutants(exchange: Exchange) -> Iterator[Mutant]:
    """Give every mutant of an answer."""
    transfer = exchange.transfer
    yield from _statuses(transfer)
    yield from _headers(transfer)
    yield from _facts(transfer)
    yield from _bodies(transfer)
    if exchange.events is not None:
        for name, where, body, arrivals in sse_mutants(transfer):
            yield Mutant("json" if where else "framing", name, _later(transfer, body, arrivals), where)
    elif exchange.json is not ABSENT:
        yield from _json(transfer, exchange.json)
    elif exchange.text is not None and transfer.body:
        yield from _text(transfer, exchange.text)
    elif transfer.body:
        yield from _binary(transfer)


_made: dict[int, tuple[Transfer, list[Mutant]]] = {}


def all_mutants(exchange: Exchange) -> list[Mutant]:
    """Every mutant of an answer, listed once: many invariants speak of the same answers."""
    transfer = exchange.transfer
    if id(transfer) not in _made:
        _made[id(transfer)] = (transfer, list(mutants(exchange)))
    return _made[id(transfer)][1]


def with_body(transfer: Transfer, body: bytes, arrivals: Any = None) -> Transfer:
    """The same answer with another body, and a content-length that fits it."""
    headers = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value) for name, value in transfer.headers
    )
    if arrivals is None:
        times = [at for at, _ in transfer.arrivals] or [transfer.total_ms]
        arrivals = ((times[-1], len(body)),)
    return replace(transfer, headers=headers, body=body, arrivals=arrivals)


def with_json(transfer: Transfer, value: Json) -> Transfer:
    return with_body(transfer, b"" if value is DROP else dumps(value))


def dumps(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _later(transfer: Transfer, body: Callable[[], bytes], arrivals: Callable[[bytes], Any]) -> Make:
    def make() -> Transfer:
        made = body()
        return with_body(transfer, made, arrivals(made))

    return make


def _statuses(transfer: Transfer) -> Iterator[Mutant]:
    for status in STATUSES:
        if status != transfer.status:
            yield Mutant("status", f"status {status}", lambda status=status: replace(transfer, status=status))
    if transfer.status is not None and transfer.status < 400:
        for status in (400, 404, 500):
            for what, value in ERRORS.items():
                yield Mutant("status", f"error {status} {what}", _refusal(transfer, status, value))


def _refusal(transfer: Transfer, status: int, value: Json) -> Make:
    return lambda: replace(with_json(_typed(transfer, "application/json"), value), status=status)


def _typed(transfer: Transfer, media: str) -> Transfer:
    headers = tuple(header for header in transfer.headers if header[0].lower() != "content-type")
    return replace(transfer, headers=(*headers, ("content-type", media)))


def _headers(transfer: Transfer) -> Iterator[Mutant]:
    names = dict.fromkeys(name.lower() for name, _ in transfer.headers)
    for name in names:
        others = tuple(header for header in transfer.headers if header[0].lower() != name)
        mine = [value for key, value in transfer.headers if key.lower() == name]
        values = {"dropped": (), "empty": ("",), "changed": (f"{mine[0]}x",), "other": ("mutant",), "zero": ("0",)}
        values |= {"twice": (*mine, mine[0]), "star": ("*",)}
        if name == "content-type":
            values |= {media: (media,) for media in MEDIA}
        for what, new in values.items():
            if tuple(new) == tuple(mine):
                continue
            made = (*others, *((name, value) for value in new))
            yield Mutant("header", f"header {name} {what}", lambda made=made: replace(transfer, headers=made), (name,))


def _facts(transfer: Transfer) -> Iterator[Mutant]:
    def facts(what: str, **changed: Json) -> Mutant:
        return Mutant("facts", f"fact {what}", lambda: replace(transfer, facts={**transfer.facts, **changed}))

    yield facts("still_open", still_open=True, close_after_last_event_ms=6000.0)
    yield facts("close_after_last_event_ms", close_after_last_event_ms=6000.0)
    yield facts("connection_lost", connection_lost=True, connection_reused=False)
    yield facts("connection_reused", connection_reused=not transfer.facts.get("connection_reused"))
    yield facts("clean_close", clean_close=False)
    yield facts("http_version", http_version="HTTP/1.0")
    yield facts("time_to_first_byte_ms", time_to_first_byte_ms=600_000.0)
    for what, total in (("", 600_000.0), (" slow", 7_000.0)):
        yield Mutant("facts", f"fact total_ms{what}", lambda total=total: replace(transfer, total_ms=total))
    for what, shift in (("early", -100_000), ("late", 100_000), ("much later", 10**10)):
        at = transfer.started_unix + shift
        yield Mutant("facts", f"fact started_unix {what}", lambda at=at: replace(transfer, started_unix=at))
    yield Mutant("facts", "fact retry_count", lambda: replace(transfer, retries=("429, waited 1 s",)))
    length = len(transfer.body)
    yield Mutant(
        "facts",
        "fact arrival in one piece",
        lambda: replace(transfer, arrivals=((transfer.total_ms, length),)),
    )
    others = tuple(header for header in transfer.headers if header[0].lower() != "content-length")
    for what, value in (("short", length // 2 if length else 1), ("long", length + 5), ("no number", "x")):
        made = (*others, ("content-length", str(value)))
        yield Mutant("facts", f"fact content_length {what}", lambda made=made: replace(transfer, headers=made))
    coded = (*transfer.headers, ("content-encoding", "br"))
    yield Mutant(
        "facts",
        "fact content_undecoded",
        lambda: replace(with_body(transfer, b"\x8b\x02\x80" + transfer.body), headers=coded),
    )
    gzipped = (*transfer.headers, ("content-encoding", "gzip"))
    yield Mutant("facts", "fact content_encoding gzip", lambda: replace(transfer, headers=gzipped))


def _bodies(transfer: Transfer) -> Iterator[Mutant]:
    """Another body altogether, whatever it was."""
    bodies = {
        **{f"an error under this status, {what}": dumps(value) for what, value in ERRORS.items()},
        "emptied": b"",
        "HTML": HTML,
        "null": b"null",
        "a list": b"[]",
        "an object": b"{}",
        "a text": b'"text"',
        "an event stream": b'data: {"choices":[]}\n\ndata: [DONE]\n\n',
    }
    for what, body in bodies.items():
        if body != transfer.body:
            yield Mutant("body", f"body {what}", lambda body=body: with_body(transfer, body))
    yield Mutant("body", "page of HTML", lambda: with_body(_typed(transfer, "text/html"), HTML))


def _json(transfer: Transfer, tree: Json) -> Iterator[Mutant]:
    groups: dict[Path, list[Path]] = {}
    for generic, path in places(tree):
        groups.setdefault(generic, []).append(path)
    for generic, paths in groups.items():
        where = keys(generic)
        chosen = {paths[0]: "", paths[-1]: " [last]" if len(paths) > 1 else ""}
        if len(paths) > 2:
            chosen[paths[len(paths) // 2]] = " [middle]"
        for path, last in chosen.items():
            old = get(tree, path)
            inside = bool(path) and isinstance(path[-1], str)
            for what, make in changes(old, where[-1] if where else "", inside):
                yield Mutant(
                    "json",
                    f"{named(generic)}{last} {what}",
                    lambda path=path, make=make: with_json(transfer, put(tree, path, make())),
                    where,
                )
        yield from _everywhere(transfer, tree, generic, paths)
    yield from _echoes(transfer, tree, groups)
    yield from _json_text(transfer)


def _everywhere(transfer: Transfer, tree: Json, generic: Path, paths: list[Path]) -> Iterator[Mutant]:
    """The same damage to every element of a list: a server that lacks a key lacks it in each."""
    if len(paths) < 2:
        return
    where = keys(generic)

    def change(what: str) -> Transfer:
        broken = tree
        for path in reversed(paths):
            made = dict(changes(get(tree, path), where[-1] if where else "", isinstance(path[-1], str))).get(what)
            broken = broken if made is None else put(broken, path, made())
        return with_json(transfer, broken)

    for what, _ in changes(get(tree, paths[0]), where[-1] if where else "", isinstance(paths[0][-1], str)):
        if what in EVERYWHERE:
            name = f"everywhere {named(generic)} {what}"
            yield Mutant("json", name, lambda what=what: change(what), where)


def _echoes(transfer: Transfer, tree: Json, groups: dict[Path, list[Path]]) -> Iterator[Mutant]:
    """Texts of the request turn up in texts of the answer (a stop word, a forbidden name …)."""
    for generic, paths in groups.items():
        path = paths[0]
        old = get(tree, path)
        if not isinstance(old, str):
            continue
        for number, word in enumerate(asked_texts(transfer.request.content)):
            for what, new in (("equal to", word), ("ending in", old + word)):
                yield Mutant(
                    "echo",
                    f"{named(generic)} {what} text {number} of the request",
                    lambda path=path, new=new: with_json(transfer, put(tree, path, new)),
                    keys(generic),
                )


def _json_text(transfer: Transfer) -> Iterator[Mutant]:
    body = transfer.body
    texts = {
        "BOM": b"\xef\xbb\xbf" + body,
        "cut": body[: len(body) // 2],
        "trailing text": body + b" x",
        "trailing newline": body + b"\n",
        "two values": body + body,
        "invalid UTF-8": body.replace(b'"', b'"\xff', 1),
        "single quotes": body.replace(b'"', b"'"),
        "stream of one event": b"data: " + body + b"\n\n",
    }
    if body.startswith(b"{") and body != b"{}":
        extra = {
            "duplicate key": b'"mutant":1,"mutant":2',
            "NaN": b'"mutant":NaN',
            "beyond all bounds": b'"mutant":1e999',
            "lone surrogate": rb'"mutant":"\ud800"',
            "too deep": b'"mutant":' + b"[" * 600 + b"]" * 600,
        }
        texts |= {what: b"{" + text + b"," + body[1:] for what, text in extra.items()}
    for what, text in texts.items():
        yield Mutant("text", f"JSON text: {what}", lambda text=text: with_body(transfer, text))


def _text(transfer: Transfer, text: str) -> Iterator[Mutant]:
    lines = text.split("\n")
    texts = {
        "cut": text[: len(text) // 2],
        "headless": text[1:],
        "without first line": "\n".join(lines[1:]),
        "without last line": "\n".join(lines[:-1]),
        "without blank lines": re.sub(r"\n\n+", "\n", text),
        "commas for points": text.replace(".", ","),
        "points for commas": text.replace(",", "."),
        "other arrows": text.replace("-->", "->"),
        "other numbers": re.sub(r"\d", "9", text),
        "without numbers": re.sub(r"\d", "", text),
        "WEBVTT before it": "WEBVTT\n\n" + text,
        "as JSON": json.dumps({"text": text}),
        "as a JSON text": json.dumps(text),
        "CRLF": text.replace("\n", "\r\n"),
        "BOM": "\ufeff" + text,
        "changed": text + "x",
        "twice": text + text,
    }
    for what, new in texts.items():
        yield Mutant("text", f"text {what}", lambda new=new: with_body(transfer, new.encode()))
    yield Mutant("text", "text not UTF-8", lambda: with_body(transfer, b"\xff" + transfer.body))


def _binary(transfer: Transfer) -> Iterator[Mutant]:
    body = transfer.body
    bodies = {f"begins like {what}": magic + body[len(magic) :] for what, magic in MAGIC.items()}
    bodies |= {"cut": body[: len(body) // 2], "ten bytes": body[:10], "headless": body[1:], "zeros": bytes(len(body))}
    bodies |= {"longer": body + bytes(1000), "one byte more": body + b"\0"}
    for what, new in bodies.items():
        if new != body:
            yield Mutant("binary", f"bytes {what}", lambda new=new: with_body(transfer, new))
