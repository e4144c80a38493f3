"""The part of the installed catalogue that a run needs which brings its own cases: a tenth of the whole."""

from functools import lru_cache
from pathlib import Path

from aioc.paths import COLLECTION, case_paths
from aioc.read.root import Tree, read_tree

NO_OVERLAY = frozenset({"none", "reference"})


@lru_cache(maxsize=8)
def needed(root: Path, server: str, needs: frozenset[str] | None) -> Tree:
    """Read the endpoint table, the profiles, the overlays that `server` may mean, and what shows the capabilities.

    `server` is an overlay's name, `auto` for any of them, `none` or `reference` for none. `needs` are the capabilities
    (None: all), to which come those that the cases need that show them.
    """
    tree = Tree(root)
    own = (root / "catalogue.yaml", root / COLLECTION / "capabilities.yaml")
    read_tree(tree, [file for file in own if file.is_file()])
    read_tree(tree, root.glob("profiles/**/*.yaml"))
    _read_overlays(tree, server)
    wanted = set(tree.capabilities) if needs is None else set(needs)
    asked: set[str] = set()
    while missing := {row.shown_by for name, row in tree.capabilities.items() if name in wanted} - asked:
        # `images/edit:png` is a member of a family.
        files = (case_paths(root).get(case.partition(":")[0]) for case in missing)
        read_tree(tree, [Path(file) for file in files if file is not None])
        asked |= missing
        wanted |= {need for case in tree.cases for need in case.needs}
    tree.unread = frozenset(case_paths(root).keys() - {case.family for case in tree.cases})
    return tree


def _read_overlays(tree: Tree, server: str) -> None:
    """Read an overlay and those it extends; all when the name is none, which is told where names are looked up."""
    folder = tree.root / "servers"
    name: str | None = server if server not in NO_OVERLAY else None
    while name is not None and name not in tree.overlays:
        if not (file := folder / f"{name}.yaml").is_file():
            read_tree(tree, {*folder.glob("*.yaml")} - tree.files.keys())
            return
        read_tree(tree, [file])
        overlay = tree.overlays.get(name)
        name = overlay.extends if overlay else None
