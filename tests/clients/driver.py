"""A driver as a child process: asked a scenario a time, ended when it does not answer, started anew for the next."""

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .outcome import Answer

Asked = Mapping[str, str]
"""What a driver reads: scenario, base_url, model."""

START_SECONDS = 90.0
"""For an answer of the untouched server."""
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""Of the caller's environment; keys, proxies and base URLs there would change what a client does."""


class NotUpError(Exception):
    """A driver gives no answer even against the untouched server."""


class Driver:
    """Drives one client."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        """Nothing is started yet; what the driver prints beside its answers goes to the log."""
        self._name = name
        self._command = command
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._known: set[str] = set()
        self._lines: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Self:
        """Give the driver."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End its process."""
        self._end()

    def ask(self, asked: Asked, seconds: float, untouched: Asked) -> Answer | None:
        """Play a scenario; None when there is no answer in time.

        A process that has not played it yet plays it `untouched` before: much is read only when it is needed, and that
        time is no matter of the server. Raises NotUpError.
        """
        if self._process is None:
            self._start()
        if asked["scenario"] not in self._known:
            self._known.add(asked["scenario"])
            if self._answer(untouched, START_SECONDS) is None:
                raise NotUpError(f"{self._name}: no answer in {asked['scenario']}; see {self._log}")
        return self._answer(asked, seconds)

    def _answer(self, asked: Asked, seconds: float) -> Answer | None:
        process = self._process
        assert process is not None and process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended: its last line says so
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self._end()
            return None
        if not line:
            self._end()
            return {"raised": f"Ended: the process of {self._name} ended"}
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._lines = queue.Queue()
        self._known = set()
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
                start_new_session=True,  # it is ended with its children, by the number of its group
            )
        threading.Thread(target=_read, args=(process, self._lines), daemon=True).start()
        self._process = process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with suppress(BrokenPipeError):
                    pipe.close()


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Hand on every line, and an empty one at the end."""
    assert process.stdout is not None
    with suppress(ValueError):  # closed: the process was ended from here
        for line in process.stdout:
            lines.put(line)
    lines.put("")
