"""Hugging Face models of this machine, laid out as the hub's cache, and the environment that points there."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from process import NotUpError, inherited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OWNER = "example"
REVISION = "0" * 40
# Variables of the caller that would change what a server does.
CHANGING = ("HF_", "HUGGINGFACE_", "TRANSFORMERS_", "MLX_", "TORCH_", "PYTORCH_", "OMP_", "MKL_")


def offline(models: Path, names: Sequence[str], home: Path) -> dict[str, str]:
    """Copy models to a cache in `home`, as OWNER/name; gives an environment in which they are all there is.

    Raises NotUpError.
    """
    for name in names:
        if not (models / name / "config.json").is_file():
            raise NotUpError(f"{models} holds no {name}; get_tiny_hf.sh puts it there")
        folder = home / "hub" / f"models--{OWNER}--{name}"
        shutil.copytree(models / name, folder / "snapshots" / REVISION)
        (folder / "refs").mkdir()
        (folder / "refs/main").write_text(REVISION, encoding="utf-8")
    return inherited(*CHANGING) | {
        "HOME": str(home),
        "HF_HOME": str(home),
        "HF_HUB_CACHE": str(home / "hub"),
        "HF_HUB_OFFLINE": "1",  # nothing of a run leaves this machine
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONUNBUFFERED": "1",
    }
