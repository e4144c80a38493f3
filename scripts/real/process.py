"""A command run against a server of ours: the command line, the server as a child process, its end."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from types import FrameType

    Running = Callable[..., AbstractContextManager[dict[str, str]]]


class NotUpError(Exception):
    """The server did not come up, and why."""


def without_root(root: Path, program: str, environment: dict[str, str]) -> list[str]:
    """How to call a program of the folder that get_llama_server.sh made, from outside; adds to its environment.

    The folder's own loader finds the folder's own libraries, which lie in the one folder of an architecture that has a
    ggml/; and the backend that suits every CPU is named. Raises NotUpError.
    """
    ggml = next(iter(sorted((root / "usr/lib").glob("*/ggml"))), None)
    loader = next(iter(sorted((root / "usr/lib64").glob("ld-linux*"))), None)
    backend = next(iter(sorted((root / "usr/lib").glob("*/ggml/backends*/libggml-cpu-x64.so"))), None)
    if ggml is None or loader is None or backend is None:
        raise NotUpError("without root this runs on x86-64 only")
    environment["GGML_BACKEND_PATH"] = str(backend)
    return [str(loader), "--library-path", f"{ggml.parent}:{ggml.parent / 'llama'}", str(root / "usr/bin" / program)]


def run_against(
    running: Running, server: str, folders: Mapping[str, str], set_ups: Iterable[str], arguments: Sequence[str]
) -> int:
    """Do what the command line says: hold the server up, run the command, give the exit code.

    `folders` are the folders the command line names, each with what is in it; `running` gets them, the set-up, where
    the log goes and the seconds to wait, and gives the environment by which the command finds the server.
    """
    parser = argparse.ArgumentParser(description=f"Run a command against a real {server}.")
    for folder, holds in folders.items():
        parser.add_argument(folder, type=Path, help=holds)
    parser.add_argument("--set-up", choices=sorted(set_ups), default="default")
    parser.add_argument("--log-dir", type=Path, default=Path(".aioc-real/reports"), help="where the server's log goes")
    parser.add_argument("--wait", type=float, default=60, metavar="S", help="seconds for the server to come up")
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="what to run, after --")
    given = parser.parse_args(arguments)
    # A terminated run must end its server too: as an exception, every `finally` is passed on the way out.
    signal.signal(signal.SIGTERM, _terminate)
    at = [getattr(given, folder).resolve() for folder in folders]
    try:
        with running(*at, given.set_up, given.log_dir, given.wait) as environment:
            return subprocess.run(given.command, env={**os.environ, **environment}, check=False).returncode
    except NotUpError as error:
        print(f"{_script()}: set-up {given.set_up}: {error}", file=sys.stderr)
        return 3
    except FileNotFoundError as error:
        print(f"{_script()}: {error.filename}: not found", file=sys.stderr)
        return 2


def _script() -> str:
    return Path(sys.argv[0]).stem


def _terminate(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


@contextmanager
def held(command: Sequence[str], environment: Mapping[str, str], url: str, wait: float, log: Path) -> Iterator[None]:
    """Hold a server up once a GET of `url` is answered with 200; raises NotUpError. Its words go to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,  # a Ctrl-C is for the command; and the server's children end with its group
        )
    try:
        _wait_until_up(server, url, wait, log)
        yield
        if server.poll() is not None:
            print(f"{_script()}: the server died with {server.returncode}; see {log}", file=sys.stderr)
    finally:
        _end(server)


def inherited(*prefixes: str) -> dict[str, str]:
    """Give the caller's environment without the variables that begin so: they would change what a server does."""
    return {key: value for key, value in os.environ.items() if not key.startswith(prefixes)}


def free_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(server: subprocess.Popen[bytes], url: str, seconds: float, log: Path) -> None:
    """Wait until a GET is answered with 200; raises NotUpError."""
    deadline = time.monotonic() + seconds
    # The environment's proxy is not asked for a server on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None:
        try:
            with opener.open(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass  # not listening yet, or 503 while it loads
        if time.monotonic() > deadline:
            raise NotUpError(f"not healthy in time; see {log}")
        time.sleep(0.05)
    last = log.read_text(errors="replace").strip().splitlines()[-3:]
    raise NotUpError(f"ended with {server.returncode} while starting: " + " | ".join(last))


def _end(server: subprocess.Popen[bytes]) -> None:
    """End a server that has a group of its own, and whatever of the group does not end by itself."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(10)
    # The group is the server's own: itself when it does not end, and children that are still there.
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
