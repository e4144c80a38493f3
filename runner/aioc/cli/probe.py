"""`aioc probe URL`: the quick look, one row an endpoint, at most two requests each."""

from collections import Counter
from typing import Any

import click

from aioc.cli.kinds import TEXT
from aioc.cli.options import RunOptions, connection_options, option, take_models, timeout_option, with_options
from aioc.cli.problems import wants_colour
from aioc.report.text import Masker, clean


@click.command(short_help="Show which endpoints a server has.")
@click.argument("url", type=TEXT)
@option(
    "--name", metavar="LABEL", help="What the server is called here; takes the overlay of that name, if there is one."
)
@option("--server", metavar="NAME", help="The server's overlay by name or file; default: the server is recognised.")
@with_options(*connection_options(), timeout_option(20.0, "request"))
def probe(url: str, name: str | None, server: str | None, **given: Any) -> int:
    """Show which endpoints a server has, by a case and at most two requests each; `aioc run` looks at all of it.

    URL is where the server listens, with or without /v1.

    \b
    aioc probe http://localhost:8080 --name llama.cpp
    aioc probe https://titan.example/api --name titan-llm --api-key-env TITAN_KEY --cacert ca.pem

    Exit code: 0 every row holds, 1 a row fails, 2 bad input, 3 something could not be judged.
    """
    from aioc.cli.prepare import surveyed
    from aioc.conduct import Conductor
    from aioc.model.result import Verdict
    from aioc.read.tree import load_shown
    from aioc.report import console
    from aioc.run import Run
    from aioc.verdict import FAILED, FINE, NOT_JUDGED

    loaded = load_shown(server or "auto")
    catalogue = loaded.catalogue
    named = server or (name if name in catalogue.overlays else None) or "auto"
    shown_by = tuple(dict.fromkeys(row.shown_by for row in catalogue.capabilities.values()))
    options = RunOptions(base_url=url, server=named, select=shown_by, models=take_models(given), **given)
    prepared = surveyed(options, loaded, ())
    header = prepared.header
    masker = Masker(prepared.secrets)
    title = clean(f"{name} at {header.base_url}" if name else header.base_url)
    click.echo(masker.text(title if header.server == "none" else f"{title}: {header.product}"))
    for line in (*(f"  {line}" for line in header.proof), *(f"warning: {line}" for line in header.warnings)):
        click.echo(masker.text(clean(line)))
    run = Run(prepared.setting, prepared.plan, Conductor(prepared.opener, prepared.jobs))
    for _ in run.results():
        pass  # the rows say it all
    summary = run.summary()
    for line in console.surface(summary, colour=wants_colour()):
        click.echo(masker.text(line))
    counts = Counter(row.verdict for row in summary.surface)
    click.echo("  ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]))
    if counts[Verdict.FAIL]:
        return FAILED
    return NOT_JUDGED if counts[Verdict.ERROR] or summary.stopped else FINE
