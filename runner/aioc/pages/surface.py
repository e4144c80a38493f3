"""A server's page: which endpoints are there, and what it has beyond OpenAI's."""

from collections import Counter
from collections.abc import Mapping, Sequence

from aioc.model.case import Case
from aioc.model.overlay import Capability, Lack
from aioc.pages.evidence import Row, Run
from aioc.pages.sections import section_of
from aioc.pages.subject import Subject
from aioc.pages.text import UP, case_link, listed, prose
from aioc.report.md import code, table, text
from aioc.report.words import counted
from aioc.template import fill_text, names

_USUAL = {"model", "messages", "max_tokens", "stream", "temperature", "seed", "response_format", "input"}
_NOT_ASKED = ("no model", "not recorded", "not asked")


def surface_lines(subject: Subject) -> list[str]:
    """Give the table of endpoints: status, cases, notes."""
    if not subject.current:
        return []
    sections = _verdicts_by_section(subject)
    rows, unasked = [], []
    for name, capability in subject.catalogue.capabilities.items():
        counts = sections.get(name, Counter())
        if _word(subject, name) == "not asked" and not counts:
            unasked.append(code(capability.endpoint))
            continue
        notes = [*_notes(subject, name, capability), *_before(subject, capability), *_deviations(subject, name)]
        rows.append([code(capability.endpoint), _word(subject, name), _counted(counts), " ".join(notes)])
    return [
        "## Surface (current)",
        "",
        *table(["endpoint", "status", "cases", "notes"], rows),
        "",
        "*yes*: it answered what shows the endpoint, in one set-up at least. *cases*: those of the endpoint, each as "
        "it ended in the first set-up that could be asked.",
        *(["", f"Not asked, for want of a model or of a recording: {listed(unasked)}."] if unasked else []),
    ]


def state_of(subject: Subject, name: str) -> str:
    """Say whether a capability is there: yes, no, or unknown."""
    states = {row.state for _, row in _rows(subject, name)}
    return "yes" if "yes" in states else "no" if "no" in states or _lack(subject, name) else "unknown"


def _word(subject: Subject, name: str) -> str:
    state = state_of(subject, name)
    if state != "unknown":
        return "**yes**" if state == "yes" else "no"
    notes = [row.note for _, row in _rows(subject, name)]
    return "not asked" if all(note.startswith(_NOT_ASKED) for note in notes) else "not shown"


def _rows(subject: Subject, name: str) -> list[tuple[Run, Row]]:
    """Give what the current runs say of a capability; where none was asked, recordings of the same version."""
    rows = [(run, run.surface[name]) for run in subject.current if name in run.surface]
    if any(row.state != "unknown" for _, row in rows):
        return rows
    beside = [(run, run.surface[name]) for run in subject.beside if name in run.surface]
    return [*((run, row) for run, row in beside if row.state != "unknown"), *rows]


def _notes(subject: Subject, name: str, capability: Capability) -> list[str]:
    rows = _rows(subject, name)
    there = [run for run, row in rows if row.state == "yes"]
    missing: dict[str, list[Run]] = {}
    for run, row in rows:
        if row.state == "no":
            missing.setdefault(_why_not(row, capability), []).append(run)
    match state_of(subject, name):
        case "yes":
            without = [f"Not with {_set_ups(runs)}: {note}." for note, runs in list(missing.items())[:2]]
            return [f"With {_set_ups(there)}.", *without] if missing else []
        case "no":
            lack = _lack(subject, name)
            if lack:
                return [prose(lack.reason)]
            beside = any(run in subject.beside for runs in missing.values() for run in runs)
            said = listed(list(missing)[:2]).rstrip(".")
            return [f"{said[:1].upper()}{said[1:]}{' (recorded)' if beside else ''}."]
    notes = Counter(row.note for _, row in rows if row.note)
    return [f"{text(note)}." for note, _ in notes.most_common(1)]


def _why_not(row: Row, capability: Capability) -> str:
    """Shorten `POST /v1/rerank: no such route (404)`, which stands beside its endpoint."""
    return text(row.note.removeprefix(f"{capability.endpoint}: "))


def _lack(subject: Subject, name: str) -> Lack | None:
    return subject.overlay.lack(name, subject.applies)


def _set_ups(runs: list[Run]) -> str:
    return listed([code(run.set_up) for run in runs], 3)


def _counted(counts: Counter[str]) -> str:
    total = sum(counts.values())
    if not total:
        return ""
    others = [f"{counts[word]} {word}" for word in ("FAIL", "WARN", "ERROR") if counts[word]]
    return f"{counts['PASS']} of {total} PASS" + (f", {', '.join(others)}" if others else "")


def _before(subject: Subject, capability: Capability) -> list[str]:
    """Say what other versions do where the endpoint is shown: that it was not there before."""
    return [
        f"{code(entry.versions)}: {prose(entry.reason)}"
        for entry in subject.then
        if entry.case == capability.shown_by and entry.address == "status" and entry.versions
    ]


def _deviations(subject: Subject, name: str) -> list[str]:
    """Give the way to the deviations of an endpoint, its own and those that it inherits and showed."""
    own = len(subject.now_by_section.get(name, ()))
    lines = [f"[{counted(own, 'deviation')}](#deviations-{name})"] if own else []
    inherited = subject.inherited_by_section.get(name, {})
    return [
        *lines,
        *(f"[{number} of {parent}]({parent}.md#deviations-{name})" for parent, number in inherited.items()),
    ]


def _verdicts_by_section(subject: Subject) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for case_id, verdict in subject.verdicts.items():
        if case := subject.catalogue.case(case_id):
            found.setdefault(section_of(case), Counter())[verdict] += 1
    return found


def extension_lines(subject: Subject) -> list[str]:
    """Give what the server has beyond OpenAI's API: the cases of its own folder, and how they ended."""
    families: dict[str, list[Case]] = {}
    for case in subject.catalogue.cases:
        if case.server == subject.own.name:
            families.setdefault(case.family, []).append(case)
    if not families:
        return []
    rows = [
        [prose(cases[0].title), _asked(cases), _ended(subject.verdicts, family), case_link(family, UP)]
        for family, cases in families.items()
    ]
    return ["## Notable extensions", "", *table(["what", "request", "now", "case"], rows)]


def _asked(cases: Sequence[Case]) -> str:
    """Name the routes, and the members that a request has beside the usual ones."""
    steps = [(step, case) for case in cases for step in case.steps if not step.always]
    routes = list(dict.fromkeys(f"{step.request.method} {step.request.path}" for step, _ in steps))
    members = {
        _member(name, case): None
        for step, case in steps
        if isinstance(step.request.json, dict) and step.request.path.startswith("/v1/")
        for name in step.request.json
    }
    own = [name for name in members if name not in _USUAL]
    more = f" with {listed([code(name) for name in own], 5)}" if own else ""
    return listed([code(route.partition("?")[0]) for route in routes], 2) + more


def _member(name: str, case: Case) -> str:
    """Give the member's name; that of a family's own is a constant."""
    return fill_text(name, case.constants, str) if set(names(name)) <= case.constants.keys() else name


def _ended(verdicts: Mapping[str, str], family: str) -> str:
    ends = [verdict for name, verdict in verdicts.items() if name.partition(":")[0] == family]
    return listed(sorted(set(ends))) if ends else "not asked"
