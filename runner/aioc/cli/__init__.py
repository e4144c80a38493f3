"""The command line: options become values, problems become lines and exit codes. Only this package knows click."""

from aioc.cli.main import main, run_main

__all__ = ["main", "run_main"]
