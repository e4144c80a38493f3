#!/usr/bin/env python3
"""Start a real vLLM on the CPU with a tiny model in a named set-up, run a command against it, end the server.

usage: run_vllm.py DIR MODELS-DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_vllm.sh made, MODELS-DIR what get_tiny_hf.sh made. The command finds the server by the environment
(AIOC_BASE_URL, AIOC_MODEL ...). A start takes a minute on two quiet cores, more on busy ones: give --wait.

Exit code: the command's; 2 usage, 3 the server does not come up.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from process import NotUpError, free_port, held, inherited, run_against

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# What would change the server, or have it ask somebody else.
FOREIGN = ("VLLM_", "HF_", "TRANSFORMERS_", "TORCH", "OMP_", "KMP_", "CUDA_", "PYTHON", "OTEL_")
OWN = {
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_HOST_IP": "127.0.0.1",
    "VLLM_NO_USAGE_STATS": "1",
}
COMMON = ("--dtype", "float32", "--enforce-eager", "--seed", "7")


class SetUp(NamedTuple):
    """One way to start the server: its model, its arguments, and what tells the command which model plays what."""

    model: str
    arguments: tuple[str, ...]
    roles: Mapping[str, str]


# Barely sampled, so that a new case does not change the answers to those after it; at 0 `n` above 1 is refused.
CHAT = ("--max-model-len", "2048", "--override-generation-config", '{"temperature": 0.01}')
SET_UPS = {
    "default": SetUp(
        "tiny-chat",
        (*CHAT, "--enable-auto-tool-choice", "--tool-call-parser", "hermes"),
        {"AIOC_MODEL": "tiny-chat", "AIOC_VISION_MODEL": "tiny-chat"},
    ),
    "plain": SetUp("tiny-chat", CHAT, {"AIOC_MODEL": "tiny-chat"}),
    "embed": SetUp("tiny-embed", (), {"AIOC_EMBEDDING_MODEL": "tiny-embed", "AIOC_RERANK_MODEL": "tiny-embed"}),
}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    folders = {"DIR": "what get_vllm.sh made", "MODELS-DIR": "what get_tiny_hf.sh made"}
    return run_against(running, "vLLM", folders, SET_UPS, arguments)


@contextmanager
def running(folder: Path, models: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold a server up; gives the environment by which a command finds it."""
    set_up = SET_UPS[name]
    python, model = folder / "venv/bin/python", models / "models" / set_up.model
    if not (folder / "venv/.complete").is_file():
        raise NotUpError(f"{folder} holds no vLLM; get_vllm.sh puts one there")
    if not (model / "config.json").is_file():
        raise NotUpError(f"{model} is no model; get_tiny_hf.sh makes it")
    port = free_port()
    # The console script `vllm` asks for a distribution of that name, and this one is named vllm-cpu.
    command = [str(python), "-m", "vllm.entrypoints.openai.api_server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--model", str(model), "--served-model-name", set_up.model, *COMMON, *set_up.arguments]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        environment = inherited(*FOREIGN)
        environment |= {"HOME": home, "TMPDIR": home, **OWN}
        with held(command, environment, f"{url}/health", wait, log_dir / f"vllm-{name}.log"):
            yield {"AIOC_BASE_URL": url, **set_up.roles}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
