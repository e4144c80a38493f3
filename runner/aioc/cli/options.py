"""What a run was asked for, in one frozen value; the options of the command line and their environment variables."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import reduce
from pathlib import Path
from typing import Any

import click

from aioc.cli import complete
from aioc.cli.kinds import PATH, TEXT, Number, Whole
from aioc.model.choice import FAIL_ON, ROLES, Part
from aioc.model.frozen import frozen


@frozen
class RunOptions:
    """The options of `aioc run`, as given."""

    paths: tuple[Path, ...] = ()
    server: str = "auto"
    overlay: tuple[Path, ...] = ()
    no_overlay: bool = False
    base_url: str | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    api_key_env: str | None = None
    header: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    cacert: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    proxy: str | None = None
    select: tuple[str, ...] = ()
    deselect: tuple[str, ...] = ()
    profile: str | None = None
    last_failed: Path | None = None
    jobs: int | None = None
    wait: float = 0.0
    timeout: float = 60.0
    max_body: int = 16
    max_time: float | None = None
    max_fail: int | None = None
    shard: Part | None = None
    label: str | None = None
    files: Mapping[str, Path | None] = field(default_factory=dict)
    journal: Path | None = None
    force: bool = False
    fail_on: tuple[str, ...] = ()
    baseline: Path | None = None
    replay: Path | None = None
    repeat: int = 1
    dry_run: bool = False
    verbose: bool = False
    quiet: bool = False
    no_color: bool = False


_LABEL = re.compile(r"[A-Za-z0-9._-]{1,100}")
_COMPLETED = {
    "--server": complete.servers,
    "--select": complete.case_ids,
    "--deselect": complete.case_ids,
    "--profile": complete.profiles,
}


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """An option with its environment variable (--base-url is AIOC_BASE_URL) and what Tab offers for it."""
    long = next(name for name in names if name.startswith("--"))
    settings.setdefault("shell_complete", _COMPLETED.get(long))
    if not settings.get("is_flag"):
        settings.setdefault("type", TEXT)
    return click.option(*names, envvar="AIOC_" + long[2:].upper().replace("-", "_"), **settings)


def fail_on_option() -> Callable[[Any], Any]:
    """Give --fail-on."""
    return option(
        "--fail-on",
        multiple=True,
        type=click.Choice(FAIL_ON),
        help="What makes the run fail; default fail. unstable is for runs of --repeat.",
    )


def label_option() -> Callable[[Any], Any]:
    """Give --label."""
    return option(
        "--label",
        callback=_label,
        metavar="NAME",
        help="What the target is called in reports; default the overlay's name, without one its host and port.",
    )


def _label(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _LABEL.fullmatch(value):
        raise click.BadParameter(
            f"{value!r} is no label: letters, digits and . _ - only, 100 at most (histories are kept by it)"
        )
    return value


def _part(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Part | None:
    if value is None:
        return None
    part = Part.read(value)
    if part is None:
        raise click.BadParameter(f"{value!r} is no part: I/N with I from 1 to N, as in 2/5")
    return part


def report_options() -> list[Callable[[Any], Any]]:
    """Give an option for each kind of report."""
    return [
        option("--junit", type=PATH, metavar="FILE", help="Write JUnit XML, for Jenkins, GitLab and others."),
        option("--html", type=PATH, metavar="FILE", help="Write one HTML file that needs no network."),
        option("--markdown", type=PATH, metavar="FILE", help="Write Markdown, for job summaries and pull requests."),
    ]


def take_files(given: dict[str, Any]) -> dict[str, Path | None]:
    """Take where each report goes out of what click gives."""
    return {kind: given.pop(kind) for kind in ("junit", "html", "markdown")}


def timeout_option(seconds: float, of: str) -> Callable[[Any], Any]:
    """Give --timeout with its default and what it is the time of."""
    return option(
        "--timeout",
        type=Number(0.1, 3600),
        default=seconds,
        metavar="S",
        help=f"Seconds for a {of}.",
        show_default=True,
    )


def take_models(given: dict[str, Any]) -> dict[str, str]:
    """Take the options of the roles out of what click gives, and give the models that were named."""
    return {role: model for role in ROLES if (model := given.pop(role))}


def connection_options() -> list[Callable[[Any], Any]]:
    """Give the options that say how a server is reached, and its models."""
    return [
        *(
            option(f"--{role.replace('_', '-')}", role, metavar="ID", help=f"The model for {use}.")
            for role, use in ROLES.items()
        ),
        option(
            "--api-key-env",
            metavar="NAME",
            help="The name of the environment variable that holds the key, such as OPENAI_API_KEY.",
        ),
        option(
            "--header",
            multiple=True,
            metavar="NAME=ENV",
            help="A further header; its value comes from the environment variable ENV.",
        ),
        option("--query", multiple=True, metavar="NAME=VALUE", help="A query parameter for every request."),
        option("--cacert", type=PATH, metavar="FILE", help="The certificates of a private authority (PEM)."),
        option("--cert", type=PATH, metavar="FILE", help="A client certificate (PEM, with --key)."),
        option("--key", type=PATH, metavar="FILE", help="The client certificate's key (PEM)."),
        option("--proxy", metavar="URL", help="An HTTP proxy: http://localhost:3128; the environment's are not used."),
        option(
            "--wait",
            type=Number(0, 3600),
            default=0.0,
            metavar="S",
            help="Seconds to wait for a server that starts, and for a model that loads; default 0.",
        ),
    ]


def with_options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Put options on a command, so that --help shows them in this order."""
    return lambda command: reduce(lambda made, decorate: decorate(made), reversed(options), command)


def server_options() -> list[Callable[..., Any]]:
    """Give the options that say which server, what is known of it, and where it listens: three, in this order."""
    return [
        option(
            "--server",
            default="auto",
            metavar="NAME",
            help="The server's overlay by name or file; auto recognises it; none; reference starts the embedded one.",
            show_default=True,
        ),
        option(
            "--overlay", multiple=True, type=PATH, metavar="FILE", help="Your own overlay, put on top of the server's."
        ),
        option(
            "--base-url",
            metavar="URL",
            help="Where the server listens, with or without /v1; default what the overlay says.",
        ),
    ]


def run_options() -> list[Callable[[Any], Any]]:
    """Give every option of a run."""
    server, overlay, base_url = server_options()
    return [
        server,
        overlay,
        option("--no-overlay", is_flag=True, help="Judge without any overlay."),
        base_url,
        *connection_options(),
        option("--select", multiple=True, metavar="GLOB", help="Only these cases: chat/*, **/basic."),
        option("--deselect", multiple=True, metavar="GLOB", help="Not these cases."),
        option(
            "--profile", metavar="NAME", help="A named selection (smoke, core, clients/NAME …), or a file with one."
        ),
        option(
            "--last-failed",
            type=PATH,
            metavar="JOURNAL",
            help="Only what was not fine in this earlier run, or not run.",
        ),
        option(
            "--jobs",
            type=Whole(1, 64),
            metavar="N",
            help="Cases at once; default what the overlay says, else 1.",
        ),
        timeout_option(60.0, "step"),
        option(
            "--max-body",
            type=Whole(1, 1024),
            default=16,
            metavar="MIB",
            help="The largest answer that is read.",
            show_default=True,
        ),
        option("--max-time", type=Number(0.1), metavar="S", help="Seconds for the whole run."),
        option(
            "--max-fail",
            type=Whole(1),
            metavar="N",
            help="Stop after so many new FAILs: those that the overlay does not know.",
        ),
        option("--shard", callback=_part, metavar="I/N", help="Only part I of N of what is selected, from 1: 2/5."),
        label_option(),
        *report_options(),
        option(
            "--journal", type=PATH, metavar="FILE", help="Write the journal: a JSON line a case, with every exchange."
        ),
        option("--force", is_flag=True, help="Overwrite an existing journal."),
        fail_on_option(),
        option("--baseline", type=PATH, metavar="JOURNAL", help="FAILs of this earlier run are not new."),
        option(
            "--replay",
            type=PATH,
            metavar="JOURNAL",
            help="Judge the answers of this earlier run again; nothing is sent.",
        ),
        option(
            "--repeat",
            type=Whole(1, 1000),
            default=1,
            metavar="N",
            help="Run N times; the worst end counts, and unstable cases are told with an exchange of each end.",
        ),
        option("--dry-run", is_flag=True, help="Print the requests; nothing is sent."),
        option("-v", "--verbose", is_flag=True, help="A line for each case."),
        option("-q", "--quiet", is_flag=True, help="Only the end: the counts, what failed, what to do next."),
        option("--no-color", is_flag=True, help="No colours (NO_COLOR works too)."),
    ]
