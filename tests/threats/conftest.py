"""What the tests of threats share: small trees of cases, `aioc` in this process, and `aioc` in one that is measured."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.conftest import call
from tests.unit.execute.conftest import free_port, serve

__all__ = ["call", "free_port", "serve"]

BASE = Path(__file__).parents[1] / "cases" / "base"
_PROGRAM = f"""
import sys
from pathlib import Path
import aioc.read.tree
aioc.read.tree.specs_root = lambda: Path({str(BASE)!r})
from aioc.cli import main
main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def small_catalogue(monkeypatch):
    """Take the two cases of tests/cases/base for the installed catalogue, which costs a second to read."""
    monkeypatch.setattr("aioc.read.tree.specs_root", lambda: BASE)


@pytest.fixture
def cases(tmp_path):
    """Write case files; each is given by the part that follows title and source."""

    def write(**files: str) -> Path:
        folder = tmp_path / "cases"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / f"{name}.yaml").write_text(f"title: Something happens here\nsource: a measurement\n{text}")
        return folder

    return write


def get(path: str, status: int = 200) -> str:
    """Give the rest of a case that asks a path."""
    return f"request: {{method: GET, path: {path}}}\nexpect:\n  - status: {status}\n"


@dataclass(frozen=True)
class Ended:
    """A process that is over."""

    code: int
    out: str
    err: str
    seconds: float
    """Of the processor, where it was measured: what others do on the machine does not count."""
    megabytes: float
    wall: float
    """Seconds from its start to its end."""


class Process:
    """`aioc` in a process of its own."""

    def __init__(self, arguments, environment: Mapping[str, str] | None = None, stdout: int = subprocess.PIPE) -> None:
        self._begun = time.monotonic()
        self.popen = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, env={**os.environ, **(environment or {})},
        )  # fmt: skip

    def end(self, seconds: float = 30.0) -> Ended:
        """Wait for its end; it is killed after so many seconds."""
        try:
            out, err = self.popen.communicate(timeout=seconds)
        finally:
            self.popen.kill()
        wall = time.monotonic() - self._begun
        return Ended(self.popen.returncode, (out or b"").decode(), err.decode(), wall, 0.0, wall)

    def measured(self, seconds: float = 30.0) -> Ended:
        """Wait for the end of one that prints little, and say what it took of processor and memory."""
        until, peak = self._begun + seconds, 0.0
        while (found := os.wait4(self.popen.pid, os.WNOHANG))[0] == 0:
            # Not ru_maxrss, which begins with what this process had when it started that one.
            peak = max(peak, self._peak())
            if time.monotonic() > until:
                self.popen.kill()
            time.sleep(0.01)
        wall = time.monotonic() - self._begun
        self.popen.returncode = os.waitstatus_to_exitcode(found[1])
        out, err = self.popen.communicate()
        used = found[2].ru_utime + found[2].ru_stime
        assert peak > 0
        return Ended(self.popen.returncode, (out or b"").decode(), err.decode(), used, peak, wall)

    def _peak(self) -> float:
        """Give the most memory it had so far, in megabytes; 0 before its program runs and after its end."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text()
        found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0


@pytest.fixture
def start():
    """Start `aioc` in a process of its own; none outlives its test."""
    started = []

    def run(*arguments, **options) -> Process:
        started.append(Process(arguments, **options))
        return started[-1]

    yield run
    for process in started:
        process.popen.kill()
        process.popen.communicate()
