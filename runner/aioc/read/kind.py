"""What a file is: by its place in the tree, and by its words where no place says it."""

from pathlib import Path

from aioc.read.document import Document

CASE_WORDS = frozenset({"request", "steps", "answers", "expect"})
_WORDS = {
    "overlay": frozenset({"extends", "detect", "own_answers", "lacks", "deviations", "gone"}),
    "profile": frozenset({"cases", "without"}),
    "client": frozenset({"looked_at", "endpoints", "version"}),
}


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
    if words & CASE_WORDS:
        return "case"
    return next((kind for kind, own in _WORDS.items() if words & own), "case")
