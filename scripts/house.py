"""The house measured: `make house` prints modules, lines, cycles, what nobody uses, what stands twice.

Exit code 1 when a limit is passed. What is looked for is a name that occurs nowhere but where it is defined: no proof
that it is used well, but what is found is surely not used.
"""

import ast
import json
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import click
import yaml

from aioc.cli.main import aioc, load_commands

ROOT = Path(__file__).parents[1]
RUNNER = ROOT / "runner" / "aioc"
MEDIAN, LARGEST = 150, 300
LINES = 22_850
"""All of runner/, as it stands; ARCHITECTURE.md says what stands above the budget of 6,000, and why."""
ALIKE = 12
"""So many times the same check may stand in cases; what is shorter than a line of it reads aloud as it is."""
CAPTURED = "clients"
"""What clients sent has the same few checks each, so that each file can be read alone."""
VENDOR = re.compile(r"^(visit_|do_|log_)|^__")
"""Names that others call: the parser of a syntax tree, an HTTP handler, Python itself."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, its limit, and what is over it."""

    name: str
    figure: int | float
    limit: int
    found: tuple[str, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the limit is passed."""
        return self.figure > self.limit


@cache
def texts(*folders: str) -> dict[Path, str]:
    """Give the files of folders that people write, by path."""
    kinds = {".py", ".yaml", ".md", ".html", ".js", ".sh", ".json"}
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")))
    return {path: path.read_text("utf-8") for path in paths if path.suffix in kinds and "__pycache__" not in path.parts}


def modules() -> Iterator[Measure]:
    """Measure the modules of the engine."""
    sizes = {path: text.count("\n") for path, text in texts("runner/aioc").items() if path.suffix == ".py"}
    parts: Counter[str] = Counter()
    for path, lines in sizes.items():
        parts[path.relative_to(RUNNER).parts[0].removesuffix(".py")] += lines
    told = ", ".join(f"{part} {lines}" for part, lines in parts.most_common(12))
    print(f"{len(sizes)} modules: {told}")
    largest = max(sizes, key=lambda path: sizes[path])
    yield Measure("lines", sum(sizes.values()), LINES)
    yield Measure("median module", statistics.median(sizes.values()), MEDIAN)
    yield Measure("largest module", sizes[largest], LARGEST, (largest.relative_to(ROOT).as_posix(),))


def cycles() -> Measure:
    """Look for imports that lead back to where they began, those inside functions too."""
    code = {_module(path): text for path, text in texts("runner/aioc").items() if path.suffix == ".py"}
    try:
        TopologicalSorter({name: set(_imported(text, code.keys())) for name, text in code.items()}).prepare()
    except CycleError as error:
        return Measure("cycles", 1, 0, (" → ".join(error.args[1]),))
    return Measure("cycles", 0, 0)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(RUNNER.parent).with_suffix("").parts).removesuffix(".__init__")


def _imported(text: str, modules: Set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                # Of a package a module of it, or what stands in the package itself.
                below = f"{node.module}.{alias.name}"
                yield below if below in modules else node.module


def unused_names() -> Measure:
    """Look for functions, classes and constants of the engine that no other line of it names."""
    words = Counter(word for text in texts("runner").values() for word in re.findall(r"\w+", text))
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name}"
        for path, text in texts("runner/aioc").items()
        if path.suffix == ".py"
        for node, name in _defined(ast.parse(text))
        if words[name] == 1 and not VENDOR.match(name)
    ]
    return Measure("names nobody uses", len(found), 0, tuple(found))


def _defined(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        commands = getattr(node, "decorator_list", [])
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not any(map(_is_command, commands)):
            yield node, node.name
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        yield from ((statement, target.id) for target in targets if isinstance(target, ast.Name))


def _is_command(decorator: ast.expr) -> bool:
    """Whether click calls what is decorated so."""
    return isinstance(decorator, ast.Call) and "command" in ast.unparse(decorator.func)


def unused_flags() -> Measure:
    """Look for options that no test uses, by any name of theirs. What each is for, --help says."""
    load_commands()
    tests = "\n".join(texts("tests", "ci").values())
    found = {
        flags[0]
        for flags in _flags(aioc)
        if not any(re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", tests) for flag in flags)
    }
    return Measure("flags no test uses", len(found), 0, tuple(sorted(found)))


def _flags(command: click.Command) -> Iterator[tuple[str, ...]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield tuple(sorted((*parameter.opts, *parameter.secondary_opts), key=len, reverse=True))
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _flags(below)


def unused_words() -> Measure:
    """Look for words of the YAML format that no file of the catalogue and no test has; x-… is for the schemas alone."""
    written = "\n".join(texts("specs", "tests").values())
    found = [
        f"{path.name}: {word}"
        for path in sorted((ROOT / "schemas").glob("*.schema.json"))
        for word in sorted(set(_words(json.loads(path.read_text("utf-8")))))
        if not word.startswith("x-") and not re.search(rf"(?m)(^|[\s{{,\"'\[]){re.escape(word)}[\"']?:", written)
    ]
    return Measure("words nobody writes", len(found), 0, tuple(found))


def _words(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
    for value in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _words(value)


def checks_alike() -> Measure:
    """Look for checks that stand in many cases and could be one invariant, or a schema with a name."""
    count: Counter[str] = Counter()
    for path, text in texts("specs/openai_v1").items():
        if path.parent.parent.name != CAPTURED:
            alike = {json.dumps(check, sort_keys=True) for check in _checks(yaml.load(text, Loader=yaml.CSafeLoader))}
            count.update(check for check in alike if len(check) > 60)
    most = count.most_common(3)
    found = tuple(f"{number} times {check[:120]}" for check, number in most)
    return Measure("cases with the same check", most[0][1], ALIKE, found)


def _checks(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        for check in value.get("expect", ()):
            yield {word: said for word, said in check.items() if word != "name"}
    for below in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _checks(below)


def main() -> int:
    """Measure and tell."""
    measures = [*modules(), cycles(), unused_names(), unused_flags(), unused_words(), checks_alike()]
    for one in measures:
        print(f"{one.name:32} {one.figure:7g}  limit {one.limit:g}{'   OVER' if one.over else ''}")
        for line in one.found if one.over or one.name.startswith(("largest", "cases")) else ():
            print(f"    {line}")
    return int(any(one.over for one in measures))


if __name__ == "__main__":
    sys.exit(main())
