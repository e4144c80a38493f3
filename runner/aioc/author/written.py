"""A new case is read back by the rules of lint before it is written; nothing that exists is touched."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from aioc.author.place import CasePlace
from aioc.model.problem import BadInputError, Problem, bad_input
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.files import read_bytes, shown
from aioc.read.parse import parse_document
from aioc.read.request import MAX_FILE
from aioc.read.words import vocabulary_problems


def write_case(place: CasePlace, text: str, attachments: Mapping[str, bytes]) -> list[str]:
    """Write the case and the files it sends beside it; gives what was written, as a command line names it.

    Raises BadInputError, and leaves nothing, when the text is no case or a file cannot be written.
    """
    made = [place.file]
    with ExitStack() as undo:
        try:
            for folder in reversed([folder for folder in place.file.parents if not folder.exists()]):
                folder.mkdir()
                undo.callback(folder.rmdir)
            for name, content in attachments.items():
                path = place.file.parent / name
                if _put(path, content):
                    undo.callback(path.unlink)
                    made.append(path)
            if problems := _problems(place, text):
                raise BadInputError(problems)
            _put(place.file, text.encode())
        except OSError as error:
            what = f"{shown(place.file)} cannot be written: {error.strerror}"
            raise bad_input(what, hint="say where with --dir") from error
        undo.pop_all()
    return [shown(path) for path in made]


def _put(path: Path, content: bytes) -> bool:
    """Write a new file; False when it is there already with this content. Raises BadInputError for another one."""
    if path.exists():
        if path.is_file() and read_bytes(path, MAX_FILE) == content:
            return False
        raise bad_input(f"{shown(path)} is there already", hint="nothing is overwritten: choose another --dir")
    with path.open("xb") as file:
        file.write(content)
    return True


def _problems(place: CasePlace, text: str) -> list[Problem]:
    document = parse_document(text.encode(), place.shown)
    if faults := vocabulary_problems(document, "case"):
        return faults
    scope = Scope(document, compile_paths=True)
    server = place.file.relative_to(place.tree).parts if place.tree else ()
    read_case(
        document, place.id, server[1] if server[:1] == ("servers",) else None, place.tree or place.file.parent, scope
    )
    return scope.problems
