"""Overlay entries drafted from what a run found, and taken out where they are stale: on the text, comments kept."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from aioc.author.yaml_text import flow, scalar
from aioc.model.case import Severity
from aioc.model.frozen import frozen
from aioc.model.overlay import addressed
from aioc.model.problem import Json
from aioc.model.result import Finding, Verdict
from aioc.model.run import SurfaceRow
from aioc.report.journal import Journal

LONGEST = 80
"""A text longer than this is not repeated in an entry; the draft says only that there is one."""
MOST_VALUES = 5
"""Of more values than these an entry says only the types."""
REASON = "TODO say what a client notices"
_ITEM = re.compile(r"(?P<indent> *)- ")
_EMPTY_LIST = re.compile(r"^(?:deviations|lacks): *\n(?!(?: *(?:#.*)?\n)* *- )", re.MULTILINE)
"""The head of a list behind which no item comes, only comments."""


@frozen
class Draft:
    """One deviation to be: what deviates, what happens instead, and what was seen."""

    HEAD: ClassVar = "deviations"
    case: str
    check: str
    instead: dict[str, Json]
    severity: str
    source: str
    sometimes: bool = False

    def lines(self) -> list[str]:
        """Give the entry as YAML."""
        found = [
            f"  - case: {self.case}",
            f"    check: {scalar(self.check)}",
            f"    instead: {flow(self.instead)}",
        ]
        if self.severity == "fail":
            found.append(
                "    severity: fail               # stays red, is only marked known: leave it out if clients cope"
            )
        if self.sometimes:
            found.append("    sometimes: true")
        return [*found, f"    reason: {REASON}", f"    source: {scalar(self.source)}"]


@frozen
class LackDraft:
    """One lack to be: a capability that the server says it does not have, and what was seen."""

    HEAD: ClassVar = "lacks"
    capability: str
    source: str

    def lines(self) -> list[str]:
        """Give the entry as YAML."""
        return [f"  - capability: {self.capability}", f"    reason: {REASON}", f"    source: {scalar(self.source)}"]


def drafts(journals: Sequence[Journal]) -> list[LackDraft | Draft]:
    """Give an entry for each finding (FAIL or WARN) that no overlay knows, in the order of the cases.

    A capability is drafted as a lack when no run shows it and the findings are those of its absence. A finding that
    some of several runs of the same case do not have is drafted as `sometimes`.
    """
    there = {row.capability for journal in journals for row in _surface(journal) if row.there}
    lacks: dict[str, list[Journal]] = {}
    seen: dict[tuple[str, str], list[tuple[list[Finding], Journal]]] = {}
    ran: Counter[str] = Counter()
    for journal in journals:
        # What shows that a capability is not there says so in the words of its row.
        absent = {row.note: row.capability for row in _surface(journal) if row.absent and row.capability not in there}
        for record in journal.cases:
            case = record.id.partition("@")[0]  # `aioc judge` has a record for an invariant and an exchange
            ran[case] += record.verdict is not Verdict.SKIP or bool(record.findings)
            at: dict[str, list[Finding]] = {}
            for finding in record.findings:
                if finding.mark is None and finding.severity is not Severity.INFO:
                    at.setdefault(addressed(finding.step, finding.address), []).append(finding)
            missing = [absent[note] for note in record.notes if note in absent]
            if at and missing:
                for capability in missing:
                    lacks.setdefault(capability, []).append(journal)
                continue
            for address, found in at.items():
                seen.setdefault((case, address), []).append((found, journal))
    deviations = (
        Draft(
            case,
            address,
            _instead_of_all([finding for found, _ in told for finding in found]),
            str(min((finding.severity for found, _ in told for finding in found), key=lambda one: one.rank)),
            _source(journal for _, journal in told),
            sometimes=len(told) < ran[case],
        )
        for (case, address), told in sorted(seen.items())
    )
    return [*(LackDraft(name, _source(told)) for name, told in sorted(lacks.items())), *deviations]


def _surface(journal: Journal) -> Sequence[SurfaceRow]:
    return journal.summary.surface if journal.summary else ()


def _source(journals: Iterable[Journal]) -> str:
    runs = [f"{one.header.version or 'unknown version'} on {one.header.started[:10]}" for one in journals]
    return "run against " + ", ".join(dict.fromkeys(runs))


def _instead_of_all(findings: Sequence[Finding]) -> dict[str, Json]:
    """Say what was there instead in each of them: a few values, else the types; what was missing is another matter."""
    distinct: list[dict[str, Json]] = []
    kinds: set[str] = set()
    for finding in findings:
        instead = instead_of(finding)
        if "absent" not in instead:
            kinds.add(finding.actual.partition(" ")[0])
            distinct += [instead] if instead not in distinct else []
    if len(distinct) < 2:
        return distinct[0] if distinct else {"absent": True}
    if len(distinct) <= MOST_VALUES and all("const" in one for one in distinct):
        return {"enum": [one["const"] for one in distinct]}
    return {"type": min(kinds) if len(kinds) == 1 else sorted(kinds)}


def instead_of(finding: Finding) -> dict[str, Json]:
    """Say what was there instead, as narrowly as what the finding tells of it allows."""
    kind, _, rest = finding.actual.partition(" ")
    if kind in ("object", "array", "null"):
        return {"type": kind}
    if kind not in ("integer", "number", "boolean", "string"):
        return {"absent": True}
    try:
        value = json.loads(rest)
    except ValueError:  # a text that was cut
        return {"type": kind}
    return {"type": kind} if isinstance(value, str) and len(value) > LONGEST else {"const": value}


def with_entries(text: str, entries: Sequence[LackDraft | Draft], title: str, modeline: str = "") -> str:
    """Give the text of an overlay with these entries, each at the end of its list; '' begins a new one.

    `modeline` is the line by which editors find the schema of a new one.
    """
    lines = text.splitlines() if text else [*([modeline] if modeline else []), f"title: {scalar(title)}"]
    for kind in (LackDraft, Draft):
        if block := [line for entry in entries if isinstance(entry, kind) for line in entry.lines()]:
            lines = _with_items(lines, kind.HEAD, block)
    return "\n".join(lines) + "\n"


def _with_items(lines: list[str], head: str, block: list[str]) -> list[str]:
    """Give the lines with a block of items at the end of the list under this head, which may be new."""
    start = next((n for n, line in enumerate(lines) if re.match(rf"{head}:\s*(#.*)?$", line)), None)
    if start is None:
        return [*lines, f"{head}:", *block]
    end = start + 1
    for number in range(start + 1, len(lines)):
        if lines[number].startswith((" ", "-")):
            end = number + 1
        elif lines[number].strip() and not lines[number].startswith("#"):
            break
    indent = next((m["indent"] for m in map(_ITEM.match, lines[start + 1 : end]) if m), "  ")
    return [*lines[:end], *(indent + line.removeprefix("  ") for line in block), *lines[end:]]


def without_entries(text: str, numbers: Iterable[int]) -> str:
    """Give the text without the list items that begin at these lines (from 1); comments between items stay."""
    lines = text.splitlines()
    gone = {line for number in numbers for line in _item(lines, number - 1)}
    kept = [f"{line}\n" for number, line in enumerate(lines) if number not in gone]
    return _EMPTY_LIST.sub("", "".join(kept))


def _item(lines: Sequence[str], start: int) -> Iterator[int]:
    match = _ITEM.match(lines[start])
    if match is None:
        return
    yield start
    inner = len(match["indent"]) + 1
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) < inner:
            return
        if line.strip():
            yield number
