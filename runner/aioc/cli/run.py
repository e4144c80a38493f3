"""`aioc run`, also called `aioc-run`: the main job."""

import gc
from pathlib import Path
from typing import Any

import click

from aioc import __version__
from aioc.cli.kinds import PATH
from aioc.cli.options import RunOptions, run_options, take_files, take_models, with_options


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=PATH)
@click.version_option(__version__, prog_name="aioc-run")
@with_options(*run_options())
def run(paths: tuple[Path, ...], **given: Any) -> int:
    """Run cases against a server and judge its answers.

    Without PATHS the installed catalogue is run. PATHS are case files or folders of them. `aioc run` and `aioc-run` are
    the same; each option is also a variable: --base-url is AIOC_BASE_URL.

    \b
    aioc-run --server reference                                     a first run
    aioc-run --server llama.cpp --base-url http://localhost:8080    the main job
    aioc-run my-cases/ --base-url http://localhost:8080             your own cases

    Exit code: 0 fine, 1 failed, 2 bad input, 3 something could not be judged, 130/143 interrupted.
    """
    gc.set_threshold(100_000)  # as while a run goes on (read/tree.py): what is imported is no garbage, 8 ms
    from aioc.cli.session import run_session

    return run_session(RunOptions(paths=paths, models=take_models(given), files=take_files(given), **given))
