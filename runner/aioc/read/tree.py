"""Folders of YAML files: finds roots, reads every file, joins own cases to the installed catalogue."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from aioc.model.case import Case
from aioc.model.catalogue import Catalogue, Profile
from aioc.model.overlay import Capability, Overlay
from aioc.model.problem import BadInputError, Problem, bad_input
from aioc.paths import COLLECTION, specs_root
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.document import Document
from aioc.read.files import root_of, shown, yaml_files
from aioc.read.glance import glance
from aioc.read.kind import by_place, by_words
from aioc.read.links import link_problems, overlay_problems, profile_problems
from aioc.read.overlay import read_capabilities, read_overlay
from aioc.read.parse import read_document
from aioc.read.words import vocabulary_problems


@dataclass(slots=True)
class _Tree:
    """One root being read."""

    root: Path
    prefix: str = ""
    lint: bool = False
    only: set[Path] = field(default_factory=set)
    """The files to read; none: all below the root."""
    id: str = "local"
    version: str = ""
    problems: list[Problem] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    files: dict[Path, list[str]] = field(default_factory=dict)
    capabilities: dict[str, Capability] = field(default_factory=dict)
    overlays: dict[str, Overlay] = field(default_factory=dict)
    strangers: list[Overlay] = field(default_factory=list)
    """Overlays among own cases: lint looks at them, `--overlay FILE` puts them on top."""
    own_profiles: list[Profile] = field(default_factory=list)
    """Profiles among own cases: lint looks at them, `--profile FILE` takes one."""
    profiles: dict[str, Profile] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalogue and, when paths were given, the ids of the cases that lie under them."""

    catalogue: Catalogue
    ids: frozenset[str] | None
    problems: tuple[Problem, ...]
    files: int


def load(paths: Sequence[Path] = (), extra_overlays: Sequence[Path] = (), *, lint: bool = False) -> Loaded:
    """Read the installed catalogue and the trees in which the paths lie.

    All problems of all files are in the answer; nothing is raised for them. Raises BadInputError when a path
    does not exist or holds no case.
    """
    with _no_collection():
        return _load(paths, extra_overlays, lint)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking for garbage: all that is read stays, and looking took a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def load_sound(paths: Sequence[Path] = ()) -> Loaded:
    """Read the same; raises BadInputError with every problem of every file."""
    loaded = load(paths)
    if loaded.problems:
        raise BadInputError(loaded.problems)
    return loaded


def _load(paths: Sequence[Path], extra_overlays: Sequence[Path], lint: bool) -> Loaded:
    own = _trees(paths, lint)
    for tree in own:
        _read_tree(tree)
    # A checkout of the catalogue stands in for the installed one: same id, other version.
    stand_in = [tree for tree in own if tree.id == COLLECTION]
    if not stand_in:
        own.insert(0, _installed(specs_root(), lint))
    else:
        own.sort(key=lambda tree: tree.id != COLLECTION)
    problems = [problem for tree in own for problem in tree.problems]
    catalogue = _join(own, problems)
    overlays = dict(catalogue.overlays)
    for path in extra_overlays:
        overlay = _read_overlay_file(path, problems)
        if overlay is not None:
            overlays[overlay.name] = overlay
    catalogue = replace(catalogue, overlays=overlays)
    if not problems:
        problems += link_problems(catalogue)
        for tree in own:
            problems += [problem for overlay in tree.strangers for problem in overlay_problems(catalogue, overlay)]
            problems += [problem for profile in tree.own_profiles for problem in profile_problems(catalogue, profile)]
    ids = _ids_under(paths, own, lint=lint) if paths else None
    return Loaded(catalogue, ids, tuple(problems), sum(len(tree.files) for tree in own))


@lru_cache(maxsize=4)
def _installed(root: Path, lint: bool) -> _Tree:
    """Read the installed catalogue, once a process: it is what was installed, nobody edits it meanwhile."""
    tree = _Tree(root, "", lint)
    _read_tree(tree)
    return tree


def _trees(paths: Sequence[Path], lint: bool) -> list[_Tree]:
    """Give the trees in which the paths lie; of a folder without catalogue.yaml only the files that were named."""
    trees: dict[Path, _Tree] = {}
    whole: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise bad_input(
                f"{path} does not exist",
                hint="give a folder of cases, a case file, or nothing for the installed catalogue",
            )
        root, marked = root_of(path)
        tree = trees.setdefault(root, _Tree(root, "" if marked else "local/", lint))
        if marked or path.is_dir():
            whole.add(root)
        else:
            tree.only.add(path.resolve())
    for root in whole:
        trees[root].only.clear()
    return list(trees.values())


def read_overlay_file(path: Path) -> Overlay:
    """Read one overlay file outside the trees. Raises BadInputError with all its problems."""
    problems: list[Problem] = []
    overlay = _read_overlay_file(path, problems)
    if problems or overlay is None:
        raise BadInputError(problems)
    return overlay


def read_profile_file(path: Path) -> Profile:
    """Read one profile outside the trees, a client author's own list: everything on it counts. Raises BadInputError."""
    document = read_document(path, shown(path.resolve()))
    faults = vocabulary_problems(document, "profile")
    if faults:
        raise BadInputError(faults)
    return replace(_profile(path.stem, document), strict=True)


def _profile(name: str, document: Document) -> Profile:
    data = document.data
    without = tuple(data.get("without", ()))
    return Profile(name, data["title"], tuple(data["cases"]), without, bool(data.get("danger")), place=document.place())


def _read_tree(tree: _Tree) -> None:
    for path in yaml_files(tree.root, tree.only, tree.problems):
        relative = path.relative_to(tree.root.resolve())
        tree.files[path] = []
        kind = by_place(relative)
        try:
            document = read_document(path, shown(path))
        except BadInputError as error:
            tree.problems.extend(error.problems)
            continue
        spoken = by_words(document) if kind == "case" and tree.prefix else kind
        if spoken != kind:
            _take_stranger(tree, path, document, spoken)
            continue
        faults = vocabulary_problems(document, kind)
        if faults and kind == "case":
            told = {problem.place for problem in faults}
            faults += [problem for problem in glance(document) if problem.place not in told]
            faults.sort(key=lambda problem: (problem.place.line, problem.place.column) if problem.place else (0, 0))
        tree.problems.extend(faults)
        if not faults:
            _take(tree, path, relative, kind, document)


def _take_stranger(tree: _Tree, path: Path, document: Document, kind: str) -> None:
    if not tree.lint:
        # Left out without a word, it would be believed to count.
        what = f"this is {'an' if kind == 'overlay' else 'a'} {kind}, not a case"
        tree.problems.append(Problem(what, document.place(), f"a run takes it with --{kind} FILE"))
    elif kind == "overlay":
        overlay = _overlay_of(path, document, tree.problems, lint=True)
        tree.strangers.extend([overlay] if overlay else [])
    else:
        faults = vocabulary_problems(document, kind)
        tree.problems.extend(faults)
        tree.own_profiles.extend([] if faults else [_profile(path.stem, document)])


def _take(tree: _Tree, path: Path, relative: Path, kind: str, document: Document) -> None:
    scope = Scope(document, compile_paths=tree.lint)
    data = document.data
    name = relative.with_suffix("").as_posix()
    if kind == "catalogue":
        tree.id, tree.version, tree.renamed = data["id"], data["version"], dict(data.get("renamed", {}))
    elif kind == "capabilities":
        tree.capabilities |= read_capabilities(scope)
    elif kind == "overlay":
        tree.overlays[path.stem] = read_overlay(scope, path.stem)
    elif kind == "profile":
        name = name.removeprefix("profiles/")
        tree.profiles[name] = _profile(name, document)
    else:
        server = relative.parts[1] if relative.parts[0] == "servers" else None
        case_id = tree.prefix + name.removeprefix("servers/").removeprefix(f"{COLLECTION}/")
        cases = read_case(document, case_id, server, tree.root, scope)
        tree.cases.extend(cases)
        tree.files[path] = [case.id for case in cases]
    tree.problems.extend(scope.problems)


def _read_overlay_file(path: Path, problems: list[Problem]) -> Overlay | None:
    try:
        document = read_document(path, shown(path))
    except BadInputError as error:
        problems.extend(error.problems)
        return None
    return _overlay_of(path, document, problems)


def _overlay_of(path: Path, document: Document, problems: list[Problem], *, lint: bool = False) -> Overlay | None:
    faults = vocabulary_problems(document, "overlay")
    if faults:
        problems.extend(faults)
        return None
    scope = Scope(document, compile_paths=lint)
    overlay = read_overlay(scope, path.stem)
    problems.extend(scope.problems)
    return overlay


def _join(trees: Sequence[_Tree], problems: list[Problem]) -> Catalogue:
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
                problems.append(
                    Problem(f"the overlay {name!r} is taken", overlay.place, "use --overlay FILE to add to it")
                )
            overlays.setdefault(name, overlay)
        profiles |= {name: profile for name, profile in tree.profiles.items() if name not in profiles}
    ordered = tuple(cases[case_id] for case_id in sorted(cases))
    return Catalogue(base.id, base.version, ordered, capabilities, overlays, profiles, base.renamed)


def _ids_under(paths: Sequence[Path], trees: Sequence[_Tree], *, lint: bool) -> frozenset[str]:
    """Give the ids of the cases under these paths; for lint an overlay or a profile is enough."""
    wanted = [path.resolve() for path in paths]
    found = [
        ids
        for tree in trees
        for file, ids in tree.files.items()
        if any(file == path or file.is_relative_to(path) for path in wanted)
    ]
    if not any(found) and not (lint and found) and not any(tree.problems for tree in trees):
        raise bad_input(
            f"there is no case under {', '.join(str(path) for path in paths)}",
            hint="a case is a .yaml file with title, source, request and expect",
        )
    return frozenset(case_id for ids in found for case_id in ids)
