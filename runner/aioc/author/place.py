"""Where a new case goes: into the tree in which one stands, or beside where one is."""

import os
import re
from pathlib import Path

from aioc.model.frozen import frozen
from aioc.model.problem import bad_input
from aioc.paths import COLLECTION, case_paths, specs_root
from aioc.read.files import root_of, shown

SCHEMA = Path("schemas", "case.schema.json")
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")


@frozen
class CasePlace:
    """A case that is to be: its file, its id in a run, and the folder of its tree (None: a folder of one's own)."""

    file: Path
    id: str
    tree: Path | None

    @property
    def shown(self) -> str:
        """The file as a command line names it."""
        return shown(self.file)

    @property
    def modeline(self) -> str:
        """The line by which editors find the schema of cases; '' where it does not lie above."""
        return modeline(self.file, SCHEMA)


def modeline(file: Path, schema: Path) -> str:
    """Give the line by which editors find a file's schema, where a folder above has it; '' elsewhere."""
    folder = file.absolute().parent
    above = next((parent for parent in (folder, *folder.parents) if (parent / schema).is_file()), None)
    if above is None:
        return ""
    path = Path(os.path.relpath(above / schema, folder)).as_posix()
    return f"# yaml-language-server: $schema={path}"


def place_of(name: str, folder: Path | None) -> CasePlace:
    """Find the place of a case by the id that it is to have. Raises BadInputError for no id, or one that is taken."""
    name = name.removesuffix(".yaml").removeprefix("local/")
    if not _ID.fullmatch(name) or "/servers/" in f"/{name}":
        raise bad_input(
            f"{name!r} is no id of a case",
            hint="small letters, digits, - and _, in parts with / between them: chat/my-case",
        )
    base = folder or Path()
    if base.exists() and not base.is_dir():
        raise bad_input(f"{base} is no folder", hint="say the folder with --dir and the file by the id")
    tree = _tree(base.resolve(), asked=folder is not None)
    if tree is None:
        file, case_id = base.resolve() / f"{name}.yaml", f"local/{name}"
    else:
        file, case_id = _inside(tree, name), name
    # The catalogue that comes with aioc is there in every run.
    if tree is not None and tree.resolve() != specs_root().resolve() and name in case_paths(specs_root()):
        raise bad_input(f"the catalogue has a case {name!r}", hint="an own tree adds cases, it replaces none")
    if file.exists():
        raise bad_input(f"{shown(file)} is there already", hint="nothing is overwritten: choose another id, or --dir")
    return CasePlace(file, case_id, tree)


def _tree(base: Path, *, asked: bool) -> Path | None:
    """Give the tree in which a folder lies; from the top of a checkout that is its specs/."""
    root, marked = root_of(base) if base.is_dir() else (base, False)
    if marked:
        return root
    below = base / "specs"
    return below if not asked and (below / "catalogue.yaml").is_file() else None


def _inside(tree: Path, name: str) -> Path:
    """Give the file of an id: of the tree's collection, or of one of its servers."""
    server = name.partition("/")[0]
    if (tree / "servers" / f"{server}.yaml").is_file():
        return tree / "servers" / f"{name}.yaml"
    return (tree / COLLECTION if (tree / COLLECTION).is_dir() else tree) / f"{name}.yaml"
