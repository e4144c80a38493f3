"""What a file is: by its place in the tree, and by its words where no place says it."""

from pathlib import Path

from aioc.model.problem import Problem
from aioc.read.document import Document

_NAMES = {"case": "a case", "overlay": "an overlay", "profile": "a profile", "client": "a client file"}
_USE = {
    "case": "a case is run as `aioc-run FILE`",
    "overlay": "an overlay goes with --overlay or --server",
    "profile": "a profile goes with --profile",
    "client": "the needs of a known client go with --profile clients/NAME",
}
_MARKS = {
    "case": frozenset({"request", "steps", "answers", "expect"}),
    "overlay": frozenset({"extends", "detect", "own_answers", "lacks", "deviations", "gone"}),
    "profile": frozenset({"cases", "without"}),
    "client": frozenset({"looked_at", "endpoints"}),
}
"""Words that only files of that kind have."""


def mistaken(document: Document, kind: str) -> Problem | None:
    """Give the problem of a file that is plainly of another kind than the one that was asked for."""
    words = set(document.data) if isinstance(document.data, dict) else set()
    other = next((name for name, marks in _MARKS.items() if name != kind and words & marks), None)
    if other is None or words & _MARKS[kind]:
        return None
    return Problem(f"this is {_NAMES[other]}, not {_NAMES[kind]}", document.place(), _USE[other])


def by_place(relative: Path) -> str:
    """Say what a file is by its path from the root."""
    parts = relative.parts
    if relative.name == "catalogue.yaml" and len(parts) == 1:
        return "catalogue"
    if relative.name == "capabilities.yaml":
        return "capabilities"
    if parts[0] == "servers" and len(parts) == 2:
        return "overlay"
    if parts[:2] == ("profiles", "clients"):
        return "client"
    return "profile" if parts[0] == "profiles" else "case"


def by_words(document: Document) -> str:
    """Say what a file among own cases is: a case, unless it has words of another kind and none of a case."""
    words = set(document.data) if isinstance(document.data, dict) else set()
    return next((kind for kind, marks in _MARKS.items() if words & marks), "case")
