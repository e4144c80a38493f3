"""A server as a child process: how it is called, a free port, waiting until it answers, its end with its children."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType


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


def end_with_the_server() -> None:
    """A terminated run must end its server too: as an exception, every `finally` is passed on the way out."""
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def free_port() -> int:
    """Give a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(server: subprocess.Popen[bytes], url: str, seconds: float, log: Path) -> None:
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


def end(server: subprocess.Popen[bytes]) -> None:
    """End a server that has a group of its own, and whatever of the group does not end by itself."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(10)
    # The group is the server's own: itself when it does not end, and children that are still there.
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
