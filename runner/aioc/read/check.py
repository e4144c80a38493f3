"""Checks, conditions and captures: from a document's data to frozen values, every fault noted."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import get_args

from aioc.answer.facts import FACTS
from aioc.jsonpath import PathError, compiled, split
from aioc.model.case import Capture, Check, Condition, Severity, Subject, SubjectKind, Until
from aioc.model.choice import ROLES
from aioc.model.problem import Json, Problem, did_you_mean
from aioc.read.advice import like_a_name, path_hint
from aioc.read.document import Document, KeyPath, each
from aioc.read.keywords import keyword_problems
from aioc.template import NAME, VALID_NAME, names

SUBJECTS: tuple[SubjectKind, ...] = get_args(SubjectKind)
PATHS = frozenset({"path", "events", "exchange"})
"""The subjects that are a JSONPath."""
_SELECTION = frozenset({"optional", "absent", "collect", "join"})
_META = frozenset({"name", "severity", "given", "tries", "otherwise", "within", "get"})
_SIGN = re.compile(r"[$%<{]")
"""With one of these every name begins, in ours and in other notations (read/advice.py)."""
_FACT = re.compile(r"\$\.(\w+(?:\.\w+)?)")
_GROUPS = frozenset(name.partition(".")[0] for name in FACTS)
_NOT_KEYWORDS = _SELECTION | _META | set(SUBJECTS)


@dataclass(slots=True)
class Scope:
    """What a reader of one file knows: the document, the names declared so far, the faults found so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    captures: set[str] = field(default_factory=set)
    compile_paths: bool = False
    """Whether JSONPaths are compiled at once (lint) or only checked letter by letter (a run compiles at use)."""

    def note(self, what: str, path: KeyPath, hint: str = "", *, key: bool = False) -> None:
        """Remember a fault at this path of the document."""
        self.problems.append(Problem(what, self.document.place(path, key=key), hint))

    def use(self, value: Json, path: KeyPath, *, key: bool = False) -> None:
        """Note every name in a value; one that is not declared (yet) is a fault."""
        for text, here, is_key in _marked(value, path, key):
            self._use(text, here, key=is_key)

    def _use(self, text: str, path: KeyPath, *, key: bool) -> None:
        if text.count("${") > len(NAME.findall(text)):
            self.note("a `${` without its `}`", path, "a name is written ${name}", key=key)
        if not key:
            self.look_alike(text, path)
        for name in names(text):
            self.used.add(name)
            if name in self.known or name in ROLES:
                continue
            if not VALID_NAME.match(name):
                what, hint = "is no name", "a name has small letters, digits and _; no expressions"
            elif name in self.captures:
                what, hint = "is used before it is captured", "captures come after their step's request"
            else:
                what, hint = "is not declared", did_you_mean(name, self.known | set(ROLES))
            self.note(f"${{{name}}} {what}", path, hint, key=key)

    def look_alike(self, text: str, path: KeyPath) -> None:
        """Refuse a name in the notation of another language: it would be sent as it stands."""
        like = like_a_name(text, self.known | self.captures | set(ROLES), inside=path[-2:] == ("request", "path"))
        if like is not None:
            self.note(f"{like[0]} is no name here, it would be taken as it stands", path, f'write "${{{like[1]}}}"')

    def plain(self, value: Json, path: KeyPath) -> None:
        """Refuse names where none is filled in: they would be taken as they stand."""
        if any(True for _ in names(value)):
            self.note("no name is filled in here", path, "write the text itself")

    def path(self, text: str, path: KeyPath) -> None:
        """Check a JSONPath."""
        try:
            split(text)
            if self.compile_paths:
                compiled(text)
        except PathError as error:
            self.note(str(error), path, path_hint(text))

    def fact(self, text: str, path: KeyPath) -> None:
        """Check that a JSONPath leads to a fact of the exchange: of another one every check would be about nothing."""
        named = _FACT.match(text)
        if named and named[1] not in FACTS and named[1] not in _GROUPS:
            hint = did_you_mean(named[1], FACTS) or "docs/format.md lists the facts"
            self.note(f"there is no fact $.{named[1]}", path, hint)


def _marked(value: Json, path: KeyPath, key: bool = False) -> Iterator[tuple[str, KeyPath, bool]]:
    """Give every text that may hold a name, in whatever notation, with its path and whether it is a key."""
    if isinstance(value, str):
        yield value, path, key
    elif isinstance(value, dict):
        for word, item in value.items():
            if _SIGN.search(word):
                yield word, (*path, word), True
            if _may_hold_a_name(item):
                yield from _marked(item, (*path, word))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if _may_hold_a_name(item):
                yield from _marked(item, (*path, number))


def _may_hold_a_name(value: Json) -> bool:
    """Whether a value has to be looked at: of most texts one glance is enough, and no path is made for them."""
    return isinstance(value, dict | list) or (isinstance(value, str) and _SIGN.search(value) is not None)


def taken_by(name: str) -> str:
    """Say why a name is not free."""
    return f"{name} is a role: choose another name" if name in ROLES else "choose another name"


def read_subject(scope: Scope, data: Mapping[str, Json], path: KeyPath, *, needed: bool = True) -> Subject | None:
    """Read the one subject of a check; a fault (and None) when there is none or more than one."""
    present = [kind for kind in SUBJECTS if kind in data]
    if len(present) != 1:
        if present:
            what = f"a check has one subject, here are {' and '.join(present)}"
            scope.note(what, path, "make a check of each, with a dash of its own")
        elif needed:
            hint = f"one of {', '.join(SUBJECTS)}; a keyword of the check above has no dash"
            scope.note("a check needs a subject", path, hint)
        return None
    kind = present[0]
    argument = data[kind]
    if kind in PATHS:
        scope.path(argument, (*path, kind))
        if kind == "exchange":
            scope.fact(argument, (*path, kind))
    elif kind == "sum":
        for number, item in enumerate(argument):
            scope.path(item, (*path, kind, number))
    elif kind == "header":
        scope.plain(argument, (*path, kind))
    elif kind == "value":
        scope.use(argument, (*path, kind))
    return Subject(kind, None if kind == "status" else argument)


def read_check(
    scope: Scope,
    data: Mapping[str, Json],
    path: KeyPath,
    severity: Severity = Severity.FAIL,
    *,
    needs_subject: bool = True,
    may_gate: bool = False,
) -> Check | None:
    """Read one check (also the check inside a condition, an `until`, a sign or an `instead`)."""
    subject = read_subject(scope, data, path, needed=needs_subject)
    if subject is None:
        if needs_subject or any(kind in data for kind in SUBJECTS):
            return None
        subject = Subject("value")  # an `instead` without a subject speaks of the values that missed
    keywords = {word: value for word, value in data.items() if word not in _NOT_KEYWORDS}
    below = path
    if subject.kind == "status":
        below = (*path, "status")
        if keywords:
            scope.note("the keywords of a status stand under it", path, "status: {maximum: 499}")
        keywords = status_keywords(data["status"])
    scope.problems += keyword_problems(scope.document, keywords, below)
    scope.use(keywords, below)
    _idle(scope, data, subject, keywords, path, needs_subject=needs_subject)
    given = tuple(read_given(scope, data.get("given"), (*path, "given")))
    own_severity = data.get("severity")
    return Check(
        subject,
        data.get("name") or subject.address,
        keywords,
        Severity(own_severity) if own_severity else severity,
        scope.document.place(path),
        optional=bool(data.get("optional")),
        absent=bool(data.get("absent")),
        collect=bool(data.get("collect")),
        join=data.get("join"),
        gate=may_gate and subject.kind == "status" and own_severity is None and not given,
        given=given,
    )


def read_checks(
    scope: Scope, data: Json, path: KeyPath, severity: Severity = Severity.FAIL, *, may_gate: bool = False
) -> tuple[Check, ...]:
    """Read a list of checks; those that cannot be read are left out."""
    checks = (read_check(scope, item, here, severity, may_gate=may_gate) for item, here in each(data, path))
    return tuple(check for check in checks if check)


def status_keywords(status: Json) -> dict[str, Json]:
    """Give the keywords for which a status stands: a code, a list of codes, or keywords."""
    if isinstance(status, dict):
        return dict(status)
    return {"enum": status} if isinstance(status, list) else {"const": status}


def _idle(
    scope: Scope,
    data: Mapping[str, Json],
    subject: Subject,
    keywords: Mapping[str, Json],
    path: KeyPath,
    *,
    needs_subject: bool,
) -> None:
    """Refuse a check that checks nothing, or whose words contradict each other."""
    if not needs_subject and not keywords and "absent" not in data:
        scope.note("`instead` says nothing", path, "const: …, type: …, or absent: true")
        return
    if "absent" in data and "optional" in data:
        what = "`absent` and `optional` contradict each other"
        scope.note(what, path, "absent: it must be missing; optional: it may")
        return
    if "absent" in data and keywords:
        what = "an `absent` check has no keywords: there is no value to put them to"
        scope.note(what, path, "leave the keywords out; a value that may be missing is `optional: true`")
    if "collect" in data and "join" in data:
        what = "`collect` and `join` are two ways to take all matches together: choose one"
        scope.note(what, path, "collect: an array of them; join: one text")
    if subject.kind not in PATHS and ("collect" in data or "join" in data):
        what = "`collect` and `join` need a JSONPath as subject"
        scope.note(what, path, "they stand beside path, events or exchange")
    idle = "optional" in data or "collect" in data or "join" in data or subject.kind in ("sum", "value")
    if not keywords and idle and (needs_subject or "absent" not in data):
        scope.note("this check checks nothing: it needs a keyword", path, "type: string, minimum: 1, const: …")


def read_given(scope: Scope, data: Json, path: KeyPath) -> Iterator[Condition]:
    """Read a `given`: one condition or a list of them."""
    for item, here in each(data, path):
        check = read_check(scope, item, here)
        if check is not None:
            yield Condition(check, item.get("tries", 1), item.get("otherwise", "skip"))


def read_until(scope: Scope, data: Json, path: KeyPath) -> Until | None:
    """Read an `until`."""
    if data is None:
        return None
    check = read_check(scope, data, path)
    return Until(check, float(data["within"])) if check else None


def read_captures(scope: Scope, data: Json, path: KeyPath) -> Iterator[Capture]:
    """Read a `capture`; its names are known from here on."""
    for name, item in (data or {}).items():
        here = (*path, name)
        place = scope.document.place(here, key=True)
        if name in scope.known or name in ROLES:
            scope.note(f"the name {name!r} is taken", here, taken_by(name), key=True)
        if isinstance(item, str):
            scope.known.add(name)
            scope.path(item, here)
            yield Capture(name, Subject("path", item), place)
            continue
        subject = read_subject(scope, item, here)
        pattern = item.get("pattern")
        scope.use(pattern, (*here, "pattern"))
        scope.known.add(name)
        one_group(scope, pattern, (*here, "pattern"), "a capture's pattern")
        if subject is not None:
            yield Capture(name, subject, place, collect=bool(item.get("collect")), pattern=pattern)


def one_group(scope: Scope, pattern: str | None, path: KeyPath, whose: str) -> None:
    """Refuse a pattern that has not exactly one group, which is what is kept."""
    try:
        groups = 1 if pattern is None else re.compile(NAME.sub("x", pattern)).groups
    except re.error:
        groups = 0
    if groups != 1:
        hint = r"put what is kept into one pair of parentheses: 'id=([0-9]+)'; others are written (?:…)"
        scope.note(f"{whose} is a regular expression with exactly one group", path, hint)


def unique_addresses(scope: Scope, checks: Iterable[Check]) -> None:
    """An address that two checks share could not be told apart by an overlay: the second needs a name."""
    seen: set[str] = set()
    for check in checks:
        if check.address in seen:
            hint = "put the keywords into one check, or give this one a `name`"
            scope.problems.append(Problem(f"two checks are called {check.address!r}", check.place, hint))
        seen.add(check.address)
