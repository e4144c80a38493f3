"""A probe from its options to its exit code: the cases that show a capability, and nothing else."""

from collections import Counter
from dataclasses import replace

import click

from aioc.cli.options import RunOptions
from aioc.cli.prepare import surveyed
from aioc.conduct import Conductor
from aioc.model.result import Verdict
from aioc.read.tree import load_shown
from aioc.report import console
from aioc.report.text import Masker, clean
from aioc.run import Run
from aioc.verdict import FAILED, FINE, NOT_JUDGED


def probe_session(options: RunOptions, name: str | None, server: str | None) -> int:
    """Probe, print the surface table and give the exit code. Raises BadInputError as a run does."""
    loaded = load_shown(server or "auto")
    catalogue = loaded.catalogue
    named = server or (name if name in catalogue.overlays else None) or "auto"
    shown_by = tuple(dict.fromkeys(row.shown_by for row in catalogue.capabilities.values()))
    prepared = surveyed(replace(options, server=named, select=shown_by), loaded, ())
    header = replace(prepared.header, label=name or prepared.header.label)
    masker = Masker(prepared.secrets)
    title = clean(f"{name} at {header.base_url}" if name else header.base_url)
    click.echo(masker.text(title if header.server == "none" else f"{title}: {header.product}"))
    for line in (*(f"  {line}" for line in header.proof), *(f"warning: {line}" for line in header.warnings)):
        click.echo(masker.text(clean(line)))
    run = Run(prepared.setting, prepared.plan, Conductor(prepared.opener, prepared.jobs))
    for _ in run.results():
        pass  # the rows say it all
    summary = run.summary()
    for line in console.surface(summary, colour=console.wants_colour()):
        click.echo(masker.text(line))
    counts = Counter(row.verdict for row in summary.surface)
    click.echo(f"{'  '.join(f'{counts[verdict]} {verdict.value}' for verdict in Verdict if counts[verdict])}")
    if counts[Verdict.FAIL]:
        return FAILED
    return NOT_JUDGED if counts[Verdict.ERROR] or summary.stopped else FINE
