"""Where the installed catalogue and the schemas lie: inside the wheel, or in the checkout of an editable install."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from aioc.model.problem import bad_input

COLLECTION = "openai_v1"
"""The folder of cases whose name is no part of their ids, and that of the answer schemas."""

CLIENT_REQUESTS = Path(COLLECTION, "clients")
"""The cases that repeat what clients really sent: a run has them when it names something, else all is said twice."""


@lru_cache(maxsize=2)
def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parent
    for candidate in (package / name, package.parent.parent / name):
        if candidate.is_dir():
            return candidate
    raise bad_input(f"this installation lacks its folder {name}/", hint="install aioc again")


def specs_root() -> Path:
    """Give the folder of the installed catalogue; raises BadInputError in a broken installation."""
    return _folder("specs")


@lru_cache(maxsize=2)
def case_paths(root: Path) -> Mapping[str, str]:
    """Give the case files of a catalogue by id (of a family its own, not its members'); no file is read.

    They are texts: a run of one own case looks only at the ids, and as many Paths take 3 ms.
    """
    found: dict[str, str] = {}
    for folder, _, names in os.walk(root):
        parts = folder[len(str(root)) + 1 :].split(os.sep)  # noqa: PTH206  (pathlib takes ten times as long)
        # servers/NAME.yaml are overlays, profiles/ no cases, and a collection's own files describe it.
        if parts[0] == COLLECTION or (parts[0] == "servers" and len(parts) > 1):
            for name in names:
                if name.endswith(".yaml") and name != "capabilities.yaml":
                    found["/".join((*parts[1:], name.removesuffix(".yaml")))] = f"{folder}{os.sep}{name}"
    return found


def schemas_root() -> Path:
    """Give the folder of the schemas; raises BadInputError in a broken installation."""
    return _folder("schemas")


def shape_files() -> list[Path]:
    """Give the answer schemas, in the order of their names."""
    return sorted((schemas_root() / COLLECTION).glob("*.schema.json"))


@lru_cache(maxsize=1)
def shape_names() -> frozenset[str]:
    """Give the names that a `schema:` keyword may give."""
    return frozenset(path.name.removesuffix(".schema.json") for path in shape_files())
