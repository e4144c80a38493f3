"""What the tests of the reading stage share: the small catalogue of tests/cases/base, with one file put into it."""

import re
import shutil
from pathlib import Path

import pytest

from aioc.model.problem import Problem
from aioc.read.tree import load

CASES = Path(__file__).parents[2] / "cases"
_EXPECT = re.compile(r"# expect: (?:([0-9]+:[0-9]+) )?(.+)")
_HINT = re.compile(r"# hint: (.+)")
PLACES = {
    "bad": "openai_v1/x/{}",
    "good": "openai_v1/x/{}",
    "overlays": "servers/{}",
    "profiles": "profiles/{}",
    "clients": "profiles/clients/{}",
    "capabilities": "openai_v1/capabilities.yaml",
}
"""Where in a tree a file of a folder of tests/cases belongs; its place says what it is."""


def expectations(path: Path) -> list[tuple[str, str, str | None]]:
    """Give what the head of a bad file states: position, text of the message, hint."""
    found: list[tuple[str, str, str | None]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        expect, hint = _EXPECT.match(line), _HINT.match(line)
        if expect:
            found.append((expect[1] or "", expect[2], None))
        elif hint:
            found[-1] = (*found[-1][:2], hint[1])
        else:
            return found
    return found


@pytest.fixture(scope="session")
def base_tree(tmp_path_factory) -> Path:
    """Give a copy of tests/cases/base."""
    return Path(shutil.copytree(CASES / "base", tmp_path_factory.mktemp("cases") / "base"))


@pytest.fixture(autouse=True)
def one_shape(monkeypatch):
    """Pretend that one shape is installed: no test of reading depends on schemas/openai_v1."""
    monkeypatch.setattr("aioc.read.links.shape_names", lambda: frozenset({"chat.completion"}))


@pytest.fixture
def lint_in_base(base_tree):
    """Put a file where its folder says it belongs, read the tree as `aioc lint` does, take the file out again."""

    def run(path: Path) -> tuple[Problem, ...]:
        target = base_tree / PLACES[path.parent.name].format(path.name)
        target.parent.mkdir(exist_ok=True)
        before = target.read_bytes() if target.exists() else None
        shutil.copyfile(path, target)
        try:
            loaded = load([base_tree], lint=True)
        finally:
            if before is None:
                target.unlink()
            else:
                target.write_bytes(before)
        strangers = [p for p in loaded.problems if p.place and Path(p.place.file).resolve() != target.resolve()]
        assert not strangers
        return loaded.problems

    return run
