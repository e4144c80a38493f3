"""Write what is made in the documentation: tables of words, the picture of a run.

usage: python -m scripts.docs.make     (from the checkout)
"""

from collections.abc import Iterator
from pathlib import Path

from scripts.docs.picture import picture
from scripts.docs.words import with_tables

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/format.md", "docs/overlays.md")
RUN = "docs/images/llama.cpp-smoke"
COMMAND = "aioc-run --server llama.cpp --base-url http://localhost:8080 --profile smoke --journal run.jsonl"


def made() -> Iterator[tuple[Path, str]]:
    """Give every file that is made, whole or in part, with its text."""
    for name in PAGES:
        yield ROOT / name, with_tables((ROOT / name).read_text(encoding="utf-8"))
    yield ROOT / f"{RUN}.svg", picture(COMMAND, ROOT / f"{RUN}.jsonl")


if __name__ == "__main__":
    for path, text in made():
        path.write_text(text, encoding="utf-8")
