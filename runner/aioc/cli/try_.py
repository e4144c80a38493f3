"""`aioc try`: one case against a server, with all that came and all that each check saw."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aioc.cli.kinds import PATH
from aioc.cli.options import RunOptions, connection_options, server_options, take_models, timeout_option, with_options
from aioc.cli.problems import wants_colour
from aioc.model.problem import bad_input

if TYPE_CHECKING:
    from aioc.model.exchange import Exchange
    from aioc.read.tree import Loaded
    from aioc.report.record import CaseRecord


@click.command("try", short_help="Send one case and show what each check saw.")
@click.argument("file", type=PATH)
@with_options(*server_options(), *connection_options(), timeout_option(60.0, "step"))
def try_(file: Path, **given: Any) -> int:
    """Send one case and show the exchange and, for each check, what it saw, its verdict and its place.

    \b
    aioc try chat/my-case.yaml --base-url http://localhost:8080
    aioc try chat/my-case.yaml --server reference                  no server needed

    Exit code: 0 fine, 1 failed, 2 bad input, 3 something could not be judged.
    """
    from aioc.author.seen import seen_by_invariant, seen_lines
    from aioc.cli.prepare import surveyed
    from aioc.cli.session import read_all, referenced
    from aioc.conduct import Conductor
    from aioc.report import console
    from aioc.report.record import record_of
    from aioc.report.target import target_report
    from aioc.report.text import Masker
    from aioc.run import Run
    from aioc.verdict import exit_code

    if not file.exists():
        hint = f"aioc-run --select {file} runs the case of that id; try takes a file"
        raise bad_input(f"{file} does not exist", hint=hint)
    if file.is_dir():
        raise bad_input(f"{file} is a folder", hint=f"aioc-run {file} runs a folder; try shows one file")
    options = RunOptions(paths=(file,), models=take_models(given), **given)
    loaded, extra = read_all(options.paths, options.overlay, options.server)
    _possible(loaded, file)
    with referenced(options) as options:
        prepared = surveyed(options, loaded, extra)
        masker = Masker(prepared.secrets)
        for line in console.opening(prepared.header, len(prepared.plan.selected)):
            click.echo(masker.text(line))
        run = Run(prepared.setting, prepared.plan, Conductor(prepared.opener), prepared.warm)
        records: dict[str, CaseRecord] = {}
        exchanges: list[Exchange] = []
        for result in run.results():
            exchanges += result.exchanges
            if not result.selected:
                continue
            records[result.case.id] = record = record_of(result)
            invariant = result.case.answers is not None
            lines = (
                seen_by_invariant(result.case, exchanges, prepared.setting.roles) if invariant else seen_lines(result)
            )
            for line in ("", console.line(record, colour=wants_colour()), *lines):
                click.echo(masker.text(line))
        report = target_report(prepared.header, [records], [run.summary()])
    return exit_code(report.records, report.failing)


def _possible(loaded: "Loaded", file: Path) -> None:
    """Refuse a case that this command would not send, and say what does."""
    cases = [case for case in loaded.catalogue.cases if loaded.ids is None or case.id in loaded.ids]
    if all(case.danger for case in cases):
        profile = f"title: …, `cases: [{cases[0].family}]`, `danger: true`"
        hint = f"write a profile of yours ({profile}), then aioc-run {file} --profile FILE"
        raise bad_input(f"{file} may kill the server (danger: true): it is sent by a profile only", hint=hint)
