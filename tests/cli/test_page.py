"""`aioc page`: the page of a server, of runs kept or given, and all pages at once."""

import json

import pytest

from aioc.pages.evidence import decode


@pytest.fixture
def page(call, tmp_path):
    return lambda *arguments: call("page", *arguments, "--docs", tmp_path / "docs", command="aioc")


@pytest.fixture
def journal(tmp_path, call, reference):
    """Run three cases against the reference server as if it were llama.cpp."""
    path = tmp_path / "llama.cpp-default.jsonl"
    select = ("--select", "chat/basic", "--select", "models/*", "--select", "err/route")
    call("--server", "llama.cpp", "--base-url", reference.base_url, *select, "--journal", path, "--force")
    return path


def test_a_page_without_evidence_is_made_of_the_overlay(page):
    shown = page("llama.cpp")
    assert shown.code == 0 and "Nothing is kept of any run" in shown.out and "## Deviations" in shown.out


def test_a_page_rests_on_the_runs_that_are_given_and_keeps_nothing(page, journal, tmp_path):
    shown = page("llama.cpp", "--from", journal)
    assert shown.code == 0 and "run live in 1 set-up (`default`)" in shown.out
    assert not (tmp_path / "docs").exists()


def test_keep_keeps_the_runs_beside_those_kept_already(page, journal, tmp_path):
    other = journal.with_name("llama.cpp-other.jsonl")
    other.write_bytes(journal.read_bytes())
    assert page("llama.cpp", "--from", journal, "--keep").code == 0
    shown = page("llama.cpp", "--from", other, "--keep")
    assert "in 2 set-ups (`default` and `other`)" in shown.out
    file = tmp_path / "docs" / "catalog" / "evidence" / "llama.cpp.json"
    assert [run.set_up for run in decode(file.read_bytes(), str(file)).runs] == ["default", "other"]
    assert page("llama.cpp").out == shown.out
    assert '"request"' not in file.read_text(), "no exchange is kept"


def test_all_pages_are_written_checked_and_old_ones_removed(page, tmp_path):
    docs = tmp_path / "docs"
    checked = page("--all", "--check")
    assert checked.code == 1 and "make pages" in checked.err and not docs.exists()
    assert page("--all").code == 0
    assert (docs / "catalog" / "llama.cpp.md").is_file() and (docs / "cases" / "chat.md").is_file()
    (docs / "cases" / "gone.md").write_text("of a topic that is no more")
    (docs / "catalog" / "vllm.md").write_text("touched")
    checked = page("--all", "--check")
    assert checked.code == 1 and "gone.md" in checked.out and "vllm.md" in checked.out and "chat.md" not in checked.out
    assert page("--all").code == 0 and not (docs / "cases" / "gone.md").exists()
    assert page("--all", "--check").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say the name of a server, or --all"),
        (("llama.cpp", "--all"), "say the name of a server, or --all"),
        (("--all", "--keep"), "--keep to --from"),
        (("llama.cpp", "--keep"), "--keep to --from"),
        (("llama.cpp", "--check"), "--check to --all"),
        (("lama.cpp",), "there is no server 'lama.cpp'"),
    ],
)
def test_bad_usage_is_told(page, arguments, message):
    done = page(*arguments)
    assert done.code == 2 and message in done.err


def test_a_run_of_another_server_or_one_cut_short_is_refused(page, journal, tmp_path):
    assert "not of 'vllm'" in page("vllm", "--from", journal).err
    lines = journal.read_text().splitlines()
    assert json.loads(lines[-1])["record"] == "footer"
    journal.write_text("\n".join(lines[:-1]) + "\n")
    assert "was interrupted" in page("llama.cpp", "--from", journal).err
