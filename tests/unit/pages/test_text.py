"""Our own words in Markdown: what is code stays code, an address is a link, nothing else is markup."""

import pytest

from aioc.pages.text import listed, prose


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("max_tokens is not looked at", "max_tokens is not looked at"),
        ("__init__ and *all* of <b>", r"\_\_init\_\_ and \*all\* of &lt;b&gt;"),
        ("`a|b` is code, a|b is not", r"`a\|b` is code, a\|b is not"),
        ("an odd ` backtick", r"an odd \` backtick"),
        ("see https://example.org/a_b#c.", "see <https://example.org/a_b#c>."),
        ("see tests/recorded/a/b-1.json, c", "see [tests/recorded/a/b-1.json](../../tests/recorded/a/b-1.json), c"),
        ("other/tests/recorded stays", "other/tests/recorded stays"),
        ("# no heading", r"\# no heading"),
        ("- no list\n1. at all", r"\- no list 1. at all"),
        ("a [link](http://example.org)", r"a \[link\](<http://example.org>)"),
    ],
)
def test_prose(text, shown):
    assert prose(text) == shown


def test_lists_read_like_a_sentence():
    assert [listed(list("abc")[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
    assert listed(list("abcd"), 2) == "a, b and 2 more"
