"""A case in words: what its page says of it, what is sent, the capabilities it needs, the overlays that touch it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aioc.author.terminal import terminal
from aioc.author.touch import resolved, touch
from aioc.judge.wire import request_names, wire
from aioc.model.case import Capture, Case, Request, Severity
from aioc.model.catalogue import Catalogue
from aioc.model.overlay import Deviation, addressed
from aioc.model.problem import Json
from aioc.pages.case import Servers, case_page
from aioc.pages.check_words import instead
from aioc.report.case_link import page_of
from aioc.report.curl import curl_line
from aioc.report.text import clean

MEANING = {
    Severity.FAIL: "a mainstream client breaks or loses data",
    Severity.WARN: "the documentation says otherwise, and clients cope",
    Severity.INFO: "worth knowing; the case stays PASS",
}


def explained(cases: Sequence[Case], catalogue: Catalogue) -> Iterator[str]:
    """Explain a family of cases (one case is a family of its own)."""
    case = cases[0]
    yield from _of_page(cases, catalogue)
    yield f"At worst {case.worst.upper()}: {MEANING[case.worst]}"
    yield f"File: {case.place.file}"
    if page := page_of(case.family):
        yield f"Page: {page}"
    for need in case.needs:
        row = catalogue.capabilities[need]
        yield f"Needs {need}: {row.endpoint}, {row.kind}; {_shown(row.shown_by, case)}"
    constants = case.constants if len(cases) == 1 else {}
    short = {name: value for name, value in constants.items() if not isinstance(value, str) or len(value) < 200}
    for step in case.steps:
        yield f"Sends{f' ({step.name})' if step.name else ''}:"
        yield f"  {command_of(step.request, short)}"
        yield from (f"  keeps {clean(_kept(capture))}" for capture in step.captures)
    yield from (f"Keeps {clean(_kept(capture))}" for capture in case.captures)
    yield from _overlays(cases, catalogue)


def _shown(shown_by: str, case: Case) -> str:
    if shown_by in (case.id, case.family):
        return "this case shows whether a server has it"
    return f"a server that fails {shown_by} for want of it skips this case"


def _kept(capture: Capture) -> str:
    """Say under which name what is kept for later."""
    kind = "" if capture.subject.kind in ("path", "header") else f"{capture.subject.kind} "
    kind = kind if kind.strip() != capture.subject.address else ""
    part = f", what matches {capture.pattern}" if capture.pattern else ""
    return f"${{{capture.name}}}: {'every ' if capture.collect else ''}{kind}{capture.subject.address}{part}"


def _of_page(cases: Sequence[Case], catalogue: Catalogue) -> Iterator[str]:
    """Give the case's entry of its page, without what stands there as a link to the file."""
    only = replace(catalogue, cases=tuple(cases))
    lines = case_page(cases[0].topic, only, Servers({}, {})).splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("### "))
    for line in lines[start:]:
        if "[dispute it]" in line:
            continue
        if line.startswith("### "):
            yield line.removeprefix("### ")
        elif line:
            indent, _, rest = line.partition("* ") if line.lstrip().startswith("* ") else ("", "", line)
            yield f"{indent}{terminal(rest)}"


def command_of(request: Request, values: Mapping[str, Json]) -> str:
    """Give the curl command that sends a request; a name that has no value stays a name."""
    filled = {name: values.get(name, f"${{{name}}}") for name in request_names(request)}
    return clean(curl_line(wire(request, filled)).replace("%24%7B", "${").replace("%7D", "}"))


def _overlays(cases: Sequence[Case], catalogue: Catalogue) -> Iterator[str]:
    """Say which overlays touch the case: what each server does instead, and where it lacks what the case needs."""
    touched: dict[str, tuple[Deviation, list[str]]] = {}
    lacking: dict[tuple[str, str], list[str]] = {}
    for name, overlay in resolved(catalogue).items():
        for entry in touch(cases, overlay):
            if isinstance(entry, Deviation):
                touched.setdefault(str(entry.place), (entry, []))[1].append(name)
            else:
                lacking.setdefault((entry.capability, entry.reason), []).append(name)
    if not touched and not lacking:
        yield "Overlays: none touches it"
        return
    yield "Overlays:"
    for entry, names in touched.values():
        yield from _deviation(entry, names, cases[0])
    for (capability, reason), names in lacking.items():
        yield f"  {', '.join(names)}: lacks {capability}, so that the case is SKIP: {clean(reason)}"


def _deviation(entry: Deviation, names: Sequence[str], case: Case) -> Iterator[str]:
    others = [name for name in names if name != entry.overlay]
    heirs = f" (and {', '.join(others)})" if others else ""
    versions = f", versions {entry.versions}" if entry.versions else ""
    member = f" of {entry.case}" if entry.case != case.family else ""
    sometimes = ", sometimes" if entry.sometimes else ""
    where = addressed(entry.step, entry.address)
    yield f"  {entry.overlay}{heirs}: {entry.severity.upper()}, known{member}{versions}{sometimes}: {clean(where)}"
    yield f"    does    {clean(terminal(instead(entry, case)))}"
    yield f"    reason  {clean(entry.reason)}"
    yield f"    entry   {entry.place}"
