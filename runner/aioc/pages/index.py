"""The matrix of servers and endpoints."""

from collections.abc import Mapping, Sequence, Set

from aioc.model.catalogue import Catalogue
from aioc.pages.sections import section_of
from aioc.pages.subject import Subject
from aioc.pages.surface import state_of
from aioc.pages.text import MADE, listed, prose
from aioc.report.md import code, table

Families = Mapping[str, Set[str]]
"""The families of cases by their section."""
PARTS = {
    "Text": "models chat stream tools json logprobs vision completions responses embeddings rerank".split(),
    "Sound, pictures, filters": (
        "audio-in audio-out speech transcriptions translations images images-edits images-variations videos "
        "moderations realtime"
    ).split(),
    "Platform": (
        "auth chat-store responses-store conversations files uploads batches vector-stores fine-tuning"
    ).split(),
}


def index_page(catalogue: Catalogue, subjects: Sequence[Subject]) -> str:
    """Give the page with the matrix; `subjects` are the servers in their order."""
    lines = [
        MADE,
        "",
        "# Servers and endpoints",
        "",
        "Each server has a page: what is there, where it deviates, how to try it. A cell says what the runs of that "
        "page showed of the current version:",
        "",
        "* **yes**: it is there, and no known deviation of it breaks a mainstream client",
        "* **yes, 3**: it is there, with three deviations or findings that do (FAIL)",
        "* no: it is not there · blank: nobody asked (no model for it, or no recording)",
        "",
        "## What was looked at",
        "",
        *table(["server", "what", "version", "date", "looked at"], [_looked(subject) for subject in subjects]),
    ]
    left = [name for name in catalogue.capabilities if not any(name in names for names in PARTS.values())]
    families: dict[str, set[str]] = {}
    for case in catalogue.cases:
        families.setdefault(section_of(case), set()).add(case.family)
    for title, names in {**PARTS, "Others": left}.items():
        shown = [name for name in names if name in catalogue.capabilities]
        if not shown:
            continue
        lines += ["", f"## {title}", "", *_matrix(subjects, shown, families), ""]
        lines.append(f"{listed([f'{name} = {code(catalogue.capabilities[name].endpoint)}' for name in shown])}.")
    lines += ["", "See also: [the cases](../cases/index.md), [how servers are recognised](../detection.md)."]
    return "\n".join(lines) + "\n"


def _looked(subject: Subject) -> list[str]:
    own = subject.own
    known = (
        [subject.which.removeprefix("Version "), subject.when, subject.how] if subject.current else ["", "", "overlay"]
    )
    return [f"[{own.name}]({own.name}.md)", prose(own.title), *known]


def _matrix(subjects: Sequence[Subject], names: Sequence[str], families: Families) -> list[str]:
    rows = []
    for subject in subjects:
        cells = [_cell(subject, name, families.get(name, frozenset())) for name in names]
        if any(cells):
            rows.append([f"[{subject.own.name}]({subject.own.name}.md)", *cells])
    return table(["server", *names], rows)


def _cell(subject: Subject, name: str, families: Set[str]) -> str:
    state = state_of(subject, name)
    if state != "yes":
        return "no" if state == "no" else ""
    bites = _bites(subject, families)
    return f"**yes**, {bites}" if bites else "**yes**"


def _bites(subject: Subject, families: Set[str]) -> int:
    """Count what breaks a client at an endpoint: entries of severity fail that apply now, and failures nobody knows.

    `families` are the cases of the endpoint.
    """
    known = {
        entry.reason
        for entry in subject.overlay.deviations
        if entry.severity == "fail" and subject.applies(entry) and entry.case.partition(":")[0] in families
    }
    new = {
        (finding.case, finding.check)
        for run in subject.current
        for finding in run.new
        if finding.severity == "fail" and finding.case.partition(":")[0] in families
    }
    return len(known) + len(new)
