"""The group `aioc` and its commands; each command imports what it needs when it runs, so that --help is quick."""

import io
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from aioc import __version__
from aioc.model.problem import BadInputError, Problem


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aioc")
def aioc() -> None:
    """Say which of the OpenAI API a server really speaks.

    \b
    aioc run --server reference                       a first run, no server needed
    aioc run --base-url http://localhost:8080         a run against your server
    aioc probe http://localhost:8080                  the quick look: which endpoints are there
    aioc judge recorded/                              judge answers that somebody recorded
    aioc report run.jsonl --html run.html             reports from the journal of a run
    aioc diff old.jsonl new.jsonl                     what changed between two runs
    aioc clients run.jsonl                            which clients are ready for that server
    aioc list --grep usage                            which cases there are; aioc show chat/basic explains one
    aioc new chat/my-case                             begin a case of your own
    aioc try chat/my-case.yaml --base-url URL         send one case, see what each check sees
    aioc lint my-cases/                               check case files, send nothing
    aioc overlay update --from run.jsonl              draft what is known about a server
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `aioc`; ends the process with the exit code."""
    load_commands()
    _finish(aioc, arguments, "aioc")


def run_main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run `aioc-run`, which is `aioc run`."""
    from aioc.cli.run import run

    _finish(run, arguments, "aioc-run")


def load_commands() -> None:
    """Give the group its commands."""
    from aioc.cli.clients import clients
    from aioc.cli.diff import diff
    from aioc.cli.judge import judge
    from aioc.cli.lint import lint
    from aioc.cli.listing import list_cases
    from aioc.cli.new import new
    from aioc.cli.overlay import overlay
    from aioc.cli.page import page
    from aioc.cli.probe import probe
    from aioc.cli.report import report
    from aioc.cli.run import run
    from aioc.cli.serve import serve
    from aioc.cli.show import show
    from aioc.cli.try_ import try_

    for command in (run, probe, judge, report, diff, clients, show, list_cases, new, try_, lint, overlay, page, serve):
        aioc.add_command(command)


def _finish(command: click.Command, arguments: Sequence[str] | None, name: str) -> NoReturn:
    """Call a command; whatever it meets ends in lines on stderr and an exit code, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = command.main(list(arguments) if arguments is not None else None, prog_name=name, standalone_mode=False)
    except BadInputError as error:
        from aioc.cli.problems import show_problems

        show_problems(error.problems)
        code = 2
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.Abort:
        code = 130
    except click.UsageError as error:
        _show_usage(error, name)
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    sys.exit(code or 0)


def _show_usage(error: click.UsageError, name: str) -> None:
    """Tell a wrong option or argument as every other problem; a command that needs more words shows its help."""
    if type(error).__name__ == "NoArgsIsHelpError":  # click has that class since 8.2
        error.show()
        return
    from aioc.cli.problems import show_problems

    path = error.ctx.command_path if error.ctx else name
    hint = f"{path} --help says what there is"
    if error.ctx is not None and isinstance(error, click.MissingParameter):
        hint = f"{error.ctx.get_usage().removeprefix('Usage: ')}; {path} --help says more"
    what = error.format_message().strip().removeprefix("Invalid value for ")
    what = re.sub(r"^'([^']+)': ", r"\1: ", what)
    what, meant, near = re.sub(r"\.? \(?Did you mean (.*?)\)?$", "\0\\1", what).partition("\0")
    hint = f"did you mean {near}" if meant else hint
    if isinstance(error, click.NoSuchOption):  # its words are others in each version of click
        what = f"no such option {error.option_name!r}"
        hint = f"did you mean {' or '.join(error.possibilities)}?" if error.possibilities else hint
    what = what.removesuffix(".")
    show_problems([Problem(what[:1].lower() + what[1:] if what[:2].istitle() else what, hint=hint)])
