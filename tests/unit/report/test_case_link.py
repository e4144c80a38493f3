"""The address of a case's page: of the catalogue's cases only, one for a whole family, unique on its page."""

import pytest

from aioc.read.tree import load
from aioc.report.case_link import anchor, page_name, page_of, shown_by


@pytest.mark.parametrize(
    ("case_id", "page"),
    [
        ("chat/basic", "docs/cases/chat.md#chat--basic"),
        ("chat/stream/basic", "docs/cases/chat.md#chat--stream--basic"),
        ("chat/req/nulls:top_p", "docs/cases/chat.md#chat--req--nulls"),
        ("chat/obj/schema@recordings/a.json", "docs/cases/chat.md#chat--obj--schema"),
        ("llama.cpp/grammar", "docs/cases/llama.cpp.md#llama.cpp--grammar"),
    ],
)
def test_a_case_of_the_catalogue_has_a_page(case_id, page):
    assert page_of(case_id) == page


@pytest.mark.parametrize(
    "case_id", ["local/mine", "chat/no-such-case", "chat", "", "../chat/basic", "chat/../chat/basic"]
)
def test_any_other_case_has_none(case_id):
    assert page_of(case_id) == shown_by(case_id) == ""


def test_the_command_is_that_of_the_family():
    assert shown_by("chat/req/nulls:top_p") == "aioc show chat/req/nulls"


def test_two_families_of_a_topic_never_share_an_anchor():
    families = {case.family for case in load().catalogue.cases}
    assert len({(page_name(family), anchor(family)) for family in families}) == len(families)
