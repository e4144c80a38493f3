"""`aioc show`: a case in words without a run; how it ended with one."""

import pytest


@pytest.fixture
def show(call):
    return lambda *arguments: call("show", *arguments, command="aioc")


def test_a_case_in_words(show):
    done = show("chat/stream/usage")
    assert done.code == 0, done.err
    for part in ("chat/stream/usage\n", "Asks `POST /v1/chat/completions`", "Why it matters:", "Source:", "Overlays:"):
        assert part in done.out


def test_a_family_and_one_of_its_members(show):
    assert "Once for each of" in show("completions/nulls").out
    assert '"echo": null' in show("completions/nulls:echo").out


def test_a_file_of_ones_own(show, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(
        "title: The models are listed\nsource: a measurement\nneeds: [models]\n"
        "request: {method: GET, path: /v1/models}\nexpect:\n  - status: 200\n"
    )
    done = show(file)
    assert done.code == 0, done.err
    assert done.out.startswith("local/mine\nThe models are listed.\n")
    assert "Needs models: GET /v1/models" in done.out
    assert f"File: {file}" in done.out
    assert "Page:" not in done.out  # the catalogue's pages have no entry for it


def test_what_is_not_there_is_bad_input_with_the_nearest_name(show):
    done = show("chat/basics")
    assert (done.code, "did you mean 'chat/basic'?" in done.err) == (2, True)
    assert "--grep" in show("xyzzy-nothing-like-it").err
    assert show("no-such-file.yaml").code == 2


def test_an_issue_needs_a_run(show):
    done = show("chat/basic", "--as", "issue")
    assert (done.code, "--from JOURNAL" in done.err) == (2, True)


def test_how_a_case_ended_in_a_run(show, call, reference, tmp_path):
    run = tmp_path / "run.jsonl"
    assert call("--base-url", reference.base_url, "--select", "models/list", "--journal", run).code == 0
    done = show("models/list", "--from", run)
    assert done.code == 0
    assert done.out.startswith("PASS models/list")
    assert "request  GET /v1/models" in done.out
    assert show("models/lst", "--from", run).code == 2
