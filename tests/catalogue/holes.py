"""What the catalogue leaves out on purpose: endpoints that it never asks, fields that it never sends, and why."""

from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml

HOLES = Path(__file__).with_name("holes.yaml")


@cache
def _holes() -> dict[str, dict[str, str]]:
    """By endpoint (a glob): the reason for a field (a glob), '' standing for the endpoint itself."""
    return {entry["endpoint"]: entry["fields"] for entry in yaml.safe_load(HOLES.read_text())}


def excused(endpoint: str, field: str) -> bool:
    """Whether a hole has a reason."""
    return any(
        fnmatchcase(endpoint, glob) and any(fnmatchcase(field, one) for one in fields)
        for glob, fields in _holes().items()
    )
