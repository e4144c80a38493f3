"""Whole reports as they have to be, with every verdict. RENEW_GOLDEN=1 writes them anew: then read the diff."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from aioc.report.junit import junit_xml
from aioc.report.markdown import markdown_page

GOLDEN = Path(__file__).parent / "golden"
MAKERS = {"junit.xml": junit_xml, "markdown.md": markdown_page}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("targets", [1, 2])
def test_the_report_is_as_it_was_read(everything, name, targets):
    other = replace(everything, header=replace(everything.header, label="other"))
    made = MAKERS[name]([everything, other][:targets])
    path = GOLDEN / f"{targets}-{name}"
    if os.environ.get("RENEW_GOLDEN") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made)
    assert made.decode() == path.read_bytes().decode()
