"""A server's page: where it deviates, by endpoint, what breaks a client before what clients cope with."""

from collections.abc import Iterable, Sequence

from aioc.model.overlay import Deviation
from aioc.pages.check_words import instead
from aioc.pages.sections import in_order, section_title
from aioc.pages.subject import Subject
from aioc.pages.text import UP, case_link, listed, prose
from aioc.report.md import code, folded, text
from aioc.report.words import counted

MOST_NEW = 30


def deviation_lines(subject: Subject) -> list[str]:
    """Give the deviations of the current version by endpoint, then those of other versions."""
    if not subject.own.deviations:
        return []
    lines = [
        "## Deviations",
        "",
        "**FAIL** breaks a mainstream client or loses data, and stays red; **WARN** is known, and clients cope. Below "
        "each: what the server does and what the case asks; in which versions, where it was seen, and the source.",
    ]
    capabilities = subject.catalogue.capabilities
    for name in in_order(set(subject.now_by_section), capabilities):
        entries = subject.now_by_section[name]
        lines += ["", f'<a id="deviations-{name}"></a>', "", f"### {section_title(name, capabilities)}", ""]
        lines += _entries(subject, entries, now=True)
    if subject.then:
        title = f"In other versions only ({counted(len(subject.then), 'entry', 'entries')})"
        lines += ["", f"### {title}", *folded("Show them", _entries(subject, subject.then, now=False))]
    return lines


def breaking_lines(subject: Subject) -> list[str]:
    """Give, before everything else, what was seen to break a client, each with the way to its entry."""
    found: dict[str, str] = {}
    capabilities = subject.catalogue.capabilities
    for name in in_order(set(subject.now_by_section), capabilities):
        for entry in subject.now_by_section[name]:
            if entry.severity == "fail" and subject.seen(entry):
                title = prose(section_title(name, capabilities))
                found.setdefault(entry.reason, f"* {prose(entry.reason)} ([{title}](#deviations-{name}))")
    return ["## What breaks clients", "", *found.values()] if found else []


def _entries(subject: Subject, entries: Iterable[Deviation], *, now: bool) -> list[str]:
    """Give the entries worst first, what was seen before what was not; those of one reason are one."""
    groups: dict[tuple[str, str, str | None, bool], list[Deviation]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.severity.rank, now and not subject.seen(entry))):
        groups.setdefault((entry.severity, entry.reason, entry.versions, entry.sometimes), []).append(entry)
    return [line for group in groups.values() for line in _group(subject, group, now=now)]


def _group(subject: Subject, group: Sequence[Deviation], *, now: bool) -> list[str]:
    first = group[0]
    said: dict[str, list[str]] = {}
    for entry in group:
        said.setdefault(entry.case, []).append(instead(entry, subject.catalogue.case(entry.case)))
    lines = [f"* **{first.severity.upper()}** {prose(first.reason)}"]
    lines += [f"  * {case_link(case, UP)}: {'; '.join(dict.fromkeys(words))}." for case, words in said.items()]
    facts = [code(first.versions) if first.versions else "every version"]
    facts += ["sometimes"] if first.sometimes else []
    facts += _seen(subject, group) if now else []
    sources = "; ".join(dict.fromkeys(prose(part.strip()) for entry in group for part in entry.source.split(";")))
    return [*lines, f"  * <sub>{' · '.join(facts)} · {sources}</sub>"]


def _seen(subject: Subject, group: Sequence[Deviation]) -> list[str]:
    if not subject.current:
        return []
    names = list(dict.fromkeys(name for entry in group for name in subject.seen(entry)))
    if names:
        seen = f"seen {max(run.date for run in subject.current if run.set_up in names)}".strip()
        return [f"{seen} with {listed([code(name) for name in names], 3)}"]
    return ["not seen in these set-ups"] if any(map(subject.was_asked, group)) else ["not asked in these set-ups"]


def unknown_lines(subject: Subject) -> list[str]:
    """Give the findings that no entry knows: what the server said stands in code, so that it can be nothing else."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for run in subject.current:
        for new in run.new:
            found.setdefault((new.severity, new.case, new.check, new.message), []).append(run.set_up)
    if not found:
        return []
    rows = sorted(found.items())
    lines = [
        "## Findings without an entry",
        "",
        f"{counted(len(rows), 'finding')} of these runs that no entry explains: news, or a mistake of ours.",
        "",
    ]
    for (severity, case, check, message), names in rows[:MOST_NEW]:
        where = listed([code(name) for name in names], 3)
        lines.append(f"* **{severity.upper()}** {_case(case)} {code(check)}: {code(message)} ({where})")
    if len(rows) > MOST_NEW:
        lines.append(f"* and {len(rows) - MOST_NEW} more")
    return lines


def _case(name: str) -> str:
    return case_link(name, UP) if "@" not in name else text(name)
