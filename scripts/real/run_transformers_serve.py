#!/usr/bin/env python3
"""Start a real transformers serve with tiny models in a named set-up, run a command against it, end the server.

usage: run_transformers_serve.py DIR HF-DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_transformers-serve.sh made, HF-DIR what get_tiny_hf.sh made. The command finds the server by the
environment (AIOC_BASE_URL, AIOC_MODEL ...).

The server works through a prompt of any length, also when nobody waits any more, and what comes after it would have to
answer for that. The cases that ask such a thing have a set-up of their own, "deadly": each takes a minute, and gets no
answer that can be judged. There a relay stands before the server and starts it anew.

Exit code: the command's; 2 usage, 3 the server does not come up.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hub import OWNER, offline
from process import run_against
from relay import reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MODEL = f"{OWNER}/tiny-chat"
# They keep the server busy for hours.
DEADLY = "err/context/status err/context/stream completions/err/context"
# What it has not, it says itself; but a chat model that is to hear is a 500.
KINDS = ("", "EMBEDDING_", "RERANK_", "VISION_", "TTS_", "IMAGE_", "MODERATION_")
ROLES = {f"AIOC_{kind}MODEL": MODEL for kind in KINDS}


@dataclass(frozen=True)
class SetUp:
    """One way to start the server, and what is asked of it."""

    arguments: tuple[str, ...] = (MODEL,)
    environment: Mapping[str, str] = field(default_factory=lambda: {"AIOC_DESELECT": DEADLY})


SET_UPS = {
    "default": SetUp(),
    # Without a model on the command line each is loaded when it is asked for.
    "ondemand": SetUp((), {"AIOC_DESELECT": DEADLY, "AIOC_STT_MODEL": f"{OWNER}/tiny-whisper"}),
    "deadly": SetUp(environment={"AIOC_SELECT": DEADLY}),
}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    folders = {"DIR": "what get_transformers-serve.sh made", "HF-DIR": "what get_tiny_hf.sh made"}
    return run_against(running, "transformers serve", folders, SET_UPS, arguments)


@contextmanager
def running(folder: Path, made: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold a server up; gives the environment by which a command finds it."""
    set_up = SET_UPS[name]
    program = str(folder / "bin/transformers")
    with TemporaryDirectory() as home:
        environment = offline(made / "models", ["tiny-chat", "tiny-whisper"], Path(home))
        options = ["--host", "127.0.0.1", "--device", "cpu", "--default-seed", "7"]
        with reached(
            lambda port: [program, "serve", *set_up.arguments, *options, "--port", str(port)],
            environment,
            log_dir / f"transformers-serve-{name}.log",
            wait,
            dies=name == "deadly",
        ) as port:
            yield {"AIOC_BASE_URL": f"http://127.0.0.1:{port}", **ROLES, **set_up.environment}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
