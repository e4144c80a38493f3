"""Files and folders as they lie on the disk: found, bounded, and never outside their tree."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from aioc.model.problem import Place, Problem, bad_input

MAX_BYTES = 1 << 20
MAX_FILES = 5000


def read_bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Read a regular file of at most `limit` bytes; raise BadInputError for anything else."""
    here = Place(str(path), 1, 1)
    try:
        # O_NONBLOCK: opening a FIFO must not wait for a writer.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                hint = "it is a folder: name a file in it" if stat.S_ISDIR(status.st_mode) else "name a file"
                raise bad_input("this is not a regular file", here, hint)
            if status.st_size > limit:
                raise bad_input(f"the file has {status.st_size:,} bytes, the limit is {limit:,}", here)
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read(limit + 1)
        finally:
            os.close(handle)
    except OSError as error:
        hint = "is the path right?" if isinstance(error, FileNotFoundError) else ""
        raise bad_input(f"cannot be read: {error.strerror or error}", here, hint) from error


def shown(path: Path) -> str:
    """Give a path as messages show it: relative to the current folder when it lies below."""
    here = f"{os.getcwd()}{os.sep}"  # noqa: PTH109  (asked for each file: pathlib takes ten times as long)
    return str(path).removeprefix(here)


def root_of(path: Path) -> tuple[Path, bool]:
    """Give the nearest folder with a catalogue.yaml and True, else the folder itself and False."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    for candidate in (folder, *folder.parents):
        if (candidate / "catalogue.yaml").is_file():
            return candidate, True
    return folder, False


def yaml_files(root: Path, only: Collection[Path], problems: list[Problem]) -> Iterator[Path]:
    """Give the YAML files below a folder in the order of their names, or `only` these files of it.

    Links that lead out of the folder and names that do not end in .yaml are problems.
    """
    root = root.resolve()
    found = sorted(only or _below(root))
    if len(found) > MAX_FILES:
        raise bad_input(f"{root} holds {len(found)} files, the limit is {MAX_FILES}")
    for path in found:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            problems.append(Problem("this link leads out of the tree", Place(shown(path), 1, 1)))
        elif path.suffix != ".yaml":
            problems.append(Problem("case files end in .yaml", Place(shown(path), 1, 1), _instead(path)))
        else:
            yield path


def _instead(path: Path) -> str:
    if path.suffix == ".jsonl":
        return "a journal goes with --replay or --last-failed"
    return "rename it" if path.suffix == ".yml" else "give a .yaml file, or a folder of them"


def _below(root: Path) -> Iterator[Path]:
    """Give the files below a folder that end like YAML, without hidden ones and those in folders behind links."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if name.endswith((".yaml", ".yml")) and name[0] != ".")
