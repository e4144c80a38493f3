"""The pages of docs/ are what catalogue, overlays and kept evidence say now, and their links lead somewhere."""

import re
from functools import cache
from pathlib import Path

import pytest
from tests.playing import catalogue

from aioc.cli.page import pages_of
from aioc.report.case_link import page_of

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<!\\)\]\(([^)#\s:]*)(?:#([^)\s]+))?\)")


@cache
def pages():
    """Make every page, by its place."""
    return dict(pages_of(catalogue(), ROOT / "docs"))


def test_every_page_is_up_to_date():
    stale = [
        str(path.relative_to(ROOT)) for path, text in pages().items() if not path.is_file() or path.read_text() != text
    ]
    assert stale == [], "run `make pages`"


def test_there_is_no_other_page():
    there = {path for folder in ("catalog", "cases") for path in (ROOT / "docs" / folder).glob("*.md")}
    assert there - pages().keys() == set(), "run `make pages`"


def test_every_link_leads_to_a_file_and_its_anchor():
    broken = []
    for path, text in pages().items():
        for file, anchor in LINK.findall(re.sub(r"`[^`\n]+`", "", text)):
            target = (path.parent / file).resolve() if file else path
            found = pages().get(target) or (target.read_text() if target.suffix == ".md" and target.is_file() else "")
            if not target.exists() or (anchor and found and f'id="{anchor}"' not in found and "README" not in file):
                broken.append(f"{path.name}: {file}#{anchor}")
    assert sorted(set(broken)) == []


@pytest.mark.parametrize("case", [case.id for case in catalogue().cases[::25]])
def test_every_case_has_an_entry_where_reports_say(case):
    file, _, anchor = page_of(case).partition("#")
    assert f'<a id="{anchor}"></a>' in pages()[ROOT / file]


def test_evidence_speaks_of_servers_that_have_an_overlay():
    kept = {path.stem for path in (ROOT / "docs" / "catalog" / "evidence").glob("*.json")}
    assert kept <= catalogue().overlays.keys()
