"""Untrusted text made harmless in one place; secrets masked by value in every form."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioc.report.text import Masker, clean, shorten

ANY = st.text(st.characters(codec=None))


@given(ANY)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(ANY)
def test_what_is_clean_can_be_written_anywhere(text):
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in cleaned)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("\x1b]0;title\x07x", "x"),
        ("a\x07b", "a\\u0007b"),
        ("a\u202eb", "a\\u202eb"),
        ("\ud800", "\\ud800"),
        ("[[ATTACHMENT|/x]]", "[ [ATTACHMENT|/x]]"),
        ("x ##vso[y]", "x # #vso[y]"),
        ("##[error]x", "# #[error]x"),
        ("  ::error::x", "  : :error::x"),
        ("a::b", "a::b"),
        ("a\r\nb", "a\nb"),
        ("größe 日本", "größe 日本"),
    ],
)
def test_how_unsafe_text_is_shown(text, shown):
    assert clean(text) == shown


SECRET = 'sk-"key"/42+x'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
    ],
)
def test_a_secret_is_masked_in_every_form(form):
    assert Masker([SECRET]).text(f"<{form}>") == "<***>"


def test_a_short_secret_would_mask_ordinary_words():
    assert Masker(["abc"]).text("abc") == "abc"


def test_what_is_cut_says_so():
    assert shorten("abcdef", 4) == "abcd… (2 more characters)"
    assert shorten("abcd", 4) == "abcd"
