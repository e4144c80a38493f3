"""The readers that `make readers` installs; without them these tests are skipped, and it is said what lacks."""

import shutil
from pathlib import Path

import pytest
from tests.left_out import leave_out

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".aioc-real" / "readers"


def lacking() -> str:
    """Say what is not there, '' when all is."""
    if shutil.which("node") is None:
        return "there is no node (20 or newer, with npm): then make readers"
    return "" if (FOLDER / "complete.json").exists() else "the readers are not installed: make readers"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, aloud."""
    leave_out(items, HERE, lacking(), "AIOC_READERS")
