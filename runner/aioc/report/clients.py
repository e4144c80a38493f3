"""What becomes of clients with a server, as lines of the console."""

from collections.abc import Iterator

import click

from aioc.readiness import Readiness, Ready
from aioc.report.target import TargetReport
from aioc.report.text import clean, shorten
from aioc.report.words import counted

_COLOURS = {Ready.READY: "green", Ready.DEGRADED: "yellow", Ready.BREAKS: "red", Ready.UNKNOWN: "blue"}


def title(report: TargetReport) -> str:
    """Give the line above a server's clients."""
    header = report.header
    return clean(f"== {header.label} {header.version}".rstrip())


def lines(found: Readiness, *, every: bool, colour: bool) -> Iterator[str]:
    """Give the line of a client; with `every` also each need that is not met or not shown."""
    word = f"{found.ready.value:9}"
    word = click.style(word, fg=_COLOURS[found.ready]) if colour else word
    unseen = f"  ({counted(len(found.unseen), 'need')} not shown)" if found.unseen else ""
    reason = found.reason or f"{counted(len(found.client.needs) - len(found.unseen), 'need')} met"
    yield f"{word} {found.client.name:24} {shorten(reason, 120)}{unseen}"
    if not every:
        return
    for one in found.missed:
        need = one.need
        yield f"    {need.effect.value}: {need.sees}"
        yield clean(f"      {one.case}{f'  {need.check}' if need.check else ''}: {shorten(one.found, 160)}")
    for endpoint in found.absent:
        yield f"    the server has no {endpoint}"
    for need in found.unseen:
        yield f"    not shown: {need.case}{f'  {need.check}' if need.check else ''}"
