"""A case in words, on real cases of every form: steps, streams, forms with files, families, captures, invariants."""

import re

import pytest
from tests.playing import cases, catalogue

from aioc.author.explain import explained
from aioc.author.terminal import terminal
from aioc.author.touch import resolved, touch, touched_by

OVERLAYS = resolved(catalogue())


def words(name):
    found = [case for case in catalogue().cases if name in (case.id, case.family)]
    assert found, name
    return "\n".join(explained(found, catalogue()))


EVERY = {
    "chat/basic": [
        "A plain question gets one assistant message.", "Asks `POST /v1/chat/completions`", "FAIL: the status is `200`",
        "Why it matters:", "Source: https://", "At worst FAIL: a mainstream client", "specs/openai_v1/chat/basic.yaml",
        "Needs chat: POST /v1/chat/completions, core", '"model": "${model}"',
    ],
    "stream/disconnect": ["Asks 2 requests in a row", "hangs up after 2 events", "Sends (leave):", "Sends (ask):"],
    "chat/stream/basic": ["`stream: true`", "of the events", "Needs stream: POST /v1/chat/completions (stream)"],
    "transcriptions/json": ["with file `file`", "-F 'model=${stt_model}'", "file=@tone.wav"],
    "realtime/client-secret": ["Only if the body", "keeps ${now}: exchange $.started_unix", "At worst INFO"],
    "completions/nulls": ["Once for each of `best_of`", "${field}"],
    "completions/nulls:echo": ['"echo": null'],
    "chat/obj/usage-sum": ["Holds for every", "Keeps ${"],
    "chat/stored/list": [", until "],
    "http/concurrent": ["at once"],
    "hostile/deep-json": ["may kill the server"],
}  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_a_case_of_this_form_is_told(name):
    said = words(name)
    for part in EVERY[name]:
        assert part in said


def test_every_case_of_the_catalogue_can_be_explained_in_plain_lines(monkeypatch):
    monkeypatch.setattr("aioc.author.explain.resolved", lambda _catalogue: OVERLAYS)
    for case in {case.family: case for case in catalogue().cases}.values():
        lines = list(explained([case], catalogue()))
        assert lines[0] == case.family
        of_page = "\n".join(lines).partition("\nAt worst ")[0]
        assert not re.search(r"\]\(|\*\*|<https?:|\x1b", re.sub(r"`+.+?`+", "", of_page)), case.id


def test_an_overlay_that_touches_it_says_what_it_does_instead_and_where_that_is_written():
    overlay = OVERLAYS["llama.cpp"]
    entry = next(entry for entry in overlay.deviations if entry.overlay == "llama.cpp" and not entry.step)
    said = words(entry.case)
    assert f"{entry.severity.upper()}, known" in said
    assert entry.reason in said
    assert str(entry.place) in said
    assert "    does    " in said


def test_those_that_inherit_an_entry_are_named_with_it():
    every = [(name, entry) for name, one in OVERLAYS.items() for entry in one.deviations]
    name, entry = next((name, entry) for name, entry in every if entry.overlay != name)
    line = next(line for line in words(entry.case).splitlines() if line.startswith(f"  {entry.overlay} (and "))
    assert name in line


def test_a_server_that_lacks_what_it_needs_is_named():
    assert "lacks transcriptions, so that the case is SKIP" in words("transcriptions/json")


def test_a_case_that_nobody_touches_says_so():
    quiet = next(case for case in catalogue().cases if not touched_by(case, OVERLAYS))
    assert "Overlays: none touches it" in words(quiet.id)


def test_touched_by_a_deviation_a_lack_or_its_own_server():
    overlays = OVERLAYS
    own = next(case for case in catalogue().cases if case.server == "llama.cpp")
    assert "llama.cpp" in touched_by(own, overlays)
    assert "whisper.cpp" in touched_by(cases()["chat/basic"], overlays)
    assert not touch([cases()["models/list"]], overlays["mlx-lm"])


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("**Why**: see [x](../y.md)", "Why: see x"), ("<https://a.b/c>", "https://a.b/c"),
        (r"a\_b \* `c\|d*`", "a_b * `c|d*`"), ("1 < 2", "1 < 2"),
    ],
)  # fmt: skip
def test_markdown_as_a_terminal_shows_it(markdown, plain):
    assert terminal(markdown) == plain
