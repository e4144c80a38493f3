"""The house: imports go one way, click and httpx stay where they belong, modules stay small."""

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "runner" / "aioc"
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in ROOT.rglob("*.py")}

# Each layer may import itself and those before it. `run` is the whole of a run without a terminal.
LAYERS = (
    {"model", "paths", "template", "versions", "jsonpath", "path_steps", "keywords"},
    {"answer"},
    {"read"},
    {"judge"},
    {"overlay", "plan", "surface"},
    {"coverage"},
    {"report", "verdict", "readiness"},
    {"pages"},
    {"execute"},
    {"conduct", "survey", "stale"},
    {"run", "replay", "recorded", "har", "judge_recorded", "draft", "author"},
    {"reference"},
    {"cli"},
)
LEVEL = {name: number for number, layer in enumerate(LAYERS) for name in layer}


def layer_of(module):
    return LEVEL[module.split(".")[0]]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module):
    if module in ("__init__", "__main__"):
        return
    for name in imports(MODULES[module]):
        if name.startswith("aioc."):
            assert layer_of(name.removeprefix("aioc.")) <= layer_of(module), f"{module} imports {name}"


def test_only_execute_knows_httpx_and_only_the_command_line_knows_click():
    for module, path in MODULES.items():
        for name in imports(path):
            if name.split(".")[0] in ("httpx", "httpcore", "h11"):
                assert module.startswith(("execute.", "reference.")), f"{module} imports {name}"
            if name.split(".")[0] == "click":
                assert module.startswith("cli"), f"{module} imports {name}"


def test_judging_does_no_input_or_output():
    for module, path in MODULES.items():
        if module.startswith(("judge.", "answer.")):
            known = set(imports(path))
            assert not known & {"socket", "subprocess", "urllib.request", "http.client", "tempfile"}, module


def test_frozen_values_are_made_one_way():
    """A mixture would be slow again, and nobody could say why one class is made so and another so."""
    own = {
        module for module, path in MODULES.items() if "\n@dataclass(frozen=True, slots=True)" in path.read_text("utf-8")
    }
    assert own == set()


def test_modules_are_small():
    lines = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert [module for module, number in lines.items() if number > 300] == []
    assert statistics.median(lines.values()) < 150
