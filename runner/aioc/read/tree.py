"""Folders of YAML files: finds roots, reads every file, joins own cases to the installed catalogue."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.frozen import frozen
from aioc.model.overlay import Capability, Overlay
from aioc.model.problem import BadInputError, Problem, bad_input
from aioc.paths import CLIENT_REQUESTS, COLLECTION, specs_root
from aioc.read.check import Scope
from aioc.read.client import ClientFiles
from aioc.read.document import Document
from aioc.read.files import root_of, shown
from aioc.read.kind import mistaken
from aioc.read.links import case_problems, client_problems, link_problems, overlay_problems, profile_problems
from aioc.read.needed import needed
from aioc.read.overlay import read_overlay
from aioc.read.parse import read_document
from aioc.read.root import Tree, profile_of, read_tree
from aioc.read.support import support_problems
from aioc.read.words import vocabulary_problems


@frozen
class Loaded:
    """A catalogue and, when paths were given, the ids of the cases that lie under them; the number of `files` there."""

    catalogue: Catalogue
    ids: frozenset[str] | None
    problems: tuple[Problem, ...]
    files: int


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: all that is read stays, and looking took a fifth of the time.

    Afterwards it looks less often, and never at what was read: an answer of 10,000 events is 100,000 objects, and half
    of what it took to judge one was looking through them.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(100_000)
        if was:
            gc.enable()


@_no_collection()
def load(
    paths: Sequence[Path] = (), *, lint: bool = False, server: str | None = None, client_requests: bool = True
) -> Loaded:
    """Read the installed catalogue and the trees in which the paths lie.

    With `server` (as --server has it), of the installed catalogue only what a run of cases outside it needs. Without
    `client_requests` what clients really sent is left out, unless a path lies there.

    All problems of all files are in the answer; nothing is raised for them. Raises BadInputError when a path
    does not exist or holds no case.
    """
    own = _trees(paths, lint, client_requests)
    for tree in own:
        read_tree(tree)
    # A checkout of the catalogue stands in for the installed one: same id, other version.
    stand_in = [tree for tree in own if tree.id == COLLECTION]
    # Roots with a catalogue.yaml may hold overlays and profiles, which name any case.
    in_part = server is not None and bool(own) and not lint and all(tree.prefix for tree in own)
    if stand_in:
        own.sort(key=lambda tree: tree.id != COLLECTION)
    elif in_part and server is not None:
        needs = frozenset(need for tree in own for case in tree.cases for need in case.needs)
        own.insert(0, needed(specs_root(), server, needs))
    else:
        own.insert(0, _installed(specs_root(), lint, client_requests))
    problems = [problem for tree in own for problem in tree.problems]
    catalogue = _join(own, problems)
    if not problems:
        problems += case_problems(catalogue) if in_part else link_problems(catalogue)
        for tree in own:
            problems += [problem for overlay in tree.strangers for problem in overlay_problems(catalogue, overlay)]
            problems += [problem for profile in tree.own_profiles for problem in profile_problems(catalogue, profile)]
            problems += [problem for client in tree.own_clients for problem in client_problems(catalogue, client)]
        if lint and not problems:
            shared = [case for tree in own if tree.id == COLLECTION for case in tree.cases]
            problems += support_problems(shared, [client for tree in own for client in tree.own_clients])
    under = _under(paths, own)
    return Loaded(catalogue, _ids(paths, under, own, lint=lint), tuple(problems), len(under))


@_no_collection()
def load_shown(server: str) -> Loaded:
    """Read of the installed catalogue only what shows its capabilities, and the overlays that `server` may mean."""
    tree = needed(specs_root(), server, None)
    problems = list(tree.problems)
    catalogue = _join([tree], problems)
    return Loaded(catalogue, None, tuple(problems), len(tree.files))


def load_sound(paths: Sequence[Path] = ()) -> Loaded:
    """Read the same as `load`; raises BadInputError with every problem of every file."""
    loaded = load(paths)
    if loaded.problems:
        raise BadInputError(loaded.problems)
    return loaded


@lru_cache(maxsize=4)
def _installed(root: Path, lint: bool, client_requests: bool) -> Tree:
    """Read the installed catalogue, once a process: it is what was installed, nobody edits it meanwhile."""
    tree = Tree(root, "", lint, client_requests=client_requests)
    read_tree(tree)
    return tree


def _trees(paths: Sequence[Path], lint: bool, client_requests: bool) -> list[Tree]:
    """Give the trees in which the paths lie; of a folder without catalogue.yaml only the files that were named."""
    trees: dict[Path, Tree] = {}
    whole: set[Path] = set()
    for path in paths:
        if not path.exists():
            hint = "give a folder of cases, a case file, or nothing for the installed catalogue"
            address = path.parts[0] in ("http:", "https:")
            raise bad_input(f"{path} does not exist", hint="an address is given with --base-url" if address else hint)
        root, marked = root_of(path)
        tree = trees.setdefault(root, Tree(root, "" if marked else "local/", lint, client_requests=client_requests))
        tree.client_requests |= path.resolve().is_relative_to(root / CLIENT_REQUESTS)
        if marked or path.is_dir():
            whole.add(root)
        else:
            tree.only.add(path.resolve())
    for root in whole:
        trees[root].only.clear()
    return list(trees.values())


def read_overlay_file(path: Path) -> Overlay:
    """Read one overlay file outside the trees. Raises BadInputError with all its problems."""
    scope = Scope(_outside(path, shown(path), "overlay"))
    overlay = read_overlay(scope, path.stem)
    if scope.problems:
        raise BadInputError(scope.problems)
    return overlay


def read_profile_file(path: Path) -> Profile:
    """Read one profile outside the trees, a client author's own list: everything on it counts. Raises BadInputError."""
    return replace(profile_of(path.stem, _outside(path, shown(path.resolve()), "profile")), strict=True)


def _outside(path: Path, name: str, kind: str) -> Document:
    """Read a file that was asked for as one of this kind. Raises BadInputError with all its problems."""
    document = read_document(path, name)
    other = mistaken(document, kind)
    faults = [other] if other else vocabulary_problems(document, kind)
    if faults:
        raise BadInputError(faults)
    return document


def _join(trees: Sequence[Tree], problems: list[Problem]) -> Catalogue:
    """Join trees: own roots add, they never redefine."""
    base = trees[0]
    cases: dict[str, Case] = {}
    capabilities: dict[str, Capability] = {}
    overlays: dict[str, Overlay] = {}
    profiles: dict[str, Profile] = {}
    for tree in trees:
        for case in tree.cases:
            if case.id in cases:
                problems.append(Problem(f"the id {case.id!r} is taken", case.place, f"by {cases[case.id].place}"))
            cases.setdefault(case.id, case)
        for name, row in tree.capabilities.items():
            if name in capabilities:
                problems.append(Problem(f"the capability {name!r} is taken", row.place))
            capabilities.setdefault(name, row)
        for name, overlay in tree.overlays.items():
            if name in overlays:
                hint = "use --overlay FILE to add to it"
                problems.append(Problem(f"the overlay {name!r} is taken", overlay.place, hint))
            overlays.setdefault(name, overlay)
        profiles |= {name: profile for name, profile in tree.profiles.items() if name not in profiles}
    clients = ClientFiles({name: path for tree in reversed(trees) for name, path in tree.clients.items()})
    ordered = tuple(cases[case_id] for case_id in sorted(cases))
    return Catalogue(
        base.id, base.version, ordered, capabilities, overlays, profiles, clients, base.renamed, base.unread
    )


def _under(paths: Sequence[Path], trees: Sequence[Tree]) -> list[frozenset[str]]:
    """Give the ids of each file under these paths (of every file, without any)."""
    wanted = [path.resolve() for path in paths]
    return [
        frozenset(ids)
        for tree in trees
        for file, ids in tree.files.items()
        if not paths or any(file == path or file.is_relative_to(path) for path in wanted)
    ]


def _ids(
    paths: Sequence[Path], found: Sequence[frozenset[str]], trees: Sequence[Tree], *, lint: bool
) -> frozenset[str] | None:
    """Give the ids of the cases under the paths; for lint an overlay or a profile is enough."""
    if not paths:
        return None
    if not any(found) and not (lint and found) and not any(tree.problems for tree in trees):
        raise bad_input(
            f"there is no case under {', '.join(str(path) for path in paths)}",
            hint="a case is a .yaml file with title, source, request and expect",
        )
    return frozenset().union(*found)
