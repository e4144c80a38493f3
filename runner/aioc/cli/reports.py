"""The reports that a run, a judgement or `aioc report` writes: which, where, and that they can be written."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aioc.model.problem import bad_input

if TYPE_CHECKING:
    from aioc.report.target import TargetReport

    Maker = Callable[[Sequence[TargetReport]], bytes]

Files = Mapping[str, Path | None]
"""Where each kind of report goes, by kind; None for one that nobody wants."""


def check_files(files: Files, *, force: bool = False) -> None:
    """Find out before the work whether every report can be written; raises BadInputError.

    Only a journal is never written over, unless by `force`.
    """
    from aioc.report.atomic import check_writable, is_written_into
    from aioc.report.journal import ReportError

    named: dict[Path, str] = {}
    for kind, path in files.items():
        if path is not None:
            other = named.setdefault(path.resolve(), kind)
            if other != kind and not is_written_into(path):
                raise bad_input(f"--{other} and --{kind} both name {path}", hint="give each a file of its own")
            try:
                check_writable(path)
            except ReportError as error:
                raise bad_input(str(error), hint="choose another path") from error
            if kind == "journal" and path.exists() and not force:
                raise bad_input(f"{path} cannot be written: it exists", hint="choose another path, or say --force")


def write_reports(files: Files, reports: "Sequence[TargetReport]", changed: str = "") -> str:
    """Write every report that is wanted; gives why the first one failed, '' when all went well.

    `changed` is what is not as it was in an earlier run, with which the Markdown begins.
    """
    troubles = [write(path, partial(_maker(kind, changed), reports)) for kind, path in files.items() if path]
    return next(filter(None, troubles), "")


def write(path: Path, make: Callable[[], bytes]) -> str:
    """Write what is made; gives why that failed, '' when all went well."""
    from aioc.report.atomic import write_atomically
    from aioc.report.journal import ReportError

    try:
        write_atomically(path, make())
    except ReportError as error:
        return str(error)
    except ValueError as error:  # what is made must be readable, or it is no report
        return f"{path}: {error}"
    return ""


def ended(code: int, trouble: str) -> int:
    """Give the exit code of a command whose reports were not all written: `trouble` says why ('' when all were)."""
    from aioc.verdict import NOT_JUDGED

    if not trouble:
        return code
    click.echo(f"error: {trouble}", err=True)
    return code or NOT_JUDGED


def _maker(kind: str, changed: str) -> "Maker":
    """Give what makes a kind of report; imported when it is wanted, so that a run without it starts sooner."""
    if kind == "junit":
        from aioc.report.junit import junit_xml

        return junit_xml
    if kind == "html":
        from aioc.report.html.page import html_page

        return html_page
    from aioc.report.markdown import markdown_page

    return partial(markdown_page, changed=changed)
