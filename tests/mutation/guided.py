"""Mutants made for one check: what it forbids is put where it looks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from aioc.model.case import Check
from aioc.model.exchange import Exchange, Transfer
from aioc.model.problem import ABSENT

from .mutants import MEDIA, Mutant, all_mutants, with_body, with_json
from .sse import frames_of
from .target import Target, filters_of, names_of, path_of
from .values import DROP, Json, put


def guided(wanted: Sequence[Target], number: int, exchange: Exchange) -> Iterator[Mutant]:
    """What a check forbids is put there: keys and headers that must be absent, words that must not be said."""
    for target in wanted:
        check = target.check
        if check is None or target.number != number:
            continue
        if check.subject.kind == "header":
            yield from _guided_header(check, exchange.transfer)
        values: list[Json] = ["mutant", 1] if check.absent else []
        forbidden = check.keywords.get("not")
        if isinstance(forbidden, dict):
            values += [forbidden["const"]] if "const" in forbidden else []
            values += list(forbidden.get("enum", ()))
        if check.subject.kind not in ("path", "events"):
            continue
        yield from _guided_filters(check, exchange)
        for count, value in enumerate(values):
            yield from _inserted(check, exchange, value, f"guided {check.address} {count}")


def _guided_filters(check: Check, exchange: Exchange) -> Iterator[Mutant]:
    """What a filter asks for (`@.type == 'x'`) is written into what it would pass by."""
    for where, wanted in filters_of(check.subject):
        if wanted is None:
            continue
        for number, mutant in enumerate(all_mutants(exchange)):
            if mutant.where == where and mutant.name.endswith(" eos"):
                yield Mutant(
                    "json",
                    f"guided {check.address} {number} {wanted}",
                    _instead(mutant, wanted),
                    where,
                )


def _instead(mutant: Mutant, wanted: str) -> Callable[[], Transfer]:
    """The mutant that says `eos` somewhere, saying something else there."""

    def make() -> Transfer:
        made = mutant.make()
        return with_body(made, made.body.replace(b'"eos"', b'"%s"' % wanted.encode()), made.arrivals)

    return make


def _guided_header(check: Check, transfer: Transfer) -> Iterator[Mutant]:
    name = str(check.subject.argument).lower()
    own = tuple(header for header in transfer.headers if header[0].lower() != name)
    for value in ("mutant", "*", "1", *MEDIA):
        yield Mutant(
            "header",
            f"header {name}: {value}",
            lambda value=value: replace(transfer, headers=(*own, (name, value))),
            (name,),
        )


def _inserted(check: Check, exchange: Exchange, value: Json, name: str) -> Iterator[Mutant]:
    """Put a value at the path of a check, as far as its way is there."""
    transfer, where = exchange.transfer, names_of(check.subject)
    parts = path_of(str(check.subject.argument))
    if exchange.streamed:
        frames, rest = frames_of(transfer.body)
        if check.subject.kind == "events":
            parts = parts[2:] if parts[1:2] == ["data"] else []
        else:
            parts = ["delta" if part == "message" else part for part in parts]
        for number, frame in enumerate(frames):
            made = _at(frame.value, parts, value) if parts and frame.value is not ABSENT else DROP
            if made is not DROP:
                new = [*frames[:number], frame.says(made), *frames[number + 1 :]]
                yield Mutant(
                    "json",
                    f"{name} in event {number}",
                    lambda new=new: with_body(transfer, b"".join(one.bytes for one in new) + rest, transfer.arrivals),
                    where,
                )
    elif exchange.json is not ABSENT and parts:
        made = _at(exchange.json, parts, value)
        if made is not DROP:
            yield Mutant("json", name, lambda: with_json(transfer, made), where)


def _at(tree: Json, parts: Sequence[str | int], value: Json) -> Json:
    """The tree with the value at the first place that these parts lead to; DROP when they lead nowhere."""
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if isinstance(tree, dict) and isinstance(head, str):
        if head not in tree:
            return DROP if rest else {**tree, head: value}
        inner = _at(tree[head], rest, value)
        return DROP if inner is DROP else {**tree, head: inner}
    if isinstance(tree, list) and (isinstance(head, int) or head == "*"):
        for index in range(len(tree)) if head == "*" else [head]:
            if -len(tree) <= int(index) < len(tree):
                inner = _at(tree[int(index)], rest, value)
                if inner is not DROP:
                    return put(tree, (int(index) % len(tree),), inner)
    return DROP
