"""Versions of servers, compared: dotted numbers, b6673, v170, dates, release candidates, git describe."""

import operator
import re
from dataclasses import dataclass


class VersionError(ValueError):
    """This is no version, or no comparison of versions."""


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version that can be ordered. `b0`, `0`, `0.0.0` and text without digits are unknown (None from parse)."""

    numbers: tuple[int, ...]
    """Without zeros at the end: 2 is 2.0."""
    candidate: tuple[int, int] = (1, 0)
    """(0, n) for a pre-release n, which is older than the release (1, 0)."""
    commits: int = 0
    """Commits after the tag: `v250-5-gabc` is newer than 250."""


_VERSION = re.compile(
    r"(?:v|b|build[ -]?)?(?:(?P<date>20[0-9]{2}-[0-9]{2}-[0-9]{2})(?![0-9])|(?P<numbers>[0-9]+(?:\.[0-9]+)*))"
    # A git hash (`b11669-abc1234`) may begin like a candidate, but no candidate is seven hexadecimal digits long.
    r"(?:[-.]?(?:(?:rc|alpha|beta|dev|pre)[-.]?|(?:a|b)(?=[0-9]{0,3}(?![0-9a-z])))(?P<candidate>[0-9]*)(?![0-9a-z]))?"
    r"(?:-(?P<commits>[0-9]+)-g[0-9a-f]+)?",
    re.IGNORECASE,
)
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}
_TERM = re.compile(r"\s*(<=|>=|<|>|=)\s*([^\s<>=]+)")
_MAX_LENGTH = 100  # of a version; a server may send anything, and Python refuses numbers of 4,301 digits


def parse(text: str) -> Version | None:
    """Read a version; None when it says nothing (empty, 0, no number)."""
    match = _VERSION.match(text.strip()[:_MAX_LENGTH])
    if match is None:
        return None
    numbers = [int(part) for part in re.split("[.-]", match["date"] or match["numbers"])]
    while numbers and not numbers[-1]:
        numbers.pop()
    if not numbers:
        return None
    candidate = (1, 0) if match["candidate"] is None else (0, int(match["candidate"] or 0))
    return Version(tuple(numbers), candidate, int(match["commits"] or 0))


def parse_range(text: str) -> list[tuple[str, Version]]:
    """Read comparisons that must all hold, such as `>=218 <=250`; raises VersionError."""
    terms: list[tuple[str, Version]] = []
    at = 0
    text = text.strip()
    while at < len(text) or not terms:
        term = _TERM.match(text, at)
        bound = parse(term[2]) if term and _VERSION.fullmatch(term[2]) else None
        if term is None or bound is None:
            raise VersionError(f'{text[at:]!r} is no comparison of versions such as ">=218 <=250"')
        terms.append((term[1], bound))
        at = term.end()
    return terms


def lies_in(version: Version, text: str) -> bool:
    """Whether a version lies in a range; raises VersionError."""
    return all(_COMPARE[sign](version, bound) for sign, bound in parse_range(text))
