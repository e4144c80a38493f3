"""The page of a server: each statement from a case, an entry or a run; nothing a server said is read as Markdown."""

import re
from dataclasses import replace

import pytest

from aioc.model.problem import BadInputError
from aioc.pages.evidence import Evidence, Known, Row
from aioc.pages.server import server_page
from aioc.pages.subject import Subject

from .made_up import EVIL, EVIL_RUN, RUN, catalogue, evidence


def page(*runs, name="behind"):
    return server_page(Subject.of(name, catalogue(), evidence(*runs, server=name)))


def row(text, endpoint):
    return next(line for line in text.splitlines() if line.startswith(f"| `{endpoint}`"))


def section(text, title):
    return re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^##? |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def test_it_begins_with_what_was_looked_at_and_what_came_of_it():
    text = page()
    assert "# The server behind" in text and "It answers what it is asked." in text
    assert "Version `2.1`, 2026-11-27: run live in 1 set-up (`default`)." in text
    assert "Of 4 cases that could be put to it 2 pass, 1 warn, 1 fail." in text
    assert "2 deviations known of this version, 1 of them FAIL" in text and "1 speak of other versions" in text


def test_the_surface_says_what_is_there_and_why_not():
    text = page()
    assert row(text, "GET /v1/models").split(" | ")[1:3] == ["no", "0 of 1 PASS, 1 WARN"]
    assert "No such route (404)." in row(text, "GET /v1/models")
    assert "**yes** | 1 of 2 PASS, 1 FAIL" in row(text, "POST /v1/chat/completions")
    assert "[1 deviation](#deviations-chat)" in row(text, "POST /v1/chat/completions")
    assert row(text, "GET /v1/files") == "| `GET /v1/files` | no |  | There are no files at all. |"
    assert "Not asked, for want of a model or of a recording: `POST /v1/audio/speech`." in text


def test_a_set_up_without_an_endpoint_is_named_and_recordings_of_the_version_answer_what_no_run_asked():
    other = replace(
        RUN,
        set_up="bare",
        surface={**RUN.surface, "chat": Row("no", "POST /v1/chat/completions: not implemented (501)")},
    )
    kept = replace(
        RUN, set_up="kept", how="recording", surface={"speech": Row("no", "POST /v1/audio/speech: no such route (404)")}
    )
    old = replace(kept, version="1.0", surface={"speech": Row("yes")})
    text = page(RUN, other, kept, old)
    assert "With `default`. Not with `bare`: not implemented (501)." in row(text, "POST /v1/chat/completions")
    assert "| no |  | No such route (404) (recorded). |" in row(text, "POST /v1/audio/speech")
    assert "in 2 set-ups (`default` and `bare`)" in text


def test_deviations_stand_by_endpoint_with_reason_versions_severity_case_and_source():
    chat = section(page(), "POST /v1/chat/completions")
    assert "* **FAIL** The text is empty; a client shows nothing.\n" in chat
    assert "[chat/basic](../cases/chat.md#chat--basic): `$.choices[*].message.content` is an empty text" in chat
    assert (
        "every version · seen 2026-11-27 with `default` · [tests/recorded/a.json](../../tests/recorded/a.json)" in chat
    )
    models = section(page(), "GET /v1/models")
    assert "the status is `404`; asked: `200`." in models and "not seen in these set-ups" in models


def test_what_breaks_a_client_is_told_first_if_it_was_seen():
    text = page()
    shown = section(text, "What breaks clients")
    assert (
        shown.strip() == "* The text is empty; a client shows nothing. ([POST /v1/chat/completions](#deviations-chat))"
    )
    assert text.index("## What breaks clients") < text.index("## Surface")
    assert "## What breaks clients" not in page(replace(RUN, known=frozenset()))


def test_an_entry_that_was_reworded_since_the_run_is_still_known_by_its_address():
    known = frozenset({Known("chat/basic:seed", "text", "As it was put then.")})
    assert "seen 2026-11-27 with `default`" in section(page(replace(RUN, known=known)), "POST /v1/chat/completions")


def test_what_other_versions_do_stands_apart():
    text = section(page(), "In other versions only (1 entry)")
    assert "Old ones broke" in text and "`<2` · recording b" in text
    assert "Old ones broke" in section(
        page(replace(RUN, version="1.9", versions={"behind": "1.9"})), "POST /v1/chat/completions"
    )


def test_quirks_extensions_and_the_recipe_come_from_the_overlay_and_the_cases():
    text = page()
    assert r"* It counts \*from\* 1_0, `so` it does. <sub>`>=2` · a measurement</sub>" in text
    assert "| It says how it is | `GET /health` | PASS | [behind/own](../cases/behind.md#behind--own) |" in text
    recipe = section(text, "Probing recipe")
    assert "aioc-run --server behind --base-url http://localhost:1234 --journal behind-default.jsonl" in recipe
    assert "| `default` | `behind --run` | `--model NAME` | chat |" in recipe
    assert "two of 2 signs hold (`GET /v1/models` and `GET /props`" in recipe


def test_a_proxys_page_says_its_own_and_what_it_inherits():
    text = page(name="proxy")
    layers = section(text, "How it layers on others")
    assert "[The server behind](behind.md)" in layers and "2 entries are inherited, 1 of them seen" in layers
    assert "Not inherited, `models/list`: It lists models itself." in layers
    assert "## Deviations" not in text and "What nothing can derive." in section(text, "Quirks worth knowing")
    assert "[1 of behind](behind.md#deviations-chat)" in row(text, "POST /v1/chat/completions")
    assert "[The proxy before it](proxy.md) inherits" in section(page(), "How it layers on others")


def test_without_any_run_the_page_says_what_the_overlay_says():
    text = server_page(Subject.of("behind", catalogue(), Evidence("behind")))
    assert "Nothing is kept of any run" in text and "## Surface" not in text
    assert "Old ones broke" in section(text, "POST /v1/chat/completions"), "of an unknown version every entry speaks"


def test_nothing_that_a_server_said_is_read_as_markdown():
    text = page(EVIL_RUN)
    assert EVIL.split()[1] in text
    bare = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    for sign in ("<img", "](http://evil)", "http://evil", "www.evil", " @you", " *y*"):
        assert sign not in bare, sign
    assert not any(line.startswith("# head") for line in text.splitlines())
    table = [line for line in text.splitlines() if line.startswith("| `GET /v1/models`")]
    assert len(table) == 1 and len(re.findall(r"(?<!\\)\|", table[0])) == 5


def test_there_is_no_page_of_an_unknown_server():
    with pytest.raises(BadInputError, match="there is no server"):
        server_page(Subject.of("behnid", catalogue(), evidence()))
