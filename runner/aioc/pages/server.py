"""The page of a server: each statement from a case, an entry of its overlay, or what is kept of a run."""

from collections.abc import Sequence

from aioc.model.overlay import Fact, Overlay
from aioc.pages.deviations import breaking_lines, deviation_lines, unknown_lines
from aioc.pages.subject import Subject
from aioc.pages.surface import extension_lines, surface_lines
from aioc.pages.text import MADE, UP, listed, prose
from aioc.report.md import code, table
from aioc.report.words import counted


def server_page(subject: Subject) -> str:
    """Give the page of a server in Markdown."""
    parts = [
        [MADE, "", f"# {prose(subject.own.title)}"],
        _about(subject),
        breaking_lines(subject),
        surface_lines(subject),
        extension_lines(subject),
        deviation_lines(subject),
        unknown_lines(subject),
        _quirks(subject),
        _layers(subject),
        _recipe(subject),
        _evidence(subject),
        _see_also(subject),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _about(subject: Subject) -> list[str]:
    own = subject.own
    lines = [prose(own.about), ""] if own.about else []
    home = f" · home: <{own.homepage}>" if own.homepage else ""
    address = f" · usual address {code(own.base_url)}" if own.base_url else ""
    lines += [f"Overlay {code(own.name)}{address}{home}", ""]
    if not subject.current:
        return [*lines, "Nothing is kept of any run: what follows is what the overlay says."]
    counts = subject.counts
    judged = sum(counts[word] for word in ("PASS", "WARN", "FAIL", "ERROR"))
    lines += [
        f"* {subject.tested}",
        f"* Of {counted(judged, 'case')} that could be put to it {counts['PASS']} pass, {counts['WARN']} warn, "
        f"{counts['FAIL']} fail" + (f", {counts['ERROR']} could not be judged" if counts["ERROR"] else "") + ".",
    ]
    return lines + _known(subject)


def _known(subject: Subject) -> list[str]:
    """Say how many deviations are known, its own and those of what it inherits from."""
    lines = []
    if subject.now:
        bites = sum(entry.severity == "fail" for entry in subject.now)
        own = " of its own" if subject.own.extends else ""
        later = f"; {len(subject.then)} speak of other versions only" if subject.then else ""
        lines.append(
            f"* {counted(len(subject.now), 'deviation')}{own} known of this version, "
            f"{bites} of them FAIL: they break a mainstream client{later}."
        )
    if subject.inherited:
        bites = sum(entry.severity == "fail" for entry in subject.inherited)
        parent = f"[{subject.own.extends}]({subject.own.extends}.md)"
        lines.append(f"* {len(subject.inherited)} deviations of {parent} were seen behind it, {bites} of them FAIL.")
    return lines


def _quirks(subject: Subject) -> list[str]:
    lines = _facts(subject.own.quirks)
    if subject.own.notes:
        lines += ["", subject.own.notes.rstrip()] if lines else [subject.own.notes.rstrip()]
    return ["## Quirks worth knowing", "", *lines] if lines else []


def _facts(facts: Sequence[Fact]) -> list[str]:
    return [
        f"* {prose(fact.what)} <sub>{f'{code(fact.versions)} · ' if fact.versions else ''}{prose(fact.source)}</sub>"
        for fact in facts
    ]


def _layers(subject: Subject) -> list[str]:
    own, catalogue = subject.own, subject.catalogue
    lines = []
    if own.extends:
        parent = catalogue.overlays[own.extends]
        inherited = [entry for entry in subject.overlay.deviations if entry.overlay != own.name]
        seen = len(subject.inherited)
        lines.append(
            f"* What is known of [{prose(parent.title)}]({own.extends}.md) holds behind it too: "
            f"{counted(len(inherited), 'entry', 'entries')} are inherited"
            + (f", {seen} of them seen through it in the runs below." if subject.current else ".")
        )
        lines += [f"* Not inherited, {code(gone.case)}: {prose(gone.reason)}" for gone in own.gone]
    if own.own_answers:
        lines.append(
            "* Reports say of each finding whose answer it is about, the proxy's or the server's behind it "
            f"([how]({UP}proxies.md))."
        )
    children = [overlay for overlay in catalogue.overlays.values() if overlay.extends == own.name]
    lines += [f"* [{prose(child.title)}]({child.name}.md) inherits what is known here." for child in children]
    lines += _facts(own.layers)
    return ["## How it layers on others", "", *lines] if lines else []


def _recipe(subject: Subject) -> list[str]:
    own = subject.own
    url = own.base_url or "URL"
    key = " --api-key-env API_KEY" if url.startswith("https:") else ""
    lines = ["## Probing recipe", "", "```sh"]
    lines += [
        f"aioc probe {url} --name {own.name}{key}",
        f"aioc-run --server {own.name} --base-url {url}{key} --journal {own.name}-default.jsonl",
        f"aioc page {own.name} --from {own.name}-default.jsonl        # this page, of your run",
        "```",
        "",
    ]
    lines.append(_recognised(own))
    lines += [_version_places(own)] if own.version else []
    if own.set_ups:
        rows = [
            [code(one.name), code(one.start), code(one.options) if one.options else "", prose(one.what)]
            for one in own.set_ups
        ]
        lines += ["", *table(["set-up", "the server", "aioc-run also", "to show"], rows)]
    return lines


def _recognised(own: Overlay) -> str:
    if len(own.detect) < 2:
        return f"It is not recognised by itself: `--server {own.name}` has to be said."
    asked = listed(list(dict.fromkeys(code(f"GET {sign.get}") for sign in own.detect)))
    return f"It is recognised when two of {len(own.detect)} signs hold ({asked}; [all signs]({UP}detection.md))."


def _version_places(own: Overlay) -> str:
    """Say where the version is read."""
    places = []
    for source in own.version:
        where = code(source.path) if source.path else f"the header {code(source.header or '')}"
        places.append(f"{where} of {code(f'GET {source.get}') if source.get else 'a chat answer'}")
    return f"Its version is read from {', else '.join(places)}."


def _evidence(subject: Subject) -> list[str]:
    own = subject.own
    lines = ["## Evidence", ""]
    if own.evidence:
        lines += [prose(own.evidence), ""]
    if subject.evidence.runs:
        words = ("PASS", "WARN", "FAIL", "ERROR", "SKIP")
        rows = [
            [
                code(run.set_up),
                "live run" if run.how == "run" else f"{run.exchanges} recorded exchanges",
                code(run.version) if run.version else "",
                run.date,
                *(str(run.counts[word] or "") for word in words),
            ]
            for run in subject.runs
        ]
        lines += table(["set-up", "what", "version", "date", *words], rows)
        lines += [
            "",
            "Recorded exchanges are put to the invariants and to cases that ask the same, a live run to every case. "
            f"Kept in [evidence/{own.name}.json](evidence/{own.name}.json), catalogue "
            f"{listed(sorted({code(run.catalogue) for run in subject.evidence.runs}))}.",
        ]
    return lines


def _see_also(subject: Subject) -> list[str]:
    own = subject.own
    links = [
        f"* [{own.name}.yaml]({UP}../specs/servers/{own.name}.yaml): every entry of this page",
        f"* [All servers and endpoints](index.md) · [the cases]({UP}cases/index.md)",
        f"* [How an overlay is written]({UP}overlays.md) · [whose answer it is, behind a proxy]({UP}proxies.md)",
        f"* An entry is wrong, or something is missing? [Say so]({UP}../CONTRIBUTING.md).",
    ]
    return ["## See also", "", *links]
