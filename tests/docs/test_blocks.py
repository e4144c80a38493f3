"""Every command block of the documentation: it runs, or says why not; its commands, options and files exist."""

import re

import click
import pytest
from tests.docs.blocks import CATALOG, PAGES, ROOT, Block, blocks_of, printed_as

from aioc.cli.main import aioc, load_commands
from aioc.read.kind import by_words
from aioc.read.parse import parse_document
from aioc.read.words import vocabulary_problems

SHELL = ("sh", "console")
WHOLE = re.compile(r"^(title|source|cases|deviations):", re.MULTILINE)
OTHERS = set("pip pipx uv git cd cp mkdir rm export cat head tail docker aioc-ci pre-commit eval source".split())
NOT_RUN = {
    "README.md: make run": "they are what CI runs",
    "README.md: pip install .": "it needs a package index",
    "CONTRIBUTING.md: python -m tests.mutation.report --quick chat/my-case": "it breaks some hundred answers",
}
"""What is only looked at, and why: each needs what a test has not, or is a test itself."""


def blocks(*languages, pages=PAGES):
    return [block for path in pages for block in blocks_of(path) if not languages or block.language in languages]


@pytest.mark.parametrize("page", sorted({block.page for block in blocks(*SHELL)}))
def test_the_blocks_of_a_page_run_one_after_the_other(shell, page):
    for block in blocks_of(ROOT / page):
        if block.language in SHELL and not block.reason:
            assert shell(block) == "", block


def test_what_is_not_run_is_listed_here():
    found = {
        f"{block.page}: {' '.join(next(block.commands()))}": block.reason for block in blocks(*SHELL) if block.reason
    }
    assert {what: reason.split(";")[0] for what, reason in found.items()} == NOT_RUN


@pytest.mark.parametrize("block", blocks(*SHELL, pages=PAGES + CATALOG), ids=str)
def test_commands_options_and_files_exist(block):
    assert [fault for words in block.commands() if (fault := fault_of(words))] == []


def fault_of(words):
    """Say what of a command does not exist ('' when all does)."""
    name, *rest = words
    if name in ("aioc", "aioc-run"):
        return fault_of_aioc(["run", *rest] if name == "aioc-run" else rest)
    if name == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return "" if {word for word in rest if "=" not in word} <= set(targets) else f"no such target: {words}"
    if name == "python" and rest[:1] == ["-m"]:
        path = ROOT / rest[1].replace(".", "/")
        return "" if path.is_dir() or path.with_suffix(".py").is_file() else f"no such module: {words}"
    if "/" in name:
        return "" if (ROOT / name).is_file() else f"no such file: {name}"
    return "" if name in OTHERS else f"an unknown command: {words}"


def fault_of_aioc(words):
    load_commands()
    command = aioc
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return f"no such command: {words}"
        command, words = command.commands[words[0]], words[1:]
    known = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h", "--version"}
    unknown = [word for word in words if re.match(r"-{1,2}[a-z]", word) and word.partition("=")[0] not in known]
    return f"{command.name} has no {unknown}" if unknown else ""


def test_every_block_says_what_it_is():
    assert [str(block) for block in blocks() if not block.language and block.page != "docs/ci.md"] == []


@pytest.mark.parametrize("block", [block for block in blocks("yaml") if WHOLE.search(block.text)], ids=str)
def test_a_whole_file_that_is_shown_has_no_unknown_word(block):
    document = parse_document(block.text.encode(), str(block))
    assert [problem.what for problem in vocabulary_problems(document, by_words(document))] == []


def test_what_a_console_block_shows_is_compared():
    assert printed_as("one\n…\nlast … line\n").match("one\ntwo\nthree\nlast good line\n\n")
    assert not printed_as("one\nthree\n").match("one\ntwo\n")
    assert not printed_as("one\n").match("one\ntwo\n")


def test_a_block_is_read_with_its_page_and_what_is_said_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.docs.blocks.ROOT", tmp_path)
    page = tmp_path / "a.md"
    page.write_text(
        "# A\n\n<!-- not run: because -->\n```sh\nls   # all\n```\n\n```console\n$ aioc list | tail -1\n3 cases\n```\n"
    )
    first, second = blocks_of(page)
    assert first == Block("a.md", 4, "sh", "ls   # all\n", "because")
    assert list(second.commands()) == [["aioc", "list"], ["tail", "-1"]]
    assert second.exchanges == [("aioc list | tail -1", "3 cases\n")]
