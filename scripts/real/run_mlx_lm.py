#!/usr/bin/env python3
"""Start a real mlx-lm server with a tiny model in a named set-up, run a command against it, end the server.

usage: run_mlx_lm.py DIR HF-DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_mlx-lm.sh made, HF-DIR what get_tiny_hf.sh made. The command finds the server by the environment
(AIOC_BASE_URL, AIOC_MODEL ...).

Some requests end the thread that generates, for others it goes on working when nobody waits any more; what comes after
them would have to answer for it. These requests get no answer that can be judged, some after a minute, and have a
set-up of their own, "deadly". There a relay stands before the server and starts it anew.

Exit code: the command's; 2 usage, 3 the server does not come up.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hub import OWNER, offline
from process import run_against
from relay import reached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MODEL = f"{OWNER}/tiny-chat"
# They end the server, or keep it busy for hours.
DEADLY = " ".join(
    (
        "completions/batch completions/batch-n completions/batch-usage completions/stream/batch",
        "completions/empty-prompt err/stop/type",
        "err/context/status err/context/stream completions/err/context",
    )
)
SET_UPS: Mapping[str, Mapping[str, str]] = {
    "default": {"AIOC_DESELECT": DEADLY},
    "deadly": {"AIOC_SELECT": DEADLY},
}
# What it has not, it says itself.
KINDS = ("", "EMBEDDING_", "RERANK_", "VISION_", "TTS_", "STT_", "IMAGE_", "MODERATION_")
ROLES = {f"AIOC_{kind}MODEL": MODEL for kind in KINDS}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    folders = {"DIR": "what get_mlx-lm.sh made", "HF-DIR": "what get_tiny_hf.sh made"}
    return run_against(running, "mlx-lm server", folders, SET_UPS, arguments)


@contextmanager
def running(folder: Path, made: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold a server up; gives the environment by which a command finds it."""
    program = str(folder / "bin/mlx_lm.server")
    with TemporaryDirectory() as home:
        environment = offline(made / "models", ["tiny-chat"], Path(home))
        with reached(
            lambda port: [program, "--model", MODEL, "--port", str(port)],
            environment,
            log_dir / f"mlx-lm-{name}.log",
            wait,
            dies=name == "deadly",
        ) as port:
            yield {"AIOC_BASE_URL": f"http://127.0.0.1:{port}", **ROLES, **SET_UPS[name]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
