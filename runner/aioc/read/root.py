"""One root of YAML files: every file read as what its place (or, among own cases, its words) says it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aioc.model.case import Case
from aioc.model.catalogue import Profile
from aioc.model.client import Client
from aioc.model.overlay import Capability, Overlay
from aioc.model.problem import BadInputError, Problem
from aioc.paths import CLIENT_REQUESTS, COLLECTION
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.client import read_client
from aioc.read.document import Document
from aioc.read.files import shown, yaml_files
from aioc.read.glance import glance
from aioc.read.kind import by_place, by_words
from aioc.read.overlay import read_capabilities, read_overlay
from aioc.read.parse import read_document
from aioc.read.words import vocabulary_problems


@dataclass(slots=True)
class Tree:
    """One root being read."""

    root: Path
    prefix: str = ""
    lint: bool = False
    only: set[Path] = field(default_factory=set)
    """The files to read; none: all below the root."""
    client_requests: bool = True
    id: str = "local"
    version: str = ""
    problems: list[Problem] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    files: dict[Path, list[str]] = field(default_factory=dict)
    capabilities: dict[str, Capability] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    strangers: list[Overlay] = field(default_factory=list)
    """Overlays among own cases: lint looks at them, `--overlay FILE` puts one on top."""
    own_profiles: list[Profile] = field(default_factory=list)
    """Profiles among own cases: lint looks at them, `--profile FILE` takes one."""
    own_clients: list[Client] = field(default_factory=list)
    """Clients in the tree or among own cases: lint looks at them."""
    profiles: dict[str, Profile] = field(default_factory=dict)
    clients: dict[str, Path] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


def read_tree(tree: Tree, only: Iterable[Path] | None = None) -> None:
    """Read the files of a tree into it, or `only` these of them; their problems too.

    Client files are read by lint alone: a run needs but the one that it names.
    """
    root = tree.root.resolve()
    chosen = tree.only if only is None else {file.resolve() for file in only}
    if only is not None and not chosen:
        return
    for path in yaml_files(root, chosen, tree.problems):
        relative = path.relative_to(root)
        if not tree.client_requests and relative.is_relative_to(CLIENT_REQUESTS):
            tree.unread |= {relative.relative_to(COLLECTION).with_suffix("").as_posix()}
            continue
        tree.files[path] = []
        kind = by_place(relative)
        if kind == "client":
            tree.clients[path.stem] = path
            if not tree.lint:
                continue
        try:
            document = read_document(path, shown(path))
        except BadInputError as error:
            tree.problems.extend(error.problems)
            continue
        spoken = by_words(document) if kind == "case" and tree.prefix else kind
        if spoken != kind and not tree.lint:
            # Left out without a word, it would be believed to count.
            what = f"this is {'an' if spoken == 'overlay' else 'a'} {spoken}, not a case"
            hint = (
                f"a run takes it with --{spoken} FILE" if spoken != "client" else "its place is specs/profiles/clients/"
            )
            tree.problems.append(Problem(what, document.place(), hint))
            continue
        faults = vocabulary_problems(document, spoken)
        if faults and spoken == "case":
            told = {problem.place for problem in faults}
            faults += [problem for problem in glance(document) if problem.place not in told]
            faults.sort(key=lambda problem: (problem.place.line, problem.place.column) if problem.place else (0, 0))
        tree.problems.extend(faults)
        if not faults:
            _take(tree, path, relative, spoken, document, stranger=spoken != kind)


def _take(tree: Tree, path: Path, relative: Path, kind: str, document: Document, *, stranger: bool) -> None:
    """Take what a file holds; `stranger`: it lies among own cases and is none, so that lint alone looks at it."""
    scope = Scope(document, compile_paths=tree.lint)
    data = document.data
    name = relative.with_suffix("").as_posix()
    if kind == "catalogue":
        tree.id, tree.version, tree.renamed = data["id"], data["version"], dict(data.get("renamed", {}))
    elif kind == "capabilities":
        tree.capabilities |= read_capabilities(scope)
    elif kind == "overlay":
        overlay = read_overlay(scope, path.stem)
        if stranger:
            tree.strangers.append(overlay)
        else:
            tree.overlays[path.stem] = overlay
    elif kind == "profile" and stranger:
        tree.own_profiles.append(profile_of(path.stem, document))
    elif kind == "profile":
        name = name.removeprefix("profiles/")
        tree.profiles[name] = profile_of(name, document)
    elif kind == "client":
        tree.own_clients.append(read_client(path.stem, document))
    else:
        server = relative.parts[1] if relative.parts[0] == "servers" else None
        case_id = tree.prefix + name.removeprefix("servers/").removeprefix(f"{COLLECTION}/")
        cases = read_case(document, case_id, server, tree.root, scope)
        tree.cases.extend(cases)
        tree.files[path] = [case.id for case in cases]
    tree.problems.extend(scope.problems)


def profile_of(name: str, document: Document) -> Profile:
    """Take a profile from a document that fits profile.schema.json."""
    data = document.data
    without = tuple(data.get("without", ()))
    return Profile(name, data["title"], tuple(data["cases"]), without, bool(data.get("danger")), place=document.place())
