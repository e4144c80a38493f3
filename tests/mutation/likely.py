"""Which mutants are likely to kill which check: they are run first."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from .spots import Spot
from .target import Target

_HOME = {
    "status": ("status", "cross"),
    "header": ("header", "facts", "cross"),
    "body": ("text", "binary", "body", "cross", "json", "framing"),
    "exchange": ("facts", "framing", "text", "body", "json", "header"),
    "path": ("json", "cross", "echo", "framing"),
    "events": ("json", "framing", "echo"),
    "sum": ("json",),
    "value": ("json", "cross", "header", "echo"),
}


_PLACE = re.compile(r"(?:(everywhere|spread|drift)(?: first)? |.* |)/\S*(?: (.*))?")


_RARE = frozenset(
    f"{scope} {what}"
    for scope in ("", "everywhere")
    for what in (
        *("escapes", "blanks", "replacement characters", "upper case", "headless", "thoughts", "special token"),
        *("fifty times", "object", "list", "parts", "boolean", "string inside", "object inside", "null inside", "call"),
        *("with usage", "with reasoning", "with logprobs", "with a call", "in a text", "extra key", "huge", "negative"),
    )
)
"""What few checks notice that notice nothing else."""


@cache
def family(name: str) -> str:
    """What a mutant does, without where it does it."""
    if name.startswith(("header ", "guided ")):
        return name.partition(" ")[0] + name.rpartition(" ")[2]
    place = _PLACE.fullmatch(name)
    if place is None:
        return re.sub(r" \(.*|\d+", "", name)
    what = re.sub(
        r"^(word|equal|ending|json) .*?(\S*)$", lambda m: f"json {m[2]}" if m[1] == "json" else m[1], place[2] or ""
    )
    return f"{place[1] or ''} {what}"


def likely_first(target: Target, spots: Sequence[Spot], families: Sequence[str]) -> list[int]:
    """Near ones first, but no family for too long: each check has its own weakness."""
    far = [_distance(target, spot) for spot in spots]
    ranks: Counter[str] = Counter()
    scores: dict[int, float] = {}
    for number in sorted(range(len(spots)), key=far.__getitem__):
        name = families[number]
        scores[number] = ranks[name] + min(far[number], 12) / 2 + (4 if name in _RARE else 0)
        ranks[name] += 1
    return sorted(scores, key=scores.__getitem__)


def _distance(target: Target, spot: Spot) -> float:
    """How unlikely this mutant is to kill this target."""
    mutant, subject = spot.mutant, target.subject
    home = _HOME[subject.kind]
    far = home.index(mutant.kind) * 0.5 if mutant.kind in home else 40.0
    if subject.kind == "header":
        far += 0 if mutant.where == (str(subject.argument).lower(),) else 10
    elif subject.kind == "exchange":
        far += min((0 if word in mutant.name else 3 for word in str(subject.argument).split(".")[1:]), default=3)
    elif subject.kind in ("path", "events", "sum", "value"):
        far += min(_apart(names, mutant.where) + more for names, more in target.wanted)
        if mutant.where and mutant.where[-1] in target.inner:
            far = min(far, 0.5)
        if any(text in mutant.name for text in target.quoted):
            far -= 3
    home_step = spot.step == target.number or (subject.kind == "value" and spot.step < target.number)
    return far + (0 if home_step else 15) + min(len(spot.transfer.body) / 20_000, 2)


@cache
def _apart(names: tuple[str, ...], where: tuple[str, ...]) -> float:
    names = tuple("delta" if name == "message" else name for name in names)
    where = tuple("delta" if name == "message" else name for name in where)
    if names == where:
        return 0
    if not names or not where:
        return 6
    if names[-len(where) :] == where or where[-len(names) :] == names:
        return 1
    if names[: len(where)] == where:
        return 2
    if names[-1] == where[-1]:
        return 3
    return 4 if where[: len(names)] == names else 5 if set(names) & set(where) else 10
