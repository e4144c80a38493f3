"""What becomes of clients stands in every report that people read; a run that did not show it says nothing of it."""

from dataclasses import replace

import lxml.html
import pytest

from aioc.model.client import ClientEnd, Ready
from aioc.report import console
from aioc.report.html.page import html_page
from aioc.report.markdown import markdown_page

READY = ClientEnd("one", "One <b>", Ready.READY, "")
DEGRADED = ClientEnd("two", "Two", Ready.DEGRADED, "tools: Calls are | lost.")
BREAKS = ClientEnd("three", "three", Ready.BREAKS, "The first question ends.")


@pytest.fixture
def told(everything):
    return replace(everything, clients=(READY, DEGRADED, BREAKS))


@pytest.fixture
def other(everything):
    """Give a second target, with other ends of two of the clients."""
    ends = (replace(READY, ready=Ready.UNKNOWN, reason="not shown"), replace(BREAKS, ready=Ready.READY, reason=""))
    return replace(everything, header=replace(everything.header, label="other"), clients=ends)


def rows(page, *, heading):
    (details,) = page.xpath(f"//details[starts-with(normalize-space(summary), '{heading}')]")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in details.xpath(".//tbody/tr")]


def test_the_console_counts_them_and_names_those_that_break(told):
    lines = console.closing(told, colour=False)
    at = lines.index("clients: 1 ready, 1 degraded, 1 break")
    assert lines[at + 1 : at + 3] == ["  breaks  three: The first question ends.", ""]
    assert not any("clients:" in line for line in console.closing(told, colour=False, quiet=True))


def test_of_many_that_break_the_first_are_named_and_the_others_counted(told):
    many = replace(told, clients=(BREAKS,) * 11)
    lines = console.closing(many, colour=False)
    assert sum(line.startswith("  breaks  three") for line in lines) == 8
    assert "          and 3 more" in lines


def test_the_markdown_has_a_row_each(told):
    page = markdown_page([told]).decode()
    assert "<summary>Clients: 1 of 3 are ready</summary>" in page
    assert "| Two | degraded | tools: Calls are \\| lost. |" in page
    assert "One &lt;b&gt;" in page or "One \\<b\\>" in page


def test_several_targets_stand_side_by_side(told, other):
    page = markdown_page([told, other]).decode()
    assert "| client | llama.cpp | other |" in page
    assert "| three | breaks | ready |\n| Two | degraded | - |" in page
    table = rows(lxml.html.document_fromstring(html_page([told, other]).decode()), heading="Clients")
    assert table == [["One <b>", "ready", "unknown"], ["three", "breaks", "ready"], ["Two", "degraded", "·"]]


def test_the_html_has_a_row_each_with_its_reason(told):
    page = lxml.html.document_fromstring(html_page([told]).decode())
    assert rows(page, heading="Clients: 1 of 3 are ready") == [
        ["One <b>", "ready", ""],
        ["Two", "degraded", "tools: Calls are | lost."],
        ["three", "breaks", "The first question ends."],
    ]


def test_where_nothing_was_shown_nothing_is_said(everything):
    pages = (markdown_page([everything]), html_page([everything]), markdown_page([everything, everything]))
    assert not any(b"Clients" in page for page in pages)
    assert not any("clients" in line for line in console.closing(everything, colour=False))
