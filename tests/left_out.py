"""Tests that need what not every machine has: left out aloud, and a failure where somebody asks for them."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest


def leave_out(items: Iterable[pytest.Item], here: Path, lacking: str, variable: str) -> None:
    """Skip the tests below a folder, and say why; `lacking` is '' when all is there. VARIABLE=1: they are wanted."""
    mine = [item for item in items if here in item.path.parents]
    if not lacking or not mine:
        return
    if os.environ.get(variable) == "1":
        raise pytest.UsageError(f"tests/{here.name}: {lacking}")
    if os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0":
        os.write(2, f"\ntests/{here.name} is left out: {lacking}\n".encode())
    for item in mine:
        item.add_marker(pytest.mark.skip(reason=lacking))
