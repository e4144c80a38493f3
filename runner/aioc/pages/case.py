"""The page of a topic: each of its cases, what it asks, why, where that is written, and which servers deviate."""

import json
from collections.abc import Iterable, Mapping, Sequence

from aioc.model.case import Answers, Case, Check, Request, Step
from aioc.model.catalogue import Catalogue
from aioc.model.frozen import frozen
from aioc.model.overlay import Deviation
from aioc.model.problem import Json
from aioc.pages.check_words import sentence
from aioc.pages.subject import Subject
from aioc.pages.text import listed, prose
from aioc.paths import COLLECTION
from aioc.report.case_link import anchor, page_name
from aioc.report.md import code, table
from aioc.report.words import counted

MADE = "<!-- Made by `make pages` from specs/: do not edit. -->"


def topics(catalogue: Catalogue) -> list[str]:
    """Give the topics, OpenAI's in the order of their names, then those of servers."""
    return sorted({case.topic for case in catalogue.cases}, key=lambda name: (name in catalogue.overlays, name))


def case_index(catalogue: Catalogue) -> str:
    """Give the list of the topics."""
    rows = []
    for topic in topics(catalogue):
        cases = [case for case in catalogue.cases if case.topic == topic]
        server = catalogue.overlays.get(topic)
        what = f"what {prose(server.title)} has of its own" if server else listed(_routes(cases), 3)
        rows.append([f"[{topic}]({page_name(topic)})", str(len({case.family for case in cases})), what])
    total = len({case.family for case in catalogue.cases})
    return "\n".join(
        [
            MADE,
            "",
            "# The cases",
            "",
            f"{counted(total, 'case')} of catalogue {code(catalogue.version)}, by topic. A family (`for_each`) is one "
            f"here and several in a run: {len(catalogue.cases)} in all. [How a case is written](../format.md), "
            "[what the words of a result mean](../../README.md#reading-the-result).",
            "",
            *table(["topic", "cases", "asked"], rows),
            "",
        ]
    )


@frozen
class Servers:
    """What servers do, by family of cases: the entries of those that deviate, and the names of those that pass."""

    entries: Mapping[str, Sequence[Deviation]]
    passing: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, subjects: Sequence[Subject]) -> "Servers":
        """Gather it from the servers, in their order."""
        return cls(_entries(subjects), _passing(subjects))


def case_page(topic: str, catalogue: Catalogue, servers: Servers) -> str:
    """Give the page of a topic in Markdown."""
    families: dict[str, list[Case]] = {}
    for case in catalogue.cases:
        if case.topic == topic:
            families.setdefault(case.family, []).append(case)
    server = catalogue.overlays.get(topic)
    rows = [
        [f"[{family}](#{anchor(family)})", cases[0].worst.upper(), prose(cases[0].title)]
        for family, cases in families.items()
    ]
    lines = [
        MADE,
        "",
        f"# Cases: {prose(server.title) if server else topic}",
        "",
        "A case that fails what OpenAI itself does, or asks what is written nowhere, is wrong: "
        "[how to dispute it](../../CONTRIBUTING.md). Names of checks are those that reports and overlays use. "
        "*FAIL*: a mainstream client breaks or loses data; *WARN*: the documentation is violated and clients cope; "
        "*INFO*: worth knowing.",
        "",
        *table(["case", "severity", "what happens"], rows),
    ]
    for family, cases in families.items():
        lines += ["", *_case(family, cases, servers)]
    return "\n".join(lines) + "\n"


def _case(family: str, cases: Sequence[Case], servers: Servers) -> list[str]:
    case = cases[0]
    lines = [f'<a id="{anchor(family)}"></a>', "", f"### {family}", "", f"**{prose(case.title)}.**", ""]
    lines += _asked(case)
    if len(cases) > 1:
        lines.append(f"* Once for each of {', '.join(code(one.id.partition(':')[2]) for one in cases)}.")
    if case.why:
        lines.append(f"* **Why it matters**: {prose(case.why)}")
    lines.append(f"* **Source**: {prose(case.source)}")
    lines += _deviating(servers.entries.get(family, ()))
    if passing := servers.passing.get(family):
        lines.append(f"* **Passed, in the runs kept, by** {listed([_server(name) for name in passing])}.")
    path = f"servers/{family}" if case.server else f"{COLLECTION}/{family}"
    lines.append(f"* [{path}.yaml](../../specs/{path}.yaml) · [dispute it](../../CONTRIBUTING.md)")
    return lines


def _asked(case: Case) -> list[str]:
    needs = f" Needs {listed([code(need) for need in case.needs])}." if case.needs else ""
    danger = " It may kill the server: profile `hostile` only." if case.danger else ""
    if case.answers is not None:
        return [f"* **Holds for** {_answers(case.answers)}.{needs}", *_checks(case.checks)]
    given = [f"* **Only if** {listed([sentence(condition.check) for condition in case.given])}."] if case.given else []
    steps = [step for step in case.steps if not (step.always and not step.checks)]
    if len(steps) == 1 and not steps[0].name:
        return [
            *given,
            f"* **Asks** {_request(steps[0].request)}.{needs}{danger}",
            *_checks(steps[0].checks),
        ]
    lines = [*given, f"* **Asks** {counted(len(case.steps), 'request')} in a row.{needs}{danger}"]
    for step in case.steps:
        lines.append(f"  * {code(step.name)}: {_request(step.request)}{_until(step)}")
        lines += [f"  {line}" for line in _checks(step.checks)]
    return lines


def _until(step: Step) -> str:
    return f", until {sentence(step.until.check)} ({step.until.within:g} s at most)" if step.until else ""


def _answers(answers: Answers) -> str:
    status = f"status {code(_plain(answers.status))}"
    kind = {True: "stream", False: "plain answer", None: "answer"}[answers.streamed]
    methods = f"{'/'.join(answers.methods)} " if answers.methods else ""
    paths = [f"{methods}{path}" for path in answers.paths]
    where = (
        "of any endpoint"
        if answers.paths == ("*",) and not answers.methods
        else f"of {listed(list(map(code, paths)), 4)}"
    )
    return f"every {kind} {where} with {status}"


def _plain(status: Json) -> str:
    if isinstance(status, dict) and status.keys() <= {"const", "enum"}:
        values = status.get("enum", [status.get("const")])
        return " or ".join(map(str, values))
    if isinstance(status, dict):
        return ", ".join(f"{word} {value}" for word, value in status.items())
    return str(status)


def _request(request: Request) -> str:
    """Say what is sent: the route, and the members beside the usual ones."""
    said = code(f"{request.method} {request.path}")
    parts = []
    if isinstance(request.json, dict):
        parts += [
            code(_member(name, value)) for name, value in request.json.items() if name not in ("model", "messages")
        ]
    parts += [code(name) for name, _ in request.form if name != "model"]
    parts += [f"file {code(part.field)}" for part in request.files]
    if request.raw is not None:
        parts.append("a body of its own")
    parts += [
        f"header {code(name)}" if value is not None else f"no header {code(name)}" for name, value in request.headers
    ]
    more = f" with {listed(parts, 8)}" if parts else ""
    copies = f", {request.copies} at once" if request.copies > 1 else ""
    cut = f", and hangs up after {counted(request.hang_up_after, 'event')}" if request.hang_up_after else ""
    return f"{said}{more}{copies}{cut}"


def _member(name: str, value: Json) -> str:
    """Give a member with its value, when that is short."""
    if isinstance(value, str):
        return f"{name}: {value}" if len(value) <= 30 else name
    return name if isinstance(value, dict | list) else f"{name}: {json.dumps(value)}"


def _checks(checks: Iterable[Check]) -> list[str]:
    lines = []
    for check in checks:
        given = f", where {listed([sentence(condition.check) for condition in check.given])}" if check.given else ""
        name = f" {code(check.address)}" if check.address != check.subject.address else ""
        lines.append(f"  * {check.severity.upper()}{name}: {sentence(check)}{given}")
    return lines


def _routes(cases: Iterable[Case]) -> list[str]:
    routes = [step.request.path.partition("?")[0] for case in cases for step in case.steps[:1]]
    routes += [path for case in cases if case.answers for path in case.answers.paths if path != "*"]
    common = sorted(set(routes), key=lambda route: (-routes.count(route), route))
    return [code(route) for route in common]


def _entries(subjects: Sequence[Subject]) -> dict[str, list[Deviation]]:
    found: dict[str, list[Deviation]] = {}
    for subject in subjects:
        for entry in subject.own.deviations:
            if case := subject.catalogue.case(entry.case):
                found.setdefault(case.family, []).append(entry)
    return found


def _passing(subjects: Sequence[Subject]) -> dict[str, list[str]]:
    """Give by family the servers with which every member that was asked passed."""
    found: dict[str, list[str]] = {}
    for subject in subjects:
        asked = {case.partition(":")[0] for case in subject.verdicts}
        not_fine = {case.partition(":")[0] for case, verdict in subject.verdicts.items() if verdict != "PASS"}
        for family in asked - not_fine:
            found.setdefault(family, []).append(subject.own.name)
    return found


def _deviating(entries: Sequence[Deviation]) -> list[str]:
    """Say of each server what it does, how bad that is, and in which versions."""
    if not entries:
        return []
    said: dict[str, list[str]] = {}
    for entry in entries:
        versions = f" ({code(entry.versions)})" if entry.versions else ""
        said.setdefault(entry.overlay, []).append(f"{entry.severity.upper()}{versions} {prose(entry.reason)}")
    lines = [f"  * {_server(name)}: {' · '.join(dict.fromkeys(words))}" for name, words in sorted(said.items())]
    return ["* **Deviates**:", *lines]


def _server(name: str) -> str:
    return f"[{name}](../catalog/{name}.md)"
