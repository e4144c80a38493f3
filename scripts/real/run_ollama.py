#!/usr/bin/env python3
"""Start a real Ollama with tiny models in a named set-up, run a command against it, end the server.

usage: run_ollama.py DIR LLAMA-DIR [--set-up NAME] [--log-dir DIR] [--wait SECONDS] -- COMMAND ...

DIR is what get_ollama.sh made, LLAMA-DIR what get_llama_server.sh made, with the models of make_tiny_gguf.py in
LLAMA-DIR/root/models: Debian's llama-server is Ollama's engine. The command finds the server by the environment
(AIOC_BASE_URL, AIOC_MODEL ...).

Exit code: the command's; 2 usage, 3 the server does not come up.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from process import NotUpError, free_port, held, inherited, run_against, without_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROLES = {"AIOC_MODEL": "tiny", "AIOC_EMBEDDING_MODEL": "embed", "AIOC_VISION_MODEL": "eyes"}
FILES = {"tiny": ("tiny-chat.gguf",), "embed": ("tiny-embed.gguf",), "eyes": ("tiny-chat.gguf", "tiny-mmproj.gguf")}
THINKING = {**ROLES, "AIOC_MODEL": "think"}
# By set-up: which model plays which role, and the models with the files they are made of.
SET_UPS: Mapping[str, tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]] = {
    "default": (ROLES, FILES),
    "think": (THINKING, {**FILES, "think": ("tiny-think.gguf",)}),
}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    folders = {"DIR": "what get_ollama.sh made", "LLAMA-DIR": "what get_llama_server.sh made"}
    return run_against(running, "Ollama", folders, SET_UPS, arguments)


@contextmanager
def running(folder: Path, llama: Path, name: str, log_dir: Path, wait: float) -> Iterator[dict[str, str]]:
    """Hold a server up; gives the environment by which a command finds it."""
    roles, models = SET_UPS[name]
    url = f"http://127.0.0.1:{free_port()}"
    root, ollama = llama / "root", str(folder / "bin/ollama")
    _engine(folder, root)
    with tempfile.TemporaryDirectory() as home:
        environment = inherited("OLLAMA_", "LLAMA_")
        environment |= {
            "HOME": home,
            "OLLAMA_HOST": url,
            "OLLAMA_MODELS": f"{home}/models",
            "OLLAMA_KEEP_ALIVE": "60m",
            "OLLAMA_NO_CLOUD": "1",  # nothing of a run leaves this machine
        }
        with held([ollama, "serve"], environment, url, wait, log_dir / f"ollama-{name}.log"):
            for model, files in models.items():
                _create(ollama, model, [root / "models" / file for file in files], environment, Path(home))
            yield {"AIOC_BASE_URL": url, **roles}


def _engine(folder: Path, root: Path) -> None:
    """Put the engine where Ollama looks for it: wrappers that call Debian's programs in their folder."""
    place = folder / "lib/ollama"
    place.mkdir(parents=True, exist_ok=True)
    for program in ("llama-server", "llama-quantize"):
        environment: dict[str, str] = {}
        command = without_root(root, program, environment)
        # Two threads of a tiny model wait for one another wherever a core is busy.
        environment["LLAMA_ARG_THREADS"] = "1"
        lines = ["#!/bin/sh", *(f"export {key}={shlex.quote(value)}" for key, value in environment.items())]
        wrapper = place / program
        wrapper.write_text("\n".join([*lines, f'exec {shlex.join(command)} "$@"', ""]), encoding="utf-8")
        wrapper.chmod(0o755)


def _create(ollama: str, model: str, files: Sequence[Path], environment: Mapping[str, str], work: Path) -> None:
    recipe = work / "Modelfile"
    # A tiny model in a grammar may never find the end of a string; without a limit that takes a minute.
    lines = [*(f"FROM {file}" for file in files), "PARAMETER num_predict 512", "PARAMETER seed 7", ""]
    recipe.write_text("\n".join(lines), encoding="utf-8")
    made = subprocess.run(
        [ollama, "create", model, "-f", str(recipe)], env=dict(environment), capture_output=True, check=False
    )
    if made.returncode:
        raise NotUpError(f"model {model}: {made.stderr.decode(errors='replace').strip()[-300:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
