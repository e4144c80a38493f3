"""Shell completion: ids, servers and profiles by the names of their files; no file is read, so Tab stays quick."""

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from aioc.paths import COLLECTION, case_paths, specs_root


def case_ids(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Give the ids of the installed cases that begin so (of a family its own, not its members')."""
    return _items(case_paths(specs_root()), begun)


def topics(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Give the topics of the installed cases that begin so."""
    return _items((path.name for path in (specs_root() / COLLECTION).iterdir() if path.is_dir()), begun)


def servers(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Give the servers that have an overlay, and the words that stand for none; of a path the files."""
    return _named("servers", begun, "auto", "none", "reference")


def profiles(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """Give the profiles that begin so, those of clients among them; of a path the files."""
    clients = (f"clients/{path.stem}" for path in (specs_root() / "profiles" / "clients").glob("*.yaml"))
    return _items(clients, begun) if begun.startswith("clients/") else _named("profiles", begun, *clients)


def _named(folder: str, begun: str, *further: str) -> list[CompletionItem]:
    if "/" in begun or begun.startswith("."):
        return [CompletionItem(begun, type="file")]
    return _items([*further, *(path.stem for path in (specs_root() / folder).glob("*.yaml"))], begun)


def _items(names: Iterable[str], begun: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in sorted(names) if name.startswith(begun)]
