#!/usr/bin/env python3
"""Start a real llama-server with tiny models in a named set-up, run a command against it, end the server.

usage: run_llama_server.py DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_llama_server.sh made, with the models of make_tiny_gguf.py in DIR/root/models. The command
finds the server by the environment: AIOC_BASE_URL, and what else the set-up calls for (AIOC_API_KEY_ENV,
AIOC_MODEL ...).

Exit code: the command's; 2 usage, 3 the server does not come up.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from process import NotUpError, free_port, held, inherited, run_against, without_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KEY_VARIABLE = "AIOC_REAL_SERVER_KEY"


@dataclass(frozen=True)
class SetUp:
    """One way to start the server; `{models}` is the models' folder as the server sees it."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    key: bool = False


CHAT = ("-m", "{models}/tiny-chat.gguf")
SET_UPS = {
    # A server with one model answers for any name: that it has no eyes and ranks nothing, it says itself.
    "default": SetUp(CHAT, {"AIOC_VISION_MODEL": "tiny-chat", "AIOC_RERANK_MODEL": "tiny-chat"}),
    "alias": SetUp((*CHAT, "--alias", "tiny-chat")),
    # Not sampled: ten runs in a row have to agree (make catalogue-report).
    "greedy": SetUp((*CHAT, "--temp", "0"), {"AIOC_VISION_MODEL": "tiny-chat", "AIOC_RERANK_MODEL": "tiny-chat"}),
    "embeddings": SetUp(("-m", "{models}/tiny-embed.gguf", "--embeddings")),
    "mmproj": SetUp((*CHAT, "--mmproj", "{models}/tiny-mmproj.gguf"), {"AIOC_VISION_MODEL": "tiny-chat"}),
    "api-key": SetUp(CHAT, key=True),
    "no-jinja": SetUp((*CHAT, "--no-jinja")),
    "reranking": SetUp(
        ("-m", "{models}/tiny-rerank.gguf", "--reranking"),
        {"AIOC_RERANK_MODEL": "tiny-rerank", "AIOC_EMBEDDING_MODEL": "tiny-rerank"},
    ),
    "small-ctx": SetUp((*CHAT, "-c", "1024", "--parallel", "1")),
    "router": SetUp(
        ("--models-dir", "{models}/router", "--models-preset", "{models}/router.ini"),
        {
            "AIOC_MODEL": "tiny-chat",
            "AIOC_EMBEDDING_MODEL": "tiny-embed",
            "AIOC_RERANK_MODEL": "tiny-rerank",
            "AIOC_VISION_MODEL": "tiny-vision",
        },
    ),
}

# The router's own folder: a model a file, a model with its projector a folder.
ROUTER = {
    "tiny-chat.gguf": "tiny-chat.gguf",
    "tiny-embed.gguf": "tiny-embed.gguf",
    "tiny-rerank.gguf": "tiny-rerank.gguf",
    "tiny-vision/tiny-vision.gguf": "tiny-chat.gguf",
    "tiny-vision/mmproj-tiny.gguf": "tiny-mmproj.gguf",
}
PRESETS = """\
[tiny-embed]
embeddings = true

[tiny-rerank]
reranking = true

[small]
model = {models}/tiny-chat.gguf
ctx-size = 512
"""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    return run_against(running, "llama-server", {"DIR": "what get_llama_server.sh made"}, SET_UPS, arguments)


@contextmanager
def running(folder: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold a server up; gives the environment by which a command finds it."""
    set_up = SET_UPS[name]
    port = free_port()
    environment = {"AIOC_BASE_URL": f"http://127.0.0.1:{port}", **set_up.environment}
    server_environment = inherited("LLAMA_")
    # A tiny model in a grammar may never find the end of a string; without a limit that takes a minute.
    server_environment["LLAMA_ARG_N_PREDICT"] = "512"
    # Two threads on two busy cores wait for each other at each token: 0.9 s a token was seen; one alone takes 0.2 ms.
    server_environment["LLAMA_ARG_THREADS"] = "1"
    if set_up.key:
        key = secrets.token_hex(16)
        environment |= {"AIOC_API_KEY_ENV": KEY_VARIABLE, KEY_VARIABLE: key}
        server_environment["LLAMA_API_KEY"] = key  # not an argument: those stand in everybody's process list
    prefix, models = _launcher(folder, server_environment)
    if name == "router":
        _fill_router(folder / "root" / "models", models)
    arguments = [argument.format(models=models) for argument in set_up.arguments]
    command = [*prefix, "--host", "127.0.0.1", "--port", str(port), *arguments]
    log = log_dir / f"llama-server-{name}.log"
    with held(command, server_environment, f"http://127.0.0.1:{port}/health", wait, log):
        yield environment


def _launcher(folder: Path, environment: dict[str, str]) -> tuple[list[str], str]:
    """How to call the server, and its models' folder as it sees it."""
    root = folder / "root"
    if not (root / "usr/bin/llama-server").is_file():
        raise NotUpError(f"{folder} holds no llama-server; get_llama_server.sh puts one there")
    chroot = shutil.which("chroot", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if chroot and os.geteuid() == 0:
        return [chroot, str(root), "/usr/bin/llama-server"], "/models"
    command = without_root(root, "llama-server", environment)
    return command, str(root / "models")


def _fill_router(models: Path, seen: str) -> None:
    """Lay out the router's models; `seen` is the folder as the server sees it."""
    (models / "router.ini").write_text(PRESETS.format(models=seen), encoding="utf-8")
    for name, source in ROUTER.items():
        target = models / "router" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(models / source, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
