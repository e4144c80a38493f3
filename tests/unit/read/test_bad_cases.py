"""Every file of tests/cases/bad is refused with exactly the problems that its first lines state."""

from pathlib import Path

import pytest

from aioc.read.parse import read_document
from aioc.read.words import vocabulary_problems

from .conftest import CASES, expectations

BAD = CASES / "bad"
FILES = sorted(path for path in BAD.rglob("*.yaml") if path.parent.name != "catalogues")
CATALOGUES = sorted((BAD / "catalogues").glob("*.yaml"))


def shows(path: Path, problems) -> None:
    """Demand every stated problem, in the order of the file, and no other."""
    expected = expectations(path)
    assert expected, f"{path} does not say what it expects"
    said = [(f"{p.place.line}:{p.place.column}" if p.place else "", p.what, p.hint) for p in problems]
    assert [where for where, *_ in said] == [where for where, *_ in expected], said
    for (_, what, hint), (_, text, wanted) in zip(said, expected, strict=True):
        assert text in what
        assert wanted in hint if wanted else not hint, f"{path} does not state the hint {hint!r}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BAD).with_suffix("")))
def test_a_mistake_is_told_where_it_stands(path, lint_in_base):
    problems = lint_in_base(path)
    shows(path, problems)
    lines = path.read_text(encoding="utf-8").split("\n")
    for problem in problems:
        if problem.place is not None:
            assert problem.place.text == lines[problem.place.line - 1]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_mistake_of_a_catalogue_file_is_told_where_it_stands(path):
    shows(path, vocabulary_problems(read_document(path), "catalogue"))
