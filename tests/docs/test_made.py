"""What is made in the documentation is what schemas, facts and code say now."""

import xml.etree.ElementTree as ET

import pytest
from scripts.docs.make import ROOT, made
from scripts.docs.picture import COLUMNS, picture
from scripts.docs.words import with_tables

from aioc.report.journal import read_journal


def test_every_table_and_picture_is_up_to_date():
    stale = [str(path.relative_to(ROOT)) for path, text in made() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `python -m scripts.docs.make`"


def test_a_table_is_made_of_the_descriptions_of_a_schema():
    page = with_tables("<!-- words: profile.schema.json#/properties -->\nold\n<!-- end -->\nkept\n")
    assert "| `without` | Ids or globs left out again" in page
    assert "old" not in page
    assert page.endswith("\n<!-- end -->\nkept\n")


def test_a_word_has_the_description_of_what_it_refers_to():
    page = with_tables("<!-- words: case.schema.json#/$defs/step/properties -->\n<!-- end -->")
    assert "| `expect` | What must hold of the answer" in page


def test_a_table_of_words_that_are_nowhere_is_refused():
    with pytest.raises(KeyError):
        with_tables("<!-- words: case.schema.json#/$defs/nothing -->\n<!-- end -->")


def test_a_picture_has_every_line_of_the_run_and_none_is_too_wide():
    svg = ET.fromstring(picture("aioc-run", ROOT / "docs" / "images" / "llama.cpp-smoke.jsonl"))
    lines = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert lines[0] == "$ aioc-run"
    assert "FAIL  responses/stream/schema" in "\n".join(lines)
    assert max(map(len, lines)) <= COLUMNS
    assert {span.get("class") for span in svg.iter("{http://www.w3.org/2000/svg}tspan")} == {"c31", "c32", "c33"}


def test_the_run_in_the_picture_names_no_folder_of_the_machine_it_ran_on():
    journal = read_journal(ROOT / "docs" / "images" / "llama.cpp-smoke.jsonl")
    files = {finding.place.file for record in journal.cases for finding in record.findings}
    assert files
    assert not [file for file in files if not (ROOT / file).is_file() or file.startswith("/")]
