"""Bad input: one clear line, a hint and exit code 2 for each, before anything is sent (or as soon as it shows)."""

import os
import socket

import pytest


def case_file(tmp_path, text=""):
    path = tmp_path / "mine.yaml"
    path.write_text(
        text
        or "title: The models are listed\nsource: a measurement\n"
        "request: {method: GET, path: /v1/models}\nexpect:\n  - status: 200\n"
    )
    return path


def refuses(outcome, what, hint=""):
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    lines = outcome.err.splitlines()
    assert what in lines[0], outcome.err
    assert not hint or any(hint in line for line in lines if "hint:" in line), outcome.err


@pytest.fixture
def nobody():
    """Give a URL at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_no_server_given(call):
    refuses(call(), "no server is given", "--base-url http://localhost:8080, or --server reference")


def test_unknown_server(call):
    refuses(call("--server", "lama.cpp", "--base-url", "http://x"), "no server 'lama.cpp'", "did you mean 'llama.cpp'?")


def test_a_server_that_is_away_is_no_bad_input(call, nobody, tmp_path):
    """A CI engine tries again what could not be judged (3), and never bad input."""
    outcome = call("--base-url", nobody, "--journal", tmp_path / "run.jsonl")
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (3, "", [])
    assert f"no answer from {nobody}" in outcome.err and "is the server running?" in outcome.err


def test_a_base_url_that_is_none(call):
    refuses(call("--base-url", "ftp://x"), "'ftp://x' is no http URL", "such as http://localhost:8080")


def test_no_model(call, silent):
    outcome = call("--base-url", silent, "--server", "none", "--select", "chat/basic")
    refuses(outcome, "the server lists no model and none is given", "give one with --model")


def test_a_role_that_nobody_plays_is_skip(call, reference, tmp_path):
    text = (
        "title: It says something\nsource: a measurement\nneeds: [chat]\nrequest:\n  method: POST\n"
        "  path: /v1/chat/completions\n  json: {model: '${rerank_model}'}\nexpect:\n  - status: 200\n"
    )
    outcome = call(case_file(tmp_path, text), "--base-url", reference.base_url, "-v")
    assert outcome.code == 0
    assert "no model plays rerank_model (give one with --rerank-model)" in outcome.out


def test_a_model_that_the_server_does_not_have(call, reference):
    outcome = call("--base-url", reference.base_url, "--model", "gpt-nothing")
    refuses(outcome, "the server has no model 'gpt-nothing'", "it lists: reference-chat")


def test_an_empty_directory(call, tmp_path):
    refuses(call(tmp_path, "--server", "reference"), f"there is no case under {tmp_path}", "a case is a .yaml file")


def test_a_path_that_does_not_exist(call, tmp_path):
    refuses(call(tmp_path / "nope", "--server", "reference"), "nope does not exist", "give a folder of cases")


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_a_file_that_cannot_be_read(call, tmp_path, kind):
    path = tmp_path / "mine.yaml"
    if kind == "folder":
        path.mkdir()
        path = case_file(tmp_path / "mine.yaml")
        path.unlink()
        path.symlink_to("/nonexistent.yaml")
        path = path.parent
    else:
        os.mkfifo(path)
    outcome = call(path, "--server", "reference")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert "mine.yaml" in outcome.err


@pytest.mark.parametrize("option", ["--select", "--deselect"])
def test_a_glob_that_selects_nothing(call, option):
    outcome = call("--server", "reference", option, "chat/basik")
    refuses(outcome, "no case is called 'chat/basik'", "did you mean 'chat/basic'?")


def test_unknown_profile(call, reference):
    outcome = call("--base-url", reference.base_url, "--profile", "smok")
    refuses(outcome, "no profile 'smok'", "did you mean 'smoke'?")


@pytest.mark.parametrize("option", ["--junit", "--journal"])
def test_a_report_that_cannot_be_written(call, tmp_path, option):
    outcome = call("--server", "reference", option, tmp_path / "none" / "out")
    refuses(outcome, "cannot be written: there is no folder", "choose another path")
    refuses(call("--server", "reference", option, tmp_path), "cannot be written: it is a folder")


def test_a_journal_is_not_overwritten_by_accident(call, tmp_path, reference):
    journal = tmp_path / "old.jsonl"
    journal.write_text("mine")
    outcome = call("--base-url", reference.base_url, "--journal", journal)
    refuses(outcome, "it exists; choose another name, or say --force")
    assert journal.read_text() == "mine"


def test_a_key_variable_that_is_not_set(call):
    outcome = call("--base-url", "http://x", "--api-key-env", "NO_SUCH_KEY")
    refuses(outcome, "'NO_SUCH_KEY' (of --api-key-env) is not set", "keys come from the environment only")


def test_a_header_that_is_no_pair(call):
    refuses(call("--base-url", "http://x", "--header", "X-Team"), "--header 'X-Team' is not NAME=ENV")


def test_certificate_and_key_belong_together(call):
    refuses(call("--base-url", "https://x", "--cert", "a.pem"), "--cert and --key belong together")


@pytest.mark.parametrize("option", ["--replay", "--baseline", "--last-failed"])
def test_a_journal_that_is_none(call, tmp_path, option, reference):
    path = tmp_path / "not.jsonl"
    path.write_text("{}\n")
    refuses(call("--base-url", reference.base_url, option, path), f"{path}:1:1: this is no journal of aioc")
    refuses(call("--base-url", reference.base_url, option, tmp_path / "no.jsonl"), "cannot be read")


def test_every_problem_of_every_file_is_told_before_anything_is_sent(call, tmp_path, nobody):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            "title: The models are listed\nsource: a measurement\n"
            "request: {method: GET, path: /v1/models}\nexpekt:\n  - status: 200\n"
        )
    outcome = call(tmp_path, "--base-url", nobody)
    assert outcome.code == 2
    assert outcome.err.count("unknown word 'expekt'") == 2
    assert outcome.err.count("hint: did you mean 'expect'?") == 2
    assert "^" in outcome.err  # the caret under the word
    assert "no answer" not in outcome.err


def test_an_own_overlay_that_points_nowhere(call, tmp_path, nobody):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "title: My server\ndeviations:\n  - case: chat/basik\n    check: status\n    instead: {const: 404}\n"
        "    reason: A client notices that.\n    source: a measurement\n"
    )
    outcome = call("--base-url", nobody, "--overlay", overlay)
    refuses(outcome, "there is no case 'chat/basik'", "did you mean 'chat/basic'?")


def test_an_unknown_option(call):
    outcome = call("--base-ulr", "http://x")
    assert (outcome.code, "--base-url" in outcome.err) == (2, True)


def test_judge_without_an_exchange(call, tmp_path):
    refuses(call("judge", tmp_path, command="aioc"), "there is no recorded exchange")
    (tmp_path / "a.json").write_text("[1]")
    refuses(call("judge", tmp_path, command="aioc"), "this is no recorded exchange")
