"""What in a case must be killed, and the names that its paths speak of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from aioc.model.case import Capture, Case, Check, Condition, Subject

from .values import Json

Address = tuple[str, str]
"""The name of the step and the address of the check."""


@dataclass(frozen=True)
class Target:
    """Something in a case that a mutant must kill."""

    step: str
    number: int
    address: str
    subject: Subject
    check: Check | None = None
    sources: tuple[Subject, ...] = ()
    """What the captures look at whose names the check uses."""

    @property
    def key(self) -> Address:
        return (self.step, self.address)

    @cached_property
    def wanted(self) -> tuple[tuple[tuple[str, ...], float], ...]:
        """The names in the paths that decide about it, and how far they are from what it says."""
        filters = [
            (names, 0.05 if number == 0 else 1) for number, (names, _) in enumerate(filters_of(self.subject)[::-1])
        ]
        sources = [(names_of(source), 0) for source in self.sources]
        return ((names_of(self.subject), 0), *filters, *sources)

    @cached_property
    def quoted(self) -> tuple[str, ...]:
        """The texts in its path: types that a filter asks for."""
        return tuple(re.findall(r"'([^']{3,})'", str(self.subject.argument)))

    @cached_property
    def inner(self) -> frozenset[str]:
        return _inner_names(self.check)


def targets(case: Case) -> list[Target]:
    """Everything of a case that must be killed. A capture that cannot find nothing is left out."""
    found: list[Target] = []
    for check in case.checks:
        found.append(Target("", 0, check.address, check.subject, check))
    sources = {capture.name: capture.subject for step in case.steps for capture in step.captures}
    for number, step in enumerate(case.steps):
        if step.until is not None:
            found.append(Target(step.name, number, "until", step.until.check.subject, step.until.check))
        for capture in step.captures:
            conditions = (*step.given, *(case.given if number == 0 else ()))
            if not _always_there(capture) and not _guarded(capture, conditions):
                found.append(Target(step.name, number, f"capture {capture.name}", capture.subject))
        for check in step.checks:
            used = re.findall(r"\$\{(\w+)\}", f"{check.subject.argument}{dict(check.keywords)}")
            subjects = tuple(sources[name] for name in used if name in sources)
            found.append(Target(step.name, number, check.address, check.subject, check, subjects))
    return found


def _always_there(capture: Capture) -> bool:
    """Facts of the transfer, its status and its bytes are always there."""
    kind = capture.subject.kind
    return capture.pattern is None and (kind in ("exchange", "status") or capture.subject.argument == "bytes")


def _guarded(capture: Capture, conditions: Sequence[Condition]) -> bool:
    """A condition on the same subject makes the case SKIP where the capture would find nothing."""
    subject = capture.subject
    return any(
        check.subject.kind == subject.kind
        and not (check.absent or check.optional)
        and re.match(re.escape(str(subject.argument)) + r"(?![\w-])", str(check.subject.argument))
        for check in (condition.check for condition in conditions)
    )


def path_of(text: str) -> list[str | int]:
    """The steps of a JSONPath; filters and slices are `*`."""
    found: list[str | int] = []
    for child, quoted, index, many in re.findall(
        r"\.\.?(\w[\w-]*)|\[['\"]([^'\"]*)['\"]\]|\[(-?\d+)\]|(\[\*\]|\.\*|\[\?\(.*?\)\]|\[[-\d:]*\])", text
    ):
        if child or quoted:
            found.append(child or quoted)
        elif index:
            found.append(int(index))
        elif many:
            found.append("*")
    return found


def names_of(subject: Subject) -> tuple[str, ...]:
    """The names in the path of a subject."""
    if subject.kind == "sum":
        return tuple(dict.fromkeys(name for path in subject.argument for name in _names(path)))
    if subject.kind in ("path", "events"):
        names = _names(str(subject.argument))
        return names[1:] if subject.kind == "events" and names[:1] in (("data",), ("event",)) else names
    return ()


def filters_of(subject: Subject) -> list[tuple[tuple[str, ...], str | None]]:
    """The names that lead to what each filter of a path looks at, and the text it must equal."""
    if subject.kind not in ("path", "events"):
        return []
    path = str(subject.argument)
    found = []
    for one in re.finditer(r"\[\?\((.*?)\)\]", path):
        for operand, wanted in re.findall(r"@((?:\.\w+|\[\d+\])+)(?:\s*==\s*'([^']*)')?", one[1]):
            names = _names(path[: one.start()] + operand)
            if subject.kind == "events" and names[:1] in (("data",), ("event",)):
                names = names[1:]
            found.append((names, wanted or None))
    return found


def _names(path: str) -> tuple[str, ...]:
    return tuple(part for part in path_of(path) if isinstance(part, str) and part not in ("*", "len"))


def _inner_names(check: Check | None) -> frozenset[str]:
    """The names inside the keywords of a check: of required members, of properties."""
    found: set[str] = set()

    def walk(value: Json) -> None:
        if isinstance(value, dict):
            found.update(value.get("required", ()))
            found.update(value.get("properties", ()))
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(dict(check.keywords) if check is not None else {})
    return frozenset(found)
