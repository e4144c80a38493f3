"""The matrix of clients and servers, each cell with its reason: what becomes of a client, from journals of runs."""

from collections.abc import Iterator, Sequence

from aioc.model.client import Client, Ready
from aioc.pages.text import prose
from aioc.readiness import Missed, Readiness
from aioc.report.case_link import page_of
from aioc.report.md import code, link, table, text
from aioc.report.target import TargetReport
from aioc.report.words import counted

MOST = 3
"""Needs told of a client that is not ready for a server; how many more there are is told too."""


INTRODUCTION = """\
What becomes of a client with a server, from what the server answered in a run of the catalogue and from what is known
of the client (specs/profiles/clients/).

- **ready**: what it needs is there; in brackets the needs of features that the run did not show
- degraded: a feature of it does not work, or secondary things are lost
- **breaks**: it is of no use
- unknown: what it cannot do without was not shown\
"""


def clients_page(found: Sequence[Sequence[Readiness]], reports: Sequence[TargetReport], up: str | None = None) -> str:
    """Give the page; `found` has for each client what becomes of it with the server of each report.

    `up` leads from where the page lies to the folder of a checkout (None: no page of a case is near).
    """
    heads = [report.header.name for report in reports]
    clients = [ready[0].client for ready in found]
    rows = [
        [f"[{text(client.title)}](#{client.name})", *map(_cell, ready)]
        for client, ready in zip(clients, found, strict=True)
    ]
    lines = [
        "# Clients and servers",
        "",
        INTRODUCTION,
        "",
        *table(["server", "run on", "models"], [_run(report) for report in reports]),
        "",
        *table(["client", *map(text, heads)], rows),
    ]
    for client, ready in zip(clients, found, strict=True):
        lines += ["", f'<a id="{client.name}"></a>', "", f"## {text(client.title)}", "", *_about(client)]
        told = [line for one, head in zip(ready, heads, strict=True) for line in _told(one, head, up)]
        lines += ["", *told] if told else []
    return "\n".join(lines) + "\n"


def _run(report: TargetReport) -> list[str]:
    header = report.header
    models = ", ".join(sorted({code(model) for model in header.roles.values()}))
    return [text(header.name), text(header.started[:10]), models]


def _cell(found: Readiness) -> str:
    word = f"**{found.ready}**" if found.ready in (Ready.READY, Ready.BREAKS) else found.ready.value
    return word + (f" ({len(found.unseen)})" if found.unseen and found.ready is not Ready.UNKNOWN else "")


def _about(client: Client) -> Iterator[str]:
    how = "driven against servers" if client.looked_at == "run" else "its source was read"
    yield f"{link(client.homepage)}, version {text(client.version)}, {how} on {client.date}."
    if client.about:
        yield prose(client.about)


def _told(found: Readiness, head: str, up: str | None) -> Iterator[str]:
    """Say why a client is not ready for a server: its worst, and how much more there is."""
    if found.ready is Ready.READY:
        return
    yield f"- **{text(head)}**, {found.ready}: {prose(found.reason)}"
    for one in found.shown[:MOST]:
        yield f"  - {_missed(one, up)}"
    if len(found.shown) > MOST:
        yield f"  - and {counted(len(found.shown) - MOST, 'need')} more"
    for lack, number in found.lacking.items():
        yield f"  - not there, for {counted(number, 'need')}: {prose(lack)}"


def _missed(one: Missed, up: str | None) -> str:
    need, page = one.need, page_of(one.case)
    case = f"[{code(one.case)}]({up}{page})" if page and up is not None else code(one.case)
    part = f" ({need.feature})" if need.feature else ""
    return f"{need.effect}{part}: {prose(need.sees)} {case}{f', {code(need.check)}' if need.check else ''}"
